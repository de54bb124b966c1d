package ops

var opSum, opMean, opMax, opMin *Op

func init() {
	numbers := []DType{Float32, Float64, Int64, Uint8}
	opSum = reduction("Sum", "sum", "the sum over axes", append(numbers, Bool), sumType, true, sumForward,
		func(_ fold, _, _, g *Tensor) *Tensor { return g })
	opMean = reduction("Mean", "mean", "the arithmetic mean over axes", numbers[:2], sameType, true, meanForward,
		func(f fold, _, _, g *Tensor) *Tensor { return Mul(g, 1/float64(max(1, f.inner))) })
	opMax = reduction("Max", "max", "the largest element over axes", numbers, sameType, false, maxForward, shareVJP)
	opMin = reduction("Min", "min", "the smallest element over axes", numbers, sameType, false, minForward, shareVJP)
}

// Sum returns the sum over axes.
//
//   - Formula: y = Σ x over the folded axes; 0 if there is no element; NaN if one is NaN
//   - Shapes: y as x without the folded axes, or with size 1 there
//   - DTypes: Float32 and Float64, accumulated in float64; Int64, Uint8 and Bool give Int64
//   - Options: [ReduceOptions]
//   - Panics: [ArgError] for an axis that x does not have, or twice
//   - Gradient: ∂x = ∂y, repeated over the folded axes
//   - Cost: n additions
//   - Paper: none
//   - Differences: more exact than PyTorch and ONNX ReduceSum in Float32; the sum has the same bits for any number of processors
func Sum(x *Tensor, opts ...ReduceOptions) *Tensor {
	return apply1(opSum, one("ops.Sum", opts).attrs(), x)
}

// Sum returns the sum over the axes given, or over all. See [Sum].
func (t *Tensor) Sum(axes ...int) *Tensor { return Sum(t, ReduceOptions{Axes: axes}) }

// Mean returns the arithmetic mean over axes.
//
//   - Formula: y = (Σ x)/n over the n folded elements; NaN if there is none or one is NaN
//   - Shapes: y as x without the folded axes, or with size 1 there
//   - DTypes: Float32, Float64; accumulated in float64
//   - Options: [ReduceOptions]
//   - Panics: [ArgError] for an axis that x does not have, or twice; [DTypeError] for integers
//   - Gradient: ∂x = ∂y/n, repeated over the folded axes
//   - Cost: n additions
//   - Paper: none
//   - Differences: more exact than PyTorch and ONNX ReduceMean in Float32
func Mean(x *Tensor, opts ...ReduceOptions) *Tensor {
	return apply1(opMean, one("ops.Mean", opts).attrs(), x)
}

// Mean returns the mean over the axes given, or over all. See [Mean].
func (t *Tensor) Mean(axes ...int) *Tensor { return Mean(t, ReduceOptions{Axes: axes}) }

// Max returns the largest element over axes.
//
//   - Formula: y = max x over the folded axes; NaN if one is NaN
//   - Shapes: y as x without the folded axes, or with size 1 there
//   - DTypes: Float32, Float64, Int64, Uint8
//   - Options: [ReduceOptions]
//   - Panics: [ArgError] for an axis that x does not have, or twice; [ShapeError] if there is no element to choose from
//   - Gradient: to the largest elements, in equal parts if several are equal
//   - Cost: n comparisons
//   - Paper: none
//   - Differences: as PyTorch amax, whose max gives the whole gradient to one; ONNX ReduceMax gives -Inf for no elements
func Max(x *Tensor, opts ...ReduceOptions) *Tensor {
	return apply1(opMax, one("ops.Max", opts).attrs(), x)
}

// Max returns the largest element over the axes given, or over all. See [Max].
func (t *Tensor) Max(axes ...int) *Tensor { return Max(t, ReduceOptions{Axes: axes}) }

// Min returns the smallest element over axes.
//
//   - Formula: y = min x over the folded axes; NaN if one is NaN
//   - Shapes: y as x without the folded axes, or with size 1 there
//   - DTypes: Float32, Float64, Int64, Uint8
//   - Options: [ReduceOptions]
//   - Panics: [ArgError] for an axis that x does not have, or twice; [ShapeError] if there is no element to choose from
//   - Gradient: to the smallest elements, in equal parts if several are equal
//   - Cost: n comparisons
//   - Paper: none
//   - Differences: as PyTorch amin, whose min gives the whole gradient to one; ONNX ReduceMin gives Inf for no elements
func Min(x *Tensor, opts ...ReduceOptions) *Tensor {
	return apply1(opMin, one("ops.Min", opts).attrs(), x)
}

// Min returns the smallest element over the axes given, or over all. See [Min].
func (t *Tensor) Min(axes ...int) *Tensor { return Min(t, ReduceOptions{Axes: axes}) }
