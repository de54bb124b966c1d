package optim

import (
	"math"

	"cahier/ops"
)

// AdamaxOptions are the options of Adamax, NAdam and RAdam. The zero value is
// that of the papers.
type AdamaxOptions struct {
	Betas         []float64 // decay of the mean and of the squares or the largest; 0.9 and 0.999 if empty
	Eps           float64   // added to the divisor; 0 means 1e-8
	WeightDecay   float64   // this times the parameter is added to the gradient
	DecayRank     int       // only tensors of at least so many axes decay: 2 spares biases and norms; 0 is all
	MomentumDecay float64   // NAdam: how the momentum grows; 0 means 0.004
}

// relative are the optimisers that come from Adam.
type relative struct {
	AdamaxOptions
	name string
}

// Adamax returns an optimiser that is [Adam] with the largest gradient, which
// decays, instead of the root of the mean of squares.
//
//	m ← β₁·m + (1 - β₁)·g, u ← max(β₂·u, |g| + Eps)
//	p ← p - rate/(1 - β₁ᵗ)·m/u
//
// Kingma and Ba, Adam: a method for stochastic optimization, 2015, section
// 7.1. The same as PyTorch's.
//
// It panics with an [ops.ArgError] or [ops.DTypeError] if parameters, rate or
// options are not usable.
func Adamax(params []*ops.Tensor, rate float64, opts ...AdamaxOptions) *Optimizer {
	return newRelative("Adamax", params, rate, opts)
}

// NAdam returns an optimiser that is [Adam] with Nesterov's momentum.
//
//	μ = β₁·(1 - 0.96^(t·MomentumDecay)/2), μ' that of step t + 1, Π the product of all μ so far
//	p ← p - rate·((1 - μ)·g/(1 - Π) + μ'·m/(1 - Π·μ')) / (√(v/(1 - β₂ᵗ)) + Eps)
//
// Dozat, Incorporating Nesterov momentum into Adam, 2016. The same as
// PyTorch's.
//
// It panics with an [ops.ArgError] or [ops.DTypeError] as Adamax does.
func NAdam(params []*ops.Tensor, rate float64, opts ...AdamaxOptions) *Optimizer {
	return newRelative("NAdam", params, rate, opts)
}

// RAdam returns an optimiser that is [Adam] without the root of the mean of
// squares as long as that is of too few gradients, and with a factor that
// makes up for its variance later.
//
//	ρ = 2/(1 - β₂) - 1, ρ_t = ρ - 2t·β₂ᵗ/(1 - β₂ᵗ)
//	p ← p - rate·m̂·√((ρ_t-4)(ρ_t-2)ρ/((ρ-4)(ρ-2)ρ_t))·√(1 - β₂ᵗ)/(√v + Eps) if ρ_t > 5, else p - rate·m̂
//
// Liu et al., On the variance of the adaptive learning rate and beyond, 2020.
// The same as PyTorch's.
//
// It panics with an [ops.ArgError] or [ops.DTypeError] as Adamax does.
func RAdam(params []*ops.Tensor, rate float64, opts ...AdamaxOptions) *Optimizer {
	return newRelative("RAdam", params, rate, opts)
}

func newRelative(name string, params []*ops.Tensor, rate float64, opts []AdamaxOptions) *Optimizer {
	fn := "optim." + name
	o := one(fn, opts)
	o.Betas = betasOf(fn, o.Betas)
	checkRange(fn, "Eps", o.Eps, 0, math.Inf(1))
	checkRange(fn, "WeightDecay", o.WeightDecay, 0, math.Inf(1))
	checkRange(fn, "MomentumDecay", o.MomentumDecay, 0, math.Inf(1))
	if name != "NAdam" && o.MomentumDecay != 0 {
		panic(&ops.ArgError{OpName: fn, Arg: "MomentumDecay", Rule: "is an option of NAdam"})
	}
	o.Eps = orDefault(o.Eps, 1e-8)
	if name == "NAdam" {
		o.MomentumDecay = orDefault(o.MomentumDecay, 0.004)
	}
	return newOptimizer(fn, params, rate, relative{o, name})
}

// momentum is that of NAdam's step, from 1.
func (r relative) momentum(step int) float64 {
	return r.Betas[0] * (1 - 0.5*math.Pow(0.96, float64(step)*r.MomentumDecay))
}

func (r relative) factor(count int) float64 {
	if r.name != "NAdam" {
		return 0 // not used
	}
	return r.momentum(count)
}

func (r relative) slots() []string {
	if r.name == "Adamax" {
		return []string{"m", "u"}
	}
	return []string{"m", "v"}
}

func (r relative) String() string {
	return text(r.name, "Betas", r.Betas, "Eps", r.Eps, "WeightDecay", r.WeightDecay, "DecayRank", r.DecayRank, "MomentumDecay", r.MomentumDecay)
}

func (r relative) step32(c call, p, g []float32, s [][]float32) { relativeStep(r, c, p, g, s) }
func (r relative) step64(c call, p, g []float64, s [][]float64) { relativeStep(r, c, p, g, s) }

func relativeStep[T float32 | float64](r relative, c call, p, g []T, s [][]T) {
	t, b1, b2 := float64(c.count), r.Betas[0], r.Betas[1]
	c1, c2 := 1-math.Pow(b1, t), 1-math.Pow(b2, t)
	decay := T(c.decay(r.WeightDecay, r.DecayRank))
	// The step is now·g + mean·m, divided by root·√v + eps where divide is set.
	now, mean, root, divide := 0.0, c.rate/c1, 1/math.Sqrt(c2), true
	eps := T(r.Eps)
	switch r.name {
	case "NAdam":
		mu, next := r.momentum(c.count), r.momentum(c.count+1)
		now, mean = c.rate*(1-mu)/(1-c.product), c.rate*next/(1-c.product*next)
	case "RAdam":
		rho := 2/(1-b2) - 1
		rt := rho - 2*t*(1-c2)/c2
		divide = rt > 5
		if divide {
			mean *= math.Sqrt((rt - 4) * (rt - 2) * rho / ((rho - 4) * (rho - 2) * rt) * c2)
			root = 1
		}
	}
	m, v := s[0], s[1]
	for i := range p {
		d := g[i] + decay*p[i]
		m[i] = T(b1)*m[i] + T(1-b1)*d
		if r.name == "Adamax" {
			v[i] = max(T(b2)*v[i], T(math.Abs(float64(d)))+eps)
			p[i] -= T(mean) * m[i] / v[i]
			continue
		}
		v[i] = T(b2)*v[i] + T(1-b2)*d*d
		step := T(now)*d + T(mean)*m[i]
		if divide {
			step /= T(math.Sqrt(float64(v[i])))*T(root) + eps
		}
		p[i] -= step
	}
}
