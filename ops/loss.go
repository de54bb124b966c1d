package ops

import (
	"fmt"
	"math"
	"slices"
)

// Reduction says how the losses of single elements become the result.
type Reduction uint8

// The ways to reduce losses.
const (
	ReduceMean Reduction = iota // their mean, a scalar
	ReduceSum                   // their sum, a scalar
	ReduceNone                  // one loss for each element
)

// String returns the name: "mean", "sum" or "none".
func (r Reduction) String() string {
	switch r {
	case ReduceMean:
		return "mean"
	case ReduceSum:
		return "sum"
	case ReduceNone:
		return "none"
	}
	return fmt.Sprintf("Reduction(%d)", uint8(r))
}

// LossOptions are the options of MSE and L1. The zero value gives the mean.
type LossOptions struct {
	Reduction Reduction
}

// HuberOptions are the options of Huber. The zero value has a delta of 1 and
// gives the mean.
type HuberOptions struct {
	Delta     float64 // where the square becomes a straight line; 0 means 1
	Reduction Reduction
}

// SmoothL1Options are the options of SmoothL1. The zero value has a beta of 1
// and gives the mean.
type SmoothL1Options struct {
	Beta      float64 // where the square becomes a straight line; 0 means 1
	Reduction Reduction
}

// BCEOptions are the options of BCEWithLogits. The zero value has no weights
// and gives the mean.
type BCEOptions struct {
	Weight         *Tensor // multiplies the losses, with broadcasting; none if nil
	PositiveWeight *Tensor // multiplies the part of the target 1, with broadcasting; none if nil
	Reduction      Reduction
}

// KLOptions are the options of KLDivergence. The zero value has a target of
// probabilities and divides the sum by the size of axis 0.
type KLOptions struct {
	LogTarget bool // the target holds logarithms of probabilities
	Reduction Reduction
}

var opMSE, opL1, opHuber, opSmoothL1, opBCE, opKL *Op

func init() {
	opMSE = pairLoss("MSE", "mse", "the squared difference (x - target)²", nil, nil,
		func(_ Attrs, x, t *Tensor, _ []*Tensor) (*Tensor, error) { return Square(Sub(x, t)), nil })
	opL1 = pairLoss("L1", "l1", "the absolute difference |x - target|", nil, nil,
		func(_ Attrs, x, t *Tensor, _ []*Tensor) (*Tensor, error) { return Abs(Sub(x, t)), nil })
	opHuber = pairLoss("Huber", "huber", "half the squared difference where that is at most delta, else delta·(|x - target| - delta/2); attribute delta, 1 if not set", []string{"delta"}, nil,
		func(attrs Attrs, x, t *Tensor, _ []*Tensor) (*Tensor, error) {
			delta, err := attrs.positive("delta", 1)
			if err != nil {
				return nil, err
			}
			return huber(Sub(x, t), delta), nil
		})
	opSmoothL1 = pairLoss("SmoothL1", "smooth_l1", "half the squared difference divided by beta where the difference is below beta, else |x - target| - beta/2; attribute beta, 1 if not set", []string{"beta"}, nil,
		func(attrs Attrs, x, t *Tensor, _ []*Tensor) (*Tensor, error) {
			beta, err := attrs.positive("beta", 1)
			if err != nil {
				return nil, err
			}
			return Mul(huber(Sub(x, t), beta), 1/beta), nil
		})
	opBCE = pairLoss("BCEWithLogits", "bce_with_logits", "the binary cross entropy of the target and the probabilities sigmoid(x), times weight; positive_weight multiplies the part of the target 1", nil, []string{"weight?", "positive_weight?"},
		func(_ Attrs, x, t *Tensor, weights []*Tensor) (*Tensor, error) {
			yes := Mul(t, LogSigmoid(x))
			if weights[1] != nil {
				yes = Mul(yes, weights[1])
			}
			loss := Neg(Add(yes, Mul(Sub(1, t), LogSigmoid(Neg(x)))))
			if weights[0] != nil {
				loss = Mul(loss, weights[0])
			}
			return loss, nil
		})
	opKL = pairLoss("KLDivergence", "kl_divergence", "the terms target·(log target - x) of the divergence of the probabilities exp(x) from the target; the mean is their sum divided by the size of axis 0; attribute log_target", []string{"log_target"}, nil,
		func(attrs Attrs, x, t *Tensor, _ []*Tensor) (*Tensor, error) {
			logs, err := attrs.Bool("log_target")
			if err != nil {
				return nil, err
			}
			if logs {
				return Mul(Exp(t), Sub(t, x)), nil
			}
			// 0·log 0 is 0, and so is 0·(-x) for x = -Inf.
			some := Greater(t, 0)
			return Where(some, Mul(t, Sub(Log(Where(some, t, 1)), Where(some, x, 0))), 0), nil
		})
}

func huber(d *Tensor, delta float64) *Tensor {
	size := Abs(d)
	return Where(LessEqual(size, delta), Mul(Square(d), 0.5), Mul(Sub(size, delta/2), delta))
}

// positive returns a number above 0.
func (a Attrs) positive(name string, def float64) (float64, error) {
	v, err := a.Float(name, def)
	if err == nil && (!(v > 0) || math.IsInf(v, 1)) {
		err = &ArgError{Arg: name, Got: v, Rule: "must be above 0"}
	}
	return v, err
}

// reductionOf returns the attribute reduction.
func reductionOf(attrs Attrs) (Reduction, error) {
	s, err := attrs.String("reduction", "mean")
	if err != nil {
		return 0, err
	}
	for r := ReduceMean; r <= ReduceNone; r++ {
		if r.String() == s {
			return r, nil
		}
	}
	return 0, &ArgError{Arg: "reduction", Got: s, Rule: "want mean, sum or none"}
}

// pairLoss registers a loss between two tensors of one shape. names lists its
// attributes beside reduction, weights further inputs that broadcast to that
// shape; f gives the losses of the elements.
func pairLoss(fn, name, doc string, names, weights []string, f func(attrs Attrs, x, t *Tensor, weights []*Tensor) (*Tensor, error)) *Op {
	names = append(names, "reduction")
	op := Op{Name: name, Inputs: append([]string{"x", "target"}, weights...), Doc: doc + "; attribute reduction: mean (if not set), sum or none"}
	op.Infer = func(attrs Attrs, in []Spec) ([]Spec, error) {
		if err := attrs.only(names...); err != nil {
			return nil, err
		}
		r, err := reductionOf(attrs)
		if err != nil {
			return nil, err
		}
		if err := wantFloat("x", in[0].DType); err != nil {
			return nil, err
		}
		for i, s := range in[1:] {
			if s.Absent {
				continue
			}
			arg := op.arg(1 + i)
			if err := wantSame("x", in[0].DType, arg, s.DType); err != nil {
				return nil, err
			}
			if i == 0 {
				if !s.Shape.Equal(in[0].Shape) {
					return nil, &ShapeError{Arg: arg, Got: slices.Clone(s.Shape), Want: slices.Clone(in[0].Shape), Rule: "must have the shape of x: a loss that broadcasts is mostly a mistake", Help: "BroadcastTo repeats a tensor on purpose; Squeeze and Unsqueeze remove and add axes of size 1"}
				}
			} else if full, ok := broadcast(s.Shape, in[0].Shape); !ok || !full.Equal(in[0].Shape) {
				return nil, &ShapeError{Arg: arg, Got: slices.Clone(s.Shape), Want: slices.Clone(in[0].Shape), Rule: "must broadcast to the shape of x"}
			}
		}
		if r == ReduceNone {
			return in[:1:1], nil
		}
		if name == "kl_divergence" && r == ReduceMean && len(in[0].Shape) == 0 {
			return nil, &ShapeError{Arg: "x", Got: Shape{}, Rule: "has no axis of a batch to take the mean over"}
		}
		return []Spec{{DType: in[0].DType, Shape: Shape{}}}, nil
	}
	op.Compose = func(attrs Attrs, in []*Tensor) ([]*Tensor, error) {
		extra := make([]*Tensor, len(weights))
		copy(extra, in[2:])
		y, err := f(attrs, in[0], in[1], extra)
		if err != nil {
			return nil, err
		}
		r, err := reductionOf(attrs)
		if err != nil {
			return nil, err
		}
		switch {
		case r == ReduceSum:
			y = Sum(y)
		case r == ReduceMean && name == "kl_divergence":
			y = Div(Sum(y), float64(y.shape[0]))
		case r == ReduceMean:
			y = Mean(y)
		}
		return []*Tensor{y}, nil
	}
	return builtin(fn, op)
}

// MSE returns the mean squared error.
//
//   - Formula: y = mean (x - t)²
//   - Shapes: x and target the same, any; y a scalar, or as x
//   - DTypes: Float32, Float64; the same for both; the mean accumulated in float64
//   - Options: [LossOptions]: the mean
//   - Panics: [ShapeError], [DTypeError]
//   - Gradient: ∂x = 2·(x - t)·∂y/n, ∂target = -∂x
//   - Cost: n products
//   - Paper: none
//   - Differences: PyTorch mse_loss broadcasts, with a warning; here shapes must be equal
func MSE(x, target *Tensor, opts ...LossOptions) *Tensor {
	return apply1(opMSE, Attrs{"reduction": one("ops.MSE", opts).Reduction.String()}, x, target)
}

// L1 returns the mean absolute error.
//
//   - Formula: y = mean |x - t|
//   - Shapes: x and target the same, any; y a scalar, or as x
//   - DTypes: Float32, Float64; the same for both; the mean accumulated in float64
//   - Options: [LossOptions]: the mean
//   - Panics: [ShapeError], [DTypeError]
//   - Gradient: ∂x = sign(x - t)·∂y/n, 0 where they are equal; ∂target = -∂x
//   - Cost: n subtractions
//   - Paper: none
//   - Differences: PyTorch l1_loss broadcasts, with a warning; here shapes must be equal
func L1(x, target *Tensor, opts ...LossOptions) *Tensor {
	return apply1(opL1, Attrs{"reduction": one("ops.L1", opts).Reduction.String()}, x, target)
}

// Huber returns the mean of a loss that is a square for small differences and
// a straight line for large ones, which outliers do not dominate.
//
//   - Formula: y = mean l with l = d²/2 for |d| <= δ, else δ·(|d| - δ/2), and d = x - t
//   - Shapes: x and target the same, any; y a scalar, or as x
//   - DTypes: Float32, Float64; the same for both; the mean accumulated in float64
//   - Options: [HuberOptions]: δ = 1, the mean
//   - Panics: [ShapeError], [DTypeError]; [ArgError] unless δ is above 0
//   - Gradient: ∂x = ∂y/n times d, but at least -δ and at most δ; ∂target = -∂x
//   - Cost: n products
//   - Paper: Huber, Robust estimation of a location parameter, 1964
//   - Differences: none from PyTorch huber_loss, but that shapes must be equal
func Huber(x, target *Tensor, opts ...HuberOptions) *Tensor {
	o := one("ops.Huber", opts)
	attrs := Attrs{"reduction": o.Reduction.String()}
	if o.Delta != 0 {
		attrs["delta"] = o.Delta
	}
	return apply1(opHuber, attrs, x, target)
}

// SmoothL1 returns the mean absolute error, rounded off where the difference
// is small: [Huber] divided by its delta.
//
//   - Formula: y = mean l with l = d²/(2β) for |d| < β, else |d| - β/2, and d = x - t
//   - Shapes: x and target the same, any; y a scalar, or as x
//   - DTypes: Float32, Float64; the same for both; the mean accumulated in float64
//   - Options: [SmoothL1Options]: β = 1, the mean
//   - Panics: [ShapeError], [DTypeError]; [ArgError] unless β is above 0
//   - Gradient: ∂x = ∂y/n times d/β, but at least -1 and at most 1; ∂target = -∂x
//   - Cost: n products
//   - Paper: Girshick, Fast R-CNN, ICCV 2015
//   - Differences: none from PyTorch smooth_l1_loss, but that shapes must be equal and that its β of 0 is [L1]
func SmoothL1(x, target *Tensor, opts ...SmoothL1Options) *Tensor {
	o := one("ops.SmoothL1", opts)
	attrs := Attrs{"reduction": o.Reduction.String()}
	if o.Beta != 0 {
		attrs["beta"] = o.Beta
	}
	return apply1(opSmoothL1, attrs, x, target)
}

// BCEWithLogits returns the binary cross entropy of targets between 0 and 1
// and the probabilities sigmoid(x), computed from x without overflow.
//
//   - Formula: y = mean -w·(p·t·log σ(x) + (1 - t)·log(1 - σ(x)))
//   - Shapes: x and target the same, any; weights broadcast to that shape; y a scalar, or as x
//   - DTypes: Float32, Float64; the same for all; the mean accumulated in float64
//   - Options: [BCEOptions]: no weights w and p, the mean
//   - Panics: [ShapeError], [DTypeError]
//   - Gradient: ∂x = (σ(x) - t)·∂y/n without weights; also of target and weights
//   - Cost: 2n exponentials and logarithms
//   - Paper: none
//   - Differences: none from PyTorch binary_cross_entropy_with_logits, whose p is pos_weight
func BCEWithLogits(x, target *Tensor, opts ...BCEOptions) *Tensor {
	o := one("ops.BCEWithLogits", opts)
	return apply1(opBCE, Attrs{"reduction": o.Reduction.String()}, x, target, o.Weight, o.PositiveWeight)
}

// KLDivergence returns the Kullback-Leibler divergence of a distribution,
// given by logarithms x as [LogSoftmax] makes them, from the target.
//
//   - Formula: y = (Σ t·(log t - x))/N with N the size of axis 0; terms with t = 0 are 0
//   - Shapes: x and target the same, [N …]; y a scalar, or as x
//   - DTypes: Float32, Float64; the same for both; the sum accumulated in float64
//   - Options: [KLOptions]: a target of probabilities, the sum divided by N
//   - Panics: [ShapeError], [DTypeError]
//   - Gradient: ∂x = -t·∂y/N, ∂target = (log t - x + 1)·∂y/N, 0 where t = 0
//   - Cost: n logarithms
//   - Paper: Kullback and Leibler, On information and sufficiency, 1951
//   - Differences: the mean is that of PyTorch's batchmean; PyTorch's own default divides by the number of elements, which is not the divergence
func KLDivergence(x, target *Tensor, opts ...KLOptions) *Tensor {
	o := one("ops.KLDivergence", opts)
	return apply1(opKL, Attrs{"reduction": o.Reduction.String(), "log_target": o.LogTarget}, x, target)
}
