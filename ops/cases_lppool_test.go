package ops_test

import (
	"fmt"
	"math"
	"testing"

	"cahier/ops"
	"cahier/ops/opstest"
)

func init() {
	norm := func(p float64) func(v []float64, _ int) float64 {
		return func(v []float64, _ int) (s float64) {
			for _, x := range v {
				s += math.Pow(math.Abs(x), p)
			}
			return math.Pow(s, 1/p)
		}
	}
	for n := 1; n <= 3; n++ {
		name := fmt.Sprintf("lp_pool%dd", n)
		zeros, ones, two, three := []int{0, 0, 0}[:n], []int{1, 1, 1}[:n], []int{2, 2, 2}[:n], []int{3, 3, 3}[:n]
		x := opstest.Spread(4, append([]int{2, 3}, []int{7, 6, 5}[:n]...)...)
		add := func(label string, attrs ops.Attrs, p float64, size []int, c convSpec, out []int, x *ops.Tensor) {
			cases[name] = append(cases[name], opstest.Case{Name: label, Attrs: attrs, Inputs: []*ops.Tensor{x}, Want: poolWant(size, c, out[:n], norm(p), false)})
		}
		add("plain", ops.Attrs{"size": 2}, 2, two, convSpec{two, ones, zeros, zeros, 1}, []int{3, 3, 2}, x)
		add("overlapping, padded, cubes", ops.Attrs{"size": 3, "stride": 1, "pad": 1, "p": 3}, 3, three, convSpec{ones, ones, ones, ones, 1}, []int{7, 6, 5}, x)
		add("absolute values", ops.Attrs{"size": 2, "ceil": true, "p": 1}, 1, two, convSpec{two, ones, zeros, zeros, 1}, []int{4, 3, 3}, x)
		add("one element", ops.Attrs{"size": 1}, 2, ones, convSpec{ones, ones, zeros, zeros, 1}, ones, opstest.Spread(1, append([]int{1, 1}, ones...)...))
		add("no image", ops.Attrs{"size": 2}, 2, two, convSpec{two, ones, zeros, zeros, 1}, two, opstest.Spread(1, append([]int{0, 3}, []int{4, 4, 4}[:n]...)...))
		title := goName(lookup(name))
		refusals[name] = []opstest.Refusal{
			{Name: "p", Attrs: ops.Attrs{"size": 2, "p": -1}, Inputs: []*ops.Tensor{x}, Want: title + ": p is -1: must be above 0"},
			{Name: "size", Inputs: []*ops.Tensor{x}, Attrs: ops.Attrs{"size": 0}, Want: title + ": size is [0]: must be at least 1"},
			{Name: "misspelt", Inputs: []*ops.Tensor{x}, Attrs: ops.Attrs{"size": 2, "count_pad": true}, Want: title + ": attribute count_pad is no attribute of this operation, which has p, size, stride, dilation, pad, ceil"},
		}
	}
}

func TestLpPoolOfZeros(t *testing.T) {
	g := ops.Grad(func(p []*ops.Tensor) *ops.Tensor { return ops.LpPool1D(p[0], 2, 2).Sum() }, []*ops.Tensor{ops.Zeros(1, 1, 2)})
	if g[0].At(0, 0, 0) != 0 || g[0].At(0, 0, 1) != 0 {
		t.Errorf("the gradient of a norm of zeros is %v, want 0", g[0])
	}
	for want, f := range map[string]func(){
		"ops.LpPool1D: p is 0: must be above 0":                                           func() { ops.LpPool1D(ops.Zeros(1, 1, 2), 0, 2) },
		"ops.LpPool2D: CountPad is true: has no meaning here: zeros do not change a norm": func() { ops.LpPool2D(ops.Zeros(1, 1, 2, 2), 2, 2, ops.PoolOptions{CountPad: true}) },
	} {
		if err := ops.Try(f); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
