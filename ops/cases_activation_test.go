package ops_test

import (
	"math"

	"cahier/ops"
	"cahier/ops/opstest"
)

func init() {
	activationCases()
	preluCases()
}

func activationCases() {
	pos := func(x float64, other func(x float64) float64) float64 {
		if x > 0 || x != x {
			return x
		}
		return other(x)
	}
	clip := func(x, low, high float64) float64 { return math.Min(math.Max(x, low), high) }
	// limit gives 0 at -Inf.
	limit := func(f func(float64) float64) func(float64) float64 {
		return func(x float64) float64 {
			if math.IsInf(x, -1) {
				return 0
			}
			return f(x)
		}
	}
	softplus := func(x float64) float64 {
		if x > 40 {
			return x
		}
		return math.Log1p(math.Exp(x))
	}
	odd := []float64{0, math.Copysign(0, -1), inf, -inf, nan, 1e-9, 50, -50}
	for _, a := range []struct {
		name   string
		label  string
		attrs  ops.Attrs
		f      func(float64) float64
		spread float64 // distances of elements times ten, for functions with kinks; 0: smooth
		params string  // attributes, as the refusal lists them
	}{
		{name: "leaky_relu", f: func(x float64) float64 { return pos(x, func(x float64) float64 { return 0.01 * x }) }, spread: 1, params: "slope"},
		{name: "leaky_relu", label: "slope", attrs: ops.Attrs{"slope": 0.3}, f: func(x float64) float64 { return pos(x, func(x float64) float64 { return 0.3 * x }) }, spread: 1},
		{name: "elu", f: func(x float64) float64 { return pos(x, math.Expm1) }, spread: 3, params: "alpha"},
		{name: "elu", label: "alpha", attrs: ops.Attrs{"alpha": 2}, f: func(x float64) float64 { return pos(x, func(x float64) float64 { return 2 * math.Expm1(x) }) }, spread: 3},
		{name: "selu", f: func(x float64) float64 {
			return 1.0507009873554804934193349852946 * pos(x, func(x float64) float64 { return 1.6732632423543772848170429916717 * math.Expm1(x) })
		}, spread: 3, params: "alpha, scale"},
		{name: "selu", label: "constants", attrs: ops.Attrs{"alpha": 2.0, "scale": 3.0}, f: func(x float64) float64 {
			return 3 * pos(x, func(x float64) float64 { return 2 * math.Expm1(x) })
		}, spread: 3},
		{name: "celu", f: func(x float64) float64 { return pos(x, math.Expm1) }, spread: 3, params: "alpha"},
		{name: "celu", label: "alpha", attrs: ops.Attrs{"alpha": 0.5}, f: func(x float64) float64 { return pos(x, func(x float64) float64 { return 0.5 * math.Expm1(2*x) }) }, spread: 3},
		{name: "relu6", f: func(x float64) float64 { return clip(x, 0, 6) }, spread: 13},
		{name: "hard_sigmoid", f: func(x float64) float64 { return clip(x/6+0.5, 0, 1) }, spread: 7, params: "alpha, beta"},
		{name: "hard_sigmoid", label: "constants", attrs: ops.Attrs{"alpha": 0.2, "beta": 0.4}, f: func(x float64) float64 { return clip(0.2*x+0.4, 0, 1) }, spread: 7},
		{name: "hard_swish", f: limit(func(x float64) float64 { return x * clip(x/6+0.5, 0, 1) }), spread: 7},
		{name: "clamp", f: func(x float64) float64 { return x }, spread: 1, params: "low, high"},
		{name: "clamp", label: "both", attrs: ops.Attrs{"low": -0.2, "high": 0.3}, f: func(x float64) float64 { return clip(x, -0.2, 0.3) }, spread: 1},
		{name: "clamp", label: "one", attrs: ops.Attrs{"low": -0.2}, f: func(x float64) float64 { return math.Max(x, -0.2) }, spread: 1},
		{name: "gelu", f: limit(func(x float64) float64 { return x * 0.5 * math.Erfc(-x/math.Sqrt2) })},
		{name: "gelu_tanh", f: limit(func(x float64) float64 {
			return 0.5 * x * (1 + math.Tanh(math.Sqrt(2/math.Pi)*(x+0.044715*x*x*x)))
		})},
		{name: "silu", f: limit(func(x float64) float64 { return x / (1 + math.Exp(-x)) })},
		{name: "mish", f: limit(func(x float64) float64 { return x * math.Tanh(softplus(x)) })},
		{name: "softplus", f: softplus},
		{name: "log_sigmoid", f: func(x float64) float64 { return -softplus(-x) }},
		{name: "softsign", f: func(x float64) float64 {
			if math.IsInf(x, 0) {
				return math.Copysign(1, x)
			}
			return x / (1 + math.Abs(x))
		}, spread: 1},
	} {
		smooth := a.spread == 0
		make := func(shape ...int) *ops.Tensor {
			if smooth {
				return opstest.Rand(2, -3, 3, shape...)
			}
			return opstest.Spread(1, shape...).Add(0.021).Mul(a.spread)
		}
		want := same1(a.f)
		c := func(label string, x *ops.Tensor) opstest.Case {
			if a.label != "" {
				label += ", " + a.label
			}
			return opstest.Case{Name: label, Attrs: a.attrs, Inputs: []*ops.Tensor{x}, Want: want, Smooth: smooth}
		}
		large, special := c("large", make(3, 11, 1000)), c("special values", f64(odd...))
		large.NoGrad, large.Only64, special.NoGrad = true, true, true
		cases[a.name] = append(cases[a.name], c("3x4", make(3, 4)), c("scalar", make()), c("one element", make(1, 1)), c("empty", make(2, 0)), large, special)
		if a.label != "" {
			continue
		}
		title, rule := goName(lookup(a.name)), "which has none"
		if a.params != "" {
			rule = "which has " + a.params
		}
		refusals[a.name] = []opstest.Refusal{
			{Name: "Int64", Inputs: []*ops.Tensor{i64(1)}, Want: title + ": x is Int64, want Float32 or Float64\nx.To(ops.Float32) converts"},
			{Name: "nil", Inputs: []*ops.Tensor{nil}, Want: title + ": x is nil, want a tensor"},
			{Name: "attribute", Attrs: ops.Attrs{"axis": 1}, Inputs: []*ops.Tensor{f64(1)}, Want: title + ": attribute axis is no attribute of this operation, " + rule},
		}
	}
	refusals["clamp"] = append(refusals["clamp"], opstest.Refusal{Name: "NaN", Attrs: ops.Attrs{"low": nan}, Inputs: []*ops.Tensor{f64(1)}, Want: "ops.Clamp: low is NaN: want a number"})
	refusals["elu"] = append(refusals["elu"], opstest.Refusal{Name: "text", Attrs: ops.Attrs{"alpha": "1"}, Inputs: []*ops.Tensor{f64(1)}, Want: "ops.ELU: alpha is 1: want a number"})
}

func preluCases() {
	want := func(in []*ops.Tensor) []*ops.Tensor {
		x, w := gridOf(in[0]), gridOf(in[1])
		out := newGrid(x.shape...)
		each(x.shape, func(i []int) {
			v := *x.at(i...)
			if v < 0 {
				k := 0
				if len(w.v) > 1 {
					k = i[1]
				}
				v *= w.v[k]
			}
			*out.at(i...) = v
		})
		return out.list()
	}
	c := func(label string, x, w *ops.Tensor) opstest.Case {
		return opstest.Case{Name: label, Inputs: []*ops.Tensor{x, w}, Want: want}
	}
	cases["prelu"] = []opstest.Case{
		c("channels", opstest.Spread(1, 2, 3, 4), f64(0.1, 0.2, -0.3)), c("one slope", opstest.Spread(1, 2, 3), f64(0.25)), c("scalar", opstest.Spread(1), f64(0.25)),
		c("vector", opstest.Spread(1, 4), f64(0.25)), c("matrix", opstest.Spread(1, 4, 2), f64(0.25, 3)), c("empty", opstest.Spread(1, 0, 2), f64(0.25, 3)),
	}
	refusals["prelu"] = []opstest.Refusal{
		{Name: "slopes", Inputs: []*ops.Tensor{ops.Zeros(2, 3), ops.Zeros(2)}, Want: "ops.PReLU: w has shape [2], want [3]: want one slope for each channel (axis 1 of x), or [1]"},
		{Name: "vector", Inputs: []*ops.Tensor{ops.Zeros(2), ops.Zeros(2)}, Want: "ops.PReLU: w has shape [2], want [1]: x has no axis of channels, so there is one slope"},
		{Name: "types", Inputs: []*ops.Tensor{ops.Zeros(2), f64(1)}, Want: "ops.PReLU: w is Float64, want Float32: both tensors must have one type, and x is Float32\nw.To(ops.Float32) converts"},
	}
}
