package nn_test

import (
	"math"
	"testing"

	"cahier/ops"
	"cahier/ops/nn"
)

// TestInitialisers compares range and standard deviation of many numbers with
// the formulas: weights [out in/groups k k] of 40·30·3·3 numbers.
func TestInitialisers(t *testing.T) {
	in, out := 30*9.0, 40*9.0
	for _, c := range []struct {
		name      string
		f         func(t *ops.Tensor, o nn.InitOptions) *ops.Tensor
		options   nn.InitOptions
		deviation float64
		bounded   bool
	}{
		{"uniform", func(t *ops.Tensor, o nn.InitOptions) *ops.Tensor { return nn.Uniform(t, -3, 3, o) }, nn.InitOptions{}, 3 / math.Sqrt(3), true},
		{"normal", func(t *ops.Tensor, o nn.InitOptions) *ops.Tensor { return nn.Normal(t, 0, 0.5, o) }, nn.InitOptions{}, 0.5, false},
		{"xavier uniform", func(t *ops.Tensor, o nn.InitOptions) *ops.Tensor { return nn.XavierUniform(t, o) }, nn.InitOptions{}, math.Sqrt(2 / (in + out)), true},
		{"xavier normal", func(t *ops.Tensor, o nn.InitOptions) *ops.Tensor { return nn.XavierNormal(t, o) }, nn.InitOptions{Gain: 3}, 3 * math.Sqrt(2/(in+out)), false},
		{"kaiming uniform", func(t *ops.Tensor, o nn.InitOptions) *ops.Tensor { return nn.KaimingUniform(t, o) }, nn.InitOptions{}, math.Sqrt(2 / in), true},
		{"kaiming uniform out", func(t *ops.Tensor, o nn.InitOptions) *ops.Tensor { return nn.KaimingUniform(t, o) }, nn.InitOptions{FanOut: true, Gain: 1}, math.Sqrt(1 / out), true},
		{"kaiming normal", func(t *ops.Tensor, o nn.InitOptions) *ops.Tensor { return nn.KaimingNormal(t, o) }, nn.InitOptions{}, math.Sqrt(2 / in), false},
	} {
		c.options.RNG = ops.NewRNG(1)
		w := ops.Zeros(40, 30, 3, 3)
		if c.f(w, c.options) != w {
			t.Errorf("%s: another tensor was returned", c.name)
		}
		if got := ops.Std(w).Item(); math.Abs(got-c.deviation) > 0.02*c.deviation {
			t.Errorf("%s: the standard deviation is %v, want %v", c.name, got, c.deviation)
		}
		if m := ops.Mean(w).Item(); math.Abs(m) > 0.05*c.deviation {
			t.Errorf("%s: the mean is %v", c.name, m)
		}
		top := ops.Max(w.Abs()).Item() / c.deviation
		if c.bounded && (top > math.Sqrt(3)+1e-6 || top < 1.7) || !c.bounded && top < 3 {
			t.Errorf("%s: the largest is %v standard deviations", c.name, top)
		}
		c.options.RNG = ops.NewRNG(1)
		near(t, c.name+" of the same seed", c.f(ops.Zeros(40, 30, 3, 3), c.options), w, 0)
	}
}

func TestOrthogonal(t *testing.T) {
	for _, shape := range [][]int{{5, 5}, {3, 8}, {8, 3}, {4, 2, 3}} {
		w := nn.Orthogonal(ops.Zeros(shape...).To(ops.Float64), nn.InitOptions{Gain: 2, RNG: r()}).Flatten(1)
		if w.Size(0) > w.Size(1) {
			w = w.T()
		}
		near(t, "products", ops.MatMul(w, w.T()), ops.Eye(w.Size(0)).To(ops.Float64).Mul(4), 1e-12)
	}
	// Signs are not those of a decomposition: the diagonal has both.
	w := nn.Orthogonal(ops.Zeros(50, 50), nn.InitOptions{RNG: r()})
	positive := 0
	for i := range 50 {
		if w.At(i, i) > 0 {
			positive++
		}
	}
	if positive < 10 || positive > 40 {
		t.Errorf("%d of 50 diagonal elements are positive", positive)
	}
}

func TestConstants(t *testing.T) {
	x := ops.Ones(2).To(ops.Float64)
	near(t, "zeros", nn.Zeros(x), ops.From([]float64{0, 0}, ops.Float64), 0)
	near(t, "ones", nn.Ones(x), ops.From([]float64{1, 1}, ops.Float64), 0)
	near(t, "constant", nn.Constant(x, 0.1), ops.From([]float64{0.1, 0.1}, ops.Float64), 0)
	for name, want := range map[string]float64{"linear": 1, "tanh": 5. / 3, "relu": math.Sqrt2, "selu": 0.75} {
		if got := nn.Gain(name); got != want {
			t.Errorf("gain of %s is %v, want %v", name, got, want)
		}
	}
	if got := nn.Gain("leaky_relu", 1); got != 1 {
		t.Errorf("gain of a leaky ReLU that is linear: %v", got)
	}
}

// TestFirstWeights makes sure that layers begin as their documentation says,
// and that a source makes two of them equal.
func TestFirstWeights(t *testing.T) {
	for name, c := range map[string]struct {
		make  func(rng *ops.RNG) any
		bound float64
	}{
		"linear":         {func(rng *ops.RNG) any { return nn.Linear(100, 50, nn.LinearOptions{RNG: rng}) }, 0.1},
		"conv":           {func(rng *ops.RNG) any { return nn.Conv2D(4, 60, 5, nn.ConvOptions{RNG: rng}) }, 0.1},
		"conv transpose": {func(rng *ops.RNG) any { return nn.ConvTranspose2D(60, 4, 5, nn.ConvTransposeOptions{RNG: rng}) }, 0.1},
		"lstm":           {func(rng *ops.RNG) any { return nn.LSTM(30, 100, nn.RecurrentOptions{RNG: rng}) }, 0.1},
	} {
		a, b := c.make(ops.NewRNG(7)), c.make(ops.NewRNG(7))
		for i, p := range nn.Named(a) {
			near(t, name, nn.Named(b)[i].Value, p.Value, 0)
			if top := ops.Max(p.Value.Abs()).Item(); top > c.bound || p.Value.Len() > 100 && top < 0.98*c.bound {
				t.Errorf("%s: the largest of %s is %v, want nearly %v", name, p.Name, top, c.bound)
			}
		}
	}
}
