// Package onnx reads the test vectors of the ONNX project: models of one node
// and tensors, in protocol buffers. It knows the fields that these files use
// and no others, and serves tests.
package onnx

import (
	"encoding/binary"
	"fmt"
)

// field is one field of a protocol buffer message: v for numbers, b for
// everything that has a length.
type field struct {
	num int
	v   uint64
	b   []byte
}

// fields splits a message.
func fields(b []byte) ([]field, error) {
	var out []field
	for len(b) > 0 {
		tag, n := binary.Uvarint(b)
		if n <= 0 {
			return nil, fmt.Errorf("onnx: field %d: bad tag", len(out))
		}
		b = b[n:]
		f := field{num: int(tag >> 3)}
		size := 0
		switch tag & 7 {
		case 0:
			if f.v, n = binary.Uvarint(b); n <= 0 {
				return nil, fmt.Errorf("onnx: field %d: bad number", f.num)
			}
			b = b[n:]
			out = append(out, f)
			continue
		case 1:
			size = 8
		case 5:
			size = 4
		case 2:
			length, n := binary.Uvarint(b)
			if n <= 0 || length > uint64(len(b)-n) {
				return nil, fmt.Errorf("onnx: field %d: longer than the message", f.num)
			}
			b = b[n:]
			size = int(length)
		default:
			return nil, fmt.Errorf("onnx: field %d: unknown wire type %d", f.num, tag&7)
		}
		if size > len(b) {
			return nil, fmt.Errorf("onnx: field %d: cut off", f.num)
		}
		f.b, b = b[:size:size], b[size:]
		out = append(out, f)
	}
	return out, nil
}

// numbers returns a repeated number, packed or not.
func (f field) numbers() ([]uint64, error) {
	if f.b == nil {
		return []uint64{f.v}, nil
	}
	var out []uint64
	for b := f.b; len(b) > 0; {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			return nil, fmt.Errorf("onnx: field %d: bad number in a list", f.num)
		}
		out, b = append(out, v), b[n:]
	}
	return out, nil
}
