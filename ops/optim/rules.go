package optim

import (
	"fmt"
	"math"
	"strings"

	"cahier/ops"
)

const maxFloat = math.MaxFloat64

// one returns the only element of opts, or the zero value.
func one[T any](fn string, opts []T) T {
	switch len(opts) {
	case 0:
		var zero T
		return zero
	case 1:
		return opts[0]
	}
	panic(&ops.ArgError{OpName: fn, Arg: "options", Got: len(opts), Rule: "want at most one options value"})
}

// checkRange panics unless v is from low up to high, which may be infinite.
func checkRange(fn, arg string, v, low, high float64) {
	if !(v >= low) || !(v < high) {
		rule := fmt.Sprintf("must be from %v up to, but not, %v", low, high)
		if math.IsInf(high, 1) {
			rule = fmt.Sprintf("must be a number not below %v", low)
		}
		panic(&ops.ArgError{OpName: fn, Arg: arg, Got: v, Rule: rule})
	}
}

func orDefault(v, def float64) float64 {
	if v == 0 {
		return def
	}
	return v
}

// text is the name of a rule with the options that are not 0.
func text(name string, options ...any) string {
	var parts []string
	for i := 0; i < len(options); i += 2 {
		switch v := fmt.Sprint(options[i+1]); v {
		case "0", "false", "[]":
		case "true":
			parts = append(parts, options[i].(string))
		default:
			parts = append(parts, options[i].(string)+"="+v)
		}
	}
	return name + "(" + strings.Join(parts, ", ") + ")"
}

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

// decayOf is the weight decay of a parameter with so many axes.
func decayOf(decay float64, rank, atLeast int) float64 {
	if rank < atLeast {
		return 0
	}
	return decay
}

func sgdStep[T float32 | float64](o SGDOptions, c call, p, g []T, s [][]T) {
	rate, mu, decay := T(c.rate), T(o.Momentum), T(decayOf(o.WeightDecay, c.rank, o.DecayRank))
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
	if len(r.Betas) == 0 {
		r.Betas = []float64{0.9, 0.999}
	}
	if len(r.Betas) != 2 {
		panic(&ops.ArgError{OpName: fn, Arg: "Betas", Got: r.Betas, Rule: "want two numbers"})
	}
	r.Betas = []float64{r.Betas[0], r.Betas[1]}
	checkRange(fn, "Betas[0]", r.Betas[0], 0, 1)
	checkRange(fn, "Betas[1]", r.Betas[1], 0, 1)
	checkRange(fn, "Eps", r.Eps, 0, math.Inf(1))
	checkRange(fn, "WeightDecay", r.WeightDecay, 0, math.Inf(1))
	r.Eps = orDefault(r.Eps, 1e-8)
	return newOptimizer(fn, params, rate, r)
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
	decay := decayOf(r.WeightDecay, c.rank, r.DecayRank)
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
	rate, decay := T(c.rate), T(decayOf(r.WeightDecay, c.rank, r.DecayRank))
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
	rate, decay := T(c.rate/(1+float64(c.count-1)*r.RateDecay)), T(decayOf(r.WeightDecay, c.rank, r.DecayRank))
	for i := range p {
		d := g[i] + decay*p[i]
		s[0][i] += d * d
		p[i] -= rate * d / (T(math.Sqrt(float64(s[0][i]))) + T(r.Eps))
	}
}
