package ops_test

import (
	"cahier/ops"
	"cahier/ops/opstest"
)

func init() {
	c := func(label string, x *ops.Tensor, keepdims bool, correction int, axes ...int) opstest.Case {
		return opstest.Case{Name: label, Attrs: ops.Attrs{"axes": axes, "keepdims": keepdims, "correction": correction}, Inputs: []*ops.Tensor{x}, Smooth: true,
			Want: foldWant(axes, keepdims, sameType, func(v []float64) float64 {
				m, s := 0.0, 0.0
				for _, e := range v {
					m += e / float64(len(v))
				}
				for _, e := range v {
					s += (e - m) * (e - m)
				}
				return s / float64(len(v)-correction)
			})}
	}
	x := opstest.Randn(1, 2, 3, 4)
	alone := c("one element of a sample", f64(3), false, 1)
	alone.NoGrad = true
	cases["var"] = []opstest.Case{
		c("all", x, false, 0), c("sample", x, true, 1, 2), c("two axes", x, false, 2, 0, -1), c("scalar", opstest.Randn(2), false, 0), c("one element", opstest.Randn(2, 1, 1), false, 0, 0),
		c("no result", opstest.Randn(1, 0, 3), false, 0, 1), alone,
	}
	refusals["var"] = []opstest.Refusal{
		{Name: "axis", Attrs: ops.Attrs{"axes": 2}, Inputs: []*ops.Tensor{ops.Zeros(2, 3)}, Want: "ops.Var: axes is 2: must be from -2 to 1"},
		{Name: "correction", Attrs: ops.Attrs{"correction": -1}, Inputs: []*ops.Tensor{f64(1)}, Want: "ops.Var: correction is -1: must not be negative"},
		{Name: "Int64", Inputs: []*ops.Tensor{i64(1)}, Want: "ops.Var: x is Int64, want Float32 or Float64\nx.To(ops.Float32) converts"},
	}
}
