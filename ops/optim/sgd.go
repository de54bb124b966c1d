package optim

import (
	"math"

	"cahier/ops"
)

// SGDOptions are the options of SGD. The zero value is plain gradient descent.
type SGDOptions struct {
	Momentum    float64 // the part of the last step that is made again, 0 up to 1
	Dampening   float64 // the part of the gradient that does not enter the momentum
	Nesterov    bool    // takes the gradient where the momentum will lead to; wants momentum and no dampening
	WeightDecay float64 // this times the parameter is added to the gradient
	DecayRank   int     // only tensors of at least so many axes decay: 2 spares biases; 0 is all
}

type sgd struct{ SGDOptions }

// SGD returns an optimiser that descends along the gradient, with momentum if
// that is wanted.
//
//	g ← g + WeightDecay·p
//	b ← Momentum·b + (1 - Dampening)·g, the first time b ← g
//	p ← p - rate·b, with Nesterov p ← p - rate·(g + Momentum·b)
//
// Momentum: Polyak, Some methods of speeding up the convergence of iteration
// methods, 1964; Nesterov's as in Sutskever et al., On the importance of
// initialization and momentum in deep learning, 2013. The same as PyTorch's
// SGD, and as ONNX Momentum with Dampening = 1 - beta (which has Nesterov with
// it).
//
// It panics with an [ops.ArgError] or [ops.DTypeError] if parameters, rate or
// options are not usable.
func SGD(params []*ops.Tensor, rate float64, opts ...SGDOptions) *Optimizer {
	const fn = "optim.SGD"
	o := one(fn, opts)
	checkRange(fn, "Momentum", o.Momentum, 0, math.Inf(1))
	checkRange(fn, "WeightDecay", o.WeightDecay, 0, math.Inf(1))
	if math.IsNaN(o.Dampening) {
		checkRange(fn, "Dampening", o.Dampening, 0, 1)
	}
	if o.Nesterov && o.Momentum == 0 {
		panic(&ops.ArgError{OpName: fn, Arg: "Nesterov", Got: true, Rule: "wants a momentum"})
	}
	return newOptimizer(fn, params, rate, sgd{o})
}

func (r sgd) slots() []string {
	if r.Momentum == 0 {
		return nil
	}
	return []string{"momentum"}
}

func (r sgd) String() string {
	return text("SGD", "Momentum", r.Momentum, "Dampening", r.Dampening, "Nesterov", r.Nesterov, "WeightDecay", r.WeightDecay, "DecayRank", r.DecayRank)
}

func (r sgd) step32(c call, p, g []float32, s [][]float32) { sgdStep(r.SGDOptions, c, p, g, s) }
func (r sgd) step64(c call, p, g []float64, s [][]float64) { sgdStep(r.SGDOptions, c, p, g, s) }

func sgdStep[T float32 | float64](o SGDOptions, c call, p, g []T, s [][]T) {
	rate, mu, decay := T(c.rate), T(o.Momentum), T(c.decay(o.WeightDecay, o.DecayRank))
	in := T(1 - o.Dampening)
	if c.count == 1 {
		in = 1
	}
	for i := range p {
		d := g[i] + decay*p[i]
		if mu != 0 {
			b := mu*s[0][i] + in*d
			s[0][i] = b
			if o.Nesterov {
				d += mu * b
			} else {
				d = b
			}
		}
		p[i] -= rate * d
	}
}
