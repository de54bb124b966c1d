package zmtp

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/go-zeromq/zmq4"
	"golang.org/x/crypto/nacl/box"
)

// security makes of a fresh connection the one that the module speaks NULL over.
type security interface {
	secure(nc net.Conn, typ zmq4.SocketType, identity []byte) (net.Conn, error)
}

// plain is NULL security: the connection as it is.
type plain struct{}

func (plain) secure(nc net.Conn, _ zmq4.SocketType, _ []byte) (net.Conn, error) {
	return nc, nil
}

// The two sides of CURVE. The module's Security interface cannot carry it: it
// writes a frame's header with the length of the plain text, the more flag has to
// go inside the box, and Decrypt does not know its connection. So the handshake
// is done here, on the raw connection; then the module is shown a NULL greeting
// and the other side's metadata, and curveConn translates frames.
//
// Names follow RFC 26: S/s is the server's long-term public/secret key, St/st its
// short-term pair (S'/s'), C/c and Ct/ct the client's.
type (
	curveServer struct{ keys KeyPair }
	curveClient struct{ CurveClient }
)

// nonce is a prefix of 8 or 16 bytes and a tail, together 24.
func nonce(prefix string, tail []byte) *[24]byte {
	var n [24]byte
	copy(n[:], prefix)
	copy(n[24-len(tail):], tail)
	return &n
}

func badCurve(step string) error {
	return fmt.Errorf("CURVE handshake: malformed or wrongly encrypted %s", step)
}

// curveGreeting is the 64-byte greeting of ZMTP 3.0.
func curveGreeting(mechanism string, asServer byte) []byte {
	g := make([]byte, 64)
	g[0], g[9], g[10] = 0xff, 0x7f, 3
	copy(g[12:32], mechanism)
	g[32] = asServer
	return g
}

// greetCurve exchanges greetings. Both sides write first: a greeting fits any
// socket buffer, and in-memory connections are read by another goroutine.
func greetCurve(nc net.Conn, r io.Reader, asServer byte) error {
	if _, err := nc.Write(curveGreeting("CURVE", asServer)); err != nil {
		return err
	}
	var g [64]byte
	if _, err := io.ReadFull(r, g[:]); err != nil {
		return fmt.Errorf("CURVE greeting: %w", err)
	}
	mech := string(bytes.TrimRight(g[12:32], "\x00"))
	switch {
	case g[0] != 0xff || g[9] != 0x7f || g[10] < 3:
		return errors.New("not a ZMTP 3 greeting")
	case mech != "CURVE":
		return fmt.Errorf("security mechanism %q, want CURVE", mech)
	}
	return nil // g[32] says which side is the server, but libzmq's servers leave it zero
}

// readCommand reads one frame of the handshake.
func readCommand(r io.Reader, name string) ([]byte, error) {
	h, err := readHeader(r)
	if err != nil {
		return nil, fmt.Errorf("CURVE %s: %w", name, err)
	}
	if h.size > smallMessage-64 { // the metadata becomes a READY command within smallMessage
		return nil, fmt.Errorf("CURVE %s of %d bytes: %w", name, h.size, ErrLimit)
	}
	b := make([]byte, h.size)
	if _, err := io.ReadFull(r, b); err != nil {
		return nil, fmt.Errorf("CURVE %s: %w", name, err)
	}
	if !bytes.HasPrefix(b, append([]byte{byte(len(name))}, name...)) {
		return nil, fmt.Errorf("CURVE handshake: want a %s command, got another", name)
	}
	return b, nil
}

// metadata is the properties of a socket in a READY or INITIATE command.
func metadata(typ zmq4.SocketType, identity []byte) []byte {
	b := append([]byte("\x0bSocket-Type"), 0, 0, 0, byte(len(typ)))
	b = append(b, typ...)
	b = append(b, "\x08Identity"...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(identity)))
	return append(b, identity...)
}

// secure is the server's side of the handshake.
func (s curveServer) secure(nc net.Conn, typ zmq4.SocketType, _ []byte) (net.Conn, error) {
	r := bufio.NewReaderSize(nc, readBufBytes)
	if err := greetCurve(nc, r, 1); err != nil {
		return nil, err
	}
	// HELLO: name, version 1.0, 72 zero bytes, Ct, nonce, box of 64 zero bytes.
	b, err := readCommand(r, "HELLO")
	if err != nil {
		return nil, err
	}
	if len(b) != 200 || b[6] != 1 || b[7] != 0 {
		return nil, badCurve("HELLO")
	}
	Ct := Key(b[80:112])
	z, ok := box.Open(nil, b[120:], nonce("CurveZMQHELLO---", b[112:120]), (*[32]byte)(&Ct), (*[32]byte)(&s.keys.Secret))
	if !ok || !bytes.Equal(z, make([]byte, 64)) {
		return nil, badCurve("HELLO (does the client know this server's key?)")
	}
	// WELCOME: name, nonce, box of St and cookie. The cookie is opaque to the
	// client; ours says nothing, the state stays in this goroutine.
	St, st, err := box.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	var random [96 + 16]byte
	if _, err := rand.Read(random[:]); err != nil {
		return nil, err
	}
	cookie, n16 := random[:96], random[96:]
	w := append([]byte("\x07WELCOME"), n16...)
	w = box.Seal(w, append(append([]byte(nil), St[:]...), cookie...), nonce("WELCOME-", n16), (*[32]byte)(&Ct), (*[32]byte)(&s.keys.Secret))
	if _, err := nc.Write(appendFrame(nil, flagCommand, w)); err != nil {
		return nil, err
	}
	// INITIATE: name, cookie, nonce, box of C, vouch nonce, vouch, metadata.
	b, err = readCommand(r, "INITIATE")
	if err != nil {
		return nil, err
	}
	if len(b) < 113+box.Overhead+128 || subtle.ConstantTimeCompare(b[9:105], cookie) != 1 {
		return nil, badCurve("INITIATE")
	}
	p, ok := box.Open(nil, b[113:], nonce("CurveZMQINITIATE", b[105:113]), (*[32]byte)(&Ct), st)
	if !ok || len(p) < 128 {
		return nil, badCurve("INITIATE")
	}
	C := Key(p[:32])
	v, ok := box.Open(nil, p[48:128], nonce("VOUCH---", p[32:48]), (*[32]byte)(&C), st)
	if !ok || subtle.ConstantTimeCompare(v[:32], Ct[:]) != 1 || subtle.ConstantTimeCompare(v[32:], s.keys.Public[:]) != 1 {
		return nil, badCurve("vouch in INITIATE")
	}
	c := newCurveConn(nc, r)
	box.Precompute(&c.key, (*[32]byte)(&Ct), st)
	c.sealPrefix, c.openPrefix = "CurveZMQMESSAGES", "CurveZMQMESSAGEC"
	c.received = binary.BigEndian.Uint64(b[105:113])
	// READY: name, nonce, box of metadata.
	c.sent = 1
	n8 := binary.BigEndian.AppendUint64(nil, c.sent)
	ready := box.SealAfterPrecomputation(append([]byte("\x05READY"), n8...), metadata(typ, nil), nonce("CurveZMQREADY---", n8), &c.key)
	if _, err := nc.Write(appendFrame(nil, flagCommand, ready)); err != nil {
		return nil, err
	}
	c.show(p[128:])
	return c, nil
}

// secure is the client's side of the handshake.
func (k curveClient) secure(nc net.Conn, typ zmq4.SocketType, identity []byte) (net.Conn, error) {
	return k.shake(nc, metadata(typ, identity))
}

// shake does the handshake with these properties of the client's socket.
func (k curveClient) shake(nc net.Conn, properties []byte) (*curveConn, error) {
	S := &k.Server
	keys := k.Keys
	if keys == nil {
		fresh, err := NewKeyPair()
		if err != nil {
			return nil, err
		}
		keys = &fresh
	}
	r := bufio.NewReaderSize(nc, readBufBytes)
	if err := greetCurve(nc, r, 0); err != nil {
		return nil, err
	}
	Ct, ct, err := box.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	n8 := binary.BigEndian.AppendUint64(nil, 1)
	hello := append([]byte("\x05HELLO\x01\x00"), make([]byte, 72)...)
	hello = append(append(hello, Ct[:]...), n8...)
	hello = box.Seal(hello, make([]byte, 64), nonce("CurveZMQHELLO---", n8), (*[32]byte)(S), ct)
	if _, err := nc.Write(appendFrame(nil, flagCommand, hello)); err != nil {
		return nil, err
	}
	b, err := readCommand(r, "WELCOME")
	if err != nil {
		return nil, fmt.Errorf("%w (has this server another key?)", err)
	}
	if len(b) != 24+box.Overhead+128 {
		return nil, badCurve("WELCOME")
	}
	w, ok := box.Open(nil, b[24:], nonce("WELCOME-", b[8:24]), (*[32]byte)(S), ct)
	if !ok {
		return nil, badCurve("WELCOME (has this server another key?)")
	}
	St := Key(w[:32])
	cookie := w[32:]

	var n16 [16]byte
	if _, err := rand.Read(n16[:]); err != nil {
		return nil, err
	}
	vouch := box.Seal(nil, append(append([]byte(nil), Ct[:]...), S[:]...), nonce("VOUCH---", n16[:]), (*[32]byte)(&St), (*[32]byte)(&keys.Secret))
	inner := append(append(append([]byte(nil), keys.Public[:]...), n16[:]...), vouch...)
	inner = append(inner, properties...)
	c := newCurveConn(nc, r)
	box.Precompute(&c.key, (*[32]byte)(&St), ct)
	c.sealPrefix, c.openPrefix = "CurveZMQMESSAGEC", "CurveZMQMESSAGES"
	c.sent = 2
	n8 = binary.BigEndian.AppendUint64(nil, c.sent)
	initiate := append(append([]byte("\x08INITIATE"), cookie...), n8...)
	initiate = box.SealAfterPrecomputation(initiate, inner, nonce("CurveZMQINITIATE", n8), &c.key)
	if _, err := nc.Write(appendFrame(nil, flagCommand, initiate)); err != nil {
		return nil, err
	}
	b, err = readCommand(r, "READY")
	if err != nil {
		return nil, err
	}
	if len(b) < 14+box.Overhead {
		return nil, badCurve("READY")
	}
	md, ok := box.OpenAfterPrecomputation(nil, b[14:], nonce("CurveZMQREADY---", b[6:14]), &c.key)
	if !ok {
		return nil, badCurve("READY")
	}
	c.received = binary.BigEndian.Uint64(b[6:14])
	c.show(md)
	return c, nil
}
