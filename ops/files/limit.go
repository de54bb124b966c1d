package files

import (
	"bytes"
	"fmt"
	"io"
	"math"

	"cahier/ops"
)

// What compressed data may always grow to, and how many times its size.
const (
	freeBytes = 16 << 20
	maxGrowth = 100
)

// maxRank is the number of axes that NumPy allows.
const maxRank = 64

// chunk is the number of elements that memory is taken for before any of them
// has been seen.
const chunk = 1 << 16

// expansion is a reader of what was compressed. It fails when more comes out
// than is plausible; all parts of one file share one.
type expansion struct {
	limit  int64        // the user's own; 0: see below
	packed func() int64 // the compressed bytes, as far as they were read
	out    int64
}

// room returns an error if n more bytes are too many.
func (e *expansion) room(n int64) error {
	allowed := e.limit
	if allowed <= 0 {
		allowed = max(freeBytes, min(e.packed(), math.MaxInt64/maxGrowth)*maxGrowth)
	}
	if n > allowed-e.out {
		return fmt.Errorf("the compressed data grows to more than %d bytes: if you trust the file, MaxBytes in the options allows more", allowed)
	}
	return nil
}

// of limits a part.
func (e *expansion) of(r io.Reader) io.Reader { return expanding{e, r} }

type expanding struct {
	e *expansion
	r io.Reader
}

func (x expanding) Read(p []byte) (int, error) {
	n, err := x.r.Read(p)
	x.e.out += int64(n)
	if e := x.e.room(0); e != nil {
		return 0, e
	}
	return n, err
}

// counter counts what is read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// lines is a reader that fails on a line of text that is implausibly long,
// before somebody keeps it.
type lines struct {
	r    io.Reader
	long int
}

const maxLine = 1 << 20

func (l *lines) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	for b := p[:n]; ; {
		i := bytes.IndexByte(b, '\n')
		if i < 0 {
			l.long += len(b)
			break
		}
		l.long, b = 0, b[i+1:]
	}
	if l.long > maxLine {
		return 0, fmt.Errorf("has a line of more than %d bytes: is it a table?", maxLine)
	}
	return n, err
}

// elements is the number of elements of a shape that a file declares.
func elements(shape []int) (int, error) {
	if len(shape) > maxRank {
		return 0, fmt.Errorf("has %d axes, want at most %d", len(shape), maxRank)
	}
	product, n := 1, 1
	for _, d := range shape {
		if d < 0 {
			return 0, fmt.Errorf("the shape %v has a negative size", ops.Shape(shape))
		}
		// A size of 0 makes the tensor empty and does not excuse the others.
		if d > 0 && product > math.MaxInt/16/d {
			return 0, fmt.Errorf("the shape %v has more elements than memory can be addressed", ops.Shape(shape))
		}
		product *= max(d, 1)
		n *= d
	}
	return n, nil
}
