package nn

import (
	"fmt"

	"cahier/ops"
)

// ConvTransposeOptions are the options of ConvTranspose1D, 2D and 3D. The zero
// value is stride 1, dilation 1, no padding, one group, with bias. Lists hold
// one value for all spatial axes, or one for each.
type ConvTransposeOptions struct {
	Kernel    []int       // size of each axis, instead of the kernel argument
	Stride    []int       // distance of the kernels that are laid down; 1 if empty
	Dilation  []int       // distance of kernel elements; 1 if empty
	Pad       ops.Padding // elements cut off around the spatial axes, or ops.Same; none if empty
	OutputPad []int       // elements added behind each spatial axis; none if empty
	Groups    int         // input and output channels are split into this many groups; 0 means 1
	NoBias    bool        // leaves the bias out
	RNG       *ops.RNG    // draws the first weights; the default source if nil
}

// ConvTransposeLayer is a transposed convolution.
type ConvTransposeLayer struct {
	common
	Weight  *ops.Tensor          `nn:"parameter,weight"` // [in out/groups k …]
	Bias    *ops.Tensor          `nn:"parameter,bias"`   // [out], or nil
	Options ConvTransposeOptions `nn:"-"`
}

// ConvTranspose1D returns a transposed convolution of sequences; see
// [ops.ConvTranspose1D].
func ConvTranspose1D(in, out, kernel int, opts ...ConvTransposeOptions) *ConvTransposeLayer {
	return newConvTranspose("nn.ConvTranspose1D", 1, in, out, kernel, opts)
}

// ConvTranspose2D returns a transposed convolution of images x [N in H W],
// which makes them larger; see [ops.ConvTranspose2D]. Weights and biases begin
// as uniform random numbers below 1/√(out/groups·kernel elements), as in
// PyTorch.
//
// It panics with an [ops.ArgError] as [Conv2D] does.
func ConvTranspose2D(in, out, kernel int, opts ...ConvTransposeOptions) *ConvTransposeLayer {
	return newConvTranspose("nn.ConvTranspose2D", 2, in, out, kernel, opts)
}

// ConvTranspose3D returns a transposed convolution of volumes; see
// [ops.ConvTranspose3D].
func ConvTranspose3D(in, out, kernel int, opts ...ConvTransposeOptions) *ConvTransposeLayer {
	return newConvTranspose("nn.ConvTranspose3D", 3, in, out, kernel, opts)
}

func newConvTranspose(fn string, axes, in, out, kernel int, opts []ConvTransposeOptions) *ConvTransposeLayer {
	o := one(fn, opts)
	size := kernelOf(fn, axes, kernel, o.Kernel)
	groups := groupsOf(fn, o.Groups, in, out)
	fan := out / groups * ops.Shape(size).Len()
	l := &ConvTransposeLayer{Options: o, Weight: bounded(o.RNG, fan, append([]int{in, out / groups}, size...)...)}
	if !o.NoBias {
		l.Bias = bounded(o.RNG, fan, out)
	}
	return l
}

// Forward returns the transposed convolution of x [N in …]: y [N out …].
func (l *ConvTransposeLayer) Forward(x *ops.Tensor) *ops.Tensor {
	o := ops.ConvTransposeOptions{Stride: l.Options.Stride, Dilation: l.Options.Dilation, Pad: l.Options.Pad, OutputPad: l.Options.OutputPad, Groups: l.Options.Groups, Bias: l.Bias}
	return l.note(l, x, byAxes(l.Weight, ops.ConvTranspose1D, ops.ConvTranspose2D, ops.ConvTranspose3D)(x, l.Weight, o))
}

// Parameters returns the tensors that are trained, see [Parameters].
func (l *ConvTransposeLayer) Parameters() []*ops.Tensor { return Parameters(l) }

// String returns the layer as it is made.
func (l *ConvTransposeLayer) String() string {
	o := l.Options
	s := l.Weight.Shape()
	return describe(fmt.Sprintf("ConvTranspose%dD", len(s)-2), fmt.Sprintf("%d, %d, %s", s[0], s[1]*max(1, o.Groups), sizesText(s[2:])),
		"Stride", sizesText(o.Stride), "Dilation", sizesText(o.Dilation), "Pad", padText(o.Pad), "OutputPad", sizesText(o.OutputPad), "Groups", o.Groups, "NoBias", l.Bias == nil)
}

// multiplyAdds: each input goes to all outputs under the kernel.
func (l *ConvTransposeLayer) multiplyAdds(x, _ *ops.Tensor) int {
	return x.Len() * l.Weight.Shape()[1:].Len()
}
