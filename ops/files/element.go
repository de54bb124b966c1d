package files

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"cahier/ops"
)

// element is how one element lies in a file.
type element struct {
	kind byte // of NumPy: b bool, u unsigned, i signed, f float; B is bfloat16
	size int  // bytes
	big  bool // big endian
}

// read reads n elements in the order of the file, as a tensor of one axis.
// Memory is taken as they come, unless it is known that they are there.
func (e element) read(r io.Reader, n int, known bool) (*ops.Tensor, error) {
	var order binary.ByteOrder = binary.LittleEndian
	if e.big {
		order = binary.BigEndian
	}
	in := source{r: r, n: n, size: e.size, known: known}
	switch {
	case e.kind == 'b':
		v, err := collect(in, func(b []byte) (bool, error) { return b[0] != 0, nil })
		return wrap(v, err, ops.WrapBool)
	case e.kind == 'u' && e.size == 1:
		v, err := collect(in, func(b []byte) (uint8, error) { return b[0], nil })
		return wrap(v, err, ops.WrapUint8)
	case e.kind == 'u' || e.kind == 'i':
		v, err := collect(in, e.integer(order))
		return wrap(v, err, ops.WrapInt64)
	case e.kind == 'f' && e.size == 8:
		v, err := collect(in, func(b []byte) (float64, error) { return math.Float64frombits(order.Uint64(b)), nil })
		return wrap(v, err, ops.Wrap64)
	case e.kind == 'f' && e.size == 4:
		v, err := collect(in, func(b []byte) (float32, error) { return math.Float32frombits(order.Uint32(b)), nil })
		return wrap(v, err, ops.Wrap32)
	case e.kind == 'f' && e.size == 2:
		v, err := collect(in, func(b []byte) (float32, error) { return float16(order.Uint16(b)), nil })
		return wrap(v, err, ops.Wrap32)
	}
	v, err := collect(in, func(b []byte) (float32, error) { return math.Float32frombits(uint32(order.Uint16(b)) << 16), nil })
	return wrap(v, err, ops.Wrap32)
}

func (e element) integer(order binary.ByteOrder) func(b []byte) (int64, error) {
	signed := e.kind == 'i'
	switch {
	case e.size == 1:
		return func(b []byte) (int64, error) { return int64(int8(b[0])), nil }
	case e.size == 2 && signed:
		return func(b []byte) (int64, error) { return int64(int16(order.Uint16(b))), nil }
	case e.size == 2:
		return func(b []byte) (int64, error) { return int64(order.Uint16(b)), nil }
	case e.size == 4 && signed:
		return func(b []byte) (int64, error) { return int64(int32(order.Uint32(b))), nil }
	case e.size == 4:
		return func(b []byte) (int64, error) { return int64(order.Uint32(b)), nil }
	case signed:
		return func(b []byte) (int64, error) { return int64(order.Uint64(b)), nil }
	}
	return func(b []byte) (int64, error) {
		u := order.Uint64(b)
		if u > math.MaxInt64 {
			return 0, fmt.Errorf("holds %d, which does not fit an Int64", u)
		}
		return int64(u), nil
	}
}

// source is n elements of some bytes each.
type source struct {
	r       io.Reader
	n, size int
	known   bool
}

func collect[T any](in source, convert func(b []byte) (T, error)) ([]T, error) {
	room := min(in.n, chunk)
	buf := make([]byte, room*in.size)
	if in.known {
		room = in.n
	}
	out := make([]T, 0, room)
	for len(out) < in.n {
		b := buf[:min(chunk, in.n-len(out))*in.size]
		if _, err := io.ReadFull(in.r, b); err != nil {
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				return nil, fmt.Errorf("ends within its data: %d elements of %d bytes are declared", in.n, in.size)
			}
			return nil, err
		}
		for ; len(b) > 0; b = b[in.size:] {
			v, err := convert(b)
			if err != nil {
				return nil, err
			}
			out = append(out, v)
		}
	}
	return out, nil
}

func wrap[T any](v []T, err error, of func([]T, ...int) *ops.Tensor) (*ops.Tensor, error) {
	if err != nil {
		return nil, err
	}
	return of(v), nil
}

// float16 is the value of an IEEE 754 number of 16 bits.
func float16(h uint16) float32 {
	sign := uint32(h>>15) << 31
	exponent, fraction := uint32(h>>10)&0x1f, uint32(h)&0x3ff
	switch {
	case exponent == 0x1f: // infinities and NaN, with its payload
		return math.Float32frombits(sign | 0x7f800000 | fraction<<13)
	case exponent != 0:
		return math.Float32frombits(sign | (exponent+112)<<23 | fraction<<13)
	}
	v := float32(fraction) * 0x1p-24 // subnormal there, exact here
	return math.Float32frombits(math.Float32bits(v) | sign)
}

// write writes the elements of t in row-major order, little endian.
func write(w io.Writer, t *ops.Tensor) error {
	buf := make([]byte, 0, chunk)
	full := func() error {
		if len(buf) < chunk-8 {
			return nil
		}
		_, err := w.Write(buf)
		buf = buf[:0]
		return err
	}
	switch t.DType() {
	case ops.Float32:
		for _, v := range t.Float32s() {
			buf = binary.LittleEndian.AppendUint32(buf, math.Float32bits(v))
			if err := full(); err != nil {
				return err
			}
		}
	case ops.Float64:
		for _, v := range t.Float64s() {
			buf = binary.LittleEndian.AppendUint64(buf, math.Float64bits(v))
			if err := full(); err != nil {
				return err
			}
		}
	case ops.Int64:
		for _, v := range t.Int64s() {
			buf = binary.LittleEndian.AppendUint64(buf, uint64(v))
			if err := full(); err != nil {
				return err
			}
		}
	case ops.Uint8:
		_, err := w.Write(t.Uint8s())
		return err
	case ops.Bool:
		for _, v := range t.Bools() {
			b := byte(0)
			if v {
				b = 1
			}
			buf = append(buf, b)
			if err := full(); err != nil {
				return err
			}
		}
	}
	_, err := w.Write(buf)
	return err
}

// usable returns an error unless t is a tensor.
func usable(t *ops.Tensor) error {
	if t == nil {
		return errors.New("is nil, want a tensor")
	}
	if ops.Try(func() { t.Unsqueeze(0) }) != nil {
		return errors.New("is an empty ops.Tensor value: tensors are made by ops.Zeros, ops.From and the like")
	}
	return nil
}
