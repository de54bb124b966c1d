package ops_test

import (
	"math"
	"regexp"
	"testing"

	"cahier/ops"
)

// withNaN says what a reduction gives for 1, NaN, 3, in elements that are
// folded together; the documentation of each must say so too.
var withNaN = map[string]func(x *ops.Tensor) *ops.Tensor{
	"Sum": func(x *ops.Tensor) *ops.Tensor { return ops.Sum(x) }, "Mean": func(x *ops.Tensor) *ops.Tensor { return ops.Mean(x) },
	"Prod": func(x *ops.Tensor) *ops.Tensor { return ops.Prod(x) }, "Norm": func(x *ops.Tensor) *ops.Tensor { return ops.Norm(x, 2) },
	"Max": func(x *ops.Tensor) *ops.Tensor { return ops.Max(x) }, "Min": func(x *ops.Tensor) *ops.Tensor { return ops.Min(x) },
	"Var": func(x *ops.Tensor) *ops.Tensor { return ops.Var(x) }, "Std": func(x *ops.Tensor) *ops.Tensor { return ops.Std(x) },
	"LogSumExp": func(x *ops.Tensor) *ops.Tensor { return ops.LogSumExp(x) },
	"Softmax":   func(x *ops.Tensor) *ops.Tensor { return ops.Softmax(x, -1).Slice(0, 0, 1) },
	"LogSoftmax": func(x *ops.Tensor) *ops.Tensor {
		return ops.LogSoftmax(x, -1).Slice(0, 0, 1)
	},
	"CumSum":  func(x *ops.Tensor) *ops.Tensor { return ops.CumSum(x, 0).Slice(0, 2, 3) },
	"CumProd": func(x *ops.Tensor) *ops.Tensor { return ops.CumProd(x, 0).Slice(0, 2, 3) },
	"Standardize": func(x *ops.Tensor) *ops.Tensor {
		y, _, _ := ops.Standardize(x)
		return y.Slice(0, 0, 1)
	},
}

// orderedNaN are those that order elements, with what they give for 1, NaN, 3.
var orderedNaN = map[string]struct {
	f    func(x *ops.Tensor) *ops.Tensor
	want []float64
}{
	"ArgMax": {func(x *ops.Tensor) *ops.Tensor { return ops.ArgMax(x, 0) }, []float64{1}},
	"ArgMin": {func(x *ops.Tensor) *ops.Tensor { return ops.ArgMin(x, 0) }, []float64{1}},
	"Sort":   {func(x *ops.Tensor) *ops.Tensor { return ops.Sort(x, 0) }, []float64{1, 3, nan}},
	"TopK": {func(x *ops.Tensor) *ops.Tensor {
		y, _ := ops.TopK(x, 2, 0)
		return y
	}, []float64{nan, 3}},
}

// saysNaN is how documentation says what an element that is NaN does.
var saysNaN = regexp.MustCompile(`(if|or) one[a-z ]* is NaN|from the first NaN|NaN (counts|wins|is larger)`)

// TestNaN proves what the documentation says about elements that are no
// numbers: a reduction never hides one.
func TestNaN(t *testing.T) {
	funcs, _ := exported(t)
	documented := func(name string) {
		if f := funcs[name]; f == nil || !saysNaN.MatchString(f.Doc) {
			t.Errorf("the documentation of %s does not say what NaN does", name)
		}
	}
	for _, d := range []ops.DType{ops.Float64, ops.Float32} {
		for _, at := range []int{0, 1, 2} {
			v := []float64{1, 2, 3}
			v[at] = nan
			for name, f := range withNaN {
				if got := f(ops.From(v, d)); !math.IsNaN(got.Item()) {
					t.Errorf("%v %s of %v gives %v, want NaN", d, name, v, got)
				}
			}
		}
		for name, c := range orderedNaN {
			wantValues(t, name, c.f(ops.From([]float64{1, nan, 3}, d)), c.want...)
		}
	}
	// A NaN behind many numbers, where work is divided among goroutines.
	long := ops.Ones(200_001).To(ops.Float64)
	spoilt := ops.Concat(list(long, f64(nan), long), 0)
	for _, name := range []string{"Sum", "Mean", "Prod", "Norm", "Max", "Min", "Var", "Std", "LogSumExp"} {
		if got := withNaN[name](spoilt); !math.IsNaN(got.Item()) {
			t.Errorf("%s of many numbers and a NaN gives %v", name, got)
		}
	}
	for name := range withNaN {
		documented(name)
	}
	for name := range orderedNaN {
		documented(name)
	}
}
