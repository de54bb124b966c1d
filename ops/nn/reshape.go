package nn

import (
	"fmt"
	"slices"
	"strings"

	"cahier/ops"
)

// FlattenLayer joins axes.
type FlattenLayer struct {
	common
	Start int // the first axis that is joined
}

// Flatten returns a layer that joins all axes behind the batch: x [N …],
// y [N features]. Another first axis than 1 can be given.
func Flatten(start ...int) *FlattenLayer {
	switch len(start) {
	case 0:
		return &FlattenLayer{Start: 1}
	case 1:
		return &FlattenLayer{Start: start[0]}
	}
	panic(&ops.ArgError{OpName: "nn.Flatten", Arg: "start", Got: start, Rule: "want at most one axis"})
}

// Forward joins the axes of x.
func (l *FlattenLayer) Forward(x *ops.Tensor) *ops.Tensor {
	given("nn.Flatten", "x", x)
	return l.note(l, x, x.Flatten(l.Start))
}

// String returns the layer as it is made.
func (l *FlattenLayer) String() string {
	if l.Start == 1 {
		return "Flatten()"
	}
	return describe("Flatten", fmt.Sprint(l.Start))
}

// ReshapeLayer gives examples another shape.
type ReshapeLayer struct {
	common
	Shape []int // of one example; at most one size may be -1
}

// Reshape returns a layer that gives each example another shape: x [N …],
// y [N shape…]. One size may be -1, what is left.
func Reshape(shape ...int) *ReshapeLayer { return &ReshapeLayer{Shape: shape} }

// Forward reshapes x. It panics with an [ops.ShapeError] if the sizes do not
// fit.
func (l *ReshapeLayer) Forward(x *ops.Tensor) *ops.Tensor {
	given("nn.Reshape", "x", x)
	if x.Rank() == 0 {
		panic(&ops.ShapeError{OpName: "nn.Reshape", Arg: "x", Got: x.Shape(), Want: ops.Shape{-1}, Axes: []string{"n"}, Rule: "want a batch"})
	}
	return l.note(l, x, x.Reshape(append([]int{x.Size(0)}, l.Shape...)...))
}

// String returns the layer as it is made.
func (l *ReshapeLayer) String() string {
	return describe("Reshape", strings.Trim(strings.ReplaceAll(fmt.Sprint(l.Shape), " ", ", "), "[]"))
}

// UnflattenLayer divides an axis.
type UnflattenLayer struct {
	common
	Axis  int
	Sizes []int // at most one may be -1
}

// Unflatten returns a layer that divides an axis into several, the reverse of
// [Flatten]: Unflatten(1, 3, 4) makes [N 3 4 …] of x [N 12 …]. One size may be
// -1, what is left.
//
// It panics with an [ops.ArgError] without sizes, and for a size that is
// neither -1 nor positive, or a second -1.
func Unflatten(axis int, sizes ...int) *UnflattenLayer {
	const fn = "nn.Unflatten"
	open := 0
	for _, s := range sizes {
		if s == -1 {
			open++
		}
		if s < 1 && s != -1 || open > 1 {
			panic(&ops.ArgError{OpName: fn, Arg: "sizes", Got: sizes, Rule: "must be positive, but for one that may be -1"})
		}
	}
	if len(sizes) == 0 {
		panic(&ops.ArgError{OpName: fn, Arg: "sizes", Rule: "is empty, want the sizes that the axis is divided into"})
	}
	return &UnflattenLayer{Axis: axis, Sizes: slices.Clone(sizes)}
}

// Forward divides the axis of x. It panics with an [ops.ArgError] if x does
// not have it, and with an [ops.ShapeError] if the sizes do not fit.
func (l *UnflattenLayer) Forward(x *ops.Tensor) *ops.Tensor {
	const fn = "nn.Unflatten"
	given(fn, "x", x)
	axis, shape := l.Axis, x.Shape()
	if axis < -len(shape) || axis >= len(shape) {
		panic(&ops.ArgError{OpName: fn, Arg: "axis", Got: axis, Rule: fmt.Sprintf("x has %d axes", len(shape))})
	}
	if axis < 0 {
		axis += len(shape)
	}
	sizes, open, product := slices.Clone(l.Sizes), -1, 1
	for i, s := range sizes {
		if s < 0 {
			open = i
			continue
		}
		product *= s
	}
	if open >= 0 && shape[axis]%product == 0 {
		sizes[open] = shape[axis] / product
		product = shape[axis]
	}
	if product != shape[axis] {
		panic(&ops.ShapeError{OpName: fn, Arg: "x", Got: shape, Rule: fmt.Sprintf("axis %d cannot be divided into %v", axis, l.Sizes)})
	}
	return l.note(l, x, x.Reshape(slices.Concat(shape[:axis], sizes, shape[axis+1:])...))
}

// String returns the layer as it is made.
func (l *UnflattenLayer) String() string {
	return describe("Unflatten", strings.Trim(strings.ReplaceAll(fmt.Sprint(append([]int{l.Axis}, l.Sizes...)), " ", ", "), "[]"))
}

// IdentityLayer gives back what it gets.
type IdentityLayer struct{ common }

// Identity returns a layer that returns its input: what stands where a layer
// is left out, or the branch of [Parallel] that passes its input on.
func Identity() *IdentityLayer { return &IdentityLayer{} }

// Forward returns x.
func (l *IdentityLayer) Forward(x *ops.Tensor) *ops.Tensor {
	given("nn.Identity", "x", x)
	return l.note(l, x, x)
}

// String returns the layer as it is made.
func (l *IdentityLayer) String() string { return "Identity()" }
