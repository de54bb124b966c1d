package ops

// Conv2D returns the convolution of images with kernels, as networks use the
// word: kernels are not flipped (a cross-correlation).
//
//   - Formula: y[n, o, i, j] = b[o] + Σ_c Σ_p Σ_q x[n, c, i·stride + p·dilation - pad, j·stride + q·dilation - pad]·w[o, c, p, q], c over the channels of o's group
//   - Shapes: x [N C H W], w [O C/groups kh kw], bias [O], y [N O H' W'] with H' = ⌊(H + padding - dilation·(kh-1) - 1)/stride⌋ + 1
//   - DTypes: Float32, Float64; the same for all; accumulated in it, in blocks
//   - Options: [ConvOptions]: stride 1, dilation 1, no padding, zeros in the padding, 1 group, no bias
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for options that do not fit
//   - Gradient: ∂x is the transposed convolution of ∂y with w, ∂w the correlation of x with ∂y, ∂b = Σ ∂y; to any order
//   - Cost: 2·N·O·H'·W'·(C/groups)·kh·kw operations; the windows of 256 outputs at a time are copied
//   - Paper: LeCun et al., Gradient-based learning applied to document recognition, 1998
//   - Differences: PyTorch pads the same at both ends; here each end can differ, as in ONNX Conv
func Conv2D(x, w *Tensor, opts ...ConvOptions) *Tensor { return conv(2, "Conv2D", x, w, opts) }

// Conv1D returns the convolution of sequences with kernels, which are not
// flipped.
//
//   - Formula: y[n, o, i] = b[o] + Σ_c Σ_p x[n, c, i·stride + p·dilation - pad]·w[o, c, p], c over the channels of o's group
//   - Shapes: x [N C W], w [O C/groups kw], bias [O], y [N O W'] with W' = ⌊(W + padding - dilation·(kw-1) - 1)/stride⌋ + 1
//   - DTypes: Float32, Float64; the same for all; accumulated in it, in blocks
//   - Options: [ConvOptions], as [Conv2D]
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for options that do not fit
//   - Gradient: as [Conv2D]
//   - Cost: 2·N·O·W'·(C/groups)·kw operations
//   - Paper: Waibel et al., Phoneme recognition using time-delay neural networks, 1989
//   - Differences: as [Conv2D]
func Conv1D(x, w *Tensor, opts ...ConvOptions) *Tensor { return conv(1, "Conv1D", x, w, opts) }

// Conv3D returns the convolution of volumes with kernels, which are not
// flipped.
//
//   - Formula: as [Conv2D], with a third spatial axis in front
//   - Shapes: x [N C D H W], w [O C/groups kd kh kw], bias [O], y [N O D' H' W']
//   - DTypes: Float32, Float64; the same for all; accumulated in it, in blocks
//   - Options: [ConvOptions], as [Conv2D]
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for options that do not fit
//   - Gradient: as [Conv2D]
//   - Cost: 2·N·O·D'·H'·W'·(C/groups)·kd·kh·kw operations
//   - Paper: Ji et al., 3D convolutional neural networks for human action recognition, 2013
//   - Differences: as [Conv2D]
func Conv3D(x, w *Tensor, opts ...ConvOptions) *Tensor { return conv(3, "Conv3D", x, w, opts) }

// ToNCHW returns images [N H W C], or one image [H W C], with the channels in
// front of the spatial axes, where convolutions expect them.
//
//   - Formula: y[n, c, h, w] = x[n, h, w, c]
//   - Shapes: x [N H W C], y [N C H W]; or x [H W C], y [C H W]
//   - DTypes: any
//   - Options: none
//   - Panics: [ShapeError] for other numbers of axes
//   - Gradient: ∂x is ∂y with its axes put back
//   - Cost: none; y is a view
//   - Paper: none
//   - Differences: PyTorch writes permute(0, 3, 1, 2)
func ToNCHW(x *Tensor) *Tensor {
	given("ops.ToNCHW", x)
	switch len(x.shape) {
	case 3:
		return x.Permute(2, 0, 1)
	case 4:
		return x.Permute(0, 3, 1, 2)
	}
	fail("ops.ToNCHW", &ShapeError{Arg: "x", Got: x.Shape(), Want: Shape{-1, -1, -1, -1}, Axes: []string{"n", "h", "w", "c"}, Rule: "want images [N H W C] or one image [H W C]"})
	panic("unreachable")
}

// ToNHWC returns images [N C H W], or one image [C H W], with the channels
// last: the opposite of [ToNCHW].
//
//   - Formula: y[n, h, w, c] = x[n, c, h, w]
//   - Shapes: x [N C H W], y [N H W C]; or x [C H W], y [H W C]
//   - DTypes: any
//   - Options: none
//   - Panics: [ShapeError] for other numbers of axes
//   - Gradient: ∂x is ∂y with its axes put back
//   - Cost: none; y is a view
//   - Paper: none
//   - Differences: PyTorch writes permute(0, 2, 3, 1)
func ToNHWC(x *Tensor) *Tensor {
	given("ops.ToNHWC", x)
	switch len(x.shape) {
	case 3:
		return x.Permute(1, 2, 0)
	case 4:
		return x.Permute(0, 2, 3, 1)
	}
	fail("ops.ToNHWC", &ShapeError{Arg: "x", Got: x.Shape(), Want: Shape{-1, -1, -1, -1}, Axes: []string{"n", "c", "h", "w"}, Rule: "want images [N C H W] or one image [C H W]"})
	panic("unreachable")
}
