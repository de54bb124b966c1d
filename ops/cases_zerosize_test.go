package ops_test

import (
	"math"

	"cahier/ops"
	"cahier/ops/opstest"
)

// The smallest inputs: of one element, and of none.
func init() {
	add := func(op, name string, attrs ops.Attrs, want *ops.Tensor, in ...*ops.Tensor) {
		cases[op] = append(cases[op], opstest.Case{Name: name, Attrs: attrs, Inputs: in, Want: func([]*ops.Tensor) []*ops.Tensor { return list(want) }})
	}
	one, two := f64(0.7), f64(0.7).Reshape(1, 1)
	add("concat", "one element", ops.Attrs{"axis": 0}, one, one)
	add("gather", "one element", ops.Attrs{"axis": 0}, one, one, i64(0))
	add("index_select", "one element", ops.Attrs{"axis": 0}, f64(0.7, 0.7), one, i64(0, 0))
	add("index_select", "empty", ops.Attrs{"axis": 1}, ops.Zeros(0, 2).To(ops.Float64), ops.Zeros(0, 3).To(ops.Float64), i64(2, 0))
	add("scatter_add", "one element", ops.Attrs{"axis": 0, "size": 2}, f64(0, 0.7), one, i64(1))
	add("embedding", "one element", nil, f64(0.7, 0.7).Reshape(2, 1), i64(0, 0), two)
	add("embedding", "no features", nil, ops.Zeros(2, 0).To(ops.Float64), i64(1, 0), ops.Zeros(3, 0).To(ops.Float64))
	add("slice", "one element", ops.Attrs{"axis": 0, "start": 0, "stop": 1}, one, one)
	add("split", "one element", ops.Attrs{"axis": 0, "sizes": []int{1}}, one, one)
	add("pad", "one element", ops.Attrs{"before": []int{1}, "behind": []int{1}}, f64(0, 0.7, 0), one)
	add("permute", "empty", ops.Attrs{"axes": []int{1, 0}}, ops.Zeros(3, 0).To(ops.Float64), ops.Zeros(0, 3).To(ops.Float64))
	add("broadcast_to", "empty", ops.Attrs{"shape": []int{2, 0, 3}}, ops.Zeros(2, 0, 3).To(ops.Float64), ops.Zeros(0, 1).To(ops.Float64))
	add("to", "one element", ops.Attrs{"dtype": ops.Float64}, one, one)
	add("to", "empty", ops.Attrs{"dtype": ops.Float64}, ops.Zeros(0).To(ops.Float64), ops.Zeros(0).To(ops.Float64))
	add("where", "empty", nil, ops.Zeros(0, 3).To(ops.Float64), bools(true, false, true), ops.Zeros(0, 1).To(ops.Float64), one)
	add("softmax", "one element", nil, f64(1), one)
	add("log_softmax", "one element", nil, f64(0), one)
	add("logsumexp", "no row", ops.Attrs{"axes": 1}, ops.Zeros(0).To(ops.Float64), ops.Zeros(0, 3).To(ops.Float64))
	add("logsumexp", "nothing to add", ops.Attrs{"axes": 1}, f64(math.Inf(-1), math.Inf(-1)), ops.Zeros(2, 0).To(ops.Float64))
	add("nll", "one element", nil, f64(-0.7).Reshape(), one, i64(0).Reshape())
	add("cross_entropy", "one element", nil, f64(0).Reshape(), one, i64(0).Reshape())
	for i := range cases["to"] {
		cases["to"][i].Only64 = true // the attribute names the type
	}
	for i := range cases["logsumexp"] {
		if c := &cases["logsumexp"][i]; c.Name == "nothing to add" {
			c.NoGrad = true // of minus infinity
		}
	}
}
