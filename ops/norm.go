package ops

import (
	"fmt"
	"slices"
)

// NormOptions are the options of GroupNorm, InstanceNorm and BatchNorm. The
// zero value has no weight and bias, and an epsilon of 1e-5.
type NormOptions struct {
	Weight *Tensor // [C], multiplies each channel; none if nil
	Bias   *Tensor // [C], added to each channel; none if nil
	Eps    float64 // added to the variance; 0 means 1e-5
}

// LayerNormOptions are the options of LayerNorm and RMSNorm. The zero value
// takes the last axis, and has no weight and bias, and an epsilon of 1e-5.
type LayerNormOptions struct {
	Axes   int     // how many of the last axes are taken together; 0 means 1
	Weight *Tensor // of the shape of these axes; none if nil
	Bias   *Tensor // of the shape of these axes; none if nil
	Eps    float64 // added to the variance; 0 means 1e-5
}

// BatchNormOptions are the options of BatchNormTrain. The zero value has no
// weight, bias and running statistics, and an epsilon of 1e-5.
type BatchNormOptions struct {
	Weight   *Tensor // [C], multiplies each channel; none if nil
	Bias     *Tensor // [C], added to each channel; none if nil
	Mean     *Tensor // [C], the running mean so far; none if nil
	Variance *Tensor // [C], the running variance so far; none if nil
	Momentum float64 // the part of this batch in the running statistics; 0 means 0.1
	Eps      float64 // added to the variance; 0 means 1e-5
}

var opLayerNorm, opRMSNorm, opGroupNorm, opBatchNorm *Op

func init() {
	opLayerNorm = layerNorm("LayerNorm", "layer_norm", false)
	opRMSNorm = layerNorm("RMSNorm", "rms_norm", true)
	opGroupNorm = builtin("GroupNorm", Op{Name: "group_norm", Inputs: []string{"x", "weight?", "bias?"},
		Doc: "x [N C …] with each group of neighbouring channels of each example brought to mean 0 and variance 1, times weight [C] plus bias [C]; attributes groups, 1 if not set, and eps, 1e-5",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only("groups", "eps"); err != nil {
				return nil, err
			}
			if err := inferChannels(attrs, in, "weight", "bias"); err != nil {
				return nil, err
			}
			groups, err := attrs.Int("groups", 1)
			if err != nil {
				return nil, err
			}
			if c := in[0].Shape[1]; groups < 1 || c%groups != 0 {
				return nil, &ArgError{Arg: "groups", Got: groups, Rule: fmt.Sprintf("must divide the %d channels of x", c)}
			}
			return in[:1:1], nil
		},
		Compose: func(attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			x := in[0]
			groups, err := attrs.Int("groups", 1)
			if err != nil {
				return nil, err
			}
			s := x.shape
			rest := s[1] / groups * s[2:].Len()
			a := Attrs{"axes": []int{2}}
			if e, ok := attrs["eps"]; ok {
				a["eps"] = e
			}
			y := apply(opStandardize, a, x.Reshape(s[0], groups, rest))[0].Reshape(s...)
			return []*Tensor{scaleShift(y, in[1:], func(t *Tensor) *Tensor { return channelwise(t, len(s)) })}, nil
		}})
	opBatchNorm = builtin("BatchNorm", Op{Name: "batch_norm", Inputs: []string{"x", "mean", "variance", "weight?", "bias?"},
		Doc: "(x - mean)/√(variance + eps)·weight + bias for each channel of x [N C …]; attribute eps, 1e-5 if not set",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only("eps"); err != nil {
				return nil, err
			}
			return in[:1:1], inferChannels(attrs, in, "mean", "variance", "weight", "bias")
		},
		Compose: func(attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			_, eps, err := epsOf(attrs)
			if err != nil {
				return nil, err
			}
			broad := func(t *Tensor) *Tensor { return channelwise(t, len(in[0].shape)) }
			y := Mul(Sub(in[0], broad(in[1])), broad(Reciprocal(Sqrt(Add(in[2], eps)))))
			return []*Tensor{scaleShift(y, in[3:], broad)}, nil
		}})
}

// scaleShift returns y·weight + bias, where they are given; broad makes them
// broadcast.
func scaleShift(y *Tensor, in []*Tensor, broad func(*Tensor) *Tensor) *Tensor {
	if len(in) > 0 && in[0] != nil {
		y = Mul(y, broad(in[0]))
	}
	if len(in) > 1 && in[1] != nil {
		y = Add(y, broad(in[1]))
	}
	return y
}

// inferChannels checks x [N C …] and vectors [C], and eps.
func inferChannels(attrs Attrs, in []Spec, names ...string) error {
	if err := wantFloat("x", in[0].DType); err != nil {
		return err
	}
	if _, _, err := epsOf(attrs); err != nil {
		return err
	}
	if len(in[0].Shape) < 2 {
		return &ShapeError{Arg: "x", Got: slices.Clone(in[0].Shape), Want: Shape{-1, -1}, Axes: []string{"n", "c"}, Rule: "want a batch, channels, and any axes behind"}
	}
	for i, s := range in[1:] {
		if s.Absent {
			continue
		}
		if err := wantSame("x", in[0].DType, names[i], s.DType); err != nil {
			return err
		}
		if want := in[0].Shape[1:2]; !s.Shape.Equal(want) {
			return &ShapeError{Arg: names[i], Got: slices.Clone(s.Shape), Want: slices.Clone(want), Rule: "want one number for each channel (axis 1 of x)"}
		}
	}
	return nil
}

func layerNorm(fn, name string, rms bool) *Op {
	doc := "x with its last axes together brought to mean 0 and variance 1, times weight plus bias, which have the shape of these axes; attributes axes, how many, 1 if not set, and eps, 1e-5"
	if rms {
		doc = "x divided by the root mean square over its last axes together, times weight plus bias, which have the shape of these axes; attributes axes, how many, 1 if not set, and eps, 1e-5"
	}
	lastAxes := func(attrs Attrs, s Shape) ([]int, error) {
		n, err := attrs.Int("axes", 1)
		if err != nil {
			return nil, err
		}
		if n < 1 || n > len(s) {
			return nil, &ArgError{Arg: "axes", Got: n, Rule: fmt.Sprintf("want how many of the %d axes of x are taken together, at least 1", len(s))}
		}
		axes := make([]int, n)
		for i := range axes {
			axes[i] = len(s) - n + i
		}
		return axes, nil
	}
	return builtin(fn, Op{Name: name, Doc: doc, Inputs: []string{"x", "weight?", "bias?"},
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := attrs.only("axes", "eps"); err != nil {
				return nil, err
			}
			if err := wantFloat("x", in[0].DType); err != nil {
				return nil, err
			}
			if _, _, err := epsOf(attrs); err != nil {
				return nil, err
			}
			axes, err := lastAxes(attrs, in[0].Shape)
			if err != nil {
				return nil, err
			}
			for i, s := range in[1:] {
				arg := []string{"weight", "bias"}[i]
				if s.Absent {
					continue
				}
				if err := wantSame("x", in[0].DType, arg, s.DType); err != nil {
					return nil, err
				}
				if want := in[0].Shape[axes[0]:]; !s.Shape.Equal(want) {
					return nil, &ShapeError{Arg: arg, Got: slices.Clone(s.Shape), Want: slices.Clone(want), Rule: "want the shape of the axes that are taken together"}
				}
			}
			return in[:1:1], nil
		},
		Compose: func(attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			axes, err := lastAxes(attrs, in[0].shape)
			if err != nil {
				return nil, err
			}
			a := Attrs{"axes": axes, "rms": rms}
			if e, ok := attrs["eps"]; ok {
				a["eps"] = e
			}
			y := apply(opStandardize, a, in[0])[0]
			return []*Tensor{scaleShift(y, in[1:], func(t *Tensor) *Tensor { return t })}, nil
		}})
}

func (o LayerNormOptions) attrs() Attrs {
	a := normAttrs(Attrs{}, o.Eps)
	if o.Axes != 0 {
		a["axes"] = o.Axes
	}
	return a
}

// LayerNorm brings the features of each example to mean 0 and variance 1, and
// scales and shifts them.
//
//   - Formula: y = (x - m)/√(v + ε)·w + b, with m the mean and v the variance over the last axes
//   - Shapes: x any with at least one axis; weight and bias have the shape of the last axes; y as x
//   - DTypes: Float32, Float64; the same for all; statistics accumulated in float64
//   - Options: [LayerNormOptions]: the last axis, no weight and bias, ε = 1e-5
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for a number of axes that x does not have, or a negative ε
//   - Gradient: of x, weight and bias; see [Standardize]
//   - Cost: 8 operations an element
//   - Paper: Ba et al., Layer normalization, 2016
//   - Differences: PyTorch takes the shape of the axes, ONNX LayerNormalization the first of them; [Standardize] gives mean and scale
func LayerNorm(x *Tensor, opts ...LayerNormOptions) *Tensor {
	o := one("ops.LayerNorm", opts)
	return apply1(opLayerNorm, o.attrs(), x, o.Weight, o.Bias)
}

// RMSNorm divides the features of each example by their root mean square, and
// scales them.
//
//   - Formula: y = x/√(mean x² + ε)·w + b, with the mean over the last axes
//   - Shapes: x any with at least one axis; weight and bias have the shape of the last axes; y as x
//   - DTypes: Float32, Float64; the same for all; the mean accumulated in float64
//   - Options: [LayerNormOptions]: the last axis, no weight and bias, ε = 1e-5
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for a number of axes that x does not have, or a negative ε
//   - Gradient: of x, weight and bias; see [Standardize]
//   - Cost: 5 operations an element
//   - Paper: Zhang and Sennrich, Root mean square layer normalization, NeurIPS 2019
//   - Differences: PyTorch rms_norm has as ε the spacing of numbers at 1 by default; a bias is ours
func RMSNorm(x *Tensor, opts ...LayerNormOptions) *Tensor {
	o := one("ops.RMSNorm", opts)
	return apply1(opRMSNorm, o.attrs(), x, o.Weight, o.Bias)
}

// GroupNorm brings each group of neighbouring channels of each example to
// mean 0 and variance 1, and scales and shifts the channels.
//
//   - Formula: y = (x - m)/√(v + ε)·w_c + b_c, with m the mean and v the variance over the channels of the group and all axes behind
//   - Shapes: x [N C …] with groups dividing C; weight and bias [C]; y as x
//   - DTypes: Float32, Float64; the same for all; statistics accumulated in float64
//   - Options: [NormOptions]: no weight and bias, ε = 1e-5
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for groups that do not divide C, or a negative ε
//   - Gradient: of x, weight and bias; see [Standardize]
//   - Cost: 8 operations an element
//   - Paper: Wu and He, Group normalization, ECCV 2018
//   - Differences: none from PyTorch and ONNX GroupNormalization since opset 21
func GroupNorm(x *Tensor, groups int, opts ...NormOptions) *Tensor {
	o := one("ops.GroupNorm", opts)
	return apply1(opGroupNorm, normAttrs(Attrs{"groups": groups}, o.Eps), x, o.Weight, o.Bias)
}

// InstanceNorm brings each channel of each example to mean 0 and variance 1,
// and scales and shifts it: [GroupNorm] with a group for each channel.
//
//   - Formula: y = (x - m)/√(v + ε)·w_c + b_c, with m the mean and v the variance over the axes behind the channels
//   - Shapes: x [N C …]; weight and bias [C]; y as x
//   - DTypes: Float32, Float64; the same for all; statistics accumulated in float64
//   - Options: [NormOptions]: no weight and bias, ε = 1e-5
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for a negative ε
//   - Gradient: of x, weight and bias; see [Standardize]
//   - Cost: 8 operations an element
//   - Paper: Ulyanov et al., Instance normalization: the missing ingredient for fast stylization, 2016
//   - Differences: none from ONNX; PyTorch can keep running statistics
func InstanceNorm(x *Tensor, opts ...NormOptions) *Tensor {
	const fn = "ops.InstanceNorm"
	o := one(fn, opts)
	given(fn, x)
	if len(x.shape) < 2 {
		fail(fn, &ShapeError{Arg: "x", Got: x.Shape(), Want: Shape{-1, -1}, Axes: []string{"n", "c"}, Rule: "want a batch, channels, and any axes behind"})
	}
	return apply1(opGroupNorm, normAttrs(Attrs{"groups": max(1, x.shape[1])}, o.Eps), x, o.Weight, o.Bias)
}

// BatchNorm normalises each channel with a mean and a variance that are
// given, as after training; [BatchNormTrain] takes those of the batch.
//
//   - Formula: y = (x - mean_c)/√(variance_c + ε)·w_c + b_c
//   - Shapes: x [N C …]; mean, variance, weight and bias [C]; y as x
//   - DTypes: Float32, Float64; the same for all
//   - Options: [NormOptions]: no weight and bias, ε = 1e-5
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for a negative ε
//   - Gradient: of all tensors
//   - Cost: 4 operations an element
//   - Paper: Ioffe and Szegedy, Batch normalization, ICML 2015
//   - Differences: none from PyTorch batch_norm and ONNX BatchNormalization without training
func BatchNorm(x, mean, variance *Tensor, opts ...NormOptions) *Tensor {
	o := one("ops.BatchNorm", opts)
	return apply1(opBatchNorm, normAttrs(Attrs{}, o.Eps), x, mean, variance, o.Weight, o.Bias)
}

// BatchNormTrain normalises each channel with its mean and variance over the
// batch. It also returns these, or, if running statistics are given, what
// these become: keep them for [BatchNorm].
//
//   - Formula: y = (x - m_c)/√(v_c + ε)·w_c + b_c, with m and v over all axes but the channels; mean' = (1-μ)·mean + μ·m, variance' = (1-μ)·variance + μ·v
//   - Shapes: x [N C …]; mean, variance, weight and bias [C]; y as x
//   - DTypes: Float32, Float64; the same for all; statistics accumulated in float64
//   - Options: [BatchNormOptions]: no weight, bias and running statistics, momentum μ = 0.1, ε = 1e-5
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for a momentum that is not from 0 to 1, or a negative ε
//   - Gradient: of x, weight and bias through y, see [Standardize]; the statistics are constants
//   - Cost: 8 operations an element
//   - Paper: Ioffe and Szegedy, Batch normalization, ICML 2015
//   - Differences: PyTorch keeps the running variance times n/(n-1), here and in ONNX it is v; ONNX's momentum is 1-μ
func BatchNormTrain(x *Tensor, opts ...BatchNormOptions) (y, mean, variance *Tensor) {
	const fn = "ops.BatchNormTrain"
	o := one(fn, opts)
	given(fn, x)
	specs, eps := []Spec{x.spec()}, normAttrs(Attrs{}, o.Eps)
	for _, t := range []*Tensor{o.Weight, o.Bias, o.Mean, o.Variance} {
		specs = append(specs, t.spec())
	}
	if err := inferChannels(eps, specs, "Weight", "Bias", "Mean", "Variance"); err != nil {
		fail(fn, err)
	}
	if !(o.Momentum >= 0 && o.Momentum <= 1) {
		fail(fn, &ArgError{Arg: "Momentum", Got: o.Momentum, Rule: "must be from 0 to 1"})
	}
	if (o.Mean == nil) != (o.Variance == nil) {
		fail(fn, &ArgError{Arg: "Mean and Variance", Rule: "must be given together, or neither"})
	}
	axes := []int{0}
	for a := 2; a < len(x.shape); a++ {
		axes = append(axes, a)
	}
	eps["axes"] = axes
	y = apply(opStandardize, eps, x)[0]
	y = scaleShift(y, []*Tensor{o.Weight, o.Bias}, func(t *Tensor) *Tensor { return channelwise(t, len(x.shape)) })
	plain := x.Detach()
	m := Mean(plain, ReduceOptions{Axes: axes, KeepDims: true})
	variance = Square(Sub(plain, m)).Mean(axes...)
	mean = m.Reshape(x.shape[1])
	if o.Mean != nil {
		momentum := o.Momentum
		if momentum == 0 {
			momentum = 0.1
		}
		mean = Add(Mul(o.Mean.Detach(), 1-momentum), Mul(mean, momentum))
		variance = Add(Mul(o.Variance.Detach(), 1-momentum), Mul(variance, momentum))
	}
	return y, mean, variance
}
