package ops

import (
	"fmt"
	"slices"
)

// spatialAxes returns the axes behind batch and channels, and panics if there
// are none.
func spatialAxes(fn, arg string, x *Tensor) []int {
	givenAs(fn, arg, x)
	if len(x.shape) < 3 {
		fail(fn, &ShapeError{Arg: arg, Got: x.Shape(), Want: Shape{-1, -1, -1}, Axes: []string{"n", "c", "w"}, Rule: "want batch, channels, and at least one axis of space"})
	}
	return allAxes(len(x.shape))[2:]
}

// GlobalAvgPool returns the mean of each channel.
//
//   - Formula: y[n, c] = mean of x[n, c, …]
//   - Shapes: x [N C …] with any number of spatial axes, y the same with sizes of 1; Flatten(1) drops them
//   - DTypes: Float32, Float64; accumulated in float64
//   - Options: none
//   - Panics: [ShapeError] for fewer than three axes; [DTypeError]
//   - Gradient: ∂x is ∂y divided by the number of elements of the channel
//   - Cost: n additions
//   - Paper: Lin et al., Network in network, 2014
//   - Differences: none from ONNX GlobalAveragePool; PyTorch writes adaptive_avg_pool with size 1. A channel without elements gives NaN
func GlobalAvgPool(x *Tensor) *Tensor {
	return Mean(x, ReduceOptions{Axes: spatialAxes("ops.GlobalAvgPool", "x", x), KeepDims: true})
}

// GlobalMaxPool returns the largest element of each channel.
//
//   - Formula: y[n, c] = max of x[n, c, …]; NaN if one is NaN
//   - Shapes: x [N C …] with any number of spatial axes, y the same with sizes of 1; Flatten(1) drops them
//   - DTypes: Float32, Float64, Int64, Uint8
//   - Options: none
//   - Panics: [ShapeError] for fewer than three axes, and for channels without elements; [DTypeError]
//   - Gradient: to the largest elements of a channel, in equal parts if several are equal
//   - Cost: n comparisons
//   - Paper: Oquab et al., Is object localization for free?, 2015
//   - Differences: none from ONNX GlobalMaxPool; PyTorch writes adaptive_max_pool with size 1, which gives the whole gradient to one of equals
func GlobalMaxPool(x *Tensor) *Tensor {
	return Max(x, ReduceOptions{Axes: spatialAxes("ops.GlobalMaxPool", "x", x), KeepDims: true})
}

// GlobalLpPool returns the p-norm of each channel.
//
//   - Formula: y[n, c] = (Σ |x[n, c, …]|ᵖ)^(1/p)
//   - Shapes: x [N C …] with any number of spatial axes, y the same with sizes of 1; Flatten(1) drops them
//   - DTypes: Float32, Float64; accumulated in float64
//   - Options: none
//   - Panics: [ShapeError] for fewer than three axes; [ArgError] and the rest as [Norm]
//   - Gradient: as [Norm]
//   - Cost: n powers
//   - Paper: as [LpPool1D]
//   - Differences: none from ONNX GlobalLpPool; PyTorch has none
func GlobalLpPool(x *Tensor, p float64) *Tensor {
	return Norm(x, p, ReduceOptions{Axes: spatialAxes("ops.GlobalLpPool", "x", x), KeepDims: true})
}

// MaxUnpool puts the results of pooling by the largest element back to their
// places, with zeros between them.
//
//   - Formula: z[n, c, places[n, c, …]] = y[n, c, …], the mean where places are equal, as those of overlapping windows can be; 0 elsewhere
//   - Shapes: y and places [N C …], z [N C …] with the sizes given: those of the pooling's input, one for each spatial axis
//   - DTypes: y Float32, Float64; places Int64, as [MaxPool2DIndices] gives them
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for sizes that do not fit and places outside them
//   - Gradient: ∂y is ∂z at the places, in equal parts where places are equal
//   - Cost: two tensors of z's size
//   - Paper: Zeiler and Fergus, Visualizing and understanding convolutional networks, 2014
//   - Differences: PyTorch max_unpool guesses the sizes, and keeps one of several values with one place, which after a pooling are equal; ONNX MaxUnpool counts places over the whole tensor
func MaxUnpool(y, places *Tensor, size ...int) *Tensor {
	const fn = "ops.MaxUnpool"
	n := len(spatialAxes(fn, "y", y))
	givenAs(fn, "places", places)
	if err := wantFloat("y", y.dtype); err != nil {
		fail(fn, err)
	}
	if !places.shape.Equal(y.shape) {
		fail(fn, &ShapeError{Arg: "places", Got: places.Shape(), Want: y.Shape(), Rule: "must be the shape of y"})
	}
	if len(size) != n {
		fail(fn, &ArgError{Arg: "size", Got: size, Rule: fmt.Sprintf("want one for each of %d spatial axes", n)})
	}
	for _, d := range size {
		if d < 0 {
			fail(fn, &ArgError{Arg: "size", Got: size, Rule: "must not be negative"})
		}
	}
	shape := append(slices.Clone(y.shape[:2]), size...)
	count := unpooled(OnesLike(y), places, shape)
	return Div(unpooled(y, places, shape), Maximum(count, 1))
}
