package ops

import (
	"slices"

	"cahier/ops/internal/cpu"
)

var opProd, opAnyTrue, opAllTrue *Op

func init() {
	opProd = reduction("Prod", "prod", "the product over axes", []DType{Float32, Float64, Int64, Uint8}, sumType, true, prodForward, prodVJP)
	opAnyTrue = reduction("AnyTrue", "any_true", "whether one element over axes is true", []DType{Bool}, sameType, true, func(x, out *Tensor, inner int) {
		logicForward(x, out, inner, false, func(a, b bool) bool { return a || b })
	}, nil)
	opAllTrue = reduction("AllTrue", "all_true", "whether all elements over axes are true", []DType{Bool}, sameType, true, func(x, out *Tensor, inner int) {
		logicForward(x, out, inner, true, func(a, b bool) bool { return a && b })
	}, nil)
}

func prodForward(x, out *Tensor, inner int) {
	switch dst := out.data.(type) {
	case []float32:
		product[float32](x, len(dst), inner, func(i int, p float64) { dst[i] = float32(p) })
	case []float64:
		product[float64](x, len(dst), inner, func(i int, p float64) { dst[i] = p })
	case []int64:
		emit := func(i int, p int64) { dst[i] = p }
		if x.dtype == Int64 {
			product[int64](x, len(dst), inner, emit)
		} else {
			product[uint8](x, len(dst), inner, emit)
		}
	}
}

func product[T cpu.Number, A float64 | int64](x *Tensor, outer, inner int, emit func(i int, p A)) {
	cpu.Reduce(viewOf[T](x), outer, inner, 1, func(acc A, x []T) A {
		for _, v := range x {
			acc *= A(v)
		}
		return acc
	}, func(a, b A) A { return a * b }, emit)
}

// prodVJP gives each element the product of those before it and of those
// behind it: no division, so that zeros are no exception.
func prodVJP(f fold, x, _, g *Tensor) *Tensor {
	order := make([]int, 0, len(x.shape))
	for a := range x.shape {
		if !slices.Contains(f.axes, a) {
			order = append(order, a)
		}
	}
	order = append(order, f.axes...)
	moved := make(Shape, len(order))
	back := make([]int, len(order))
	for i, a := range order {
		moved[i], back[a] = x.shape[a], i
	}
	rows := x.Permute(order...).Reshape(f.shape.Len(), f.inner)
	before := CumProd(rows, 1, CumulativeOptions{Exclusive: true})
	behind := CumProd(rows, 1, CumulativeOptions{Exclusive: true, Reverse: true})
	return Mul(g, Mul(before, behind).Reshape(moved...).Permute(back...))
}

func logicForward(x, out *Tensor, inner int, start bool, merge func(a, b bool) bool) {
	dst := out.data.([]bool)
	cpu.Reduce(viewOf[bool](x), len(dst), inner, start, func(acc bool, x []bool) bool {
		if slices.Contains(x, !start) {
			return !start
		}
		return acc
	}, merge, func(i int, v bool) { dst[i] = v })
}

// Prod returns the product over axes.
//
//   - Formula: y = Π x over the folded axes; 1 if there is no element; NaN if one is NaN
//   - Shapes: y as x without the folded axes, or with size 1 there
//   - DTypes: Float32 and Float64, accumulated in float64; Int64 and Uint8 give Int64
//   - Options: [ReduceOptions]
//   - Panics: [ArgError] for an axis that x does not have, or twice; [DTypeError]
//   - Gradient: ∂x = ∂y times the product of the other elements, without a division: right where x is 0
//   - Cost: n products; the gradient 3n
//   - Paper: none
//   - Differences: none from PyTorch and ONNX ReduceProd; the product has the same bits for any number of processors
func Prod(x *Tensor, opts ...ReduceOptions) *Tensor {
	return apply1(opProd, one("ops.Prod", opts).attrs(), x)
}

// Prod returns the product over the axes given, or over all. See [Prod].
func (t *Tensor) Prod(axes ...int) *Tensor { return Prod(t, ReduceOptions{Axes: axes}) }

// AnyTrue returns whether one of the elements over axes is true.
//
//   - Formula: y = x₁ ∨ x₂ ∨ … over the folded axes; false if there is no element. Comparisons with NaN are false, and x.NotEqual(x) finds NaN
//   - Shapes: y as x without the folded axes, or with size 1 there
//   - DTypes: Bool
//   - Options: [ReduceOptions]
//   - Panics: [ArgError] for an axis that x does not have, or twice; [DTypeError]
//   - Gradient: none; y is Bool
//   - Cost: n comparisons at most
//   - Paper: none
//   - Differences: PyTorch any also takes numbers, for which NaN is true: x.NotEqual(0).Any()
func AnyTrue(x *Tensor, opts ...ReduceOptions) *Tensor {
	return apply1(opAnyTrue, one("ops.AnyTrue", opts).attrs(), x)
}

// Any returns whether one element is true over the axes given, or over all.
// See [AnyTrue].
func (t *Tensor) Any(axes ...int) *Tensor { return AnyTrue(t, ReduceOptions{Axes: axes}) }

// AllTrue returns whether all elements over axes are true.
//
//   - Formula: y = x₁ ∧ x₂ ∧ … over the folded axes; true if there is no element. Comparisons with NaN are false, but for NotEqual
//   - Shapes: y as x without the folded axes, or with size 1 there
//   - DTypes: Bool
//   - Options: [ReduceOptions]
//   - Panics: [ArgError] for an axis that x does not have, or twice; [DTypeError]
//   - Gradient: none; y is Bool
//   - Cost: n comparisons at most
//   - Paper: none
//   - Differences: PyTorch all also takes numbers, for which NaN is true: x.NotEqual(0).All()
func AllTrue(x *Tensor, opts ...ReduceOptions) *Tensor {
	return apply1(opAllTrue, one("ops.AllTrue", opts).attrs(), x)
}

// All returns whether all elements are true over the axes given, or over all.
// See [AllTrue].
func (t *Tensor) All(axes ...int) *Tensor { return AllTrue(t, ReduceOptions{Axes: axes}) }
