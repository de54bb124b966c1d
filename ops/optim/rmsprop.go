package optim

import (
	"math"

	"cahier/ops"
)

// RMSPropOptions are the options of RMSProp. The zero value has no momentum.
type RMSPropOptions struct {
	Smoothing   float64 // decay of the mean of squares; 0 means 0.99
	Eps         float64 // added to its root; 0 means 1e-8
	Momentum    float64 // the part of the last step that is made again, 0 up to 1
	Centered    bool    // takes the variance of the gradient instead of its square
	WeightDecay float64 // this times the parameter is added to the gradient
	DecayRank   int     // only tensors of at least so many axes decay: 2 spares biases; 0 is all
}

type rmsprop struct{ RMSPropOptions }

// RMSProp returns an optimiser that divides the gradient by the root of the
// running mean of its squares.
//
//	g ← g + WeightDecay·p
//	v ← α·v + (1 - α)·g², with Centered a ← α·a + (1 - α)·g and v - a² for v below
//	b ← Momentum·b + g/(√v + Eps)
//	p ← p - rate·b
//
// Tieleman and Hinton, Lecture 6.5, Neural networks for machine learning,
// 2012; centred: Graves, Generating sequences with recurrent neural networks,
// 2013. The same as PyTorch's.
//
// It panics with an [ops.ArgError] or [ops.DTypeError] if parameters, rate or
// options are not usable.
func RMSProp(params []*ops.Tensor, rate float64, opts ...RMSPropOptions) *Optimizer {
	const fn = "optim.RMSProp"
	o := one(fn, opts)
	o.Smoothing, o.Eps = orDefault(o.Smoothing, 0.99), orDefault(o.Eps, 1e-8)
	checkRange(fn, "Smoothing", o.Smoothing, 0, 1)
	checkRange(fn, "Eps", o.Eps, 0, math.Inf(1))
	checkRange(fn, "Momentum", o.Momentum, 0, math.Inf(1))
	checkRange(fn, "WeightDecay", o.WeightDecay, 0, math.Inf(1))
	return newOptimizer(fn, params, rate, rmsprop{o})
}

func (r rmsprop) slots() []string {
	s := []string{"square"}
	if r.Momentum != 0 {
		s = append(s, "momentum")
	}
	if r.Centered {
		s = append(s, "mean")
	}
	return s
}

func (r rmsprop) String() string {
	return text("RMSProp", "Smoothing", r.Smoothing, "Eps", r.Eps, "Momentum", r.Momentum, "Centered", r.Centered, "WeightDecay", r.WeightDecay, "DecayRank", r.DecayRank)
}

func (r rmsprop) step32(c call, p, g []float32, s [][]float32) { rmspropStep(r, c, p, g, s) }
func (r rmsprop) step64(c call, p, g []float64, s [][]float64) { rmspropStep(r, c, p, g, s) }

func rmspropStep[T float32 | float64](r rmsprop, c call, p, g []T, s [][]T) {
	rate, decay := T(c.rate), T(c.decay(r.WeightDecay, r.DecayRank))
	alpha, rest := T(r.Smoothing), T(1-r.Smoothing)
	for i := range p {
		d := g[i] + decay*p[i]
		s[0][i] = alpha*s[0][i] + rest*d*d
		square := s[0][i]
		if r.Centered {
			a := s[len(s)-1]
			a[i] = alpha*a[i] + rest*d
			square = max(0, square-a[i]*a[i]) // never below but by rounding
		}
		d /= T(math.Sqrt(float64(square))) + T(r.Eps)
		if r.Momentum != 0 {
			s[1][i] = T(r.Momentum)*s[1][i] + d
			d = s[1][i]
		}
		p[i] -= rate * d
	}
}
