package ops

import (
	"errors"
	"fmt"
	"slices"
)

// UnfoldOptions are the options of Unfold. The zero value moves the window by
// one, without padding. Lists hold one value for all spatial axes, or one for
// each.
type UnfoldOptions struct {
	Stride   []int   // distance of windows; 1 if empty
	Dilation []int   // distance of elements in a window; 1 if empty
	Pad      Padding // zeros around the spatial axes, or Same; none if empty
}

// Unfold returns the windows of each image as columns: the product with kernels
// as rows is their convolution.
//
//   - Formula: y[n, (c, k…), (i…)] = x[n, c, i·stride + k·dilation - pad, …], 0 in the padding
//   - Shapes: x [N C …] with one to three spatial axes, size one number for each, y [N C·Πsize Π(number of windows)]
//   - DTypes: any
//   - Options: [UnfoldOptions]: stride 1, dilation 1, no padding
//   - Panics: [ShapeError]; [ArgError] for options that do not fit
//   - Gradient: ∂x collects ∂y from every window that an element is in
//   - Cost: a copy of each element for each window
//   - Paper: Chellapilla et al., High performance convolutional neural networks for document processing, 2006
//   - Differences: PyTorch unfold is for images only
func Unfold(x *Tensor, size []int, opts ...UnfoldOptions) *Tensor {
	const fn = "ops.Unfold"
	o := one(fn, opts)
	given(fn, x)
	n := len(size)
	if n < 1 || n > 3 || len(x.shape) != n+2 {
		fail(fn, &ShapeError{Arg: "x", Got: x.Shape(), Want: anyShape([]int{-1, -1}, min(max(n, 1), 3)), Axes: axisNames([]string{"n", "c"}, min(max(n, 1), 3)), Rule: fmt.Sprintf("want batch, channels, and an axis for each of %d sizes, one to three", n)})
	}
	if slices.Min(size) < 1 {
		fail(fn, &ArgError{Arg: "size", Got: size, Rule: "must be at least 1"})
	}
	attrs := ConvOptions{Stride: o.Stride, Dilation: o.Dilation, Pad: o.Pad}.attrs()
	w, err := windowOf(attrs, x.shape[2:], size, slices.Repeat([]int{1}, n), false)
	if err != nil {
		var e *ShapeError
		if errors.As(err, &e) {
			e.Got = x.Shape()
		}
		fail(fn, err)
	}
	zero := []int{0, 0}
	x = Pad(x, slices.Concat(zero, w.lo), slices.Concat(zero, w.hi))
	shape, order := []int{x.shape[0], x.shape[1]}, []int{0, 1}
	for a := range n {
		idx := make([]int64, 0, w.out[a]*size[a])
		for k := range size[a] {
			for i := range w.out[a] {
				idx = append(idx, int64(i*w.stride[a]+k*w.dilation[a]))
			}
		}
		x = x.IndexSelect(2+a, WrapInt64(idx))
		shape = append(shape, size[a], w.out[a])
		order = append(order, 2+2*a)
	}
	for a := range n {
		order = append(order, 3+2*a)
	}
	y := x.Reshape(shape...).Permute(order...)
	return y.Reshape(shape[0], shape[1]*Shape(size).Len(), Shape(w.out).Len())
}
