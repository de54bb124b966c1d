package ops_test

import (
	"math"
	"testing"

	"cahier/ops"
	"cahier/ops/opstest"
)

func init() {
	x := opstest.Spread(1, 2, 3, 4)
	for name, better := range map[string]func(v, best float64) bool{
		"cummax": func(v, best float64) bool { return v > best },
		"cummin": func(v, best float64) bool { return v < best },
	} {
		want := func(axis int) func([]*ops.Tensor) []*ops.Tensor {
			return func(in []*ops.Tensor) []*ops.Tensor {
				place := func(v []float64) []float64 {
					out, at := make([]float64, len(v)), 0
					for i := range v {
						if v[at] == v[at] && (better(v[i], v[at]) || v[i] != v[i]) {
							at = i
						}
						out[i] = float64(at)
					}
					return out
				}
				y := rowWant(axis, func(v []float64) []float64 {
					out := place(v)
					for i, p := range out {
						out[i] = v[int(p)]
					}
					return out
				})(in)[0]
				return list(y.To(in[0].DType()), rowWant(axis, place)(in)[0].To(ops.Int64))
			}
		}
		add := func(label string, x *ops.Tensor, axis int, grad bool) {
			cases[name] = append(cases[name], opstest.Case{Name: label, Attrs: ops.Attrs{"axis": axis}, Inputs: list(x), Want: want(axis), NoGrad: !grad})
		}
		add("first", x, 0, true)
		add("middle", x, 1, true)
		add("last", x, -1, true)
		add("one element", opstest.Randn(1, 1, 1), 0, true)
		add("empty axis", opstest.Randn(1, 2, 0), 1, true)
		add("no rows", opstest.Randn(1, 0, 2), 1, true)
		add("special values", f64(1, 1, -inf, inf, 0, nan, inf), 0, false)
		add("Int64", i64(3, 5, 5, 1, 1<<60), 0, false)
		add("Uint8", i64(3, 200, 1).To(ops.Uint8), 0, false)
		title := goName(lookup(name))
		refusals[name] = []opstest.Refusal{
			{Name: "axis", Attrs: ops.Attrs{"axis": 3}, Inputs: list(x), Want: title + ": axis is 3: must be from -3 to 2"},
			{Name: "reverse", Attrs: ops.Attrs{"reverse": true}, Inputs: list(x), Want: title + ": attribute reverse is no attribute of this operation, which has axis"},
		}
	}
	logs := func(axis int) func([]*ops.Tensor) []*ops.Tensor {
		return rowWant(axis, func(v []float64) []float64 {
			out, sum := make([]float64, len(v)), 0.0
			for i, x := range v {
				sum += math.Exp(x)
				out[i] = math.Log(sum)
			}
			return out
		})
	}
	add := func(label string, x *ops.Tensor, axis int) {
		cases["logcumsumexp"] = append(cases["logcumsumexp"], opstest.Case{Name: label, Attrs: ops.Attrs{"axis": axis}, Inputs: list(x), Want: logs(axis), Smooth: true})
	}
	r := opstest.Randn(2, 2, 3, 4)
	add("first", r, 0)
	add("middle", r, 1)
	add("last", r, -1)
	add("one element", opstest.Randn(1, 1, 1), 0)
	add("empty axis", opstest.Randn(1, 2, 0), 1)
	add("no rows", opstest.Randn(1, 0, 2), 1)
	cases["logcumsumexp"] = append(cases["logcumsumexp"],
		opstest.Case{Name: "large", Inputs: list(f64(1000, 1000, -1000)), Want: func([]*ops.Tensor) []*ops.Tensor { return list(f64(1000, 1000+math.Ln2, 1000+math.Ln2)) }},
		opstest.Case{Name: "NaN", Inputs: list(f64(1, nan, 2)), Want: logs(0), NoGrad: true},
		opstest.Case{Name: "nothing first", Inputs: list(f64(-inf, -inf, 1, -inf, 2)), Want: logs(0), NoGrad: true})
	refusals["logcumsumexp"] = []opstest.Refusal{
		{Name: "scalar", Inputs: list(ops.Zeros()), Want: "ops.LogCumSumExp: axis is -1: the tensor is a scalar and has no axes"},
		{Name: "Int64", Inputs: list(i64(1)), Want: "ops.LogCumSumExp: x is Int64, want Float32 or Float64\nx.To(ops.Float32) converts"},
	}
}

// Elements of probability 0 in front have no derivative, and spoil none.
func TestLogCumSumExpOfNothing(t *testing.T) {
	x := f64(-inf, -inf, 1, -inf, 2)
	g := ops.Grad(func(p []*ops.Tensor) *ops.Tensor { return ops.LogCumSumExp(p[0], 0).Slice(0, 2, ops.End).Sum() }, list(x))
	want := math.Exp(1) / (math.Exp(1) + math.Exp(2))
	wantValues(t, "gradient", g[0], 0, 0, 2+want, 0, 1-want)
}
