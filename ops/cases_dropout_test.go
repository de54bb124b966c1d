package ops_test

import (
	"math"
	"testing"

	"cahier/ops"
	"cahier/ops/opstest"
)

func init() {
	want := func(p float64, seed uint64, mask ...int) func([]*ops.Tensor) []*ops.Tensor {
		return func(in []*ops.Tensor) []*ops.Tensor {
			x, u := gridOf(in[0]), gridOf(ops.NewRNG(seed).Rand(mask...))
			each(x.shape, func(i []int) {
				if *u.at(project(i, mask)...) < p {
					*x.at(i...) = 0
				} else {
					*x.at(i...) /= 1 - p
				}
			})
			return x.list()
		}
	}
	x := opstest.Randn(1, 3, 4, 5)
	c := func(label string, attrs ops.Attrs, x *ops.Tensor, w func([]*ops.Tensor) []*ops.Tensor) opstest.Case {
		return opstest.Case{Name: label, Attrs: attrs, Inputs: []*ops.Tensor{x}, Want: w, Smooth: true}
	}
	same := func(in []*ops.Tensor) []*ops.Tensor { return in }
	cases["dropout"] = []opstest.Case{
		c("plain", ops.Attrs{"p": 0.4, "seed": 7}, x, want(0.4, 7, 3, 4, 5)),
		c("default", ops.Attrs{}, x, want(0.5, 0, 3, 4, 5)),
		c("channels", ops.Attrs{"p": 0.4, "seed": 7, "shared": []int{2}}, x, want(0.4, 7, 3, 4, 1)),
		c("seed above the largest int", ops.Attrs{"seed": -1}, x, want(0.5, math.MaxUint64, 3, 4, 5)),
		c("nothing", ops.Attrs{"p": 0}, x, same),
		c("all", ops.Attrs{"p": 1}, x, func(in []*ops.Tensor) []*ops.Tensor { return []*ops.Tensor{ops.ZerosLike(in[0])} }),
		c("scalar", ops.Attrs{"p": 0.4, "seed": 1}, opstest.Randn(1), want(0.4, 1)),
		c("one element", ops.Attrs{"p": 0.4, "seed": 2}, opstest.Randn(1, 1, 1), want(0.4, 2, 1, 1)),
		c("empty", ops.Attrs{"p": 0.4}, opstest.Randn(1, 0, 2), same),
	}
	// What is dropped is 0, whatever it was.
	cases["dropout"] = append(cases["dropout"], opstest.Case{Name: "NaN", Attrs: ops.Attrs{"p": 1}, Inputs: []*ops.Tensor{f64(nan, inf)}, NoGrad: true,
		Want: func([]*ops.Tensor) []*ops.Tensor { return []*ops.Tensor{f64(0, 0)} }})
	refusals["dropout"] = []opstest.Refusal{
		{Name: "p", Attrs: ops.Attrs{"p": 1.5}, Inputs: []*ops.Tensor{f64(1)}, Want: "ops.Dropout: p is 1.5: a probability is from 0 to 1"},
		{Name: "axis", Attrs: ops.Attrs{"shared": 1}, Inputs: []*ops.Tensor{f64(1)}, Want: "ops.Dropout: shared is 1: must be from -1 to 0"},
		{Name: "Int64", Inputs: []*ops.Tensor{i64(1)}, Want: "ops.Dropout: x is Int64, want Float32 or Float64\nx.To(ops.Float32) converts"},
	}
}

func TestDropoutDraws(t *testing.T) {
	x := ops.Ones(100, 50)
	r := ops.NewRNG(1)
	a, b := ops.Dropout(x, 0.3, ops.DropoutOptions{RNG: r}), ops.Dropout(x, 0.3, ops.DropoutOptions{RNG: r})
	if ops.Equal(a, b).To(ops.Int64).Sum().Item() == 5000 {
		t.Error("two calls drop the same elements")
	}
	again := ops.Dropout(x, 0.3, ops.DropoutOptions{RNG: ops.NewRNG(1)})
	if ops.Equal(a, again).To(ops.Int64).Sum().Item() != 5000 {
		t.Error("the same seed drops other elements")
	}
	// 5000 draws: the standard deviation of the fraction is 0.0065.
	if kept := ops.Greater(a, 0).To(ops.Float32).Mean().Item(); math.Abs(kept-0.7) > 0.03 {
		t.Errorf("%v of the elements were kept, want about 0.7", kept)
	}
	next := ops.NewRNG(1)
	if y := ops.Dropout(x, 0.3, ops.DropoutOptions{RNG: next, Eval: true}); ops.Equal(x, y).To(ops.Int64).Sum().Item() != 5000 {
		t.Error("Eval drops elements")
	}
	if next.Uint64() != ops.NewRNG(1).Uint64() {
		t.Error("Eval draws random numbers")
	}
	ops.Seed(5)
	c := ops.Dropout(x, 0.3)
	ops.Seed(5)
	if ops.Equal(c, ops.Dropout(x, 0.3)).To(ops.Int64).Sum().Item() != 5000 {
		t.Error("the default source with the same seed drops other elements")
	}
	// The gradient is the same mask.
	r = ops.NewRNG(9)
	var y *ops.Tensor
	g := ops.Grad(func(p []*ops.Tensor) *ops.Tensor {
		y = ops.Dropout(p[0], 0.3, ops.DropoutOptions{RNG: r})
		return y.Sum()
	}, []*ops.Tensor{x})
	if ops.Equal(g[0], y.Detach()).To(ops.Int64).Sum().Item() != 5000 {
		t.Error("the gradient passes other elements")
	}
	for want, f := range map[string]func(){
		"ops.Dropout: p is -1: a probability is from 0 to 1":        func() { ops.Dropout(x, -1) },
		"ops.Dropout: p is 2: a probability is from 0 to 1":         func() { ops.Dropout(x, 2, ops.DropoutOptions{Eval: true}) },
		"ops.Dropout: x is nil, want a tensor":                      func() { ops.Dropout(nil, 0.5) },
		"ops.Dropout: options is 2: want at most one options value": func() { ops.Dropout(x, 0.5, ops.DropoutOptions{}, ops.DropoutOptions{}) },
		"ops.Dropout: shared is 2: must be from -2 to 1":            func() { ops.Dropout(x, 0.5, ops.DropoutOptions{Shared: []int{2}}) },
		"ops.LeakyReLU: slope is [1 2]: want at most one number":    func() { ops.LeakyReLU(x, 1, 2) },
	} {
		if err := ops.Try(f); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
