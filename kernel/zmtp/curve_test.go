package zmtp

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/nacl/box"
)

// TestZ85 has the vector of RFC 32 and the key pair of RFC 26's test in libzmq.
func TestZ85(t *testing.T) {
	b := []byte{0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b}
	if s, err := EncodeZ85(b); err != nil || s != "HelloWorld" {
		t.Errorf("encoded %q, %v", s, err)
	}
	if d, err := DecodeZ85("HelloWorld"); err != nil || !bytes.Equal(d, b) {
		t.Errorf("decoded %x, %v", d, err)
	}
	for _, bad := range []string{"Hell", "Hello ", "Hell\"", "Hell\x80", "Hell\\", "#####", "%nSc1"} {
		if d, err := DecodeZ85(bad); err == nil {
			t.Errorf("%q decoded to %x", bad, d)
		}
	}
	if d, err := DecodeZ85("%nSc0"); err != nil || !bytes.Equal(d, []byte{255, 255, 255, 255}) {
		t.Errorf("largest group: %x, %v", d, err)
	}
	if s, err := EncodeZ85([]byte{1}); err == nil {
		t.Errorf("one byte encoded to %q", s)
	}
	if _, err := ParseKeyPair("Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID", "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs"); err != nil {
		t.Error(err)
	}
}

func FuzzZ85(f *testing.F) {
	f.Add("HelloWorld", []byte("four"))
	f.Fuzz(func(t *testing.T, s string, b []byte) {
		if d, err := DecodeZ85(s); err == nil {
			if again, err := EncodeZ85(d); err != nil || again != s {
				t.Errorf("%q became %q, %v", s, again, err)
			}
		}
		if e, err := EncodeZ85(b); err == nil {
			if d, err := DecodeZ85(e); err != nil || !bytes.Equal(d, b) {
				t.Errorf("%x became %x, %v", b, d, err)
			}
		}
	})
}

// TestKeys: text form, wrong pairs, and no secret key in anything printed.
func TestKeys(t *testing.T) {
	k, err := NewKeyPair()
	if err != nil {
		t.Fatal(err)
	}
	other, err := NewKeyPair()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := ParseKeyPair(k.Public.Z85(), k.Secret.Z85()); err != nil || got != k {
		t.Errorf("%v, %v", got, err)
	}
	for _, bad := range [][2]string{
		{k.Public.Z85(), other.Secret.Z85()}, {k.Secret.Z85(), k.Public.Z85()}, {"", k.Secret.Z85()},
		{k.Public.Z85(), k.Secret.Z85()[:39]}, {k.Public.Z85(), strings.Repeat(" ", 40)},
	} {
		if _, err := ParseKeyPair(bad[0], bad[1]); err == nil {
			t.Errorf("%q is a pair", bad)
		} else if strings.Contains(err.Error(), k.Secret.Z85()[:20]) {
			t.Errorf("the error repeats the key: %v", err)
		}
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("keys", "k", k, "p", &k)
	for _, s := range []string{log.String(), fmt.Sprint(k), fmt.Sprintf("%v %+v %#v %s", k, k, k, k), fmt.Sprintf("%+v", Options{Curve: &k})} {
		if strings.Contains(s, k.Secret.Z85()) || strings.Contains(s, fmt.Sprintf("%d", k.Secret[:])) || strings.Contains(s, fmt.Sprintf("%d %d %d", k.Secret[0], k.Secret[1], k.Secret[2])) {
			t.Errorf("shows the secret key: %s", s)
		}
	}
}

// TestCurveRefuses: who does not know the server's key, or speaks no CURVE, gets
// nothing; a CURVE client does not talk to a plain server.
func TestCurveRefuses(t *testing.T) {
	keys, err := NewKeyPair()
	if err != nil {
		t.Fatal(err)
	}
	other, err := NewKeyPair()
	if err != nil {
		t.Fatal(err)
	}
	r := router(t, Options{Curve: &keys})
	open := router(t, Options{})
	for name, c := range map[string]struct {
		r     *Router
		curve *CurveClient
	}{
		"wrong server key":               {r, &CurveClient{Server: other.Public}},
		"wrong server key, its own pair": {r, &CurveClient{Server: other.Public, Keys: &other}},
		"server key of zeros":            {r, &CurveClient{}},
		"no CURVE":                       {r, nil},
		"plain server":                   {open, &CurveClient{Server: keys.Public}},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		if d, err := DialDealer(ctx, c.r.Addr(), DialOptions{Curve: c.curve}); err == nil {
			d.Close(0)
			t.Errorf("%s: connected", name)
		}
		cancel()
	}
	for _, s := range []*Router{r, open} {
		if st := s.Stats(); st.Handshakes != 0 || st.Accepted == 0 {
			t.Errorf("stats %+v", st)
		}
	}
}

// curveRaw is a client that has done the handshake and then sends what the test
// wants.
func curveRaw(t testing.TB, addr string, keys KeyPair) *curveConn {
	t.Helper()
	nc := rawDial(t, addr, nil)
	c, err := (curveClient{CurveClient{Server: keys.Public}}).shake(nc, metadata("DEALER", []byte("raw")))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// boxed is a MESSAGE with this nonce and plain text (flags, then the body).
func (c *curveConn) boxed(n uint64, text []byte) []byte {
	n8 := binary.BigEndian.AppendUint64(nil, n)
	return appendFrame(nil, 0, box.SealAfterPrecomputation(append([]byte(messageName), n8...), text, nonce(c.sealPrefix, n8), &c.key))
}

// TestCurveTampering: a changed, replayed or unboxed frame ends the connection
// and what it carries is not delivered.
func TestCurveTampering(t *testing.T) {
	keys, err := NewKeyPair()
	if err != nil {
		t.Fatal(err)
	}
	r := router(t, Options{Curve: &keys})
	good := []byte("\x00good")
	for name, attack := range map[string]func(c *curveConn) []byte{
		"changed box":     func(c *curveConn) []byte { b := c.boxed(10, good); b[len(b)-1] ^= 1; return b },
		"changed nonce":   func(c *curveConn) []byte { b := c.boxed(10, good); b[17] ^= 1; return b },
		"replayed":        func(c *curveConn) []byte { return c.boxed(9, good) },
		"older nonce":     func(c *curveConn) []byte { return c.boxed(3, good) },
		"nonce zero":      func(c *curveConn) []byte { return c.boxed(0, good) },
		"not a MESSAGE":   func(c *curveConn) []byte { return appendFrame(nil, 0, make([]byte, 100)) },
		"plain frame":     func(c *curveConn) []byte { return appendFrame(nil, 0, []byte("plain")) },
		"empty frame":     func(c *curveConn) []byte { return []byte{0, 0} },
		"box of nothing":  func(c *curveConn) []byte { return c.boxed(10, nil) },
		"second HELLO":    func(c *curveConn) []byte { return rawCommand("HELLO", strings.Repeat("x", 194)) },
		"frame too large": func(c *curveConn) []byte { return announce(256<<20 + 1000) },
		"frame of 2^62":   func(c *curveConn) []byte { return announce(1 << 62) },
	} {
		c := curveRaw(t, r.Addr(), keys)
		c.Conn.Write(c.boxed(9, []byte("\x00first")))
		if m, err := r.Recv(testContext(t)); err != nil || !equal(m.Frames, frames("first")) {
			t.Fatalf("%s: %q, %v", name, m.Frames, err)
		}
		c.Conn.Write(attack(c))
		awaitEnd(t, c.Conn)
		r.in.mu.Lock()
		if len(r.in.ready) > 0 {
			t.Errorf("%s: delivered %q", name, r.in.ready[0].queue[0])
		}
		r.in.mu.Unlock()
		if t.Failed() {
			t.Fatal("after ", name)
		}
	}
}

// TestCurveFlags: libzmq puts the command flag of a PING inside the box; a
// MESSAGE may be a message frame or, as in the RFC, a command frame.
func TestCurveFlags(t *testing.T) {
	keys, err := NewKeyPair()
	if err != nil {
		t.Fatal(err)
	}
	r := router(t, Options{Curve: &keys})
	c := curveRaw(t, r.Addr(), keys)
	asCommand := c.boxed(12, []byte("\x00b"))
	asCommand[0] |= flagCommand
	c.Conn.Write(join(c.boxed(10, []byte("\x02\x04PING\x00\x00ctx")), c.boxed(11, []byte("\x01a")), asCommand))
	if m, err := r.Recv(testContext(t)); err != nil || !equal(m.Frames, frames("a", "b")) {
		t.Fatalf("got %q, %v", m.Frames, err)
	}
	c.in = nil // the made-up handshake
	c.SetReadDeadline(time.Now().Add(20 * time.Second))
	want := rawCommand("PONG", "ctx")
	got := make([]byte, len(want))
	for n := 0; n < len(got); {
		k, err := c.Read(got[n:])
		if n += k; err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestCurveHidesText: nothing of a message is readable on the network.
func TestCurveHidesText(t *testing.T) {
	keys, err := NewKeyPair()
	if err != nil {
		t.Fatal(err)
	}
	r := router(t, Options{Curve: &keys})
	go echo(r)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	seen := make(chan []byte, 2)
	go func() { // a relay that keeps what passes
		a, err := ln.Accept()
		if err != nil {
			return
		}
		b := rawDial(t, r.Addr(), nil)
		relay := func(dst, src net.Conn) {
			var all bytes.Buffer
			buf := make([]byte, 4096)
			for {
				n, err := src.Read(buf)
				all.Write(buf[:n])
				dst.Write(buf[:n])
				if err != nil {
					dst.Close()
					seen <- all.Bytes()
					return
				}
			}
		}
		go relay(a, b)
		relay(b, a)
	}()
	d, err := DialDealer(testContext(t), fmt.Sprint("tcp://", ln.Addr()), DialOptions{Identity: []byte("secret identity"), Curve: &CurveClient{Server: keys.Public}})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Send(frames("secret text")); err != nil {
		t.Fatal(err)
	}
	if m, err := d.Recv(testContext(t)); err != nil || !equal(m, frames("secret text")) {
		t.Fatalf("%q, %v", m, err)
	}
	if err := d.Close(5 * time.Second); err != nil && !errors.Is(err, net.ErrClosed) {
		t.Fatal(err)
	}
	for range 2 {
		if b := <-seen; len(b) < 200 || bytes.Contains(b, []byte("secret")) {
			t.Errorf("%d bytes passed; the text is readable or nothing passed", len(b))
		}
	}
}
