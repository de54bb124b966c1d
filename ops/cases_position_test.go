package ops_test

import (
	"math"

	"cahier/ops"
	"cahier/ops/opstest"
)

func init() {
	embeddingCases()
	rotaryCases()
}

func embeddingCases() {
	want := func(in []*ops.Tensor) []*ops.Tensor {
		ids, table := in[0].Ints(), gridOf(in[1])
		out := newGrid(append(in[0].Shape(), table.shape[1])...)
		for i, id := range ids {
			for j := range table.shape[1] {
				out.v[i*table.shape[1]+j] = *table.at(id, j)
			}
		}
		return out.list()
	}
	table := opstest.Randn(1, 5, 3)
	cases["embedding"] = []opstest.Case{
		{Name: "list", Inputs: list(i64(4, 0, 4, 1), table), Want: want, Smooth: true},
		{Name: "batch", Inputs: list(i64(4, 0, 4, 1, 2, 2).Reshape(2, 3), table), Want: want, Smooth: true},
		{Name: "one id", Inputs: list(ops.WrapInt64([]int64{3}).Reshape(), table), Want: want},
		{Name: "no id", Inputs: list(i64().Reshape(0, 2), table), Want: want},
		// The gradient leaves row 4 out, which differences would not.
		{Name: "padding", Attrs: ops.Attrs{"padding": []int{4}}, Inputs: list(i64(4, 0, 4, 1), table), Want: want, NoGrad: true},
	}
	refusals["embedding"] = []opstest.Refusal{
		{Name: "id", Inputs: list(i64(0, 5), table), Want: "ops.Embedding: ids is 5: element 1 must be 0 to 4, the table's last row"},
		{Name: "negative", Inputs: list(i64(-1), table), Want: "ops.Embedding: ids is -1: element 0 must be 0 to 4, the table's last row"},
		{Name: "type", Inputs: list(f64(1), table), Want: "ops.Embedding: ids is Float64, want Int64\nids.To(ops.Int64) converts"},
		{Name: "table", Inputs: list(i64(1), f64(1)), Want: "ops.Embedding: table has shape [1], want [rows d]: want one row for each id"},
		{Name: "padding", Attrs: ops.Attrs{"padding": 5}, Inputs: list(i64(1), table), Want: "ops.Embedding: padding is 5: must be an id from 0 to 4, the table's last row"},
	}
}

func rotaryCases() {
	r := opstest.Randn
	want := func(interleaved bool) func([]*ops.Tensor) []*ops.Tensor {
		return func(in []*ops.Tensor) []*ops.Tensor {
			x, cos, sin := gridOf(in[0]), gridOf(in[1]), gridOf(in[2])
			out := gridOf(in[0])
			half := cos.shape[len(cos.shape)-1]
			lead := x.shape[:len(x.shape)-1]
			each(append(append([]int(nil), lead...), half), func(i []int) {
				j := i[len(i)-1]
				a, b := append(append([]int(nil), i[:len(i)-1]...), j), append(append([]int(nil), i[:len(i)-1]...), j+half)
				if interleaved {
					a[len(i)-1], b[len(i)-1] = 2*j, 2*j+1
				}
				at := project(i, cos.shape)
				// As a product of complex numbers.
				z := complex(*x.at(a...), *x.at(b...)) * complex(*cos.at(at...), *sin.at(at...))
				*out.at(a...), *out.at(b...) = real(z), imag(z)
			})
			return out.list()
		}
	}
	x, cos, sin := r(1, 2, 3, 4, 6), r(2, 4, 3), r(3, 4, 3)
	pairs := ops.Attrs{"interleaved": true}
	cases["rotary_embedding"] = []opstest.Case{
		{Name: "halves", Inputs: list(x, cos, sin), Want: want(false), Smooth: true},
		{Name: "neighbours", Attrs: pairs, Inputs: list(x, cos, sin), Want: want(true), Smooth: true},
		{Name: "a part", Inputs: list(x, r(2, 2, 1, 4, 2), r(3, 2, 1, 4, 2)), Want: want(false), Smooth: true},
		{Name: "a part, neighbours", Attrs: pairs, Inputs: list(x, r(2, 2, 1, 4, 2), r(3, 2, 1, 4, 2)), Want: want(true)},
		{Name: "no step", Inputs: list(r(1, 2, 0, 6), r(2, 0, 3), r(3, 0, 3)), Want: want(false)},
		{Name: "one pair", Inputs: list(r(1, 2), r(2, 1), r(3, 1)), Want: want(false)},
	}
	refusals["rotary_embedding"] = []opstest.Refusal{
		{Name: "pairs", Inputs: list(x, r(2, 4, 4), r(3, 4, 4)), Want: "ops.RotaryEmbedding: cos has shape [4 4], want [2 3 4 r/2]: must broadcast to this, with one angle for each of at most 3 pairs, cos and sin alike"},
		{Name: "alike", Inputs: list(x, cos, r(3, 1, 3)), Want: "ops.RotaryEmbedding: sin has shape [1 3], want [2 3 4 r/2]: must broadcast to this, with one angle for each of at most 3 pairs, cos and sin alike"},
		{Name: "scalar", Inputs: list(ops.Full(1).To(ops.Float64), cos, sin), Want: "ops.RotaryEmbedding: x has shape []: want at least an axis of features"},
		{Name: "types", Inputs: list(x, cos.To(ops.Float32), sin), Want: "ops.RotaryEmbedding: cos is Float32, want Float64: both tensors must have one type, and x is Float64\ncos.To(ops.Float64) converts"},
		{Name: "attribute", Attrs: ops.Attrs{"interleaved": "yes"}, Inputs: list(x, cos, sin), Want: "ops.RotaryEmbedding: interleaved is yes: want a bool"},
	}
}

// angle is the angle that position p gives pair i of n.
func angle(p, i, n int) float64 { return float64(p) * math.Pow(10000, -float64(i)/float64(n)) }
