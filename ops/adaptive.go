package ops

import "slices"

// AdaptiveAvgPool1D divides each channel of sequences into as many windows as asked
// for, and returns their means.
//
//   - Formula: y[n, c, i] is the mean of x over the window from ⌊i·in/out⌋ to below ⌈(i+1)·in/out⌉ on each axis
//   - Shapes: x [N C W], y [N C W'] with the sizes given
//   - DTypes: Float32, Float64; accumulated in float64
//   - Options: size is one number for all spatial axes, or one for each; 1 if left out
//   - Panics: [ArgError] for sizes below 1; [ShapeError], also for an empty axis; [DTypeError]
//   - Gradient: ∂x is ∂y divided by the size of the window, added where windows overlap
//   - Cost: about 2·N·C·W operations
//   - Paper: He et al., Spatial pyramid pooling in deep convolutional networks for visual recognition, 2014
//   - Differences: as PyTorch adaptive_avg_pool1d without None for "as it is"; ONNX has none
func AdaptiveAvgPool1D(x *Tensor, size ...int) *Tensor {
	return apply1(adaptiveND[1].avg, Attrs{"size": slices.Clone(size)}, x)
}

// AdaptiveMaxPool1D divides each channel of sequences into as many windows as asked
// for, and returns their largest elements.
//
//   - Formula: y[n, c, i] is the maximum of x over the window from ⌊i·in/out⌋ to below ⌈(i+1)·in/out⌉ on each axis; NaN wins
//   - Shapes: x [N C W], y [N C W'] with the sizes given
//   - DTypes: Float32, Float64, Int64, Uint8
//   - Options: size is one number for all spatial axes, or one for each; 1 if left out
//   - Panics: [ArgError] for sizes below 1; [ShapeError], also for an empty axis; [DTypeError]
//   - Gradient: ∂x is ∂y at the largest element, the first among equals, added where windows overlap
//   - Cost: about N·C·W comparisons
//   - Paper: as [AdaptiveAvgPool1D]
//   - Differences: as PyTorch adaptive_max_pool1d without None for "as it is"; ONNX has none
func AdaptiveMaxPool1D(x *Tensor, size ...int) *Tensor {
	return apply(adaptiveND[1].max, Attrs{"size": slices.Clone(size)}, x)[0]
}

// AdaptiveMaxPool1DIndices is [AdaptiveMaxPool1D] that also returns, as Int64 of
// y's shape, the place of each largest element in its channel, counted in
// row-major order.
//
//   - Formula: as [AdaptiveMaxPool1D]; places are those of the maxima
//   - Shapes: x [N C W], y and places [N C W']
//   - DTypes: as [AdaptiveMaxPool1D]; places Int64
//   - Options: as [AdaptiveMaxPool1D]
//   - Panics: as [AdaptiveMaxPool1D]
//   - Gradient: as [AdaptiveMaxPool1D]; none of places
//   - Cost: as [AdaptiveMaxPool1D]
//   - Paper: as [AdaptiveAvgPool1D]
//   - Differences: none from PyTorch with return_indices
func AdaptiveMaxPool1DIndices(x *Tensor, size ...int) (y, places *Tensor) {
	out := apply(adaptiveND[1].max, Attrs{"size": slices.Clone(size)}, x)
	return out[0], out[1]
}

// AdaptiveAvgPool2D divides each channel of images into as many windows as asked
// for, and returns their means.
//
//   - Formula: y[n, c, i, j] is the mean of x over the window from ⌊i·in/out⌋ to below ⌈(i+1)·in/out⌉ on each axis
//   - Shapes: x [N C H W], y [N C H' W'] with the sizes given
//   - DTypes: Float32, Float64; accumulated in float64
//   - Options: size is one number for all spatial axes, or one for each; 1 if left out
//   - Panics: [ArgError] for sizes below 1; [ShapeError], also for an empty axis; [DTypeError]
//   - Gradient: ∂x is ∂y divided by the size of the window, added where windows overlap
//   - Cost: about 2·N·C·H·W operations
//   - Paper: He et al., Spatial pyramid pooling in deep convolutional networks for visual recognition, 2014
//   - Differences: as PyTorch adaptive_avg_pool2d without None for "as it is"; ONNX has none
func AdaptiveAvgPool2D(x *Tensor, size ...int) *Tensor {
	return apply1(adaptiveND[2].avg, Attrs{"size": slices.Clone(size)}, x)
}

// AdaptiveMaxPool2D divides each channel of images into as many windows as asked
// for, and returns their largest elements.
//
//   - Formula: y[n, c, i, j] is the maximum of x over the window from ⌊i·in/out⌋ to below ⌈(i+1)·in/out⌉ on each axis; NaN wins
//   - Shapes: x [N C H W], y [N C H' W'] with the sizes given
//   - DTypes: Float32, Float64, Int64, Uint8
//   - Options: size is one number for all spatial axes, or one for each; 1 if left out
//   - Panics: [ArgError] for sizes below 1; [ShapeError], also for an empty axis; [DTypeError]
//   - Gradient: ∂x is ∂y at the largest element, the first among equals, added where windows overlap
//   - Cost: about N·C·H·W comparisons
//   - Paper: as [AdaptiveAvgPool2D]
//   - Differences: as PyTorch adaptive_max_pool2d without None for "as it is"; ONNX has none
func AdaptiveMaxPool2D(x *Tensor, size ...int) *Tensor {
	return apply(adaptiveND[2].max, Attrs{"size": slices.Clone(size)}, x)[0]
}

// AdaptiveMaxPool2DIndices is [AdaptiveMaxPool2D] that also returns, as Int64 of
// y's shape, the place of each largest element in its channel, counted in
// row-major order.
//
//   - Formula: as [AdaptiveMaxPool2D]; places are those of the maxima
//   - Shapes: x [N C H W], y and places [N C H' W']
//   - DTypes: as [AdaptiveMaxPool2D]; places Int64
//   - Options: as [AdaptiveMaxPool2D]
//   - Panics: as [AdaptiveMaxPool2D]
//   - Gradient: as [AdaptiveMaxPool2D]; none of places
//   - Cost: as [AdaptiveMaxPool2D]
//   - Paper: as [AdaptiveAvgPool2D]
//   - Differences: none from PyTorch with return_indices
func AdaptiveMaxPool2DIndices(x *Tensor, size ...int) (y, places *Tensor) {
	out := apply(adaptiveND[2].max, Attrs{"size": slices.Clone(size)}, x)
	return out[0], out[1]
}

// AdaptiveAvgPool3D divides each channel of volumes into as many windows as asked
// for, and returns their means.
//
//   - Formula: y[n, c, h, i, j] is the mean of x over the window from ⌊i·in/out⌋ to below ⌈(i+1)·in/out⌉ on each axis
//   - Shapes: x [N C D H W], y [N C D' H' W'] with the sizes given
//   - DTypes: Float32, Float64; accumulated in float64
//   - Options: size is one number for all spatial axes, or one for each; 1 if left out
//   - Panics: [ArgError] for sizes below 1; [ShapeError], also for an empty axis; [DTypeError]
//   - Gradient: ∂x is ∂y divided by the size of the window, added where windows overlap
//   - Cost: about 2·N·C·D·H·W operations
//   - Paper: He et al., Spatial pyramid pooling in deep convolutional networks for visual recognition, 2014
//   - Differences: as PyTorch adaptive_avg_pool3d without None for "as it is"; ONNX has none
func AdaptiveAvgPool3D(x *Tensor, size ...int) *Tensor {
	return apply1(adaptiveND[3].avg, Attrs{"size": slices.Clone(size)}, x)
}

// AdaptiveMaxPool3D divides each channel of volumes into as many windows as asked
// for, and returns their largest elements.
//
//   - Formula: y[n, c, h, i, j] is the maximum of x over the window from ⌊i·in/out⌋ to below ⌈(i+1)·in/out⌉ on each axis; NaN wins
//   - Shapes: x [N C D H W], y [N C D' H' W'] with the sizes given
//   - DTypes: Float32, Float64, Int64, Uint8
//   - Options: size is one number for all spatial axes, or one for each; 1 if left out
//   - Panics: [ArgError] for sizes below 1; [ShapeError], also for an empty axis; [DTypeError]
//   - Gradient: ∂x is ∂y at the largest element, the first among equals, added where windows overlap
//   - Cost: about N·C·D·H·W comparisons
//   - Paper: as [AdaptiveAvgPool3D]
//   - Differences: as PyTorch adaptive_max_pool3d without None for "as it is"; ONNX has none
func AdaptiveMaxPool3D(x *Tensor, size ...int) *Tensor {
	return apply(adaptiveND[3].max, Attrs{"size": slices.Clone(size)}, x)[0]
}

// AdaptiveMaxPool3DIndices is [AdaptiveMaxPool3D] that also returns, as Int64 of
// y's shape, the place of each largest element in its channel, counted in
// row-major order.
//
//   - Formula: as [AdaptiveMaxPool3D]; places are those of the maxima
//   - Shapes: x [N C D H W], y and places [N C D' H' W']
//   - DTypes: as [AdaptiveMaxPool3D]; places Int64
//   - Options: as [AdaptiveMaxPool3D]
//   - Panics: as [AdaptiveMaxPool3D]
//   - Gradient: as [AdaptiveMaxPool3D]; none of places
//   - Cost: as [AdaptiveMaxPool3D]
//   - Paper: as [AdaptiveAvgPool3D]
//   - Differences: none from PyTorch with return_indices
func AdaptiveMaxPool3DIndices(x *Tensor, size ...int) (y, places *Tensor) {
	out := apply(adaptiveND[3].max, Attrs{"size": slices.Clone(size)}, x)
	return out[0], out[1]
}
