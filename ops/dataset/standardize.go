package dataset

import (
	"fmt"
	"slices"

	"cahier/ops"
)

// StandardizeOptions are the options of Standardize. The zero value takes each
// feature by itself.
type StandardizeOptions struct {
	Axes []int // the axes whose elements are taken together; the first alone if empty; 0, 2, 3 for channels of images
}

// Scaler shifts and scales features, as it was made from training data.
type Scaler struct {
	Mean  *ops.Tensor // with size 1 on the axes that are taken together
	Scale *ops.Tensor // the standard deviation; 1 where there is no variation
}

// Standardize returns what brings each feature of x [n …] to mean 0 and
// variance 1. It is made of the training data and applied to both: a test set
// that is scaled by itself would tell about itself. Features without variation
// are only shifted.
//
// It panics with an [ops.DTypeError] unless x is floating-point, and with an
// [ops.ArgError] if there is no example.
func Standardize(x *ops.Tensor, opts ...StandardizeOptions) *Scaler {
	const fn = "dataset.Standardize"
	o := one(fn, opts)
	if examples(fn, x, nil) == 0 {
		panic(&ops.ArgError{OpName: fn, Arg: "x", Rule: "has no examples"})
	}
	if !x.DType().IsFloat() {
		panic(&ops.DTypeError{OpName: fn, Arg: "x", Got: x.DType(), Want: []ops.DType{ops.Float32, ops.Float64}, Help: "x.To(ops.Float32) converts"})
	}
	axes := slices.Clone(o.Axes)
	if len(axes) == 0 {
		axes = []int{0}
	}
	mean := ops.Mean(x, ops.ReduceOptions{Axes: axes, KeepDims: true})
	std := ops.Std(x, ops.VarOptions{Axes: axes, KeepDims: true})
	return &Scaler{Mean: mean, Scale: ops.Where(std.Equal(0), 1, std)}
}

// Apply returns (x - Mean)/Scale.
func (s *Scaler) Apply(x *ops.Tensor) *ops.Tensor { return ops.Div(ops.Sub(x, s.Mean), s.Scale) }

// Invert returns x·Scale + Mean: what Apply was given.
func (s *Scaler) Invert(x *ops.Tensor) *ops.Tensor { return ops.Add(ops.Mul(x, s.Scale), s.Mean) }

// String describes the scaler.
func (s *Scaler) String() string {
	return fmt.Sprintf("Scaler: mean %s; scale %s", s.Mean.Summary(), s.Scale.Summary())
}

// Classes numbers labels.
type Classes struct {
	Names []string // in the order of their numbers, sorted
}

// Labels returns the labels as classes, Int64 [n], and the names of the
// classes, which are numbered in their sorted order. [Classes.Encode] numbers
// other labels in the same way.
func Labels(labels []string) (y *ops.Tensor, classes *Classes) {
	names := slices.Clone(labels)
	slices.Sort(names)
	c := &Classes{Names: slices.Compact(names)}
	return c.Encode(labels), c
}

// Encode returns labels as classes, Int64 [n]. It panics with an
// [ops.ArgError] for a label that is none of the names.
func (c *Classes) Encode(labels []string) *ops.Tensor {
	y := make([]int64, len(labels))
	for i, l := range labels {
		k, ok := slices.BinarySearch(c.Names, l)
		if !ok {
			panic(&ops.ArgError{OpName: "dataset.Classes.Encode", Arg: fmt.Sprintf("labels[%d]", i), Got: fmt.Sprintf("%q", l), Rule: fmt.Sprintf("want one of the %d names", len(c.Names))})
		}
		y[i] = int64(k)
	}
	return ops.WrapInt64(y, len(y))
}

// Decode returns the names of classes, Int64 [n]. It panics with an
// [ops.ArgError] for numbers that are no class.
func (c *Classes) Decode(y *ops.Tensor) []string {
	names := make([]string, 0, y.Len())
	for i, k := range y.Ints() {
		if k < 0 || k >= len(c.Names) {
			panic(&ops.ArgError{OpName: "dataset.Classes.Decode", Arg: fmt.Sprintf("y[%d]", i), Got: k, Rule: fmt.Sprintf("there are %d classes", len(c.Names))})
		}
		names = append(names, c.Names[k])
	}
	return names
}

// Len returns the number of classes.
func (c *Classes) Len() int { return len(c.Names) }

// OneHot returns a vector for each class of y, Int64 […], with 1 at its number
// and 0 elsewhere: Float32 […, Len]; see [ops.OneHot].
func (c *Classes) OneHot(y *ops.Tensor) *ops.Tensor {
	return ops.OneHot(y, len(c.Names))
}

// String lists the classes.
func (c *Classes) String() string {
	return fmt.Sprintf("%d classes: %q", len(c.Names), c.Names)
}
