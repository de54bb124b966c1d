package ops

// MaxPool1D returns the largest element of each window of each channel of sequences.
//
//   - Formula: y[n, c, i] = max over p of x[n, c, i·stride + p·dilation - pad]; padding never wins, NaN does
//   - Shapes: x [N C W], y [N C W'] with W' = ⌊(W + padding - dilation·(size-1) - 1)/stride⌋ + 1, or rounded up
//   - DTypes: Float32, Float64, Int64, Uint8
//   - Options: [PoolOptions]: stride = size, dilation 1, no padding, rounded down
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for options that do not fit, or padding that holds a whole window
//   - Gradient: ∂x is ∂y at the largest element, the first among equals, added where windows overlap
//   - Cost: N·C·W'·size comparisons
//   - Paper: Ranzato et al., Unsupervised learning of invariant feature hierarchies, 2007
//   - Differences: ONNX MaxPool's default stride is 1
func MaxPool1D(x *Tensor, size int, opts ...PoolOptions) *Tensor {
	return apply(poolND[1].max, one("ops.MaxPool1D", opts).attrs(size, 1), x)[0]
}

// MaxPool1DIndices is [MaxPool1D] that also returns, as Int64 of y's shape,
// the place of each largest element in its channel, counted in row-major
// order.
//
//   - Formula: as [MaxPool1D]; places are those of the maxima
//   - Shapes: x [N C W], y and places [N C W']
//   - DTypes: as [MaxPool1D]; places Int64
//   - Options: [PoolOptions], as [MaxPool1D]
//   - Panics: as [MaxPool1D]
//   - Gradient: as [MaxPool1D]; none of places
//   - Cost: as [MaxPool1D]
//   - Paper: Zeiler and Fergus, Visualizing and understanding convolutional networks, 2014
//   - Differences: ONNX counts places over the whole tensor
func MaxPool1DIndices(x *Tensor, size int, opts ...PoolOptions) (y, places *Tensor) {
	out := apply(poolND[1].max, one("ops.MaxPool1DIndices", opts).attrs(size, 1), x)
	return out[0], out[1]
}

// MaxPool2D returns the largest element of each window of each channel of images.
//
//   - Formula: y[n, c, i, j] = max over p, q of x[n, c, i·stride + p·dilation - pad, j·stride + q·dilation - pad]; padding never wins, NaN does
//   - Shapes: x [N C H W], y [N C H' W'] with H' = ⌊(H + padding - dilation·(size-1) - 1)/stride⌋ + 1, or rounded up
//   - DTypes: Float32, Float64, Int64, Uint8
//   - Options: [PoolOptions]: stride = size, dilation 1, no padding, rounded down
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for options that do not fit, or padding that holds a whole window
//   - Gradient: ∂x is ∂y at the largest element, the first among equals, added where windows overlap
//   - Cost: N·C·H'·W'·size² comparisons
//   - Paper: Ranzato et al., Unsupervised learning of invariant feature hierarchies, 2007
//   - Differences: ONNX MaxPool's default stride is 1
func MaxPool2D(x *Tensor, size int, opts ...PoolOptions) *Tensor {
	return apply(poolND[2].max, one("ops.MaxPool2D", opts).attrs(size, 2), x)[0]
}

// MaxPool2DIndices is [MaxPool2D] that also returns, as Int64 of y's shape,
// the place of each largest element in its channel, counted in row-major
// order.
//
//   - Formula: as [MaxPool2D]; places are those of the maxima
//   - Shapes: x [N C H W], y and places [N C H' W']
//   - DTypes: as [MaxPool2D]; places Int64
//   - Options: [PoolOptions], as [MaxPool2D]
//   - Panics: as [MaxPool2D]
//   - Gradient: as [MaxPool2D]; none of places
//   - Cost: as [MaxPool2D]
//   - Paper: Zeiler and Fergus, Visualizing and understanding convolutional networks, 2014
//   - Differences: ONNX counts places over the whole tensor
func MaxPool2DIndices(x *Tensor, size int, opts ...PoolOptions) (y, places *Tensor) {
	out := apply(poolND[2].max, one("ops.MaxPool2DIndices", opts).attrs(size, 2), x)
	return out[0], out[1]
}

// MaxPool3D returns the largest element of each window of each channel of volumes.
//
//   - Formula: y[n, c, h, i, j] = max over o, p, q of x[n, c, h·stride + o·dilation - pad, i·stride + p·dilation - pad, j·stride + q·dilation - pad]; padding never wins, NaN does
//   - Shapes: x [N C D H W], y [N C D' H' W'] with D' = ⌊(D + padding - dilation·(size-1) - 1)/stride⌋ + 1, or rounded up
//   - DTypes: Float32, Float64, Int64, Uint8
//   - Options: [PoolOptions]: stride = size, dilation 1, no padding, rounded down
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for options that do not fit, or padding that holds a whole window
//   - Gradient: ∂x is ∂y at the largest element, the first among equals, added where windows overlap
//   - Cost: N·C·D'·H'·W'·size³ comparisons
//   - Paper: Ranzato et al., Unsupervised learning of invariant feature hierarchies, 2007
//   - Differences: ONNX MaxPool's default stride is 1
func MaxPool3D(x *Tensor, size int, opts ...PoolOptions) *Tensor {
	return apply(poolND[3].max, one("ops.MaxPool3D", opts).attrs(size, 3), x)[0]
}

// MaxPool3DIndices is [MaxPool3D] that also returns, as Int64 of y's shape,
// the place of each largest element in its channel, counted in row-major
// order.
//
//   - Formula: as [MaxPool3D]; places are those of the maxima
//   - Shapes: x [N C D H W], y and places [N C D' H' W']
//   - DTypes: as [MaxPool3D]; places Int64
//   - Options: [PoolOptions], as [MaxPool3D]
//   - Panics: as [MaxPool3D]
//   - Gradient: as [MaxPool3D]; none of places
//   - Cost: as [MaxPool3D]
//   - Paper: Zeiler and Fergus, Visualizing and understanding convolutional networks, 2014
//   - Differences: ONNX counts places over the whole tensor
func MaxPool3DIndices(x *Tensor, size int, opts ...PoolOptions) (y, places *Tensor) {
	out := apply(poolND[3].max, one("ops.MaxPool3DIndices", opts).attrs(size, 3), x)
	return out[0], out[1]
}

// AvgPool1D returns the mean of each window of each channel of sequences.
//
//   - Formula: y[n, c, i] = (Σ over p of x[n, c, i·stride + p·dilation - pad])/count, where count is the number of elements that are not padding, or with CountPad of all
//   - Shapes: x [N C W], y [N C W'] with W' = ⌊(W + padding - dilation·(size-1) - 1)/stride⌋ + 1, or rounded up
//   - DTypes: Float32, Float64; accumulated in float64
//   - Options: [PoolOptions]: stride = size, dilation 1, no padding, rounded down, padding not counted
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for options that do not fit, or padding that holds a whole window
//   - Gradient: ∂x is ∂y/count, added where windows overlap
//   - Cost: N·C·W'·size additions
//   - Paper: LeCun et al., Gradient-based learning applied to document recognition, 1998
//   - Differences: PyTorch counts padding unless told otherwise; ONNX AveragePool's default stride is 1
func AvgPool1D(x *Tensor, size int, opts ...PoolOptions) *Tensor {
	return apply1(poolND[1].avg, one("ops.AvgPool1D", opts).attrs(size, 1), x)
}

// AvgPool2D returns the mean of each window of each channel of images.
//
//   - Formula: y[n, c, i, j] = (Σ over p, q of x[n, c, i·stride + p·dilation - pad, j·stride + q·dilation - pad])/count, where count is the number of elements that are not padding, or with CountPad of all
//   - Shapes: x [N C H W], y [N C H' W'] with H' = ⌊(H + padding - dilation·(size-1) - 1)/stride⌋ + 1, or rounded up
//   - DTypes: Float32, Float64; accumulated in float64
//   - Options: [PoolOptions]: stride = size, dilation 1, no padding, rounded down, padding not counted
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for options that do not fit, or padding that holds a whole window
//   - Gradient: ∂x is ∂y/count, added where windows overlap
//   - Cost: N·C·H'·W'·size² additions
//   - Paper: LeCun et al., Gradient-based learning applied to document recognition, 1998
//   - Differences: PyTorch counts padding unless told otherwise; ONNX AveragePool's default stride is 1
func AvgPool2D(x *Tensor, size int, opts ...PoolOptions) *Tensor {
	return apply1(poolND[2].avg, one("ops.AvgPool2D", opts).attrs(size, 2), x)
}

// AvgPool3D returns the mean of each window of each channel of volumes.
//
//   - Formula: y[n, c, h, i, j] = (Σ over o, p, q of x[n, c, h·stride + o·dilation - pad, i·stride + p·dilation - pad, j·stride + q·dilation - pad])/count, where count is the number of elements that are not padding, or with CountPad of all
//   - Shapes: x [N C D H W], y [N C D' H' W'] with D' = ⌊(D + padding - dilation·(size-1) - 1)/stride⌋ + 1, or rounded up
//   - DTypes: Float32, Float64; accumulated in float64
//   - Options: [PoolOptions]: stride = size, dilation 1, no padding, rounded down, padding not counted
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for options that do not fit, or padding that holds a whole window
//   - Gradient: ∂x is ∂y/count, added where windows overlap
//   - Cost: N·C·D'·H'·W'·size³ additions
//   - Paper: LeCun et al., Gradient-based learning applied to document recognition, 1998
//   - Differences: PyTorch counts padding unless told otherwise; ONNX AveragePool's default stride is 1
func AvgPool3D(x *Tensor, size int, opts ...PoolOptions) *Tensor {
	return apply1(poolND[3].avg, one("ops.AvgPool3D", opts).attrs(size, 3), x)
}
