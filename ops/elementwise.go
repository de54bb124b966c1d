package ops

import (
	"fmt"
	"slices"

	"cahier/ops/internal/cpu"
)

// loops2 are the loops of an operation on two tensors, one for each element
// type that it has.
type loops2 struct {
	f32 func(dst, a, b []float32)
	f64 func(dst, a, b []float64)
	i64 func(dst, a, b []int64)
	u8  func(dst, a, b []uint8)
}

func (l loops2) types() []DType {
	var d []DType
	if l.f32 != nil {
		d = append(d, Float32, Float64)
	}
	if l.i64 != nil {
		d = append(d, Int64, Uint8)
	}
	return d
}

// vjp2 gives the cotangents of a and b before they are summed back to the
// shapes of a and b. It may leave out those that c does not need.
type vjp2 func(c *Ctx, a, b, y, g *Tensor) (da, db *Tensor)

// binary registers an elementwise operation with broadcasting whose result
// has the type of its inputs.
func binary(fn, name, doc string, l loops2, vjp vjp2) *Op {
	op := Op{Name: name, Doc: doc, Inputs: []string{"a", "b"}}
	op.Infer = func(attrs Attrs, in []Spec) ([]Spec, error) {
		s, err := inferBinary(attrs, in, l.types())
		return []Spec{{DType: in[0].DType, Shape: s}}, err
	}
	op.Forward = func(_ *Ctx, _ Attrs, in []*Tensor) ([]*Tensor, error) {
		a, b := in[0], in[1]
		s, _ := broadcast(a.shape, b.shape)
		a, b = a.expand(s), b.expand(s)
		out := allocOf(a.dtype, s)
		switch dst := out.data.(type) {
		case []float32:
			cpu.Binary(dst, viewOf[float32](a), viewOf[float32](b), l.f32)
		case []float64:
			cpu.Binary(dst, viewOf[float64](a), viewOf[float64](b), l.f64)
		case []int64:
			cpu.Binary(dst, viewOf[int64](a), viewOf[int64](b), l.i64)
		case []uint8:
			cpu.Binary(dst, viewOf[uint8](a), viewOf[uint8](b), l.u8)
		}
		return []*Tensor{out}, nil
	}
	if vjp != nil {
		op.VJP = func(c *Ctx, _ Attrs, in, out, g []*Tensor) ([]*Tensor, error) {
			da, db := vjp(c, in[0], in[1], out[0], g[0])
			return []*Tensor{sumTo(da, in[0].shape), sumTo(db, in[1].shape)}, nil
		}
	}
	return builtin(fn, op)
}

// inferBinary returns the common shape of two tensors of one type.
func inferBinary(attrs Attrs, in []Spec, types []DType) (Shape, error) {
	if err := attrs.only(); err != nil {
		return nil, err
	}
	if err := wantDType("a", in[0].DType, types...); err != nil {
		return nil, err
	}
	if err := wantSame("a", in[0].DType, "b", in[1].DType); err != nil {
		return nil, err
	}
	return broadcastSpecs("a", in[0].Shape, "b", in[1].Shape)
}

// broadcastSpecs returns the common shape, or an error that names the axis.
func broadcastSpecs(argA string, a Shape, argB string, b Shape) (Shape, error) {
	s, ok := broadcast(a, b)
	if ok {
		return s, nil
	}
	rule, axis := "", 0
	for i := 1; i <= min(len(a), len(b)); i++ {
		x, y := a[len(a)-i], b[len(b)-i]
		if x != y && x != 1 && y != 1 {
			axis = -i
			rule = fmt.Sprintf("axis %d is %d and %s has %d there: sizes must be equal, or one of them 1, counted from the last axis", axis, y, argA, x)
			break
		}
	}
	want := slices.Clone(b)
	want[len(b)+axis] = a[len(a)+axis]
	help := "Unsqueeze adds an axis of size 1, Transpose moves axes"
	if len(a) == 2 && len(b) == 2 && a[1] == b[0] {
		help = "for the matrix product use ops.MatMul"
	}
	return nil, &ShapeError{Arg: argB, Got: slices.Clone(b), Want: want, Rule: rule, Help: help, Other: argA, OtherShape: slices.Clone(a)}
}

// sumTo sums g over the axes along which a tensor of the given shape was
// broadcast. nil stays nil.
func sumTo(g *Tensor, shape Shape) *Tensor {
	if g == nil || g.shape.Equal(shape) {
		return g
	}
	lead := len(g.shape) - len(shape)
	var axes []int
	for i, d := range g.shape {
		if i < lead || shape[i-lead] == 1 && d != 1 {
			axes = append(axes, i)
		}
	}
	if len(axes) > 0 {
		g = Sum(g, ReduceOptions{Axes: axes, KeepDims: true})
	}
	return g.Reshape(shape...)
}

// operands returns a and b as tensors; a Go number adopts the type of the
// tensor beside it.
func operands(op *Op, a, b any) (x, y *Tensor) {
	x, xt := a.(*Tensor)
	y, yt := b.(*Tensor)
	var err error
	switch {
	case xt && yt:
	case xt && x != nil:
		y, err = scalarFor(b, x.dtype, "b")
	case yt && y != nil:
		x, err = scalarFor(a, y.dtype, "a")
	case !xt && !yt:
		err = &ArgError{Arg: "a and b", Got: fmt.Sprintf("%T and %T", a, b), Rule: "at least one must be a *ops.Tensor", Help: "ops.From(v) makes a tensor"}
	}
	if err != nil {
		fail(op.title(), err)
	}
	return x, y
}

func call2(op *Op, a, b any) *Tensor {
	x, y := operands(op, a, b)
	return apply1(op, nil, x, y)
}

// loops1 are the loops of an operation on one tensor.
type loops1 struct {
	f32 func(dst, x []float32)
	f64 func(dst, x []float64)
	i64 func(dst, x []int64)
	u8  func(dst, x []uint8)
}

func (l loops1) types() []DType {
	var d []DType
	if l.f32 != nil {
		d = append(d, Float32, Float64)
	}
	if l.i64 != nil {
		d = append(d, Int64)
	}
	if l.u8 != nil {
		d = append(d, Uint8)
	}
	return d
}

// floats are the loops of f, computed in float64 and rounded once.
func floats(f func(float64) float64) loops1 {
	return loops1{f32: cpu.Map[float32](f), f64: cpu.Map[float64](f)}
}

// unary registers an elementwise operation on one tensor. vjp gives the
// cotangent of x from x, y and the cotangent g of y; nil means no gradient.
func unary(fn, name, doc string, l loops1, vjp func(x, y, g *Tensor) *Tensor) *Op {
	op := Op{Name: name, Doc: doc, Inputs: []string{"x"}}
	op.Infer = func(attrs Attrs, in []Spec) ([]Spec, error) {
		if err := attrs.only(); err != nil {
			return nil, err
		}
		return in[:1:1], wantDType("x", in[0].DType, l.types()...)
	}
	op.Forward = func(_ *Ctx, _ Attrs, in []*Tensor) ([]*Tensor, error) { return []*Tensor{map1(in[0], l)}, nil }
	if vjp != nil {
		op.VJP = func(_ *Ctx, _ Attrs, in, out, g []*Tensor) ([]*Tensor, error) {
			return []*Tensor{vjp(in[0], out[0], g[0])}, nil
		}
	}
	return builtin(fn, op)
}

// map1 runs the loop for x's type.
func map1(x *Tensor, l loops1) *Tensor {
	out := allocOf(x.dtype, x.shape)
	switch dst := out.data.(type) {
	case []float32:
		cpu.Unary(dst, viewOf[float32](x), l.f32)
	case []float64:
		cpu.Unary(dst, viewOf[float64](x), l.f64)
	case []int64:
		cpu.Unary(dst, viewOf[int64](x), l.i64)
	case []uint8:
		cpu.Unary(dst, viewOf[uint8](x), l.u8)
	}
	return out
}
