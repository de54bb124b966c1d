package ops

import (
	"fmt"
	"math"
	"slices"
)

// MarginOptions are the options of losses with a margin. The zero value has
// the margin that the loss says, and gives the mean.
type MarginOptions struct {
	Margin    float64
	Reduction Reduction
}

// reduced folds losses.
func reduced(fn string, loss *Tensor, r Reduction) *Tensor {
	switch r {
	case ReduceMean:
		return Mean(loss)
	case ReduceSum:
		return Sum(loss)
	case ReduceNone:
		return loss
	}
	fail(fn, &ArgError{Arg: "Reduction", Got: r, Rule: "want mean, sum or none"})
	panic("unreachable")
}

// alikeAll panics unless tensors are floating-point ones of one shape and type.
func alikeAll(fn string, names []string, ts ...*Tensor) {
	for i, t := range ts {
		givenAs(fn, names[i], t)
		err := wantFloat(names[i], t.dtype)
		if err == nil {
			err = wantSame(names[0], ts[0].dtype, names[i], t.dtype)
		}
		if err == nil && !t.shape.Equal(ts[0].shape) {
			err = &ShapeError{Arg: names[i], Got: t.Shape(), Want: ts[0].Shape(), Rule: "must have the shape of " + names[0]}
		}
		if err != nil {
			fail(fn, err)
		}
	}
}

// alongLast panics unless x has a last axis and target one number for each of
// its vectors.
func alongLast(fn, arg string, x, target *Tensor) {
	givenAs(fn, "target", target)
	if len(x.shape) == 0 {
		fail(fn, &ShapeError{Arg: arg, Got: Shape{}, Want: Shape{-1}, Axes: []string{"features"}, Rule: "want vectors along the last axis"})
	}
	if want := x.shape[:len(x.shape)-1]; !target.shape.Equal(want) {
		fail(fn, &ShapeError{Arg: "target", Got: target.Shape(), Want: slices.Clone(want), Rule: "want one number for each vector"})
	}
}

// BCE returns the binary cross entropy of targets and probabilities.
// [BCEWithLogits] takes scores, and is more exact.
//
//   - Formula: y = mean -(t·max(ln x, -100) + (1-t)·max(ln(1-x), -100))
//   - Shapes: x and target the same, any; y a scalar, or as x
//   - DTypes: Float32, Float64; the same for all; sums accumulated in float64
//   - Options: [LossOptions]: the mean
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for an x outside 0 to 1
//   - Gradient: ∂x = (x - t)/(x·(1-x))·∂y/n, ∂target = ln((1-x)/x)·∂y/n; 0 where a logarithm is below -100
//   - Cost: 2n logarithms
//   - Paper: none
//   - Differences: as PyTorch binary_cross_entropy without weights, whose gradient next to 0 and 1 is large instead of 0
func BCE(x, target *Tensor, opts ...LossOptions) *Tensor {
	const fn = "ops.BCE"
	o := one(fn, opts)
	alikeAll(fn, []string{"x", "target"}, x, target)
	for _, v := range x.Float64s() {
		if v < 0 || v > 1 {
			fail(fn, &ArgError{Arg: "x", Got: v, Rule: "a probability is from 0 to 1", Help: "BCEWithLogits takes scores"})
		}
	}
	logs := func(p *Tensor) *Tensor {
		low := Less(p, math.Exp(-100))
		return Where(low, -100, Log(Where(low, 1, p)))
	}
	return reduced(fn, Neg(Add(Mul(target, logs(x)), Mul(Sub(1, target), logs(Sub(1, x))))), o.Reduction)
}

// PoissonNLL returns the negative logarithm of the likelihood of counts under
// Poisson distributions whose rates have the logarithms x.
//
//   - Formula: y = mean(eˣ - t·x), without ln t!, which does not depend on x
//   - Shapes: x and target the same, any; y a scalar, or as x
//   - DTypes: Float32, Float64; the same for all; sums accumulated in float64
//   - Options: [LossOptions]: the mean
//   - Panics: [ShapeError], [DTypeError]
//   - Gradient: ∂x = (eˣ - t)·∂y/n, ∂target = -x·∂y/n
//   - Cost: n exponentials
//   - Paper: none
//   - Differences: none from PyTorch poisson_nll_loss with its defaults
func PoissonNLL(x, target *Tensor, opts ...LossOptions) *Tensor {
	const fn = "ops.PoissonNLL"
	alikeAll(fn, []string{"x", "target"}, x, target)
	return reduced(fn, Sub(Exp(x), Mul(target, x)), one(fn, opts).Reduction)
}

// GaussianNLL returns the negative logarithm of the likelihood of targets
// under normal distributions with mean x.
//
//   - Formula: y = mean (ln v + (x - t)²/v)/2 with v = max(variance, 10⁻⁶), without ln(2π)/2
//   - Shapes: x, target and variance the same, any; y a scalar, or as x
//   - DTypes: Float32, Float64; the same for all; sums accumulated in float64
//   - Options: [LossOptions]: the mean
//   - Panics: [ShapeError], [DTypeError]
//   - Gradient: ∂x = (x - t)/v·∂y/n, ∂target = -∂x, ∂variance = (1/v - (x - t)²/v²)/2·∂y/n, 0 where it is below 10⁻⁶
//   - Cost: n logarithms and divisions
//   - Paper: Nix and Weigend, Estimating the mean and variance of the target probability distribution, 1994
//   - Differences: PyTorch's gradient does not see the limit of the variance
func GaussianNLL(x, target, variance *Tensor, opts ...LossOptions) *Tensor {
	const fn = "ops.GaussianNLL"
	alikeAll(fn, []string{"x", "target", "variance"}, x, target, variance)
	v := Maximum(variance, 1e-6)
	return reduced(fn, Mul(Add(Log(v), Div(Square(Sub(x, target)), v)), 0.5), one(fn, opts).Reduction)
}

// SoftMargin returns the logistic loss of scores for targets of 1 and -1.
//
//   - Formula: y = mean ln(1 + exp(-t·x))
//   - Shapes: x and target the same, any; y a scalar, or as x
//   - DTypes: Float32, Float64; the same for all; sums accumulated in float64
//   - Options: [LossOptions]: the mean
//   - Panics: [ShapeError], [DTypeError]
//   - Gradient: ∂x = -t·σ(-t·x)·∂y/n
//   - Cost: n function values
//   - Paper: none
//   - Differences: none from PyTorch soft_margin_loss
func SoftMargin(x, target *Tensor, opts ...LossOptions) *Tensor {
	const fn = "ops.SoftMargin"
	alikeAll(fn, []string{"x", "target"}, x, target)
	return reduced(fn, Softplus(Neg(Mul(target, x))), one(fn, opts).Reduction)
}

// HingeEmbedding returns a loss of distances: what belongs together should be
// near, and the rest further away than a margin.
//
//   - Formula: y = mean l with l = x for a target of 1 and max(0, margin - x) for -1
//   - Shapes: x and target the same, any; y a scalar, or as x
//   - DTypes: Float32, Float64; the same for all; sums accumulated in float64
//   - Options: [MarginOptions]: a margin of 0 means 1; the mean
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for targets other than 1 and -1
//   - Gradient: ∂x = ∂y/n for 1, -∂y/n for -1 where x < margin, else 0
//   - Cost: n operations
//   - Paper: Hadsell et al., Dimensionality reduction by learning an invariant mapping, 2006
//   - Differences: none from PyTorch hinge_embedding_loss
func HingeEmbedding(x, target *Tensor, opts ...MarginOptions) *Tensor {
	const fn = "ops.HingeEmbedding"
	o := one(fn, opts)
	alikeAll(fn, []string{"x", "target"}, x, target)
	yes := signsOf(fn, target)
	if o.Margin == 0 {
		o.Margin = 1
	}
	return reduced(fn, Where(yes, x, ReLU(Sub(o.Margin, x))), o.Reduction)
}

// signsOf returns where a target is 1, and panics if it is neither 1 nor -1.
func signsOf(fn string, target *Tensor) *Tensor {
	for _, v := range target.Float64s() {
		if v != 1 && v != -1 {
			fail(fn, &ArgError{Arg: "target", Got: v, Rule: "want 1 or -1"})
		}
	}
	return Greater(target, 0)
}

// MarginRanking returns a loss of pairs of scores: a should be larger than b
// where the target is 1, and smaller where it is -1.
//
//   - Formula: y = mean max(0, margin - t·(a - b))
//   - Shapes: a, b and target the same, any; y a scalar, or as a
//   - DTypes: Float32, Float64; the same for all; sums accumulated in float64
//   - Options: [MarginOptions]: a margin of 0; the mean
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for targets other than 1 and -1
//   - Gradient: ∂a = -t·∂y/n where the loss is not 0, ∂b = -∂a
//   - Cost: 3n operations
//   - Paper: Herbrich et al., Support vector learning for ordinal regression, 1999
//   - Differences: none from PyTorch margin_ranking_loss
func MarginRanking(a, b, target *Tensor, opts ...MarginOptions) *Tensor {
	const fn = "ops.MarginRanking"
	o := one(fn, opts)
	alikeAll(fn, []string{"a", "b", "target"}, a, b, target)
	signsOf(fn, target)
	return reduced(fn, ReLU(Sub(o.Margin, Mul(target, Sub(a, b)))), o.Reduction)
}

// MultiMargin returns the hinge loss of a classifier: the score of the right
// class should be above the others by a margin.
//
//   - Formula: y = mean_n (Σ_{c ≠ t} max(0, margin - x[n, t] + x[n, c]))/C
//   - Shapes: x [N C], target Int64 [N]; y a scalar, or [N]
//   - DTypes: x Float32, Float64; target Int64
//   - Options: [MarginOptions]: a margin of 0 means 1; the mean
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for a target that is no class
//   - Gradient: ∂x = ∂y/(N·C) for each class within the margin, and minus their sum for the right one
//   - Cost: 3·N·C operations
//   - Paper: Crammer and Singer, On the algorithmic implementation of multiclass kernel-based vector machines, 2001
//   - Differences: none from PyTorch multi_margin_loss with p = 1 and no weights
func MultiMargin(x, target *Tensor, opts ...MarginOptions) *Tensor {
	const fn = "ops.MultiMargin"
	o := one(fn, opts)
	floating(fn, x)
	givenAs(fn, "target", target)
	if err := wantDType("target", target.dtype, Int64); err != nil {
		fail(fn, err)
	}
	if len(x.shape) != 2 {
		fail(fn, &ShapeError{Arg: "x", Got: x.Shape(), Want: Shape{-1, -1}, Axes: []string{"n", "classes"}, Rule: "want scores for each example"})
	}
	alongLast(fn, "x", x, target)
	classes := x.shape[1]
	for i, c := range target.Int64s() {
		if c < 0 || c >= int64(classes) {
			fail(fn, &ArgError{Arg: "target", Got: c, Rule: fmt.Sprintf("element %d must be from 0 to %d", i, classes-1)})
		}
	}
	if o.Margin == 0 {
		o.Margin = 1
	}
	index := target.Unsqueeze(1)
	others := NotEqual(ArangeInt(classes), index)
	each := Where(others, ReLU(Add(Sub(x, Gather(x, 1, index)), o.Margin)), 0)
	return reduced(fn, Mul(each.Sum(1), 1/float64(max(1, classes))), o.Reduction)
}

// Triplet returns the triplet loss: an anchor should be nearer to what belongs
// to it than to the rest, by a margin.
//
//   - Formula: y = mean max(0, |anchor - positive| - |anchor - negative| + margin), with |d| = √(Σ (d + 10⁻⁶)²) over the last axis
//   - Shapes: all the same, vectors along the last axis; y a scalar, or without the last axis
//   - DTypes: Float32, Float64; the same for all; sums accumulated in float64
//   - Options: [MarginOptions]: a margin of 0 means 1; the mean
//   - Panics: [ShapeError], [DTypeError]
//   - Gradient: of all three, along the differences
//   - Cost: 6n operations
//   - Paper: Schroff et al., FaceNet: a unified embedding for face recognition and clustering, 2015
//   - Differences: none from PyTorch triplet_margin_loss with p = 2
func Triplet(anchor, positive, negative *Tensor, opts ...MarginOptions) *Tensor {
	const fn = "ops.Triplet"
	o := one(fn, opts)
	alikeAll(fn, []string{"anchor", "positive", "negative"}, anchor, positive, negative)
	if len(anchor.shape) == 0 {
		fail(fn, &ShapeError{Arg: "anchor", Got: Shape{}, Want: Shape{-1}, Axes: []string{"features"}, Rule: "want vectors along the last axis"})
	}
	if o.Margin == 0 {
		o.Margin = 1
	}
	distance := func(a, b *Tensor) *Tensor { return Add(Sub(a, b), 1e-6).Norm(-1) }
	return reduced(fn, ReLU(Add(Sub(distance(anchor, positive), distance(anchor, negative)), o.Margin)), o.Reduction)
}

// CosineEmbedding returns a loss of the angle of vectors: it should be small
// where the target is 1, and large where it is -1.
//
//   - Formula: y = mean l with l = 1 - c for a target of 1 and max(0, c - margin) for -1, where c is [CosineSimilarity] along the last axis
//   - Shapes: a and b the same, vectors along the last axis; target without that axis; y a scalar, or as target
//   - DTypes: Float32, Float64; the same for all; sums accumulated in float64
//   - Options: [MarginOptions]: a margin of 0; the mean
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for targets other than 1 and -1
//   - Gradient: through the similarity
//   - Cost: 6n operations
//   - Paper: none
//   - Differences: none from PyTorch cosine_embedding_loss
func CosineEmbedding(a, b, target *Tensor, opts ...MarginOptions) *Tensor {
	const fn = "ops.CosineEmbedding"
	o := one(fn, opts)
	alikeAll(fn, []string{"a", "b"}, a, b)
	alongLast(fn, "a", a, target)
	if err := wantSame("a", a.dtype, "target", target.dtype); err != nil {
		fail(fn, err)
	}
	yes := signsOf(fn, target)
	c := CosineSimilarity(a, b, -1)
	return reduced(fn, Where(yes, Sub(1, c), ReLU(Sub(c, o.Margin))), o.Reduction)
}

// CosineSimilarity returns the cosine of the angle between vectors along an
// axis.
//
//   - Formula: y = Σ a·b/(max(|a|, ε)·max(|b|, ε)) with ε = 10⁻⁸
//   - Shapes: a and b the same; y without the axis
//   - DTypes: Float32, Float64; the same for all; sums accumulated in float64
//   - Options: none
//   - Panics: [ShapeError], [DTypeError]; [ArgError] for an axis that they do not have
//   - Gradient: ∂a = (b/|b| - y·a/|a|)/|a|·∂y, and so for b
//   - Cost: 6n operations
//   - Paper: none
//   - Differences: none from PyTorch cosine_similarity, which also broadcasts
func CosineSimilarity(a, b *Tensor, axis int) *Tensor {
	const fn = "ops.CosineSimilarity"
	alikeAll(fn, []string{"a", "b"}, a, b)
	k, err := axisOf(axis, len(a.shape), "axis")
	if err != nil {
		fail(fn, err)
	}
	return Sum(Mul(Normalize(a, k, 1e-8), Normalize(b, k, 1e-8)), ReduceOptions{Axes: []int{k}})
}

// Normalize returns vectors along an axis divided by their Euclidean length.
//
//   - Formula: y = x/max(|x|, ε)
//   - Shapes: y as x
//   - DTypes: Float32, Float64; lengths accumulated in float64
//   - Options: ε, 10⁻¹² if left out
//   - Panics: [DTypeError]; [ArgError] for an axis that x does not have, and for an ε that is not above 0
//   - Gradient: ∂x = (∂y - y·Σ y·∂y)/|x|; ∂y/ε where |x| < ε
//   - Cost: 4n operations
//   - Paper: none
//   - Differences: none from PyTorch normalize with p = 2; ONNX LpNormalization has no ε
func Normalize(x *Tensor, axis int, eps ...float64) *Tensor {
	const fn = "ops.Normalize"
	floating(fn, x)
	least := 1e-12
	if len(eps) > 0 {
		least = eps[0]
	}
	k, err := axisOf(axis, len(x.shape), "axis")
	if err == nil && (len(eps) > 1 || !(least > 0)) {
		err = &ArgError{Arg: "eps", Got: eps, Rule: "want at most one number, above 0"}
	}
	if err != nil {
		fail(fn, err)
	}
	return Div(x, Maximum(Norm(x, 2, ReduceOptions{Axes: []int{k}, KeepDims: true}), least))
}
