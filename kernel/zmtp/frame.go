package zmtp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
)

// Flags of a ZMTP 3 frame.
const (
	flagMore    = 1
	flagLong    = 2
	flagCommand = 4
)

// header is the head of one ZMTP frame as it was read.
type header struct {
	raw   [9]byte
	n     int    // bytes used of raw: 2, or 9 for a long frame
	flags byte   // raw[0]
	size  uint64 // bytes of the body
}

// readHeader reads a frame header. Reserved flags and a command with a more flag
// are errors; the size is not yet checked.
func readHeader(r io.Reader) (h header, err error) {
	if _, err := io.ReadFull(r, h.raw[:2]); err != nil {
		return h, err
	}
	h.n, h.flags, h.size = 2, h.raw[0], uint64(h.raw[1])
	if h.flags&^(flagMore|flagLong|flagCommand) != 0 || h.flags&(flagMore|flagCommand) == flagMore|flagCommand {
		return h, fmt.Errorf("frame with flags %#02x, want a combination of more (1) or command (4) with long (2)", h.flags)
	}
	if h.flags&flagLong != 0 {
		if _, err := io.ReadFull(r, h.raw[2:9]); err != nil {
			return h, err
		}
		h.n, h.size = 9, binary.BigEndian.Uint64(h.raw[1:])
	}
	return h, nil
}

// appendHeader appends the header of a frame of n bytes.
func appendHeader(b []byte, flags byte, n int) []byte {
	if n <= 255 {
		return append(b, flags, byte(n))
	}
	b = append(b, flags|flagLong)
	return binary.BigEndian.AppendUint64(b, uint64(n))
}

// appendFrame appends header and body.
func appendFrame(b []byte, flags byte, body []byte) []byte {
	return append(appendHeader(b, flags, len(body)), body...)
}

// readGrowing reads n bytes. Beyond eagerBytes memory is taken as the bytes
// arrive, never more than twice of what is there, so that an announcement alone
// costs nothing. charge, if not nil, is asked before memory is taken.
func readGrowing(r io.Reader, n uint64, charge func(int) error) ([]byte, error) {
	var buf []byte
	for uint64(len(buf)) < n {
		have := len(buf)
		next := int(min(n, uint64(max(2*have, eagerBytes))))
		if charge != nil {
			if err := charge(next - have); err != nil {
				return nil, err
			}
		}
		grown := make([]byte, next)
		copy(grown, buf)
		if _, err := io.ReadFull(r, grown[have:]); err != nil {
			return nil, err
		}
		buf = grown
	}
	return buf, nil
}

// isEOF reports whether err says that the other side ended the connection.
func isEOF(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}

// messageSize is what a message counts for in the bounds: its bytes, and
// something for each frame, so that a million empty frames are not free.
func messageSize(frames [][]byte) int {
	n := frameOverhead * (1 + len(frames))
	for _, f := range frames {
		n += len(f)
	}
	return n
}
