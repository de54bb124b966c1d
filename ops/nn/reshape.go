package nn

import (
	"fmt"
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
