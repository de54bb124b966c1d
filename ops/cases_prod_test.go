package ops_test

import (
	"math"
	"testing"

	"cahier/ops"
	"cahier/ops/opstest"
)

func init() {
	product := func(v []float64) float64 {
		p := 1.0
		for _, x := range v {
			p *= x
		}
		return p
	}
	wide := func(d ops.DType) ops.DType {
		if d.IsFloat() {
			return d
		}
		return ops.Int64
	}
	x := opstest.Randn(1, 2, 3, 4)
	axes := map[string][]int{"all": nil, "first": {0}, "middle": {1}, "last": {-1}, "two": {0, 2}}
	for label, a := range axes {
		for _, keep := range []bool{false, true} {
			attrs := ops.Attrs{"axes": a, "keepdims": keep}
			if keep {
				label += " kept"
			}
			cases["prod"] = append(cases["prod"], opstest.Case{Name: label, Attrs: attrs, Inputs: list(x), Want: foldWant(a, keep, wide, product), Smooth: true})
			cases["any_true"] = append(cases["any_true"], opstest.Case{Name: label, Attrs: attrs, Inputs: list(x.Greater(1.3)), NoGrad: true,
				Want: foldWant(a, keep, boolType, func(v []float64) float64 { return truth(product(notAll(v)) == 0) })})
			cases["all_true"] = append(cases["all_true"], opstest.Case{Name: label, Attrs: attrs, Inputs: list(x.Greater(-1)), NoGrad: true,
				Want: foldWant(a, keep, boolType, func(v []float64) float64 { return product(v) })})
			for _, p := range []float64{0.7, 1, 2, 3, inf} {
				cases["norm"] = append(cases["norm"], opstest.Case{Name: label, Attrs: ops.Attrs{"axes": a, "keepdims": keep, "p": p}, Inputs: list(opstest.Spread(2, 2, 3, 4).Add(0.013)), Smooth: p != 0.7,
					Want: foldWant(a, keep, sameType, normOf(p))})
			}
		}
	}
	c := func(label string, x *ops.Tensor, grad bool) {
		cases["prod"] = append(cases["prod"], opstest.Case{Name: label, Inputs: list(x), Want: foldWant(nil, false, wide, product), Smooth: true, NoGrad: !grad})
	}
	c("one zero", f64(2, 0, 3), true)
	c("two zeros", f64(2, 0, 0, 3), true)
	c("scalar", opstest.Randn(2), true)
	c("no element", opstest.Randn(2, 0), true)
	c("NaN", f64(0, nan, 2), false)
	c("Int64", i64(3, -5, 7), false)
	c("Uint8", i64(200, 200, 2).To(ops.Uint8), false)
	cases["prod"] = append(cases["prod"], opstest.Case{Name: "more than a piece", Inputs: list(opstest.Rand(3, 0.9995, 1.0005, 70_000)), Want: foldWant(nil, false, wide, product), NoGrad: true, Only64: true})
	refusals["prod"] = []opstest.Refusal{
		{Name: "axis", Attrs: ops.Attrs{"axes": 3}, Inputs: list(x), Want: "ops.Prod: axes is 3: must be from -3 to 2"},
		{Name: "Bool", Inputs: list(bools(true)), Want: "ops.Prod: x is Bool, want Float32 or Float64 or Int64 or Uint8\nx.To(ops.Float32) converts"},
	}
	for name, none := range map[string]bool{"any_true": false, "all_true": true} {
		cases[name] = append(cases[name],
			opstest.Case{Name: "no element", Inputs: list(bools()), NoGrad: true, Want: func([]*ops.Tensor) []*ops.Tensor { return list(bools(none).Reshape()) }},
			opstest.Case{Name: "scalar", Inputs: list(bools(true).Reshape()), NoGrad: true, Want: func(in []*ops.Tensor) []*ops.Tensor { return in }},
			opstest.Case{Name: "large", Inputs: list(opstest.Randn(4, 80_000).Greater(-3.5)), NoGrad: true, Want: foldWant(nil, false, boolType, func(v []float64) float64 {
				if none {
					return product(v)
				}
				return truth(product(notAll(v)) == 0)
			})})
		title := goName(lookup(name))
		refusals[name] = []opstest.Refusal{
			{Name: "numbers", Inputs: list(x), Want: title + ": x is Float64, want Bool\nx.To(ops.Bool) converts"},
			{Name: "axis", Attrs: ops.Attrs{"axes": 1}, Inputs: list(bools(true)), Want: title + ": axes is 1: must be from -1 to 0"},
		}
	}
	n := func(label string, p float64, x *ops.Tensor, grad bool) {
		cases["norm"] = append(cases["norm"], opstest.Case{Name: label, Attrs: ops.Attrs{"p": p}, Inputs: list(x), Want: foldWant(nil, false, sameType, normOf(p)), NoGrad: !grad})
	}
	n("scalar", 2, opstest.Randn(2), true)
	n("one element", 3, opstest.Randn(2, 1, 1), true)
	n("no element", 2, opstest.Randn(2, 0), true)
	n("no element, cubes", 3, opstest.Randn(2, 0), true)
	n("zeros", 2, f64(0, 0), false)
	n("NaN", 2, f64(1, nan), false)
	n("infinite", 2, f64(1, -inf), false)
	cases["norm"] = append(cases["norm"],
		opstest.Case{Name: "no result", Attrs: ops.Attrs{"p": inf, "axes": 1}, Inputs: list(opstest.Randn(1, 0, 3)), Want: foldWant([]int{1}, false, sameType, normOf(inf))},
		opstest.Case{Name: "no attribute", Inputs: list(x), Want: foldWant(nil, false, sameType, normOf(2)), Smooth: true},
		opstest.Case{Name: "huge", Inputs: list(f64(3e200, 4e200)), NoGrad: true, Only64: true, Want: func([]*ops.Tensor) []*ops.Tensor { return list(f64(5e200).Reshape()) }},
		opstest.Case{Name: "tiny", Inputs: list(f64(3e-200, 4e-200)), NoGrad: true, Only64: true, Want: func([]*ops.Tensor) []*ops.Tensor { return list(f64(5e-200).Reshape()) }})
	refusals["norm"] = []opstest.Refusal{
		{Name: "p", Attrs: ops.Attrs{"p": 0}, Inputs: list(x), Want: "ops.Norm: p is 0: must be above 0"},
		{Name: "no element", Attrs: ops.Attrs{"p": inf}, Inputs: list(f64()), Want: "ops.Norm: x has shape [0]: there is no element to choose from along the axes"},
		{Name: "Int64", Inputs: list(i64(1)), Want: "ops.Norm: x is Int64, want Float32 or Float64\nx.To(ops.Float32) converts"},
	}
}

// notAll maps 0 to 1 and 1 to 0.
func notAll(v []float64) []float64 {
	out := make([]float64, len(v))
	for i, x := range v {
		out[i] = 1 - x
	}
	return out
}

func normOf(p float64) func(v []float64) float64 {
	return func(v []float64) (s float64) {
		for _, x := range v {
			if math.IsInf(p, 1) {
				s = maxNaN(s, math.Abs(x))
			} else {
				s += math.Pow(math.Abs(x), p)
			}
		}
		if math.IsInf(p, 1) {
			return s
		}
		return math.Pow(s, 1/p)
	}
}

func TestNormOfZeros(t *testing.T) {
	for _, p := range []float64{1, 2, 3, inf} {
		g := ops.Grad(func(q []*ops.Tensor) *ops.Tensor { return ops.Norm(q[0], p) }, list(f64(0, 0)))
		wantValues(t, "gradient of the norm of zeros", g[0], 0, 0)
	}
}
