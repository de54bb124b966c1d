package onnx

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Element types of TensorProto.data_type.
const (
	Float32 = 1
	Uint8   = 2
	Int8    = 3
	Int32   = 6
	Int64   = 7
	Bool    = 9
	Float16 = 10
	Float64 = 11
	BFloat  = 16
)

// Tensor is a TensorProto. All elements are given as float64, integers also
// exactly as int64.
type Tensor struct {
	Name   string
	Type   int
	Shape  []int
	Floats []float64
	Ints   []int64
}

// Attr is an AttributeProto; which fields hold depends on its type.
type Attr struct {
	Float   float64
	Int     int
	String  string
	Tensor  *Tensor
	Floats  []float64
	Ints    []int
	Strings []string
}

// Node is a NodeProto. An empty name stands for an optional input or output
// that is absent.
type Node struct {
	Op, Domain      string
	Inputs, Outputs []string
	Attrs           map[string]Attr
}

// Model is a ModelProto with one node: file input_N.pb is Inputs[N].
type Model struct {
	Opset           int
	Node            Node
	Inputs, Outputs []string
}

// ParseTensor reads a TensorProto.
func ParseTensor(b []byte) (*Tensor, error) {
	fs, err := fields(b)
	if err != nil {
		return nil, err
	}
	t := &Tensor{}
	count := 1
	for _, f := range fs {
		switch f.num {
		case 1:
			dims, err := f.numbers()
			if err != nil {
				return nil, err
			}
			for _, d := range dims {
				if d > math.MaxInt32 || count > len(b)*8 {
					return nil, fmt.Errorf("onnx: axis of size %d", int64(d))
				}
				t.Shape = append(t.Shape, int(d))
				count *= int(d)
			}
		case 2:
			t.Type = int(f.v)
		case 8:
			t.Name = string(f.b)
		}
	}
	for _, f := range fs {
		if err := t.elements(f); err != nil {
			return nil, err
		}
	}
	if len(t.Floats) != count {
		return nil, fmt.Errorf("onnx: tensor %q has %d elements and shape %v", t.Name, len(t.Floats), t.Shape)
	}
	return t, nil
}

// elements adds what a field holds of the data.
func (t *Tensor) elements(f field) error {
	add := func(x float64, n int64) { t.Floats, t.Ints = append(t.Floats, x), append(t.Ints, n) }
	switch f.num {
	case 4, 9, 10:
		size := map[int]int{Float32: 4, Uint8: 1, Int8: 1, Int32: 4, Int64: 8, Bool: 1, Float16: 2, Float64: 8, BFloat: 2}[t.Type]
		if size == 0 || len(f.b)%size != 0 {
			return fmt.Errorf("onnx: tensor %q: %d bytes of type %d", t.Name, len(f.b), t.Type)
		}
		le := binary.LittleEndian
		for b := f.b; len(b) > 0; b = b[size:] {
			switch t.Type {
			case Float32:
				add(float64(math.Float32frombits(le.Uint32(b))), 0)
			case Float64:
				add(math.Float64frombits(le.Uint64(b)), 0)
			case Float16:
				add(half(le.Uint16(b)), 0)
			case BFloat:
				add(float64(math.Float32frombits(uint32(le.Uint16(b))<<16)), 0)
			case Int64:
				v := int64(le.Uint64(b))
				add(float64(v), v)
			case Int32:
				v := int64(int32(le.Uint32(b)))
				add(float64(v), v)
			case Int8:
				add(float64(int8(b[0])), int64(int8(b[0])))
			default:
				add(float64(b[0]), int64(b[0]))
			}
		}
	case 5, 7: // int32_data holds bool, 8-bit and half values too
		vs, err := f.numbers()
		if err != nil {
			return err
		}
		for _, v := range vs {
			if t.Type == Float16 {
				add(half(uint16(v)), 0)
				continue
			}
			add(float64(int64(v)), int64(v))
		}
	}
	return nil
}

// half returns the value of an IEEE 754 binary16 number.
func half(h uint16) float64 {
	sign := 1.0
	if h>>15 == 1 {
		sign = -1
	}
	exp, frac := int(h>>10&31), float64(h&1023)
	switch exp {
	case 0:
		return sign * math.Ldexp(frac, -24)
	case 31:
		if frac != 0 {
			return math.NaN()
		}
		return sign * math.Inf(1)
	}
	return sign * math.Ldexp(1024+frac, exp-25)
}

// ParseModel reads a ModelProto whose graph has one node.
func ParseModel(b []byte) (*Model, error) {
	fs, err := fields(b)
	if err != nil {
		return nil, err
	}
	m := &Model{}
	nodes := 0
	for _, f := range fs {
		switch f.num {
		case 7:
			graph, err := fields(f.b)
			if err != nil {
				return nil, err
			}
			for _, g := range graph {
				switch g.num {
				case 1:
					nodes++
					if m.Node, err = parseNode(g.b); err != nil {
						return nil, err
					}
				case 11, 12:
					v, err := fields(g.b)
					if err != nil {
						return nil, err
					}
					for _, x := range v {
						if x.num == 1 && g.num == 11 {
							m.Inputs = append(m.Inputs, string(x.b))
						} else if x.num == 1 {
							m.Outputs = append(m.Outputs, string(x.b))
						}
					}
				}
			}
		case 8:
			set, err := fields(f.b)
			if err != nil {
				return nil, err
			}
			domain, version := "", 0
			for _, x := range set {
				if x.num == 1 {
					domain = string(x.b)
				} else if x.num == 2 {
					version = int(x.v)
				}
			}
			if domain == "" {
				m.Opset = version
			}
		}
	}
	if nodes != 1 {
		return nil, fmt.Errorf("onnx: the graph has %d nodes, want 1", nodes)
	}
	return m, nil
}

func parseNode(b []byte) (n Node, err error) {
	fs, err := fields(b)
	if err != nil {
		return n, err
	}
	n.Attrs = map[string]Attr{}
	for _, f := range fs {
		switch f.num {
		case 1:
			n.Inputs = append(n.Inputs, string(f.b))
		case 2:
			n.Outputs = append(n.Outputs, string(f.b))
		case 4:
			n.Op = string(f.b)
		case 7:
			n.Domain = string(f.b)
		case 5:
			name, a, err := parseAttr(f.b)
			if err != nil {
				return n, err
			}
			n.Attrs[name] = a
		}
	}
	return n, nil
}

func parseAttr(b []byte) (name string, a Attr, err error) {
	fs, err := fields(b)
	if err != nil {
		return "", a, err
	}
	float := func(b []byte) float64 { return float64(math.Float32frombits(binary.LittleEndian.Uint32(b))) }
	for _, f := range fs {
		switch f.num {
		case 1:
			name = string(f.b)
		case 2:
			if len(f.b) != 4 {
				return "", a, fmt.Errorf("onnx: attribute %q: a number of %d bytes", name, len(f.b))
			}
			a.Float = float(f.b)
		case 3:
			a.Int = int(int64(f.v))
		case 4:
			a.String = string(f.b)
		case 5:
			if a.Tensor, err = ParseTensor(f.b); err != nil {
				return "", a, err
			}
		case 7:
			for v := f.b; len(v) >= 4; v = v[4:] {
				a.Floats = append(a.Floats, float(v))
			}
		case 8:
			vs, err := f.numbers()
			if err != nil {
				return "", a, err
			}
			for _, v := range vs {
				a.Ints = append(a.Ints, int(int64(v)))
			}
		case 9:
			a.Strings = append(a.Strings, string(f.b))
		}
	}
	return name, a, nil
}
