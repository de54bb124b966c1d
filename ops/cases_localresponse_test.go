package ops_test

import (
	"math"
	"testing"

	"cahier/ops"
	"cahier/ops/opstest"
)

// localResponseWant is the definition: before and behind are the channels of
// a window on each side.
func localResponseWant(before, behind int, alpha, beta, k float64) func([]*ops.Tensor) []*ops.Tensor {
	return func(in []*ops.Tensor) []*ops.Tensor {
		x := gridOf(in[0])
		out := newGrid(x.shape...)
		each(x.shape, func(i []int) {
			c, sum := i[1], 0.0
			at := append([]int(nil), i...)
			for j := c - before; j <= c+behind; j++ {
				if j >= 0 && j < x.shape[1] {
					at[1] = j
					sum += *x.at(at...) * *x.at(at...)
				}
			}
			*out.at(i...) = *x.at(i...) / math.Pow(k+alpha/float64(before+behind+1)*sum, beta)
		})
		return out.list()
	}
}

func init() {
	x := opstest.Randn(1, 2, 5, 3)
	c := func(label string, attrs ops.Attrs, want func([]*ops.Tensor) []*ops.Tensor, x *ops.Tensor) {
		cases["local_response_norm"] = append(cases["local_response_norm"], opstest.Case{Name: label, Attrs: attrs, Inputs: list(x), Want: want, Smooth: true})
	}
	c("size 3", ops.Attrs{"size": 3, "alpha": 0.5, "beta": 0.6, "k": 1.5}, localResponseWant(1, 1, 0.5, 0.6, 1.5), x)
	c("defaults", ops.Attrs{"size": 5}, localResponseWant(2, 2, 1e-4, 0.75, 1), x)
	c("even", ops.Attrs{"size": 4, "alpha": 2}, localResponseWant(2, 1, 2, 0.75, 1), x)
	c("even, behind", ops.Attrs{"size": 4, "alpha": 2, "behind": true}, localResponseWant(1, 2, 2, 0.75, 1), x)
	c("wider than the channels", ops.Attrs{"size": 31, "alpha": 9}, localResponseWant(15, 15, 9, 0.75, 1), x)
	c("itself alone", ops.Attrs{"size": 1, "alpha": 1, "beta": 0.5}, localResponseWant(0, 0, 1, 0.5, 1), opstest.Randn(2, 3, 4))
	c("no power", ops.Attrs{"size": 3, "beta": 0}, localResponseWant(1, 1, 1, 0, 1), opstest.Randn(2, 3, 4))
	c("one element", ops.Attrs{"size": 3, "alpha": 1}, localResponseWant(1, 1, 1, 0.75, 1), opstest.Randn(2, 1, 1))
	c("no channel", ops.Attrs{"size": 3}, localResponseWant(1, 1, 1, 1, 1), opstest.Randn(2, 2, 0, 3))
	refusals["local_response_norm"] = []opstest.Refusal{
		{Name: "no size", Inputs: list(x), Want: "ops.LocalResponseNorm: size is 0: want how many channels are taken together, at least 1"},
		{Name: "alpha", Attrs: ops.Attrs{"size": 3, "alpha": -1}, Inputs: list(x), Want: "ops.LocalResponseNorm: alpha is -1: must be a number that is not negative"},
		{Name: "beta", Attrs: ops.Attrs{"size": 3, "beta": nan}, Inputs: list(x), Want: "ops.LocalResponseNorm: beta is NaN: must be a number that is not negative"},
		{Name: "k", Attrs: ops.Attrs{"size": 3, "k": 0}, Inputs: list(x), Want: "ops.LocalResponseNorm: k is 0: must be a number above 0"},
		{Name: "rank", Attrs: ops.Attrs{"size": 3}, Inputs: list(f64(1, 2)), Want: "ops.LocalResponseNorm: x has shape [2], want [n c]: want a batch, channels, and any axes behind"},
		{Name: "integers", Attrs: ops.Attrs{"size": 3}, Inputs: list(i64(1, 2).Reshape(1, 2)), Want: "ops.LocalResponseNorm: x is Int64, want Float32 or Float64\nx.To(ops.Float32) converts"},
	}
}

// TestLocalResponseNormAlexNet is the formula of the paper, whose α is not
// divided by the size.
func TestLocalResponseNormAlexNet(t *testing.T) {
	x := opstest.Randn(3, 1, 8, 2)
	got := ops.LocalResponseNorm(x, 5, ops.LocalResponseNormOptions{Alpha: 5e-4, Beta: 0.75, K: 2})
	for c := range 8 {
		for i := range 2 {
			sum := 0.0
			for j := max(0, c-2); j <= min(7, c+2); j++ {
				sum += x.At(0, j, i) * x.At(0, j, i)
			}
			want := x.At(0, c, i) / math.Pow(2+1e-4*sum, 0.75)
			if d := math.Abs(got.At(0, c, i) - want); d > 1e-15 {
				t.Errorf("channel %d: %v, want %v", c, got.At(0, c, i), want)
			}
		}
	}
}
