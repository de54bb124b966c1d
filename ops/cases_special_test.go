package ops_test

import (
	"fmt"
	"math"
	"testing"

	"cahier/ops"
	"cahier/ops/opstest"
)

func moreBinaryCases(add func(name string, f func(a, b float64) float64, make func(seed uint64, shape ...int) *ops.Tensor, smooth bool)) {
	between := func(seed uint64, shape ...int) *ops.Tensor { return opstest.Rand(seed, 0.5, 2, shape...) }
	add("atan2", math.Atan2, opstest.Randn, true)
	add("hypot", math.Hypot, between, true)
	add("remainder", func(a, b float64) float64 { return a - b*math.Floor(a/b) }, between, true)
	add("fmod", func(a, b float64) float64 { return a - b*math.Trunc(a/b) }, between, true)
	add("logaddexp", func(a, b float64) float64 {
		if math.IsInf(a, 0) || math.IsInf(b, 0) {
			return maxNaN(a, b)
		}
		return math.Log(math.Exp(a) + math.Exp(b))
	}, opstest.Randn, true)
	add("xlogy", func(a, b float64) float64 {
		if a == 0 {
			return 0
		}
		return a * math.Log(b)
	}, between, true)
	for name, want := range map[string][2][]int64{
		"remainder": {{1, 1, -2, -1}, {3, 4}},
		"fmod":      {{1, -2, 1, -1}, {3, 4}},
	} {
		cases[name] = append(cases[name],
			opstest.Case{Name: "negative", Inputs: list(f64(7, -7, 7, -7, 6), f64(3, 3, -3, -3, -3)), Want: same2(sameType, map[string]func(a, b float64) float64{
				"remainder": func(a, b float64) float64 { return a - b*math.Floor(a/b) }, "fmod": func(a, b float64) float64 { return a - b*math.Trunc(a/b) }}[name]), NoGrad: true},
			opstest.Case{Name: "Int64", Inputs: list(i64(7, -5, 4, -1), i64(3, 3, -3, -3)), NoGrad: true, Want: func([]*ops.Tensor) []*ops.Tensor { return list(i64(want[0]...)) }},
			opstest.Case{Name: "Uint8", Inputs: list(i64(7, 250).To(ops.Uint8), i64(4, 6).To(ops.Uint8)), NoGrad: true, Want: func([]*ops.Tensor) []*ops.Tensor { return list(i64(want[1]...).To(ops.Uint8)) }})
		refusals[name] = append(refusals[name], opstest.Refusal{Name: "zero", Inputs: list(i64(1, 2), i64(3, 0)), Want: goName(lookup(name)) + ": b is 0: element 1: integers have no remainder by 0"})
	}
}

// hurwitz is Hurwitz' zeta function by Euler and Maclaurin's sum.
func hurwitz(s, x float64) float64 {
	sum := 0.0
	for range 60 {
		sum += math.Pow(x, -s)
		x++
	}
	return sum + math.Pow(x, 1-s)/(s-1) + math.Pow(x, -s)/2 + s*math.Pow(x, -s-1)/12 - s*(s+1)*(s+2)*math.Pow(x, -s-3)/720
}

func init() {
	for n := range 5 {
		want := same1(func(x float64) float64 {
			if n > 0 {
				size := math.Gamma(float64(n + 1))
				if n%2 == 0 {
					size = -size
				}
				return size * hurwitz(float64(n+1), x)
			}
			sum := 0.0
			for range 60 {
				sum -= 1 / x
				x++
			}
			return sum + math.Log(x) - 1/(2*x) - 1/(12*x*x) + 1/(120*x*x*x*x)
		})
		add := func(label string, x *ops.Tensor) {
			cases["polygamma"] = append(cases["polygamma"], opstest.Case{Name: fmt.Sprint(label, " ", n), Attrs: ops.Attrs{"n": n}, Inputs: list(x), Want: want, Smooth: true})
		}
		add("values", opstest.Rand(1, 0.7, 4, 3, 4))
		add("negative", f64(-0.4, -1.6, -2.55))
		add("one element", f64(1.5).Reshape(1, 1))
		add("empty", f64())
	}
	cases["polygamma"] = append(cases["polygamma"],
		opstest.Case{Name: "special values", Inputs: list(f64(inf, nan, -2)), NoGrad: true, Want: func([]*ops.Tensor) []*ops.Tensor { return list(f64(inf, nan, nan)) }},
		opstest.Case{Name: "special values of the first", Attrs: ops.Attrs{"n": 1}, Inputs: list(f64(inf, nan, -2, 0, -inf)), NoGrad: true, Want: func([]*ops.Tensor) []*ops.Tensor { return list(f64(0, nan, inf, inf, nan)) }})
	refusals["polygamma"] = []opstest.Refusal{
		{Name: "n", Attrs: ops.Attrs{"n": -1}, Inputs: list(f64(1)), Want: "ops.Polygamma: n is -1: must not be negative"},
		{Name: "Int64", Inputs: list(i64(1)), Want: "ops.Polygamma: x is Int64, want Float32 or Float64\nx.To(ops.Float32) converts"},
	}
}

func TestKinksOfPairs(t *testing.T) {
	grads := func(f func(a, b any) *ops.Tensor, a, b float64) []*ops.Tensor {
		return ops.Grad(func(p []*ops.Tensor) *ops.Tensor { return f(p[0], p[1]).Sum() }, list(f64(a), f64(b)))
	}
	for name, c := range map[string]struct{ got, want []*ops.Tensor }{
		"hypot at the origin":   {grads(ops.Hypot, 0, 0), list(f64(0), f64(0))},
		"two of minus infinity": {grads(ops.LogAddExp, -inf, -inf), list(f64(0.5), f64(0.5))},
		"zero times infinity":   {grads(ops.XLogY, 0, 0), list(f64(0), f64(0))},
	} {
		for i := range c.got {
			if c.got[i].Item() != c.want[i].Item() {
				t.Errorf("%s: gradient %d is %v, want %v", name, i, c.got[i], c.want[i])
			}
		}
	}
	x := f64(1, nan, inf, -inf)
	for i, c := range []struct{ got, want *ops.Tensor }{
		{ops.IsNaN(x), bools(false, true, false, false)}, {ops.IsInf(x), bools(false, false, true, true)}, {ops.IsFinite(x), bools(true, false, false, false)},
	} {
		if !ops.Equal(c.got, c.want).All().Bools()[0] {
			t.Errorf("question %d: got %v, want %v", i, c.got, c.want)
		}
	}
	wantErr(t, "ops.IsNaN: x is Int64, want Float32 or Float64\nx.To(ops.Float32) converts", func() { ops.IsNaN(i64(1)) })
}
