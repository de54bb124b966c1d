package nn

import (
	"fmt"
	"strings"

	"cahier/ops"
)

// NormOptions are the options of the normalisation layers. The zero value has
// weight and bias, and an epsilon of 1e-5.
type NormOptions struct {
	Eps      float64 // added to the variance; 0 means 1e-5
	Momentum float64 // BatchNorm: the part of a batch in the running statistics; 0 means 0.1
	Plain    bool    // leaves weight and bias out
	NoBias   bool    // leaves the bias out
}

// affine returns the first weight, ones, and bias, zeros.
func (o NormOptions) affine(shape ...int) (weight, bias *ops.Tensor) {
	if o.Plain {
		return nil, nil
	}
	if !o.NoBias {
		bias = ops.Zeros(shape...)
	}
	return ops.Ones(shape...), bias
}

// BatchNormLayer brings each channel to mean 0 and variance 1 over the batch.
type BatchNormLayer struct {
	common
	Weight   *ops.Tensor `nn:"parameter,weight"`    // [channels], or nil
	Bias     *ops.Tensor `nn:"parameter,bias"`      // [channels], or nil
	Mean     *ops.Tensor `nn:"buffer,running_mean"` // [channels]
	Variance *ops.Tensor `nn:"buffer,running_var"`  // [channels]
	Options  NormOptions `nn:"-"`
}

// BatchNorm returns a layer that brings each channel (axis 1) of x [N C …] to
// mean 0 and variance 1, times a weight plus a bias that are learnt. While it
// is training, over the batch, and it follows the means and the variances, as
// of a sample (divided by n-1), with running ones; in evaluation by those. See
// [ops.BatchNormTrain] (Ioffe and Szegedy, Batch normalization, 2015). The
// same as PyTorch's.
//
// It panics with an [ops.ArgError] for less than one channel, or a momentum
// that is not from 0 to 1.
func BatchNorm(channels int, opts ...NormOptions) *BatchNormLayer {
	o := one("nn.BatchNorm", opts)
	positive("nn.BatchNorm", "channels", channels)
	if !(o.Momentum >= 0 && o.Momentum <= 1) {
		panic(&ops.ArgError{OpName: "nn.BatchNorm", Arg: "Momentum", Got: o.Momentum, Rule: "must be from 0 to 1"})
	}
	l := &BatchNormLayer{Options: o, Mean: ops.Zeros(channels), Variance: ops.Ones(channels)}
	l.Weight, l.Bias = o.affine(channels)
	return l
}

// Forward returns x [N C …] normalised. While training it changes the running
// statistics. It panics with an [ops.ArgError] for a batch of one value a
// channel in training, which has no variance.
func (l *BatchNormLayer) Forward(x *ops.Tensor) *ops.Tensor {
	if l.eval {
		return l.note(l, x, ops.BatchNorm(x, l.Mean, l.Variance, ops.NormOptions{Weight: l.Weight, Bias: l.Bias, Eps: l.Options.Eps}))
	}
	y, mean, variance := ops.BatchNormTrain(x, ops.BatchNormOptions{Weight: l.Weight, Bias: l.Bias, Eps: l.Options.Eps})
	n := x.Len() / max(1, x.Size(1))
	if n < 2 {
		panic(&ops.ArgError{OpName: "nn.BatchNorm", Arg: "x", Got: x.Shape(), Rule: "a batch of one value a channel has no variance", Help: "nn.Eval(model) uses the running statistics"})
	}
	part := l.Options.Momentum
	if part == 0 {
		part = 0.1
	}
	follow := func(running, batch *ops.Tensor, factor float64) {
		running.Assign(running.Mul(1 - part).Add(batch.Detach().Mul(part * factor)))
	}
	follow(l.Mean, mean, 1)
	follow(l.Variance, variance, float64(n)/float64(n-1))
	return l.note(l, x, y)
}

// Parameters returns the tensors that are trained, see [Parameters].
func (l *BatchNormLayer) Parameters() []*ops.Tensor { return Parameters(l) }

// String returns the layer as it is made.
func (l *BatchNormLayer) String() string {
	return describe("BatchNorm", fmt.Sprint(l.Mean.Len()), l.Options.text()...)
}

func (o NormOptions) text() []any {
	return []any{"Eps", o.Eps, "Momentum", o.Momentum, "Plain", o.Plain, "NoBias", o.NoBias}
}

// LayerNormLayer normalises the features of each example.
type LayerNormLayer struct {
	common
	Weight  *ops.Tensor `nn:"parameter,weight"` // of the shape of the axes, or nil
	Bias    *ops.Tensor `nn:"parameter,bias"`   // of the shape of the axes, or nil
	Shape   []int       // the last axes, which are taken together
	RMS     bool        // divides by the root mean square, without subtracting the mean
	Options NormOptions `nn:"-"`
}

// LayerNorm returns a layer that brings the last axis of x, of that many
// features, to mean 0 and variance 1, times a weight plus a bias that are
// learnt; see [ops.LayerNorm] (Ba et al., Layer normalization, 2016).
//
// It panics with an [ops.ArgError] for less than one feature.
func LayerNorm(features int, opts ...NormOptions) *LayerNormLayer {
	o := one("nn.LayerNorm", opts)
	positive("nn.LayerNorm", "features", features)
	return newLayerNorm([]int{features}, false, o)
}

// LayerNormOver is [LayerNorm] over several last axes together, of the given
// shape.
func LayerNormOver(shape []int, opts ...NormOptions) *LayerNormLayer {
	o := one("nn.LayerNormOver", opts)
	if len(shape) == 0 {
		panic(&ops.ArgError{OpName: "nn.LayerNormOver", Arg: "shape", Rule: "is empty, want the sizes of the last axes"})
	}
	for _, s := range shape {
		positive("nn.LayerNormOver", "shape", s)
	}
	return newLayerNorm(append([]int(nil), shape...), false, o)
}

// RMSNorm returns a layer that divides the last axis of x, of that many
// features, by its root mean square, times a weight that is learnt; see
// [ops.RMSNorm] (Zhang and Sennrich, Root mean square layer normalization,
// 2019). It has no bias.
//
// It panics with an [ops.ArgError] for less than one feature.
func RMSNorm(features int, opts ...NormOptions) *LayerNormLayer {
	o := one("nn.RMSNorm", opts)
	positive("nn.RMSNorm", "features", features)
	o.NoBias = true
	return newLayerNorm([]int{features}, true, o)
}

func newLayerNorm(shape []int, rms bool, o NormOptions) *LayerNormLayer {
	l := &LayerNormLayer{Shape: shape, RMS: rms, Options: o}
	l.Weight, l.Bias = o.affine(shape...)
	return l
}

// Forward returns x [… features] normalised. It panics with an
// [ops.ShapeError] if the last axes of x have another shape.
func (l *LayerNormLayer) Forward(x *ops.Tensor) *ops.Tensor {
	name, _, _ := strings.Cut(l.String(), "(")
	given("nn."+name, "x", x)
	if s := x.Shape(); len(s) < len(l.Shape) || !s[len(s)-len(l.Shape):].Equal(l.Shape) {
		panic(&ops.ShapeError{OpName: "nn." + name, Arg: "x", Got: s, Rule: fmt.Sprintf("the last axes must have the shape %v", ops.Shape(l.Shape))})
	}
	o := ops.LayerNormOptions{Axes: len(l.Shape), Weight: l.Weight, Bias: l.Bias, Eps: l.Options.Eps}
	if l.RMS {
		return l.note(l, x, ops.RMSNorm(x, o))
	}
	return l.note(l, x, ops.LayerNorm(x, o))
}

// Parameters returns the tensors that are trained, see [Parameters].
func (l *LayerNormLayer) Parameters() []*ops.Tensor { return Parameters(l) }

// String returns the layer as it is made.
func (l *LayerNormLayer) String() string {
	o := l.Options
	switch {
	case l.RMS:
		o.NoBias = false
		return describe("RMSNorm", fmt.Sprint(l.Shape[0]), o.text()...)
	case len(l.Shape) == 1:
		return describe("LayerNorm", fmt.Sprint(l.Shape[0]), o.text()...)
	}
	return describe("LayerNormOver", fmt.Sprint(l.Shape), o.text()...)
}

// GroupNormLayer normalises groups of channels of each example.
type GroupNormLayer struct {
	common
	Weight   *ops.Tensor `nn:"parameter,weight"` // [channels], or nil
	Bias     *ops.Tensor `nn:"parameter,bias"`   // [channels], or nil
	Groups   int         // as many as channels is instance normalisation
	Channels int
	Options  NormOptions `nn:"-"`
	instance bool
}

// GroupNorm returns a layer that brings each group of neighbouring channels of
// each example of x [N C …] to mean 0 and variance 1, times a weight plus a
// bias that are learnt; see [ops.GroupNorm] (Wu and He, Group normalization,
// 2018).
//
// It panics with an [ops.ArgError] unless the groups divide the channels.
func GroupNorm(groups, channels int, opts ...NormOptions) *GroupNormLayer {
	o := one("nn.GroupNorm", opts)
	positive("nn.GroupNorm", "groups", groups, "channels", channels)
	if channels%groups != 0 {
		panic(&ops.ArgError{OpName: "nn.GroupNorm", Arg: "groups", Got: groups, Rule: fmt.Sprintf("must divide the %d channels", channels)})
	}
	l := &GroupNormLayer{Groups: groups, Channels: channels, Options: o}
	l.Weight, l.Bias = o.affine(channels)
	return l
}

// InstanceNorm returns a layer that brings each channel of each example of
// x [N C …] to mean 0 and variance 1, times a weight plus a bias that are
// learnt; see [ops.InstanceNorm] (Ulyanov et al., Instance normalization,
// 2016). PyTorch's has no weight and bias by default: Plain.
//
// It panics with an [ops.ArgError] for less than one channel.
func InstanceNorm(channels int, opts ...NormOptions) *GroupNormLayer {
	o := one("nn.InstanceNorm", opts)
	positive("nn.InstanceNorm", "channels", channels)
	l := &GroupNormLayer{Groups: channels, Channels: channels, Options: o, instance: true}
	l.Weight, l.Bias = o.affine(channels)
	return l
}

// Forward returns x [N C …] normalised. It panics with an [ops.ShapeError]
// for another number of channels.
func (l *GroupNormLayer) Forward(x *ops.Tensor) *ops.Tensor {
	name, _, _ := strings.Cut(l.String(), "(")
	given("nn."+name, "x", x)
	if x.Rank() < 2 || x.Size(1) != l.Channels {
		panic(&ops.ShapeError{OpName: "nn." + name, Arg: "x", Got: x.Shape(), Want: ops.Shape{-1, l.Channels}, Axes: []string{"n", "c"}, Rule: fmt.Sprintf("axis 1 must have the %d channels", l.Channels)})
	}
	o := ops.NormOptions{Weight: l.Weight, Bias: l.Bias, Eps: l.Options.Eps}
	if l.instance {
		return l.note(l, x, ops.InstanceNorm(x, o))
	}
	return l.note(l, x, ops.GroupNorm(x, l.Groups, o))
}

// Parameters returns the tensors that are trained, see [Parameters].
func (l *GroupNormLayer) Parameters() []*ops.Tensor { return Parameters(l) }

// String returns the layer as it is made.
func (l *GroupNormLayer) String() string {
	if l.instance {
		return describe("InstanceNorm", fmt.Sprint(l.Channels), l.Options.text()...)
	}
	return describe("GroupNorm", fmt.Sprintf("%d, %d", l.Groups, l.Channels), l.Options.text()...)
}
