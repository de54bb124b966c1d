package metrics

import (
	"math"

	"cahier/ops"
)

// numbers returns predictions and targets as float64, which must have one
// shape and an element.
func numbers(fn string, predictions, targets *ops.Tensor) (p, t []float64) {
	given(fn, "predictions", predictions)
	given(fn, "targets", targets)
	if !predictions.Shape().Equal(targets.Shape()) {
		panic(&ops.ShapeError{OpName: fn, Arg: "predictions", Got: predictions.Shape(), Want: targets.Shape(), Rule: "want one for each target"})
	}
	if targets.Len() == 0 {
		panic(&ops.ArgError{OpName: fn, Arg: "targets", Rule: "has no elements"})
	}
	return predictions.Float64s(), targets.Float64s()
}

// RMSE returns the root of the mean squared error of predictions, which have
// the shape of the targets.
func RMSE(predictions, targets *ops.Tensor) float64 {
	p, t := numbers("metrics.RMSE", predictions, targets)
	sum := 0.0
	for i := range t {
		sum += (p[i] - t[i]) * (p[i] - t[i])
	}
	return math.Sqrt(sum / float64(len(t)))
}

// MAE returns the mean absolute error of predictions, which have the shape of
// the targets.
func MAE(predictions, targets *ops.Tensor) float64 {
	p, t := numbers("metrics.MAE", predictions, targets)
	sum := 0.0
	for i := range t {
		sum += math.Abs(p[i] - t[i])
	}
	return sum / float64(len(t))
}

// R2 returns the coefficient of determination, 1 - Σ(t - p)²/Σ(t - mean t)²:
// 1 for predictions without error, 0 for those that are no better than the
// mean of the targets, all elements taken together. It is NaN if the targets
// do not vary.
func R2(predictions, targets *ops.Tensor) float64 {
	p, t := numbers("metrics.R2", predictions, targets)
	m := mean(t)
	rest, total := 0.0, 0.0
	for i := range t {
		rest += (t[i] - p[i]) * (t[i] - p[i])
		total += (t[i] - m) * (t[i] - m)
	}
	if total == 0 {
		return math.NaN()
	}
	return 1 - rest/total
}

// Perplexity returns e to the mean cross entropy of a language model, in nats
// a token, as [ops.CrossEntropy] gives it: the number of tokens among which it
// is as uncertain as among equally likely ones (Jelinek et al., Perplexity - a
// measure of the difficulty of speech recognition tasks, 1977).
func Perplexity(crossEntropy float64) float64 { return math.Exp(crossEntropy) }

// BitsPerChar returns a mean cross entropy in nats a token as bits a
// character, with so many characters a token: 1 for a model of characters.
//
// It panics with an [ops.ArgError] unless that number is positive.
func BitsPerChar(crossEntropy, charsPerToken float64) float64 {
	if !(charsPerToken > 0) {
		panic(&ops.ArgError{OpName: "metrics.BitsPerChar", Arg: "charsPerToken", Got: charsPerToken, Rule: "must be positive"})
	}
	return crossEntropy / math.Ln2 / charsPerToken
}
