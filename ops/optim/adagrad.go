package optim

import (
	"math"

	"cahier/ops"
)

// AdagradOptions are the options of Adagrad. The zero value is that of the
// paper.
type AdagradOptions struct {
	Eps         float64 // added to the root of the sum of squares; 0 means 1e-10
	Initial     float64 // what the sum of squares begins with
	RateDecay   float64 // the rate of step t is rate/(1 + (t - 1)·RateDecay)
	WeightDecay float64 // this times the parameter is added to the gradient
	DecayRank   int     // only tensors of at least so many axes decay: 2 spares biases; 0 is all
}

type adagrad struct{ AdagradOptions }

// Adagrad returns an optimiser that divides the gradient by the root of the
// sum of all its squares, so that rare features make larger steps.
//
//	g ← g + WeightDecay·p
//	v ← v + g²
//	p ← p - rate/(1 + (t - 1)·RateDecay)·g/(√v + Eps)
//
// Duchi et al., Adaptive subgradient methods for online learning and
// stochastic optimization, 2011. The same as PyTorch's.
//
// It panics with an [ops.ArgError] or [ops.DTypeError] if parameters, rate or
// options are not usable.
func Adagrad(params []*ops.Tensor, rate float64, opts ...AdagradOptions) *Optimizer {
	const fn = "optim.Adagrad"
	o := one(fn, opts)
	o.Eps = orDefault(o.Eps, 1e-10)
	checkRange(fn, "Eps", o.Eps, 0, math.Inf(1))
	checkRange(fn, "Initial", o.Initial, 0, math.Inf(1))
	checkRange(fn, "RateDecay", o.RateDecay, 0, math.Inf(1))
	checkRange(fn, "WeightDecay", o.WeightDecay, 0, math.Inf(1))
	opt := newOptimizer(fn, params, rate, adagrad{o})
	for _, m := range opt.memory {
		for _, s := range m.f32 {
			for i := range s {
				s[i] = float32(o.Initial)
			}
		}
		for _, s := range m.f64 {
			for i := range s {
				s[i] = o.Initial
			}
		}
	}
	return opt
}

func (r adagrad) slots() []string { return []string{"sum"} }

func (r adagrad) String() string {
	return text("Adagrad", "Eps", r.Eps, "Initial", r.Initial, "RateDecay", r.RateDecay, "WeightDecay", r.WeightDecay, "DecayRank", r.DecayRank)
}

func (r adagrad) step32(c call, p, g []float32, s [][]float32) { adagradStep(r, c, p, g, s) }
func (r adagrad) step64(c call, p, g []float64, s [][]float64) { adagradStep(r, c, p, g, s) }

func adagradStep[T float32 | float64](r adagrad, c call, p, g []T, s [][]T) {
	rate, decay := T(c.rate/(1+float64(c.count-1)*r.RateDecay)), T(c.decay(r.WeightDecay, r.DecayRank))
	for i := range p {
		d := g[i] + decay*p[i]
		s[0][i] += d * d
		p[i] -= rate * d / (T(math.Sqrt(float64(s[0][i]))) + T(r.Eps))
	}
}
