package optim

import (
	"math"

	"cahier/ops"
)

// AdamOptions are the options of Adam and AdamW. The zero value is that of the
// paper.
type AdamOptions struct {
	Betas        []float64 // decay of the mean and of the squares; 0.9 and 0.999 if empty
	Eps          float64   // added to the root of the squares; 0 means 1e-8
	WeightDecay  float64   // Adam: this times the parameter is added to the gradient; AdamW: parameters shrink by rate times this, 0 means 0.01
	DecayRank    int       // only tensors of at least so many axes decay: 2 spares biases and norms; 0 is all
	AMSGrad      bool      // divides by the largest mean of squares so far
	EpsilonHat   bool      // adds Eps before the correction of the squares' bias, as ONNX and TensorFlow do
	NoCorrection bool      // leaves the correction of the bias towards 0 out
}

type adam struct {
	AdamOptions
	decoupled bool
}

// Adam returns an optimiser that divides the running mean of the gradient by
// the root of that of its squares.
//
//	g ← g + WeightDecay·p
//	m ← β₁·m + (1 - β₁)·g, v ← β₂·v + (1 - β₂)·g²
//	p ← p - rate·(m/(1 - β₁ᵗ)) / (√(v/(1 - β₂ᵗ)) + Eps)
//
// Kingma and Ba, Adam: a method for stochastic optimization, 2015; AMSGrad:
// Reddi et al., On the convergence of Adam and beyond, 2018. The same as
// PyTorch's; ONNX Adam has EpsilonHat, and NoCorrection at its step 0.
//
// It panics with an [ops.ArgError] or [ops.DTypeError] if parameters, rate or
// options are not usable.
func Adam(params []*ops.Tensor, rate float64, opts ...AdamOptions) *Optimizer {
	return newAdam("optim.Adam", params, rate, adam{AdamOptions: one("optim.Adam", opts)})
}

// AdamW returns an optimiser that is [Adam] with weight decay that does not go
// through the means: before each step p ← p - rate·WeightDecay·p, 0.01 unless
// another one is given (Loshchilov and Hutter, Decoupled weight decay
// regularization, 2019). The same as PyTorch's.
//
// It panics with an [ops.ArgError] or [ops.DTypeError] as Adam does.
func AdamW(params []*ops.Tensor, rate float64, opts ...AdamOptions) *Optimizer {
	r := adam{AdamOptions: one("optim.AdamW", opts), decoupled: true}
	r.WeightDecay = orDefault(r.WeightDecay, 0.01)
	return newAdam("optim.AdamW", params, rate, r)
}

func newAdam(fn string, params []*ops.Tensor, rate float64, r adam) *Optimizer {
	r.Betas = betasOf(fn, r.Betas)
	checkRange(fn, "Eps", r.Eps, 0, math.Inf(1))
	checkRange(fn, "WeightDecay", r.WeightDecay, 0, math.Inf(1))
	r.Eps = orDefault(r.Eps, 1e-8)
	return newOptimizer(fn, params, rate, r)
}

// betasOf checks the two decays and returns them as a copy.
func betasOf(fn string, betas []float64) []float64 {
	if len(betas) == 0 {
		return []float64{0.9, 0.999}
	}
	if len(betas) != 2 {
		panic(&ops.ArgError{OpName: fn, Arg: "Betas", Got: betas, Rule: "want two numbers"})
	}
	checkRange(fn, "Betas[0]", betas[0], 0, 1)
	checkRange(fn, "Betas[1]", betas[1], 0, 1)
	return []float64{betas[0], betas[1]}
}

func (r adam) slots() []string {
	if r.AMSGrad {
		return []string{"m", "v", "max"}
	}
	return []string{"m", "v"}
}

func (r adam) String() string {
	name := "Adam"
	if r.decoupled {
		name = "AdamW"
	}
	return text(name, "Betas", r.Betas, "Eps", r.Eps, "WeightDecay", r.WeightDecay, "DecayRank", r.DecayRank, "AMSGrad", r.AMSGrad, "EpsilonHat", r.EpsilonHat, "NoCorrection", r.NoCorrection)
}

func (r adam) step32(c call, p, g []float32, s [][]float32) { adamStep(r, c, p, g, s) }
func (r adam) step64(c call, p, g []float64, s [][]float64) { adamStep(r, c, p, g, s) }

func adamStep[T float32 | float64](r adam, c call, p, g []T, s [][]T) {
	decay := c.decay(r.WeightDecay, r.DecayRank)
	keep, add := T(1), T(decay)
	if r.decoupled {
		keep, add = T(1-c.rate*decay), 0
	}
	b1, b2 := r.Betas[0], r.Betas[1]
	c1, c2 := 1.0, 1.0
	if !r.NoCorrection {
		c1, c2 = 1-math.Pow(b1, float64(c.count)), 1-math.Pow(b2, float64(c.count))
	}
	// With epsilon hat, √v + ε is divided by √c2 as a whole.
	step, root, eps := T(c.rate/c1), T(1/math.Sqrt(c2)), T(r.Eps)
	if r.EpsilonHat {
		eps = T(r.Eps / math.Sqrt(c2))
	}
	m, v := s[0], s[1]
	for i := range p {
		x := p[i] * keep
		d := g[i] + add*x
		m[i] = T(b1)*m[i] + T(1-b1)*d
		v[i] = T(b2)*v[i] + T(1-b2)*d*d
		square := v[i]
		if r.AMSGrad {
			s[2][i] = max(s[2][i], square)
			square = s[2][i]
		}
		p[i] = x - step*m[i]/(T(math.Sqrt(float64(square)))*root+eps)
	}
}
