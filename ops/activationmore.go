package ops

// GLU returns the gated linear unit: one half of x along an axis, times the
// sigmoid of the other.
//
//   - Formula: y = a·σ(b) with x = [a b] along the axis
//   - Shapes: y as x, with half its size at the axis
//   - DTypes: Float32, Float64
//   - Options: none
//   - Panics: [ArgError] for an axis that x does not have, or of odd size; [DTypeError]
//   - Gradient: ∂a = ∂y·σ(b), ∂b = ∂y·a·σ(b)·(1-σ(b))
//   - Cost: n/2 function values
//   - Paper: Dauphin et al., Language modeling with gated convolutional networks, 2017
//   - Differences: none from PyTorch
func GLU(x *Tensor, axis int) *Tensor {
	const fn = "ops.GLU"
	floating(fn, x)
	a, err := axisOf(axis, len(x.shape), "axis")
	if err == nil && x.shape[a]%2 != 0 {
		err = &ArgError{Arg: "axis", Got: axis, Rule: "has an odd size and no halves"}
	}
	if err != nil {
		fail(fn, err)
	}
	half := Chunk(x, 2, a)
	return Mul(half[0], Sigmoid(half[1]))
}

// Softmin returns the softmax of -x: the smallest element gets most.
//
//   - Formula: y_i = exp(-x_i)/Σ_j exp(-x_j) along the axis
//   - Shapes: x, any; y the same
//   - DTypes: Float32, Float64; in float64 and rounded once
//   - Options: none
//   - Panics: as [Softmax]
//   - Gradient: as [Softmax], of -x
//   - Cost: n exponentials
//   - Paper: none
//   - Differences: none from PyTorch
func Softmin(x *Tensor, axis int) *Tensor {
	given("ops.Softmin", x)
	return Softmax(Neg(x), axis)
}

// HardTanh returns x, but at least -1 and at most 1.
//
//   - Formula: y = min(max(x, -1), 1); NaN stays NaN
//   - Shapes: x, any; y the same
//   - DTypes: Float32, Float64
//   - Options: none; [Clamp] takes other limits
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y where -1 <= x <= 1, else 0
//   - Cost: n comparisons
//   - Paper: Collobert, Large scale machine learning, 2004
//   - Differences: none from PyTorch
func HardTanh(x *Tensor) *Tensor {
	return Clamp(x, -1, 1)
}

// HardShrink returns x where it is far from 0, and 0 near it.
//
//   - Formula: y = x if |x| > limit, else 0
//   - Shapes: x, any; y the same
//   - DTypes: Float32, Float64
//   - Options: limit, 1/2 if left out
//   - Panics: [DTypeError]; [ArgError] for more than one limit, or a negative one
//   - Gradient: ∂x = ∂y where |x| > limit, else 0
//   - Cost: n comparisons
//   - Paper: Donoho and Johnstone, Ideal spatial adaptation by wavelet shrinkage, 1994
//   - Differences: none from PyTorch; ONNX Shrink with bias 0
func HardShrink(x *Tensor, limit ...float64) *Tensor {
	l := shrinkLimit("ops.HardShrink", x, limit)
	return Where(LessEqual(Abs(x), l), 0, x)
}

// SoftShrink returns x moved towards 0 by a limit, and 0 where it would pass
// it.
//
//   - Formula: y = sign(x)·max(|x| - limit, 0)
//   - Shapes: x, any; y the same
//   - DTypes: Float32, Float64
//   - Options: limit, 1/2 if left out
//   - Panics: [DTypeError]; [ArgError] for more than one limit, or a negative one
//   - Gradient: ∂x = ∂y where |x| > limit, else 0
//   - Cost: 2n operations
//   - Paper: Donoho and Johnstone, Ideal spatial adaptation by wavelet shrinkage, 1994
//   - Differences: none from PyTorch; ONNX Shrink with bias = lambd
func SoftShrink(x *Tensor, limit ...float64) *Tensor {
	l := shrinkLimit("ops.SoftShrink", x, limit)
	return Sub(x, Clamp(x, -l, l))
}

// shrinkLimit returns the one number of a variadic limit.
func shrinkLimit(fn string, x *Tensor, limit []float64) float64 {
	floating(fn, x)
	if len(limit) == 0 {
		return 0.5
	}
	if len(limit) > 1 || !(limit[0] >= 0) {
		fail(fn, &ArgError{Arg: "limit", Got: limit, Rule: "want at most one number, not negative"})
	}
	return limit[0]
}

// TanhShrink returns x - tanh x.
//
//   - Formula: y = x - tanh x
//   - Shapes: x, any; y the same
//   - DTypes: Float32, Float64
//   - Options: none
//   - Panics: [DTypeError]
//   - Gradient: ∂x = ∂y·tanh² x
//   - Cost: n function values
//   - Paper: none
//   - Differences: none from PyTorch
func TanhShrink(x *Tensor) *Tensor {
	return Sub(x, Tanh(x))
}
