package ops_test

import (
	"math"
	"runtime"
	"slices"
	"testing"

	"cahier/ops"
)

func TestDraws(t *testing.T) {
	const n = 100_001
	p := ops.From([][]float64{{0, 1, 3, 0, 4, 0}, {5, 0, 0, 0, 0, 5}}, ops.Float64)
	draw := func() ([]bool, []int64) {
		r := ops.NewRNG(3)
		return r.Bernoulli(0.3, n).Bools(), r.Categorical(p, n).Int64s()
	}
	coins, picks := draw()
	for _, workers := range []int{1, 3, 8} {
		old := runtime.GOMAXPROCS(workers)
		a, b := draw()
		runtime.GOMAXPROCS(old)
		if !slices.Equal(a, coins) || !slices.Equal(b, picks) {
			t.Errorf("%d workers draw other numbers", workers)
		}
	}
	// Five standard errors.
	near := func(what string, count int, p float64) {
		if math.Abs(float64(count)/n-p) > 5*math.Sqrt(p*(1-p)/n) {
			t.Errorf("%s: %d of %d, want a part of %v", what, count, n, p)
		}
	}
	heads := 0
	for _, c := range coins {
		if c {
			heads++
		}
	}
	near("heads", heads, 0.3)
	for row, want := range [][]float64{{0, 0.125, 0.375, 0, 0.5, 0}, {0.5, 0, 0, 0, 0, 0.5}} {
		counts := make([]int, 6)
		for _, c := range picks[row*n : (row+1)*n] {
			counts[c]++
		}
		for c, w := range want {
			near("class", counts[c], w)
		}
	}
	if all, none := ops.Bernoulli(1, 50), ops.Bernoulli(0, 50); !all.All().Bools()[0] || none.Any().Bools()[0] {
		t.Error("certain events are not certain")
	}
	if s := ops.Categorical(ops.Ones(2, 1), 0).Shape(); !s.Equal(ops.Shape{2, 0}) {
		t.Errorf("no draw has shape %v", s)
	}
	for want, f := range map[string]func(){
		"ops.Bernoulli: p is 1.5: a probability is from 0 to 1":                                                                                func() { ops.Bernoulli(1.5) },
		"ops.RNG.Bernoulli: p is NaN: a probability is from 0 to 1":                                                                            func() { ops.NewRNG(1).Bernoulli(nan, 2) },
		"ops.Categorical: p is nil, want a tensor":                                                                                             func() { ops.Categorical(nil, 2) },
		"ops.Categorical: p is Int64, want Float32 or Float64\np.To(ops.Float32) converts":                                                     func() { ops.Categorical(i64(1), 2) },
		"ops.Categorical: p has shape [], want [classes]: want distributions of at least one class along the last axis":                        func() { ops.Categorical(f64(1).Reshape(), 2) },
		"ops.Categorical: n is -1: must not be negative":                                                                                       func() { ops.Categorical(f64(1), -1) },
		"ops.Categorical: p is -1: element 1 of distribution 0 is no probability\nops.Softmax(scores, -1) makes probabilities of scores":       func() { ops.Categorical(f64(1, -1), 2) },
		"ops.Categorical: p has distribution 1 of zeros alone":                                                                                 func() { ops.Categorical(f64(1, 2, 0, 0).Reshape(2, 2), 2) },
		"ops.RNG.Categorical: p is +Inf: element 0 of distribution 0 is no probability\nops.Softmax(scores, -1) makes probabilities of scores": func() { ops.NewRNG(1).Categorical(f64(inf), 2) },
	} {
		wantErr(t, want, f)
	}
}
