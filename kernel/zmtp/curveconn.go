package zmtp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"net"

	"golang.org/x/crypto/nacl/box"
)

// curveConn is a connection after the CURVE handshake: real CurveZMQ on the
// network, plain ZMTP 3.0 frames towards the guard above.
//
// Like a guard it has one reading and one writing goroutine.
type curveConn struct {
	net.Conn
	r                      io.Reader // buffers Conn
	key                    [32]byte  // precomputed from both short-term keys
	sealPrefix, openPrefix string    // of the nonces of MESSAGE

	// Reading.
	maxBody  uint64          // plain bytes allowed in one frame
	charge   func(int) error // set after the handshake: accounts for memory
	received uint64          // the other side's last nonce; it has to grow
	in       [][]byte        // plain bytes to hand up

	// Writing.
	progress func() // set after the handshake: called after each write
	sent     uint64 // our last nonce
	skip     int    // bytes of the module's greeting still to swallow
	ready    bool   // the module's READY was swallowed
	head     []byte // bytes of the header of the frame being written
	want     int    // bytes missing of its body
	plain    []byte // the flags byte of a MESSAGE, then the body so far
	wire     []byte // reused for what goes out
}

func newCurveConn(nc net.Conn, r io.Reader) *curveConn {
	return &curveConn{Conn: nc, r: r, maxBody: smallMessage, skip: 64, progress: func() {}}
}

// show makes the module read a NULL greeting and a READY with the other side's
// metadata.
func (c *curveConn) show(metadata []byte) {
	ready := append([]byte("\x05READY"), metadata...)
	c.in = [][]byte{curveGreeting("NULL", 0), appendFrame(nil, flagCommand, ready)}
}

const (
	messageName    = "\x07MESSAGE"
	messageOverrun = len(messageName) + 8 + box.Overhead + 1 // name, nonce, box, flags
)

// Read opens one MESSAGE at a time and hands it up as a plain frame.
func (c *curveConn) Read(p []byte) (int, error) {
	for len(c.in) == 0 {
		if err := c.next(); err != nil {
			return 0, fatalError{err}
		}
	}
	n := copy(p, c.in[0])
	if c.in[0] = c.in[0][n:]; len(c.in[0]) == 0 {
		c.in = c.in[1:]
	}
	return n, nil
}

func (c *curveConn) next() error {
	h, err := readHeader(c.r)
	if err != nil {
		return err
	}
	// libzmq sends MESSAGE as an ordinary frame, the RFC as a command.
	if h.size < uint64(messageOverrun) {
		return fmt.Errorf("CURVE MESSAGE of %d bytes, the shortest has %d", h.size, messageOverrun)
	}
	if h.size > c.maxBody+uint64(messageOverrun) {
		return fmt.Errorf("CURVE MESSAGE of %d bytes, at most %d are taken: %w", h.size, c.maxBody+uint64(messageOverrun), ErrLimit)
	}
	b, err := readGrowing(c.r, h.size, c.charge)
	if err != nil {
		return err
	}
	if string(b[:8]) != messageName {
		return errors.New("CURVE: a frame that is no MESSAGE")
	}
	n := binary.BigEndian.Uint64(b[8:16])
	if n <= c.received {
		return errors.New("CURVE: nonce used before")
	}
	d, ok := box.OpenAfterPrecomputation(nil, b[16:], nonce(c.openPrefix, b[8:16]), &c.key)
	if !ok {
		return errors.New("CURVE: box that does not open")
	}
	c.received = n
	flags := d[0] & flagMore
	if d[0]&2 != 0 { // inside a MESSAGE the command flag is bit 1
		flags |= flagCommand
	}
	c.in = append(c.in, appendHeader(nil, flags, len(d)-1))
	if len(d) > 1 {
		c.in = append(c.in, d[1:])
	}
	return nil
}

// Write takes plain frames, in any pieces, and writes each one in a MESSAGE when
// it is whole.
func (c *curveConn) Write(p []byte) (int, error) {
	total := len(p)
	if c.skip > 0 {
		n := min(c.skip, len(p))
		c.skip -= n
		p = p[n:]
	}
	for len(p) > 0 || c.want == 0 && len(c.plain) > 0 {
		if len(c.plain) == 0 {
			if p = c.header(p); len(c.plain) == 0 {
				break // header not yet whole
			}
		}
		n := min(c.want, len(p))
		c.plain = append(c.plain, p[:n]...)
		c.want -= n
		p = p[n:]
		if c.want == 0 {
			if err := c.seal(); err != nil {
				return 0, err
			}
		}
	}
	return total, c.flush()
}

// header takes the bytes of a frame's header from p and, when it is whole,
// begins plain. It returns the rest of p.
func (c *curveConn) header(p []byte) []byte {
	for len(p) > 0 {
		c.head = append(c.head, p[0])
		p = p[1:]
		size := 2
		if c.head[0]&flagLong != 0 {
			size = 9
		}
		if len(c.head) < size {
			continue
		}
		if c.want = int(c.head[1]); size == 9 {
			c.want = int(binary.BigEndian.Uint64(c.head[1:])) // the module wrote it from a slice's length
		}
		flags := c.head[0] & flagMore
		if c.head[0]&flagCommand != 0 {
			flags |= 2
		}
		if cap(c.plain) < c.want+1 {
			c.plain = make([]byte, 0, c.want+1)
		}
		c.plain = append(c.plain, flags)
		c.head = c.head[:0]
		break
	}
	return p
}

// seal appends plain to wire in a MESSAGE. The first frame is the module's READY,
// which the handshake has already sent.
func (c *curveConn) seal() error {
	defer func() {
		if c.plain = c.plain[:0]; cap(c.plain) > 4*flushBytes {
			c.plain = nil
		}
	}()
	if !c.ready {
		c.ready = true
		return nil
	}
	if c.sent == math.MaxUint64 {
		return errors.New("CURVE: nonces used up")
	}
	c.sent++
	var n8 [8]byte
	binary.BigEndian.PutUint64(n8[:], c.sent)
	size := len(messageName) + 8 + box.Overhead + len(c.plain)
	if cap(c.wire)-len(c.wire) < size+9 {
		if err := c.flush(); err != nil {
			return err
		}
		c.wire = make([]byte, 0, max(size+9, flushBytes))
	}
	c.wire = appendHeader(c.wire, 0, size)
	c.wire = append(append(c.wire, messageName...), n8[:]...)
	c.wire = box.SealAfterPrecomputation(c.wire, c.plain, nonce(c.sealPrefix, n8[:]), &c.key)
	return nil
}

func (c *curveConn) flush() error {
	_, err := writePieces(c.Conn, c.wire, c.progress)
	if c.wire = c.wire[:0]; cap(c.wire) > 4*flushBytes {
		c.wire = nil
	}
	return err
}
