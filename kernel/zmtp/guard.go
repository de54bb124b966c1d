package zmtp

import (
	"bufio"
	"fmt"
	"io"
	"net"
)

// guard is the net.Conn under a zmq4.Conn. It follows the ZMTP framing of what
// is read and refuses a frame before the module allocates it, answers PING, and
// coalesces what is written until Flush.
//
// Read belongs to the goroutine that reads from the connection and Write and
// Flush to the one that writes; during the handshake both are the same.
type guard struct {
	net.Conn
	r         io.Reader // buffers Conn; or Conn itself, when that is a curveConn and buffers
	maxBytes  uint64    // allowed in one message
	maxFrames int       // allowed in one message
	greeting  int       // bytes of the 64-byte greeting still to pass
	head      []byte    // checked bytes to hand up before more is read: a header, the start of a body
	headBuf   [9]byte
	body      uint64 // bytes of the current frame still to be handed up from r
	total     uint64 // bytes of the current message so far
	frames    int    // frames of the current message so far

	// Set after the handshake.
	pong     func(body []byte) // queues a command; nil: commands go to the module
	charge   func(int) error   // accounts for memory that a frame will take; nil: somebody below does
	progress func()            // called after each write

	coalesce bool // false during the handshake: every write goes out at once
	wbuf     []byte
}

// fatalError is final to the module, which retries errors that call themselves
// temporary.
type fatalError struct{ error }

func (fatalError) Timeout() bool   { return false }
func (fatalError) Temporary() bool { return false }
func (e fatalError) Unwrap() error { return e.error }

// newGuard wraps c for the handshake: 4 KB, commands reach the module.
func newGuard(c net.Conn, maxFrames int) *guard {
	g := &guard{Conn: c, maxBytes: smallMessage, maxFrames: maxFrames, greeting: 64}
	if cc, ok := c.(*curveConn); ok {
		g.r = cc
	} else {
		g.r = bufio.NewReaderSize(c, readBufBytes)
	}
	return g
}

// Read hands up the greeting, then whole checked frames.
func (g *guard) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if g.greeting > 0 {
		n, err := g.r.Read(p[:min(len(p), g.greeting)])
		g.greeting -= n
		return n, err
	}
	for len(g.head) == 0 && g.body == 0 {
		if err := g.next(); err != nil {
			g.Conn.Close()
			return 0, fatalError{err}
		}
	}
	if len(g.head) > 0 {
		n := copy(p, g.head)
		if g.head = g.head[n:]; len(g.head) == 0 {
			g.head = nil // the start of a large body can go
		}
		return n, nil
	}
	if uint64(len(p)) > g.body {
		p = p[:g.body]
	}
	n, err := g.r.Read(p)
	g.body -= uint64(n)
	return n, err
}

// next reads and checks one frame header. After the handshake a command never
// reaches the module, which would hand it up as a message and answer PING from
// the wrong goroutine.
func (g *guard) next() error {
	h, err := readHeader(g.r)
	if err != nil {
		return err
	}
	if h.flags&flagCommand != 0 && g.pong != nil {
		return g.command(h.size)
	}
	switch {
	case h.size > g.maxBytes || g.total+h.size > g.maxBytes:
		return fmt.Errorf("message of %d bytes or more, at most %d are taken: %w", h.size, g.maxBytes, ErrLimit)
	case g.frames >= g.maxFrames:
		return fmt.Errorf("message of more than %d frames: %w", g.maxFrames, ErrLimit)
	}
	g.total += h.size
	g.frames++
	if h.flags&flagMore == 0 {
		g.total, g.frames = 0, 0
	}
	g.head, g.body = append(g.headBuf[:0], h.raw[:h.n]...), h.size
	if g.charge == nil {
		return nil
	}
	// The module allocates the whole body as soon as it sees the header. A large
	// one has to arrive by a quarter first.
	if h.size > eagerBytes {
		start, err := readGrowing(g.r, h.size/4, g.charge)
		if err != nil {
			return err
		}
		g.head = append(append(make([]byte, 0, h.n+len(start)), g.head...), start...)
		g.body -= uint64(len(start))
		return g.charge(int(g.body))
	}
	return g.charge(int(h.size) + frameOverhead)
}

// command takes a command frame after the handshake: PING is answered, others
// mean nothing to these sockets and are dropped. It may stand between the frames
// of a message: libzmq's heartbeat timer does not look.
func (g *guard) command(size uint64) error {
	if size > maxCommand {
		return fmt.Errorf("command of %d bytes, at most %d are taken: %w", size, maxCommand, ErrLimit)
	}
	b := make([]byte, size)
	if _, err := io.ReadFull(g.r, b); err != nil {
		return err
	}
	// PING has 2 bytes of time to live and at most 16 of context, which PONG
	// repeats (ZMTP 3.1, section "Heartbeating").
	if len(b) >= 7 && string(b[:5]) == "\x04PING" && len(b)-7 <= 16 {
		g.pong(append([]byte("\x04PONG"), b[7:]...))
	}
	return nil
}

// Write keeps small writes until Flush. A large one is written through without
// a copy, in pieces, so that a slow reader's progress is seen.
func (g *guard) Write(p []byte) (int, error) {
	if !g.coalesce {
		return g.Conn.Write(p)
	}
	if len(p) < flushBytes {
		g.wbuf = append(g.wbuf, p...)
		return len(p), nil
	}
	if err := g.Flush(); err != nil {
		return 0, err
	}
	return g.through(p)
}

// Flush writes what Write kept.
func (g *guard) Flush() error {
	if len(g.wbuf) == 0 {
		return nil
	}
	_, err := g.through(g.wbuf)
	if g.wbuf = g.wbuf[:0]; cap(g.wbuf) > 4*flushBytes {
		g.wbuf = nil
	}
	return err
}

func (g *guard) through(p []byte) (written int, err error) {
	if _, ok := g.Conn.(*curveConn); ok { // does its own pieces
		return g.Conn.Write(p)
	}
	return writePieces(g.Conn, p, g.progress)
}

// writePieces writes p in pieces of chunkBytes and reports each one.
func writePieces(w io.Writer, p []byte, progress func()) (written int, err error) {
	for len(p) > 0 {
		n, err := w.Write(p[:min(len(p), chunkBytes)])
		written += n
		if err != nil {
			return written, err
		}
		p = p[n:]
		progress()
	}
	return written, nil
}
