package nn

import (
	"fmt"
	"math"

	"cahier/ops"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// InitOptions are the options of the initialisers. The zero value draws from
// the default source with a gain of 1 and takes the number of inputs.
type InitOptions struct {
	Gain   float64  // factor of the standard deviation; 0 means 1, and √2 for Kaiming (ReLU)
	FanOut bool     // Kaiming: keeps the variance of gradients instead of that of outputs
	RNG    *ops.RNG // the source of random numbers; the default one if nil
}

func (o InitOptions) gain(def float64) float64 {
	if o.Gain == 0 {
		return def
	}
	return o.Gain
}

func (o InitOptions) rng() *ops.RNG {
	if o.RNG == nil {
		return ops.DefaultRNG()
	}
	return o.RNG
}

// fans returns the numbers of inputs of an output and of outputs of an input:
// weights are [out in …], the axes behind being those of a kernel.
func fans(fn string, t *ops.Tensor) (in, out int) {
	given(fn, "t", t)
	s := t.Shape()
	if len(s) < 2 {
		panic(&ops.ShapeError{OpName: fn, Arg: "t", Got: s, Want: ops.Shape{-1, -1}, Axes: []string{"out", "in"}, Rule: "want weights of two axes or more, [out in …]",
			Help: "nn.Uniform and nn.Normal fill tensors of any shape"})
	}
	kernel := s[2:].Len()
	return s[1] * kernel, s[0] * kernel
}

// fill gives t the values and returns it.
func fill(fn string, t, values *ops.Tensor) *ops.Tensor {
	given(fn, "t", t)
	t.Assign(values.To(t.DType()).Reshape(t.Shape()...))
	return t
}

// Zeros fills t with zeros and returns it.
func Zeros(t *ops.Tensor) *ops.Tensor { return constant("nn.Zeros", t, 0) }

// Ones fills t with ones and returns it.
func Ones(t *ops.Tensor) *ops.Tensor { return constant("nn.Ones", t, 1) }

// Constant fills t with a number and returns it.
func Constant(t *ops.Tensor, value float64) *ops.Tensor { return constant("nn.Constant", t, value) }

func constant(fn string, t *ops.Tensor, value float64) *ops.Tensor {
	given(fn, "t", t)
	return fill(fn, t, ops.ZerosLike(t).Add(value))
}

// Uniform fills t with random numbers from low up to high and returns it.
func Uniform(t *ops.Tensor, low, high float64, opts ...InitOptions) *ops.Tensor {
	const fn = "nn.Uniform"
	o := one(fn, opts)
	given(fn, "t", t)
	if !(low <= high) {
		panic(&ops.ArgError{OpName: fn, Arg: "high", Got: high, Rule: fmt.Sprintf("must not be below low, which is %v", low)})
	}
	return fill(fn, t, o.rng().Rand(t.Shape()...).To(t.DType()).Mul(high-low).Add(low))
}

// Normal fills t with normally distributed random numbers and returns it.
func Normal(t *ops.Tensor, mean, deviation float64, opts ...InitOptions) *ops.Tensor {
	const fn = "nn.Normal"
	o := one(fn, opts)
	given(fn, "t", t)
	if !(deviation >= 0) {
		panic(&ops.ArgError{OpName: fn, Arg: "deviation", Got: deviation, Rule: "must not be negative"})
	}
	return fill(fn, t, o.rng().Randn(t.Shape()...).To(t.DType()).Mul(deviation).Add(mean))
}

// XavierUniform fills weights [out in …] with uniform random numbers below
// gain·√(6/(in + out)), kernel elements counting with both, which keeps the
// variance between layers that are nearly linear, and returns them (Glorot and
// Bengio, Understanding the difficulty of training deep feedforward neural
// networks, 2010).
//
// It panics with an [ops.ShapeError] unless there are two axes.
func XavierUniform(t *ops.Tensor, opts ...InitOptions) *ops.Tensor {
	const fn = "nn.XavierUniform"
	o := one(fn, opts)
	in, out := fans(fn, t)
	bound := o.gain(1) * math.Sqrt(6/float64(max(1, in+out)))
	return Uniform(t, -bound, bound, o)
}

// XavierNormal is [XavierUniform] with normally distributed numbers of
// standard deviation gain·√(2/(in + out)).
func XavierNormal(t *ops.Tensor, opts ...InitOptions) *ops.Tensor {
	const fn = "nn.XavierNormal"
	o := one(fn, opts)
	in, out := fans(fn, t)
	return Normal(t, 0, o.gain(1)*math.Sqrt(2/float64(max(1, in+out))), o)
}

// KaimingUniform fills weights [out in …] with uniform random numbers below
// gain·√(3/in), kernel elements counting with in, which keeps the variance
// through layers with ReLU, for which the gain is √2, and returns them (He et
// al., Delving deep into rectifiers, 2015).
//
// It panics with an [ops.ShapeError] unless there are two axes.
func KaimingUniform(t *ops.Tensor, opts ...InitOptions) *ops.Tensor {
	const fn = "nn.KaimingUniform"
	o := one(fn, opts)
	bound := o.kaiming(fn, t) * math.Sqrt(3)
	return Uniform(t, -bound, bound, o)
}

// KaimingNormal is [KaimingUniform] with normally distributed numbers of
// standard deviation gain/√in.
func KaimingNormal(t *ops.Tensor, opts ...InitOptions) *ops.Tensor {
	const fn = "nn.KaimingNormal"
	o := one(fn, opts)
	return Normal(t, 0, o.kaiming(fn, t), o)
}

func (o InitOptions) kaiming(fn string, t *ops.Tensor) float64 {
	in, out := fans(fn, t)
	if o.FanOut {
		in = out
	}
	return o.gain(math.Sqrt2) / math.Sqrt(float64(max(1, in)))
}

// Orthogonal fills weights [out in …] with a random matrix whose rows (or
// columns, if there are fewer) are orthogonal and of length gain, all axes but
// the first taken together, and returns them (Saxe et al., Exact solutions to
// the nonlinear dynamics of learning in deep linear neural networks, 2013).
//
// It panics with an [ops.ShapeError] unless there are two axes.
func Orthogonal(t *ops.Tensor, opts ...InitOptions) *ops.Tensor {
	const fn = "nn.Orthogonal"
	o := one(fn, opts)
	fans(fn, t)
	rows, columns := t.Size(0), t.Shape()[1:].Len()
	if t.Len() == 0 {
		return t
	}
	long, short := max(rows, columns), min(rows, columns)
	q := blas64.General{Rows: long, Cols: short, Stride: short, Data: o.rng().Randn(long, short).Float64s()}
	tau := make([]float64, short)
	work := make([]float64, max(1, 64*short))
	lapack64.Geqrf(q, tau, work, len(work))
	sign := make([]float64, short) // that of R's diagonal: makes the distribution uniform
	for i := range sign {
		sign[i] = math.Copysign(o.gain(1), q.Data[i*short+i])
	}
	lapack64.Orgqr(q, tau, work, len(work))
	data := make([]float64, rows*columns)
	for i := range rows {
		for j := range columns {
			a, b := i, j
			if rows < columns {
				a, b = j, i
			}
			data[i*columns+j] = sign[b] * q.Data[a*short+b]
		}
	}
	return fill(fn, t, ops.Wrap64(data, rows, columns))
}

// Gain returns the factor that keeps the variance of outputs through an
// activation, by its registered name: what InitOptions.Gain is for. slope is
// that of leaky_relu, 0.01 by default.
//
// It panics with an [ops.ArgError] for a name for which none is known.
func Gain(activation string, slope ...float64) float64 {
	switch activation {
	case "identity", "linear", "conv1d", "conv2d", "conv3d", "sigmoid":
		return 1
	case "tanh":
		return 5.0 / 3
	case "relu":
		return math.Sqrt2
	case "leaky_relu":
		s := 0.01
		if len(slope) > 0 {
			s = slope[0]
		}
		return math.Sqrt(2 / (1 + s*s))
	case "selu":
		return 0.75
	}
	panic(&ops.ArgError{OpName: "nn.Gain", Arg: "activation", Got: activation, Rule: "want linear, sigmoid, tanh, relu, leaky_relu or selu"})
}

// bounded returns a new tensor of uniform numbers below 1/√fan, the usual
// first weights and biases of layers.
func bounded(rng *ops.RNG, fan int, shape ...int) *ops.Tensor {
	b := 1 / math.Sqrt(float64(max(1, fan)))
	return Uniform(ops.Zeros(shape...), -b, b, InitOptions{RNG: rng})
}
