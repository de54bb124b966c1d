package nn

import (
	"fmt"
	"slices"

	"cahier/ops"
)

// ConvOptions are the options of Conv1D, Conv2D and Conv3D. The zero value is
// stride 1, dilation 1, no padding, one group, with bias. Lists hold one value
// for all spatial axes, or one for each.
type ConvOptions struct {
	Kernel   []int       // size of each axis, instead of the kernel argument
	Stride   []int       // distance of windows; 1 if empty
	Dilation []int       // distance of kernel elements; 1 if empty
	Pad      ops.Padding // elements added around the spatial axes, or ops.Same; none if empty
	PadMode  ops.PadMode // what the padding holds; zeros by default
	Groups   int         // input and output channels are split into this many groups; 0 means 1
	NoBias   bool        // leaves the bias out
	RNG      *ops.RNG    // draws the first weights; the default source if nil
}

// ConvLayer is a convolution of sequences, images or volumes.
type ConvLayer struct {
	common
	Weight  *ops.Tensor `nn:"parameter,weight"` // [out in/groups k …]
	Bias    *ops.Tensor `nn:"parameter,bias"`   // [out], or nil
	Options ConvOptions `nn:"-"`
}

// Conv1D returns a convolution of sequences x [N in W]; see [ops.Conv1D].
func Conv1D(in, out, kernel int, opts ...ConvOptions) *ConvLayer {
	return newConv("nn.Conv1D", 1, in, out, kernel, opts)
}

// Conv2D returns a convolution of images x [N in H W]; see [ops.Conv2D].
// Weights and biases begin as uniform random numbers below 1/√n, n being the
// number of inputs of one output, as in PyTorch.
//
// It panics with an [ops.ArgError] for sizes below 1, and for groups that do
// not divide both numbers of channels.
func Conv2D(in, out, kernel int, opts ...ConvOptions) *ConvLayer {
	return newConv("nn.Conv2D", 2, in, out, kernel, opts)
}

// Conv3D returns a convolution of volumes x [N in D H W]; see [ops.Conv3D].
func Conv3D(in, out, kernel int, opts ...ConvOptions) *ConvLayer {
	return newConv("nn.Conv3D", 3, in, out, kernel, opts)
}

func newConv(fn string, axes, in, out, kernel int, opts []ConvOptions) *ConvLayer {
	o := one(fn, opts)
	size := kernelOf(fn, axes, kernel, o.Kernel)
	groups := groupsOf(fn, o.Groups, in, out)
	fan := in / groups * ops.Shape(size).Len()
	l := &ConvLayer{Options: o, Weight: bounded(o.RNG, fan, append([]int{out, in / groups}, size...)...)}
	if !o.NoBias {
		l.Bias = bounded(o.RNG, fan, out)
	}
	return l
}

// kernelOf returns the kernel's size on each axis.
func kernelOf(fn string, axes, kernel int, sizes []int) []int {
	if len(sizes) == 0 {
		sizes = []int{kernel}
	} else if kernel != 0 && kernel != sizes[0] {
		panic(&ops.ArgError{OpName: fn, Arg: "kernel", Got: kernel, Rule: fmt.Sprintf("the option Kernel says %v; give 0 with it", sizes)})
	}
	if len(sizes) == 1 {
		sizes = slices.Repeat(sizes, axes)
	}
	if len(sizes) != axes {
		panic(&ops.ArgError{OpName: fn, Arg: "Kernel", Got: sizes, Rule: fmt.Sprintf("want one size, or one for each of %d axes", axes)})
	}
	for _, s := range sizes {
		positive(fn, "kernel", s)
	}
	return sizes
}

func groupsOf(fn string, groups, in, out int) int {
	positive(fn, "in", in, "out", out)
	if groups == 0 {
		groups = 1
	}
	if groups < 1 || in%groups != 0 || out%groups != 0 {
		panic(&ops.ArgError{OpName: fn, Arg: "Groups", Got: groups, Rule: fmt.Sprintf("must divide the %d input and %d output channels", in, out)})
	}
	return groups
}

// Forward returns the convolution of x [N in …]: y [N out …].
func (l *ConvLayer) Forward(x *ops.Tensor) *ops.Tensor {
	o := ops.ConvOptions{Stride: l.Options.Stride, Dilation: l.Options.Dilation, Pad: l.Options.Pad, PadMode: l.Options.PadMode, Groups: l.Options.Groups, Bias: l.Bias}
	return l.note(l, x, byAxes(l.Weight, ops.Conv1D, ops.Conv2D, ops.Conv3D)(x, l.Weight, o))
}

// byAxes chooses the function for the number of a weight's spatial axes.
func byAxes[F any](w *ops.Tensor, one, two, three F) F {
	switch w.Rank() {
	case 3:
		return one
	case 4:
		return two
	}
	return three
}

// Parameters returns the tensors that are trained, see [Parameters].
func (l *ConvLayer) Parameters() []*ops.Tensor { return Parameters(l) }

// String returns the layer as it is made.
func (l *ConvLayer) String() string {
	o := l.Options
	s := l.Weight.Shape()
	return describe(fmt.Sprintf("Conv%dD", len(s)-2), fmt.Sprintf("%d, %d, %s", s[1]*max(1, o.Groups), s[0], sizesText(s[2:])),
		"Stride", sizesText(o.Stride), "Dilation", sizesText(o.Dilation), "Pad", padText(o.Pad), "PadMode", o.padMode(), "Groups", o.Groups, "NoBias", l.Bias == nil)
}

func (o ConvOptions) padMode() string {
	if o.PadMode == ops.PadZeros {
		return ""
	}
	return o.PadMode.String()
}

// multiplyAdds: each output is made of all inputs under the kernel.
func (l *ConvLayer) multiplyAdds(_, y *ops.Tensor) int { return y.Len() * l.Weight.Shape()[1:].Len() }

// sizesText is one number if all are the same.
func sizesText(sizes []int) string {
	if len(sizes) == 0 {
		return ""
	}
	for _, s := range sizes[1:] {
		if s != sizes[0] {
			return fmt.Sprint(sizes)
		}
	}
	return fmt.Sprint(sizes[0])
}

func padText(p ops.Padding) string {
	switch {
	case slices.Equal(p, ops.Same):
		return "Same"
	case slices.Equal(p, ops.SameLower):
		return "SameLower"
	}
	return sizesText(p)
}
