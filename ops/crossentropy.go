package ops

import (
	"fmt"
	"slices"
)

// CrossEntropyOptions are the options of CrossEntropy. The zero value has no
// weights, no smoothing, ignores nothing and gives the mean.
type CrossEntropyOptions struct {
	Weight    *Tensor // [C], the weight of each class; all 1 if nil
	Smoothing float64 // the part of the target that is spread over all classes, 0 to 1
	Ignore    []int   // targets that do not count, of classes or any others
	Reduction Reduction
}

// NLLOptions are the options of NLL. The zero value has no weights, ignores
// nothing and gives the mean.
type NLLOptions struct {
	Weight    *Tensor // [C], the weight of each class; all 1 if nil
	Ignore    []int   // targets that do not count, of classes or any others
	Reduction Reduction
}

var opCrossEntropy, opNLL *Op

func init() {
	opCrossEntropy = builtin("CrossEntropy", Op{Name: "cross_entropy", Inputs: []string{"x", "target", "weight?"},
		Doc: "the cross entropy of the target, classes as Int64 or probabilities, and softmax(x) along axis 1 of x [N C …], or axis 0 of x [C]; attributes smoothing, ignore, reduction",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			return inferClasses(attrs, in, "smoothing", "ignore", "reduction")
		},
		Compose: func(attrs Attrs, in []*Tensor) ([]*Tensor, error) {
			logs := LogSoftmax(in[0], classAxis(in[0].shape))
			if in[1].dtype != Int64 {
				return probabilityLoss(attrs, logs, in[1], third(in))
			}
			return classLoss(attrs, logs, in[1], third(in))
		}})
	opNLL = builtin("NLL", Op{Name: "nll", Inputs: []string{"x", "target", "weight?"},
		Doc: "minus the log-probability of the target, classes as Int64, where x holds log-probabilities along axis 1 of x [N C …], or axis 0 of x [C]; attributes ignore, reduction",
		Infer: func(attrs Attrs, in []Spec) ([]Spec, error) {
			if err := wantDType("target", in[1].DType, Int64); err != nil {
				return nil, err
			}
			return inferClasses(attrs, in, "ignore", "reduction")
		},
		Compose: func(attrs Attrs, in []*Tensor) ([]*Tensor, error) { return classLoss(attrs, in[0], in[1], third(in)) }})
}

func third(in []*Tensor) *Tensor {
	if len(in) > 2 {
		return in[2]
	}
	return nil
}

// classAxis is the axis of the classes.
func classAxis(x Shape) int { return min(1, len(x)-1) }

func inferClasses(attrs Attrs, in []Spec, names ...string) ([]Spec, error) {
	if err := attrs.only(names...); err != nil {
		return nil, err
	}
	r, err := reductionOf(attrs)
	if err != nil {
		return nil, err
	}
	if _, err := attrs.Ints("ignore"); err != nil {
		return nil, err
	}
	smoothing, err := attrs.Float("smoothing", 0)
	if err != nil {
		return nil, err
	}
	if !(smoothing >= 0 && smoothing <= 1) {
		return nil, &ArgError{Arg: "smoothing", Got: smoothing, Rule: "must be from 0 to 1"}
	}
	x, t := in[0], in[1]
	if err := wantFloat("x", x.DType); err != nil {
		return nil, err
	}
	if len(x.Shape) == 0 || x.Shape[classAxis(x.Shape)] == 0 {
		return nil, &ShapeError{Arg: "x", Got: slices.Clone(x.Shape), Want: Shape{-1, -1}, Axes: []string{"n", "classes"}, Rule: "want scores of at least one class for each example"}
	}
	axis := classAxis(x.Shape)
	shape := x.Shape.without([]int{axis})
	if t.DType == Int64 {
		if !t.Shape.Equal(shape) {
			e := &ShapeError{Arg: "target", Got: slices.Clone(t.Shape), Want: shape, Rule: fmt.Sprintf("want one class for each place of x, whose shape is %v with the classes on axis %d", x.Shape, axis)}
			if t.Shape.Equal(x.Shape[:len(x.Shape)-1]) {
				e.Help = "x.Transpose(1, -1) puts the classes on axis 1; x.Reshape(-1, classes) with target.Flatten(0) makes one axis of the places"
			}
			return nil, e
		}
	} else {
		if err := wantDType("target", t.DType, Int64, x.DType); err != nil {
			return nil, &DTypeError{Arg: "target", Got: t.DType, Want: []DType{Int64, x.DType}, Rule: "Int64 names classes, " + x.DType.String() + " gives their probabilities", Help: "target.To(ops.Int64) converts"}
		}
		if !t.Shape.Equal(x.Shape) {
			return nil, &ShapeError{Arg: "target", Got: slices.Clone(t.Shape), Want: slices.Clone(x.Shape), Rule: "probabilities must have the shape of x", Help: "classes are given as Int64: target.To(ops.Int64)"}
		}
		if ignore, _ := attrs.Ints("ignore"); len(ignore) > 0 {
			return nil, &ArgError{Arg: "ignore", Got: ignore, Rule: "has no meaning for a target of probabilities"}
		}
	}
	if len(in) > 2 && !in[2].Absent {
		if err := wantSame("x", x.DType, "weight", in[2].DType); err != nil {
			return nil, err
		}
		if !in[2].Shape.Equal(Shape{x.Shape[axis]}) {
			return nil, &ShapeError{Arg: "weight", Got: slices.Clone(in[2].Shape), Want: Shape{x.Shape[axis]}, Rule: "want one weight for each class"}
		}
	}
	if r != ReduceNone {
		shape = Shape{}
	}
	return []Spec{{DType: x.DType, Shape: shape}}, nil
}

// classLoss is the loss of log-probabilities for targets that name classes.
func classLoss(attrs Attrs, logs, target, weight *Tensor) ([]*Tensor, error) {
	axis := classAxis(logs.shape)
	classes := logs.shape[axis]
	ignore, err := attrs.Ints("ignore")
	if err != nil {
		return nil, err
	}
	smoothing, err := attrs.Float("smoothing", 0)
	if err != nil {
		return nil, err
	}
	// Ignored targets look up class 0, and count for nothing.
	index, counts, all := target.Int64s(), make([]bool, target.Len()), true
	for i, c := range index {
		counts[i] = !slices.Contains(ignore, int(c))
		if !counts[i] {
			index[i], all = 0, false
		} else if c < 0 || c >= int64(classes) {
			return nil, &ArgError{Arg: "target", Got: c, Rule: fmt.Sprintf("must be from 0 to %d, the classes on axis %d of x", classes-1, axis), Help: "Ignore lists targets that do not count"}
		}
	}
	at := newTensor(index, target.shape)
	keep := newTensor(counts, target.shape)
	loss := Neg(Gather(logs, axis, at.Unsqueeze(axis)).Reshape(target.shape...))
	var w *Tensor // the weight of each target
	if weight != nil {
		w = IndexSelect(weight, 0, at.Reshape(len(index))).Reshape(target.shape...)
		loss = Mul(loss, w)
	} else {
		w = OnesLike(loss)
	}
	if smoothing > 0 {
		each := Neg(logs)
		if weight != nil {
			each = Mul(each, onAxis(weight, axis, len(logs.shape)))
		}
		loss = Add(Mul(loss, 1-smoothing), Mul(each.Sum(axis), smoothing/float64(classes)))
	}
	if !all {
		loss, w = Where(keep, loss, 0), Where(keep, w, 0)
	}
	return reduceLoss(attrs, loss, func() *Tensor { return Sum(w) })
}

// probabilityLoss is the loss for targets that are distributions.
func probabilityLoss(attrs Attrs, logs, target, weight *Tensor) ([]*Tensor, error) {
	axis := classAxis(logs.shape)
	smoothing, err := attrs.Float("smoothing", 0)
	if err != nil {
		return nil, err
	}
	if smoothing > 0 {
		target = Add(Mul(target, 1-smoothing), smoothing/float64(logs.shape[axis]))
	}
	terms := Mul(target, logs)
	if weight != nil {
		terms = Mul(terms, onAxis(weight, axis, len(logs.shape)))
	}
	loss := Neg(terms.Sum(axis))
	return reduceLoss(attrs, loss, func() *Tensor { return fullOf(loss.dtype, Shape{}, float64(loss.Len())) })
}

// onAxis returns v [C] such that it broadcasts along an axis of a tensor of
// the given rank.
func onAxis(v *Tensor, axis, rank int) *Tensor {
	s := slices.Repeat([]int{1}, rank)
	s[axis] = v.shape[0]
	return v.Reshape(s...)
}

// reduceLoss folds the losses; the mean is their sum divided by total.
func reduceLoss(attrs Attrs, loss *Tensor, total func() *Tensor) ([]*Tensor, error) {
	r, err := reductionOf(attrs)
	if err != nil {
		return nil, err
	}
	switch r {
	case ReduceSum:
		loss = Sum(loss)
	case ReduceMean:
		loss = Div(Sum(loss), total())
	}
	return []*Tensor{loss}, nil
}

func lossAttrs(ignore []int, r Reduction) Attrs {
	attrs := Attrs{"reduction": r.String()}
	if len(ignore) > 0 {
		attrs["ignore"] = slices.Clone(ignore)
	}
	return attrs
}

// CrossEntropy returns the cross entropy of targets and the probabilities
// softmax(x): the usual loss of a classifier whose scores are x.
//
//   - Formula: y = (Σ_n l_n)/(Σ_n w[t_n]) with l_n = -w[t_n]·(1-ε)·log p[t_n] - ε/C·Σ_c w_c·log p_c and p = softmax(x_n), over the n that are not ignored. For probabilities t: l_n = -Σ_c w_c·((1-ε)·t_c + ε/C)·log p_c, and the sum is divided by their number
//   - Shapes: x [N C …] or [C]; target Int64 [N …] or a scalar, or probabilities of the shape of x; weight [C]; y a scalar, or [N …]
//   - DTypes: Float32, Float64; softmax and sums in float64
//   - Options: [CrossEntropyOptions]: weights w of 1, smoothing ε = 0, nothing ignored, the mean
//   - Panics: [ArgError] for a target that is no class and not ignored; [ShapeError], [DTypeError]
//   - Gradient: ∂x = (p - onehot(t))·∂y/N without options; also of weight and of probabilities
//   - Cost: n exponentials for the n elements of x
//   - Paper: smoothing: Szegedy et al., Rethinking the Inception architecture for computer vision, CVPR 2016
//   - Differences: PyTorch ignores -100 unasked, here nothing is ignored that Ignore does not name; ONNX SoftmaxCrossEntropyLoss has neither smoothing nor probabilities. If nothing counts, the mean is NaN, as there
func CrossEntropy(x, target *Tensor, opts ...CrossEntropyOptions) *Tensor {
	o := one("ops.CrossEntropy", opts)
	attrs := lossAttrs(o.Ignore, o.Reduction)
	if o.Smoothing != 0 {
		attrs["smoothing"] = o.Smoothing
	}
	return apply1(opCrossEntropy, attrs, x, target, o.Weight)
}

// NLL returns the negative log-likelihood of targets, where x holds
// log-probabilities as [LogSoftmax] makes them.
//
//   - Formula: y = (Σ_n -w[t_n]·x_n[t_n])/(Σ_n w[t_n]), over the n that are not ignored
//   - Shapes: x [N C …] or [C]; target [N …] or a scalar; weight [C]; y a scalar, or [N …]
//   - DTypes: x and weight Float32, Float64, sums in float64; target Int64
//   - Options: [NLLOptions]: weights w of 1, nothing ignored, the mean
//   - Panics: [ArgError] for a target that is no class and not ignored; [ShapeError], [DTypeError]
//   - Gradient: ∂x = -w[t_n]/Σw·∂y at the targets, 0 elsewhere; also of weight
//   - Cost: a copy of the elements that are looked up
//   - Paper: none
//   - Differences: PyTorch nll_loss ignores -100 unasked; ONNX NegativeLogLikelihoodLoss is the same. If nothing counts, the mean is NaN, as there
func NLL(x, target *Tensor, opts ...NLLOptions) *Tensor {
	o := one("ops.NLL", opts)
	return apply1(opNLL, lossAttrs(o.Ignore, o.Reduction), x, target, o.Weight)
}
