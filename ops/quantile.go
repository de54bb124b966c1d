package ops

import (
	"fmt"
	"math"
	"slices"
)

// QuantileOptions are the options of Quantile and Median. The zero value folds
// all axes.
type QuantileOptions struct {
	Axes     []int // the axes to fold; all if empty
	KeepDims bool  // folded axes stay, with size 1
}

// Quantile returns the value below which the part q of the elements over axes
// lies.
//
//   - Formula: y = s[⌊p⌋] + (p - ⌊p⌋)·(s[⌊p⌋+1] - s[⌊p⌋]) with p = q·(n - 1) and s the n folded elements in order; NaN if one is NaN
//   - Shapes: y as x without the folded axes, or with size 1 there
//   - DTypes: Float32, Float64
//   - Options: [QuantileOptions]: all axes
//   - Panics: [ArgError] for a q outside 0 to 1, and for an axis that x does not have, or twice; [ShapeError] if there is no element; [DTypeError]
//   - Gradient: to the two elements next to p, by their parts
//   - Cost: that of [Sort]
//   - Paper: Hyndman and Fan, Sample quantiles in statistical packages, 1996, definition 7
//   - Differences: none from NumPy and PyTorch with linear interpolation, which take several q
func Quantile(x *Tensor, q float64, opts ...QuantileOptions) *Tensor {
	return quantile("ops.Quantile", x, q, one("ops.Quantile", opts))
}

// Median returns the middle of the elements over axes, or the mean of the two
// middle ones.
//
//   - Formula: as [Quantile] for q = 1/2
//   - Shapes: y as x without the folded axes, or with size 1 there
//   - DTypes: Float32, Float64
//   - Options: [QuantileOptions]: all axes
//   - Panics: as [Quantile]
//   - Gradient: to the middle element, or in halves to the two middle ones
//   - Cost: that of [Sort]
//   - Paper: none
//   - Differences: none from NumPy; PyTorch gives the lower one of two middle elements
func Median(x *Tensor, opts ...QuantileOptions) *Tensor {
	return quantile("ops.Median", x, 0.5, one("ops.Median", opts))
}

func quantile(fn string, x *Tensor, q float64, o QuantileOptions) *Tensor {
	floating(fn, x)
	f, err := foldOf(Attrs{"axes": slices.Clone(o.Axes), "keepdims": o.KeepDims}, x.shape)
	if err == nil && !(q >= 0 && q <= 1) {
		err = &ArgError{Arg: "q", Got: q, Rule: "must be from 0 to 1"}
	}
	if err == nil && f.inner == 0 {
		err = &ShapeError{Arg: "x", Got: x.Shape(), Rule: fmt.Sprintf("there is no element along the axes %v", f.axes)}
	}
	if err != nil {
		fail(fn, err)
	}
	var order []int
	for a := range x.shape {
		if !slices.Contains(f.axes, a) {
			order = append(order, a)
		}
	}
	rows := x.Permute(append(order, f.axes...)...).Reshape(f.shape.Len(), f.inner)
	sorted := Sort(rows, 1)
	p := q * float64(f.inner-1)
	low := int(math.Floor(p))
	y := sorted.Select(1, low)
	if part := p - float64(low); part > 0 {
		// Not by the difference, which is NaN for two infinities.
		y = Add(Mul(y, 1-part), Mul(sorted.Select(1, low+1), part))
	}
	// NaN is sorted to the end.
	last := sorted.Select(1, f.inner-1)
	return Where(NotEqual(last, last), last, y).Reshape(f.shape...)
}
