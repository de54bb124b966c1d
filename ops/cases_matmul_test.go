package ops_test

import (
	"cahier/ops"
	"cahier/ops/opstest"
)

func init() {
	r := opstest.Randn
	matmul := func(in []*ops.Tensor) []*ops.Tensor {
		a, b := gridOf(in[0]), gridOf(in[1])
		na, nb := len(a.shape), len(b.shape)
		shape := append(broadcastShape(a.shape[:na-2], b.shape[:nb-2]), a.shape[na-2], b.shape[nb-1])
		out := newGrid(shape...)
		each(shape, func(o []int) {
			batch, i, j := o[:len(o)-2], o[len(o)-2], o[len(o)-1]
			for k := range a.shape[na-1] {
				x := *a.at(append(project(batch, a.shape[:na-2]), i, k)...)
				*out.at(o...) += x * *b.at(append(project(batch, b.shape[:nb-2]), k, j)...)
			}
		})
		return out.list()
	}
	c := func(label string, a, b *ops.Tensor) opstest.Case {
		return opstest.Case{Name: label, Inputs: []*ops.Tensor{a, b}, Want: matmul, Smooth: true}
	}
	cases["matmul"] = []opstest.Case{
		c("matrices", r(1, 3, 4), r(2, 4, 5)), c("batch", r(1, 2, 3, 4), r(2, 2, 4, 5)), c("batch and matrix", r(1, 2, 3, 4), r(2, 4, 5)),
		c("matrix and batch", r(1, 3, 4), r(2, 2, 4, 5)), c("batches broadcast", r(1, 2, 1, 3, 4), r(2, 3, 4, 2)), c("one element", r(1, 1, 1), r(2, 1, 1)),
		c("row and column", r(1, 1, 7), r(2, 7, 1)), c("no rows", r(1, 0, 4), r(2, 4, 5)), c("nothing to sum", r(1, 3, 0), r(2, 0, 5)), c("no batch", r(1, 0, 3, 4), r(2, 4, 5)),
		{Name: "blocks", Inputs: []*ops.Tensor{r(1, 70, 130), r(2, 130, 150)}, Want: matmul, NoGrad: true},
		{Name: "zero times infinity", Inputs: []*ops.Tensor{f64(0, 1).Reshape(1, 2), f64(inf, 1).Reshape(2, 1)}, Want: matmul, NoGrad: true},
		{Name: "zero on the right", Inputs: []*ops.Tensor{f64(nan, 1).Reshape(1, 2), f64(0, 1).Reshape(2, 1)}, Want: matmul, NoGrad: true},
	}
	refusals["matmul"] = []opstest.Refusal{
		{Name: "inner", Inputs: []*ops.Tensor{ops.Zeros(2, 3), ops.Zeros(4, 5)}, Want: "ops.MatMul: b has shape [4 5], want [3 5]: axis -2 must equal the last axis of a, whose shape is [2 3]"},
		{Name: "transposed", Inputs: []*ops.Tensor{ops.Zeros(2, 3), ops.Zeros(5, 3)}, Want: "ops.MatMul: b has shape [5 3], want [3 3]: axis -2 must equal the last axis of a, whose shape is [2 3]\ndid you mean a.MatMul(b.T())?"},
		{Name: "batch", Inputs: []*ops.Tensor{ops.Zeros(2, 2, 3), ops.Zeros(3, 3, 4)}, Want: "ops.MatMul: b has shape [3 3 4]: the axes before the last two must broadcast with those of a, whose shape is [2 2 3]"},
		{Name: "axes of a", Inputs: []*ops.Tensor{ops.Zeros(2), ops.Zeros(2, 3)}, Want: "ops.MatMul: a has shape [2], want [m k]: want at least two axes\nUnsqueeze(0) makes a row, Unsqueeze(-1) a column"},
		{Name: "axes of b", Inputs: []*ops.Tensor{ops.Zeros(2, 3), ops.Zeros(3)}, Want: "ops.MatMul: b has shape [3], want [3 n]: want at least two axes\nUnsqueeze(0) makes a row, Unsqueeze(-1) a column"},
		{Name: "types", Inputs: []*ops.Tensor{ops.Zeros(2, 3), opstest.Randn(1, 3, 4)}, Want: "ops.MatMul: b is Float64, want Float32: both tensors must have one type, and a is Float32\nb.To(ops.Float32) converts"},
		{Name: "integers", Inputs: []*ops.Tensor{i64(1).Reshape(1, 1), i64(1).Reshape(1, 1)}, Want: "ops.MatMul: a is Int64, want Float32 or Float64\na.To(ops.Float32) converts"},
	}
	linear := func(in []*ops.Tensor) []*ops.Tensor {
		x, w := gridOf(in[0]), gridOf(in[1])
		last := len(x.shape) - 1
		shape := append(append([]int(nil), x.shape[:last]...), w.shape[0])
		out := newGrid(shape...)
		each(shape, func(o []int) {
			if len(in) > 2 && in[2] != nil {
				*out.at(o...) = in[2].At(o[last])
			}
			for k := range w.shape[1] {
				*out.at(o...) += *x.at(append(append([]int(nil), o[:last]...), k)...) * *w.at(o[last], k)
			}
		})
		return out.list()
	}
	l := func(label string, in ...*ops.Tensor) opstest.Case {
		return opstest.Case{Name: label, Inputs: in, Want: linear, Smooth: true}
	}
	cases["linear"] = []opstest.Case{
		l("bias", r(1, 3, 4), r(2, 5, 4), r(3, 5)), l("no bias", r(1, 3, 4), r(2, 5, 4)), l("nil bias", r(1, 3, 4), r(2, 5, 4), nil), l("one axis", r(1, 4), r(2, 5, 4), r(3, 5)),
		l("three axes", r(1, 2, 3, 4), r(2, 5, 4), r(3, 5)), l("no rows", r(1, 0, 4), r(2, 5, 4), r(3, 5)), l("no features", r(1, 2, 0), r(2, 5, 0), r(3, 5)), l("no outputs", r(1, 2, 4), r(2, 0, 4)), l("one element", r(1, 1), r(2, 1, 1), r(3, 1)),
	}
	refusals["linear"] = []opstest.Refusal{
		{Name: "features", Inputs: []*ops.Tensor{ops.Zeros(2, 3), ops.Zeros(5, 4)}, Want: "ops.Linear: w has shape [5 4], want [out 3]: axis 1 must equal the last axis of x, whose shape is [2 3]"},
		{Name: "transposed", Inputs: []*ops.Tensor{ops.Zeros(2, 3), ops.Zeros(3, 5)}, Want: "ops.Linear: w has shape [3 5], want [out 3]: axis 1 must equal the last axis of x, whose shape is [2 3]\nweights are [out in]: pass w.T()"},
		{Name: "bias", Inputs: []*ops.Tensor{ops.Zeros(2, 3), ops.Zeros(5, 3), ops.Zeros(3)}, Want: "ops.Linear: b has shape [3], want [5]: one bias for each output"},
		{Name: "scalar", Inputs: []*ops.Tensor{ops.Zeros(), ops.Zeros(5, 3)}, Want: "ops.Linear: x has shape [], want [... in]: want at least one axis"},
		{Name: "few", Inputs: []*ops.Tensor{ops.Zeros(2, 3)}, Want: "ops.Linear: the number of tensors is 1: want x, w, b?"},
	}
}
