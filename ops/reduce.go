package ops

import (
	"math"
	"slices"

	"cahier/ops/internal/cpu"
)

// ReduceOptions says which axes a reduction folds. The zero value folds all.
type ReduceOptions struct {
	Axes     []int // the axes to fold; all if empty
	KeepDims bool  // folded axes stay, with size 1
}

func (o ReduceOptions) attrs() Attrs {
	if len(o.Axes) == 0 && !o.KeepDims {
		return nil
	}
	return Attrs{"axes": slices.Clone(o.Axes), "keepdims": o.KeepDims}
}

// fold is a resolved reduction.
type fold struct {
	axes  []int // folded, ascending
	keep  Shape // shape with folded axes of size 1
	shape Shape // shape of the result
	inner int   // elements that are folded into one
}

func foldOf(attrs Attrs, s Shape) (f fold, err error) {
	if err = attrs.only("axes", "keepdims"); err != nil {
		return f, err
	}
	axes, err := attrs.Ints("axes")
	if err != nil {
		return f, err
	}
	keepdims, err := attrs.Bool("keepdims")
	if err != nil {
		return f, err
	}
	if f.axes, err = axesOf(axes, len(s), "axes"); err != nil {
		return f, err
	}
	f.inner = 1
	for _, a := range f.axes {
		f.inner *= s[a]
	}
	f.keep = s.ones(f.axes)
	f.shape = f.keep
	if !keepdims {
		f.shape = s.without(f.axes)
	}
	return f, nil
}

// folded returns x with the folded axes last.
func (f fold) folded(x *Tensor) *Tensor {
	order := make([]int, 0, len(x.shape))
	for i := range x.shape {
		if !slices.Contains(f.axes, i) {
			order = append(order, i)
		}
	}
	return x.permuted(append(order, f.axes...))
}

// back returns g, a tensor of the result's shape, broadcast to x's.
func (f fold) back(g *Tensor, shape Shape) *Tensor {
	return g.Reshape(f.keep...).BroadcastTo(shape...)
}

// reduction registers an operation that folds axes. empty says whether it has
// a value for no elements; vjp gets the fold and x, y, g, with y and g
// broadcast to the shape of x.
func reduction(fn, name, doc string, types []DType, result func(DType) DType, empty bool, forward func(x, out *Tensor, inner int), vjp func(f fold, x, y, g *Tensor) *Tensor) *Op {
	op := Op{Name: name, Doc: doc + "; attributes axes (all if empty) and keepdims", Inputs: []string{"x"}}
	op.Infer = func(attrs Attrs, in []Spec) ([]Spec, error) {
		if err := wantDType("x", in[0].DType, types...); err != nil {
			return nil, err
		}
		f, err := foldOf(attrs, in[0].Shape)
		if err != nil {
			return nil, err
		}
		if !empty && f.inner == 0 && f.shape.Len() > 0 {
			return nil, &ShapeError{Arg: "x", Got: slices.Clone(in[0].Shape), Rule: "there is no element to choose from along the axes"}
		}
		return []Spec{{DType: result(in[0].DType), Shape: f.shape}}, nil
	}
	op.Forward = func(_ *Ctx, attrs Attrs, in []*Tensor) ([]*Tensor, error) {
		f, err := foldOf(attrs, in[0].shape)
		if err != nil {
			return nil, err
		}
		out := allocOf(result(in[0].dtype), f.shape)
		forward(f.folded(in[0]), out, f.inner)
		return []*Tensor{out}, nil
	}
	if vjp != nil {
		op.VJP = func(_ *Ctx, attrs Attrs, in, out, g []*Tensor) ([]*Tensor, error) {
			f, err := foldOf(attrs, in[0].shape)
			if err != nil {
				return nil, err
			}
			return []*Tensor{vjp(f, in[0], f.back(out[0], in[0].shape), f.back(g[0], in[0].shape))}, nil
		}
	}
	return builtin(fn, op)
}

func sameType(d DType) DType { return d }

// sumType is the type of a sum: counts and integers are summed as Int64.
func sumType(d DType) DType {
	if d.IsFloat() {
		return d
	}
	return Int64
}

func plus[A cpu.Number](a, b A) A { return a + b }

func sumForward(x, out *Tensor, inner int) {
	switch dst := out.data.(type) {
	case []float32:
		cpu.Reduce(viewOf[float32](x), len(dst), inner, 0, cpu.Sum[float32], plus[float64], func(i int, s float64) { dst[i] = float32(s) })
	case []float64:
		cpu.Reduce(viewOf[float64](x), len(dst), inner, 0, cpu.Sum[float64], plus[float64], func(i int, s float64) { dst[i] = s })
	case []int64:
		emit := func(i int, s int64) { dst[i] = s }
		switch x.dtype {
		case Int64:
			cpu.Reduce(viewOf[int64](x), len(dst), inner, 0, cpu.SumInt[int64], plus[int64], emit)
		case Uint8:
			cpu.Reduce(viewOf[uint8](x), len(dst), inner, 0, cpu.SumInt[uint8], plus[int64], emit)
		case Bool:
			cpu.Reduce(viewOf[bool](x), len(dst), inner, 0, cpu.Count, plus[int64], emit)
		}
	}
}

func meanForward(x, out *Tensor, inner int) {
	n := float64(inner)
	switch dst := out.data.(type) {
	case []float32:
		cpu.Reduce(viewOf[float32](x), len(dst), inner, 0, cpu.Sum[float32], plus[float64], func(i int, s float64) { dst[i] = float32(s / n) })
	case []float64:
		cpu.Reduce(viewOf[float64](x), len(dst), inner, 0, cpu.Sum[float64], plus[float64], func(i int, s float64) { dst[i] = s / n })
	}
}

// extreme folds by the larger or the smaller value; NaN wins.
func extreme[T cpu.Number](x, out *Tensor, inner int, start T, pick func(a, b T) T) {
	dst := out.data.([]T)
	step := func(acc T, x []T) T {
		for _, v := range x {
			acc = pick(acc, v)
		}
		return acc
	}
	cpu.Reduce(viewOf[T](x), len(dst), inner, start, step, pick, func(i int, v T) { dst[i] = v })
}

func larger[T cpu.Number](a, b T) T  { return max(a, b) }
func smaller[T cpu.Number](a, b T) T { return min(a, b) }

func maxForward(x, out *Tensor, inner int) {
	switch x.dtype {
	case Float32:
		extreme(x, out, inner, float32(math.Inf(-1)), larger[float32])
	case Float64:
		extreme(x, out, inner, math.Inf(-1), larger[float64])
	case Int64:
		extreme(x, out, inner, math.MinInt64, larger[int64])
	case Uint8:
		extreme(x, out, inner, 0, larger[uint8])
	}
}

func minForward(x, out *Tensor, inner int) {
	switch x.dtype {
	case Float32:
		extreme(x, out, inner, float32(math.Inf(1)), smaller[float32])
	case Float64:
		extreme(x, out, inner, math.Inf(1), smaller[float64])
	case Int64:
		extreme(x, out, inner, math.MaxInt64, smaller[int64])
	case Uint8:
		extreme(x, out, inner, math.MaxUint8, smaller[uint8])
	}
}

// shareVJP gives the cotangent to the elements that equal the result, in
// equal parts.
func shareVJP(f fold, x, y, g *Tensor) *Tensor {
	hit := Equal(x, y).To(x.dtype)
	count := Sum(hit, ReduceOptions{Axes: f.axes, KeepDims: true})
	return Div(Mul(g, hit), count)
}
