package worker

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
)

// A frame is one message between supervisor and child:
//
//	length  uint32  bytes that follow
//	kind    uint8   what it is
//	_       [3]byte zero
//	id      uint64  the request that it belongs to
//	sync    uint64  number of the sync marker to wait for; 0: none
//	n       uint32  bytes of body
//	body    [n]byte JSON
//	then, to the end, any number of buffers: uint32 length, bytes
//
// All numbers are big endian.
type frame struct {
	kind    frameKind
	id      uint64
	sync    uint64
	body    []byte
	buffers [][]byte
}

const (
	frameHeader = 4 + 1 + 3 + 8 + 8 + 4 // with both lengths
	frameFixed  = frameHeader - 4       // least value of length

	// maxFrame bounds what either side sends and takes.
	maxFrame = 512 << 20
	// frameChunk is how much is allocated ahead of the bytes that have come:
	// a wrong length costs no memory.
	frameChunk = 1 << 20
)

// frameKind says what a frame is.
type frameKind uint8

// From the supervisor to the child.
const (
	frameHello frameKind = iota + 1
	frameExecute
	frameEvaluate
	frameComplete
	frameInspect
	frameIsComplete
	frameComm
	frameInterrupt
	frameCancel
	frameInputReply
	frameShutdown
)

// From the child to the supervisor.
const (
	frameReady   frameKind = iota + 64
	frameStarted           // the executor has been given the cell
	frameResult            // of execute, evaluate and comm: ordered with output
	frameAnswer            // of complete, inspect and is_complete: not ordered
	frameDisplay
	frameUpdate
	frameClear
	frameCommOut
	frameInputRequest
	frameInputCancel
	frameRelease // nothing in the child holds this request's output any more
	frameLog
	frameTooBig // the child measured its own memory beyond the limit
)

func (k frameKind) known() bool {
	return k >= frameHello && k <= frameShutdown || k >= frameReady && k <= frameTooBig
}

// errFrame marks everything that is wrong with the bytes of a frame.
var errFrame = errors.New("malformed frame")

// newFrame makes a frame with body written as JSON; nil leaves it empty.
func newFrame(kind frameKind, id uint64, body any, buffers ...[]byte) (frame, error) {
	f := frame{kind: kind, id: id, buffers: buffers}
	if body == nil {
		return f, nil
	}
	var err error
	if f.body, err = json.Marshal(body); err != nil {
		return frame{}, err
	}
	if n := f.size(); n > maxFrame {
		return frame{}, fmt.Errorf("a message of %s is larger than %s, the most that the worker passes on", formatBytes(n), formatBytes(maxFrame))
	}
	return f, nil
}

// size is how long the frame is as bytes.
func (f frame) size() uint64 {
	n := uint64(frameHeader) + uint64(len(f.body))
	for _, b := range f.buffers {
		n += 4 + uint64(len(b))
	}
	return n
}

// append adds the frame as bytes to b.
func (f frame) append(b []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(f.size()-4))
	b = append(b, byte(f.kind), 0, 0, 0)
	b = binary.BigEndian.AppendUint64(b, f.id)
	b = binary.BigEndian.AppendUint64(b, f.sync)
	b = binary.BigEndian.AppendUint32(b, uint32(len(f.body)))
	b = append(b, f.body...)
	for _, buf := range f.buffers {
		b = binary.BigEndian.AppendUint32(b, uint32(len(buf)))
		b = append(b, buf...)
	}
	return b
}

// readFrame reads one frame. It returns io.EOF at the end before a frame, and
// an error that wraps errFrame when the bytes are none.
func readFrame(r io.Reader) (frame, error) {
	var head [frameHeader]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return frame{}, fmt.Errorf("%w: it ends inside its header: %w", errFrame, err)
		}
		return frame{}, err
	}
	length := binary.BigEndian.Uint32(head[0:])
	f := frame{
		kind: frameKind(head[4]),
		id:   binary.BigEndian.Uint64(head[8:]),
		sync: binary.BigEndian.Uint64(head[16:]),
	}
	n := binary.BigEndian.Uint32(head[24:])
	switch {
	case length < frameFixed || length > maxFrame:
		return frame{}, fmt.Errorf("%w: length %d, want %d to %d", errFrame, length, frameFixed, maxFrame)
	case !f.kind.known():
		return frame{}, fmt.Errorf("%w: kind %d", errFrame, f.kind)
	case head[5]|head[6]|head[7] != 0:
		return frame{}, fmt.Errorf("%w: padding is not zero", errFrame)
	case n > length-frameFixed:
		return frame{}, fmt.Errorf("%w: a body of %d bytes in %d", errFrame, n, length-frameFixed)
	}
	rest, err := readBytes(r, int(length-frameFixed))
	if err != nil {
		return frame{}, err
	}
	f.body, rest = rest[:n:n], rest[n:]
	for len(rest) > 0 {
		if len(rest) < 4 {
			return frame{}, fmt.Errorf("%w: %d bytes after the last buffer", errFrame, len(rest))
		}
		n := binary.BigEndian.Uint32(rest)
		rest = rest[4:]
		if uint64(n) > uint64(len(rest)) {
			return frame{}, fmt.Errorf("%w: a buffer of %d bytes in %d", errFrame, n, len(rest))
		}
		f.buffers = append(f.buffers, rest[:n:n])
		rest = rest[n:]
	}
	return f, nil
}

// readBytes reads n bytes and allocates no faster than they come.
func readBytes(r io.Reader, n int) ([]byte, error) {
	b := make([]byte, 0, min(n, frameChunk))
	for len(b) < n {
		if len(b) == cap(b) {
			grown := make([]byte, len(b), min(n, 2*cap(b)))
			copy(grown, b)
			b = grown
		}
		m, err := io.ReadFull(r, b[len(b):cap(b)])
		b = b[:len(b)+m]
		if err != nil {
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				return nil, fmt.Errorf("%w: it ends after %d of %d bytes: %w", errFrame, len(b), n, io.ErrUnexpectedEOF)
			}
			return nil, err
		}
	}
	return b, nil
}

// decode reads the frame's body into v.
func (f frame) decode(v any) error {
	if err := json.Unmarshal(f.body, v); err != nil {
		return fmt.Errorf("%w: kind %d: %w", errFrame, f.kind, err)
	}
	return nil
}

// formatBytes writes a size as people do: 1.5 GiB.
func formatBytes(n uint64) string {
	const units = "KMGTPE"
	if n < 1024 {
		return fmt.Sprintf("%d bytes", n)
	}
	f, i := float64(n)/1024, 0
	for f >= 1024 && i < len(units)-1 {
		f, i = f/1024, i+1
	}
	if f == math.Trunc(f) {
		return fmt.Sprintf("%.0f %ciB", f, units[i])
	}
	return fmt.Sprintf("%.1f %ciB", f, units[i])
}
