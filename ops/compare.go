package ops

import (
	"cahier/ops/internal/cpu"
)

var opEqual, opNotEqual, opLess, opLessEqual, opGreater, opGreaterEqual *Op
var opAnd, opOr, opXor, opNot *Op

func init() {
	opEqual = comparison("Equal", "equal", "a == b as Bool, element by element, with broadcasting",
		loopsCmp{cpu.Equal[float32], cpu.Equal[float64], cpu.Equal[int64], cpu.Equal[uint8], cpu.Equal[bool]})
	opNotEqual = comparison("NotEqual", "not_equal", "a != b as Bool, element by element, with broadcasting",
		loopsCmp{negate(cpu.Equal[float32]), negate(cpu.Equal[float64]), negate(cpu.Equal[int64]), negate(cpu.Equal[uint8]), negate(cpu.Equal[bool])})
	opLess = comparison("Less", "less", "a < b as Bool, element by element, with broadcasting",
		loopsCmp{cpu.Less[float32], cpu.Less[float64], cpu.Less[int64], cpu.Less[uint8], nil})
	opLessEqual = comparison("LessEqual", "less_equal", "a <= b as Bool, element by element, with broadcasting",
		loopsCmp{cpu.LessEqual[float32], cpu.LessEqual[float64], cpu.LessEqual[int64], cpu.LessEqual[uint8], nil})
	opGreater = comparison("Greater", "greater", "a > b as Bool, element by element, with broadcasting",
		loopsCmp{swap(cpu.Less[float32]), swap(cpu.Less[float64]), swap(cpu.Less[int64]), swap(cpu.Less[uint8]), nil})
	opGreaterEqual = comparison("GreaterEqual", "greater_equal", "a >= b as Bool, element by element, with broadcasting",
		loopsCmp{swap(cpu.LessEqual[float32]), swap(cpu.LessEqual[float64]), swap(cpu.LessEqual[int64]), swap(cpu.LessEqual[uint8]), nil})
	opAnd = comparison("And", "and", "both a and b, which are Bool, with broadcasting", loopsCmp{b: logic(func(a, b bool) bool { return a && b })})
	opOr = comparison("Or", "or", "a or b or both, which are Bool, with broadcasting", loopsCmp{b: logic(func(a, b bool) bool { return a || b })})
	opXor = comparison("Xor", "xor", "either a or b, which are Bool, with broadcasting", loopsCmp{b: logic(func(a, b bool) bool { return a != b })})
	opNot = builtin("Not", Op{Name: "not", Doc: "the opposite of x, which is Bool", Inputs: []string{"x"},
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only(); err != nil {
				return nil, err
			}
			return in[:1:1], wantDType("x", in[0].DType, Bool)
		},
		Forward: func(_ *Ctx, _ Attrs, in []*Tensor) ([]*Tensor, error) {
			out, dst := alloc[bool](in[0].shape)
			cpu.Unary(dst, viewOf[bool](in[0]), func(dst, x []bool) {
				for i, v := range x {
					dst[i] = !v
				}
			})
			return []*Tensor{out}, nil
		}})
}

// loopsCmp are the loops of an operation on two tensors that gives Bool; nil
// where an element type is not wanted.
type loopsCmp struct {
	f32 func(dst []bool, a, b []float32)
	f64 func(dst []bool, a, b []float64)
	i64 func(dst []bool, a, b []int64)
	u8  func(dst []bool, a, b []uint8)
	b   func(dst, a, b []bool)
}

func (l loopsCmp) types() []DType {
	var d []DType
	if l.f32 != nil {
		d = append(d, Float32, Float64, Int64, Uint8)
	}
	if l.b != nil {
		d = append(d, Bool)
	}
	return d
}

func negate[T elem](f func(dst []bool, a, b []T)) func(dst []bool, a, b []T) {
	return func(dst []bool, a, b []T) {
		f(dst, a, b)
		for i := range dst {
			dst[i] = !dst[i]
		}
	}
}

func swap[T elem](f func(dst []bool, a, b []T)) func(dst []bool, a, b []T) {
	return func(dst []bool, a, b []T) { f(dst, b, a) }
}

func logic(f func(a, b bool) bool) func(dst, a, b []bool) {
	return func(dst, a, b []bool) {
		for i := range dst {
			dst[i] = f(a[i], b[i])
		}
	}
}

// comparison registers an elementwise operation with broadcasting whose
// result is Bool.
func comparison(fn, name, doc string, l loopsCmp) *Op {
	op := Op{Name: name, Doc: doc, Inputs: []string{"a", "b"}}
	op.Infer = func(attrs Attrs, in []Spec) ([]Spec, error) {
		s, err := inferBinary(attrs, in, l.types())
		return []Spec{{DType: Bool, Shape: s}}, err
	}
	op.Forward = func(_ *Ctx, _ Attrs, in []*Tensor) ([]*Tensor, error) {
		a, b := in[0], in[1]
		s, _ := broadcast(a.shape, b.shape)
		a, b = a.expand(s), b.expand(s)
		out, dst := alloc[bool](s)
		switch a.dtype {
		case Float32:
			cpu.Binary(dst, viewOf[float32](a), viewOf[float32](b), l.f32)
		case Float64:
			cpu.Binary(dst, viewOf[float64](a), viewOf[float64](b), l.f64)
		case Int64:
			cpu.Binary(dst, viewOf[int64](a), viewOf[int64](b), l.i64)
		case Uint8:
			cpu.Binary(dst, viewOf[uint8](a), viewOf[uint8](b), l.u8)
		default:
			cpu.Binary(dst, viewOf[bool](a), viewOf[bool](b), l.b)
		}
		return []*Tensor{out}, nil
	}
	return builtin(fn, op)
}

// Equal returns where a and b are equal, element by element.
//
//   - Formula: y = (a = b); NaN equals nothing
//   - Shapes: a and b broadcast to one shape, which y has; either may be a Go number
//   - DTypes: any; the same for both; y is Bool
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for a number that the type of the tensor cannot hold
//   - Gradient: none: the result is Bool
//   - Cost: n comparisons
//   - Paper: none
//   - Differences: none
func Equal(a, b any) *Tensor { return call2(opEqual, a, b) }

// Equal returns ops.Equal(t, b): where a and b are equal, element by element.
func (t *Tensor) Equal(b any) *Tensor { return call2(opEqual, t, b) }

// NotEqual returns where a and b differ, element by element.
//
//   - Formula: y = (a ≠ b); NaN differs from everything
//   - Shapes: a and b broadcast to one shape, which y has; either may be a Go number
//   - DTypes: any; the same for both; y is Bool
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for a number that the type of the tensor cannot hold
//   - Gradient: none: the result is Bool
//   - Cost: n comparisons
//   - Paper: none
//   - Differences: none
func NotEqual(a, b any) *Tensor { return call2(opNotEqual, a, b) }

// NotEqual returns ops.NotEqual(t, b): where a and b differ, element by element.
func (t *Tensor) NotEqual(b any) *Tensor { return call2(opNotEqual, t, b) }

// Less returns where a is below b, element by element.
//
//   - Formula: y = (a < b); false if either is NaN
//   - Shapes: a and b broadcast to one shape, which y has; either may be a Go number
//   - DTypes: Float32, Float64, Int64, Uint8; the same for both; y is Bool
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for a number that the type of the tensor cannot hold
//   - Gradient: none: the result is Bool
//   - Cost: n comparisons
//   - Paper: none
//   - Differences: none
func Less(a, b any) *Tensor { return call2(opLess, a, b) }

// Less returns ops.Less(t, b): where a is below b, element by element.
func (t *Tensor) Less(b any) *Tensor { return call2(opLess, t, b) }

// LessEqual returns where a is at most b, element by element.
//
//   - Formula: y = (a ≤ b); false if either is NaN
//   - Shapes: a and b broadcast to one shape, which y has; either may be a Go number
//   - DTypes: Float32, Float64, Int64, Uint8; the same for both; y is Bool
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for a number that the type of the tensor cannot hold
//   - Gradient: none: the result is Bool
//   - Cost: n comparisons
//   - Paper: none
//   - Differences: none
func LessEqual(a, b any) *Tensor { return call2(opLessEqual, a, b) }

// LessEqual returns ops.LessEqual(t, b): where a is at most b, element by element.
func (t *Tensor) LessEqual(b any) *Tensor { return call2(opLessEqual, t, b) }

// Greater returns where a is above b, element by element.
//
//   - Formula: y = (a > b); false if either is NaN
//   - Shapes: a and b broadcast to one shape, which y has; either may be a Go number
//   - DTypes: Float32, Float64, Int64, Uint8; the same for both; y is Bool
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for a number that the type of the tensor cannot hold
//   - Gradient: none: the result is Bool
//   - Cost: n comparisons
//   - Paper: none
//   - Differences: none
func Greater(a, b any) *Tensor { return call2(opGreater, a, b) }

// Greater returns ops.Greater(t, b): where a is above b, element by element.
func (t *Tensor) Greater(b any) *Tensor { return call2(opGreater, t, b) }

// GreaterEqual returns where a is at least b, element by element.
//
//   - Formula: y = (a ≥ b); false if either is NaN
//   - Shapes: a and b broadcast to one shape, which y has; either may be a Go number
//   - DTypes: Float32, Float64, Int64, Uint8; the same for both; y is Bool
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for a number that the type of the tensor cannot hold
//   - Gradient: none: the result is Bool
//   - Cost: n comparisons
//   - Paper: none
//   - Differences: none
func GreaterEqual(a, b any) *Tensor { return call2(opGreaterEqual, a, b) }

// GreaterEqual returns ops.GreaterEqual(t, b): where a is at least b, element by element.
func (t *Tensor) GreaterEqual(b any) *Tensor { return call2(opGreaterEqual, t, b) }

// And returns where both a and b hold, element by element.
//
//   - Formula: y = a ∧ b
//   - Shapes: a and b broadcast to one shape, which y has; either may be a Go number
//   - DTypes: Bool
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for a number that the type of the tensor cannot hold
//   - Gradient: none: the result is Bool
//   - Cost: n comparisons
//   - Paper: none
//   - Differences: PyTorch takes numbers too: compare them with 0 first
func And(a, b any) *Tensor { return call2(opAnd, a, b) }

// And returns ops.And(t, b): where both a and b hold, element by element.
func (t *Tensor) And(b any) *Tensor { return call2(opAnd, t, b) }

// Or returns where a or b holds, element by element.
//
//   - Formula: y = a ∨ b
//   - Shapes: a and b broadcast to one shape, which y has; either may be a Go number
//   - DTypes: Bool
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for a number that the type of the tensor cannot hold
//   - Gradient: none: the result is Bool
//   - Cost: n comparisons
//   - Paper: none
//   - Differences: PyTorch takes numbers too: compare them with 0 first
func Or(a, b any) *Tensor { return call2(opOr, a, b) }

// Or returns ops.Or(t, b): where a or b holds, element by element.
func (t *Tensor) Or(b any) *Tensor { return call2(opOr, t, b) }

// Xor returns where exactly one of a and b holds, element by element.
//
//   - Formula: y = a ⊕ b
//   - Shapes: a and b broadcast to one shape, which y has; either may be a Go number
//   - DTypes: Bool
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for a number that the type of the tensor cannot hold
//   - Gradient: none: the result is Bool
//   - Cost: n comparisons
//   - Paper: none
//   - Differences: PyTorch takes numbers too: compare them with 0 first
func Xor(a, b any) *Tensor { return call2(opXor, a, b) }

// Xor returns ops.Xor(t, b): where exactly one of a and b holds, element by element.
func (t *Tensor) Xor(b any) *Tensor { return call2(opXor, t, b) }

// Not returns the opposite, element by element.
//
//   - Formula: y = ¬x
//   - Shapes: y as x, any
//   - DTypes: Bool
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: none: the result is Bool
//   - Cost: n negations
//   - Paper: none
//   - Differences: PyTorch takes numbers too: compare them with 0 first
func Not(x *Tensor) *Tensor { return apply1(opNot, nil, x) }

// Not returns ops.Not(t): the opposite, element by element.
func (t *Tensor) Not() *Tensor { return Not(t) }
