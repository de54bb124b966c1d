package optim

import (
	"math"

	"cahier/ops"
)

// AdadeltaOptions are the options of Adadelta. The zero value is PyTorch's
// default.
type AdadeltaOptions struct {
	Smoothing   float64 // decay of both means of squares; 0 means 0.9
	Eps         float64 // added to both; 0 means 1e-6
	WeightDecay float64 // this times the parameter is added to the gradient
	DecayRank   int     // only tensors of at least so many axes decay: 2 spares biases; 0 is all
}

type adadelta struct{ AdadeltaOptions }

// Adadelta returns an optimiser whose steps have the size of earlier ones,
// relative to earlier gradients; the paper's rate is 1.
//
//	g ← g + WeightDecay·p
//	v ← ρ·v + (1 - ρ)·g², d = √(u + Eps)/√(v + Eps)·g, u ← ρ·u + (1 - ρ)·d²
//	p ← p - rate·d
//
// Zeiler, ADADELTA: an adaptive learning rate method, 2012. The same as
// PyTorch's.
//
// It panics with an [ops.ArgError] or [ops.DTypeError] if parameters, rate or
// options are not usable.
func Adadelta(params []*ops.Tensor, rate float64, opts ...AdadeltaOptions) *Optimizer {
	const fn = "optim.Adadelta"
	o := one(fn, opts)
	o.Smoothing, o.Eps = orDefault(o.Smoothing, 0.9), orDefault(o.Eps, 1e-6)
	checkRange(fn, "Smoothing", o.Smoothing, 0, 1)
	checkRange(fn, "Eps", o.Eps, 0, math.Inf(1))
	checkRange(fn, "WeightDecay", o.WeightDecay, 0, math.Inf(1))
	return newOptimizer(fn, params, rate, adadelta{o})
}

func (r adadelta) slots() []string { return []string{"square", "step"} }

func (r adadelta) String() string {
	return text("Adadelta", "Smoothing", r.Smoothing, "Eps", r.Eps, "WeightDecay", r.WeightDecay, "DecayRank", r.DecayRank)
}

func (r adadelta) step32(c call, p, g []float32, s [][]float32) { adadeltaStep(r, c, p, g, s) }
func (r adadelta) step64(c call, p, g []float64, s [][]float64) { adadeltaStep(r, c, p, g, s) }

func adadeltaStep[T float32 | float64](r adadelta, c call, p, g []T, s [][]T) {
	decay := T(c.decay(r.WeightDecay, r.DecayRank))
	rho, rest, eps := T(r.Smoothing), T(1-r.Smoothing), T(r.Eps)
	v, u := s[0], s[1]
	for i := range p {
		d := g[i] + decay*p[i]
		v[i] = rho*v[i] + rest*d*d
		d *= T(math.Sqrt(float64(u[i]+eps))) / T(math.Sqrt(float64(v[i]+eps)))
		u[i] = rho*u[i] + rest*d*d
		p[i] -= T(c.rate) * d
	}
}
