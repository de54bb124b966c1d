package metrics_test

import (
	"math"
	"testing"

	"cahier/ops"
	"cahier/ops/metrics"
)

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-12*max(1, math.Abs(want))) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func TestAccuracy(t *testing.T) {
	targets := ops.From([]int{0, 1, 2, 1})
	near(t, "of classes", metrics.Accuracy(ops.From([]int{0, 1, 1, 1}), targets), 0.75)
	scores := ops.From([][]float64{{3, 1, 1}, {0, 1, 2}, {0, 1, 5}, {1, 9, 2}})
	near(t, "of scores", metrics.Accuracy(scores, targets), 0.75)
	near(t, "top 1", metrics.TopK(scores, targets, 1), 0.75)
	near(t, "top 2", metrics.TopK(scores, targets, 2), 1)
	// Equal scores: the first class counts as larger, so that not all are first.
	near(t, "ties", metrics.TopK(ops.From([][]float64{{1, 1}, {1, 1}}), ops.From([]int{0, 1}), 1), 0.5)
	// Each step of sequences [n classes t].
	near(t, "of sequences", metrics.Accuracy(scores.Reshape(2, 2, 3).Transpose(1, 2), ops.From([][]int{{0, 2}, {2, 1}})), 1)
}

// TestConfusion compares with counts made by hand: true classes 0 0 0 1 1 2,
// predicted 0 0 1 1 1 0.
func TestConfusion(t *testing.T) {
	m := metrics.Confusion(ops.From([]int{0, 0, 1, 1, 1, 0}), ops.From([]int{0, 0, 0, 1, 1, 2}), "cat", "dog", "owl")
	want := [][]int{{2, 1, 0}, {0, 2, 0}, {1, 0, 0}}
	for i := range want {
		for j := range want[i] {
			if m.Counts[i][j] != want[i][j] {
				t.Errorf("true %d predicted %d: %d, want %d", i, j, m.Counts[i][j], want[i][j])
			}
		}
	}
	for i, w := range []float64{2. / 3, 2. / 3, 0} {
		near(t, "precision", m.Precision()[i], w)
	}
	for i, w := range []float64{2. / 3, 1, 0} {
		near(t, "recall", m.Recall()[i], w)
	}
	for i, w := range []float64{2. / 3, 4. / 5, 0} {
		near(t, "F1", m.F1()[i], w)
	}
	near(t, "accuracy", m.Accuracy(), 4./6)
	near(t, "macro F1", m.Macro().F1, (2./3+4./5)/3)
	near(t, "weighted recall", m.Weighted().Recall, 4./6)
	near(t, "micro F1", m.Micro().F1, 4./6)
	// Chance: (3/6·3/6 + 2/6·3/6 + 0) = 5/12.
	near(t, "kappa", m.Kappa(), (4./6-5./12)/(1-5./12))
	if got, want := m.String(), `true \ predicted  cat  dog  owl  precision  recall      F1
cat                 2    1    0     0.6667  0.6667  0.6667
dog                 0    2    0     0.6667  1.0000  0.8000
owl                 1    0    0     0.0000  0.0000  0.0000
accuracy 0.6667 of 6; macro F1 0.4889`; got != want {
		t.Errorf("it prints\n%s\nwant\n%s", got, want)
	}
	if n := len(metrics.Confusion(ops.Zeros(2, 5), ops.From([]int{0, 1})).Counts); n != 5 {
		t.Errorf("scores of 5 classes make %d", n)
	}
}

func TestRegression(t *testing.T) {
	p, y := ops.From([]float64{1, 2, 5}), ops.From([]float64{1, 4, 4})
	near(t, "RMSE", metrics.RMSE(p, y), math.Sqrt(5./3))
	near(t, "MAE", metrics.MAE(p, y), 1)
	near(t, "R2", metrics.R2(p, y), 1-5./6)
	near(t, "R2 of the mean", metrics.R2(ops.Full(3, 3), y), 0)
	if r := metrics.R2(y, ops.Ones(3)); !math.IsNaN(r) {
		t.Errorf("R2 of targets that do not vary is %v", r)
	}
	near(t, "perplexity", metrics.Perplexity(math.Log(7)), 7)
	near(t, "bits", metrics.BitsPerChar(3*math.Ln2, 1.5), 2)
}

// TestCKA compares with the definition by features, ‖BᵀA‖²/(‖AᵀA‖·‖BᵀB‖), and
// with what is known of it: rotations and scales do not matter.
func TestCKA(t *testing.T) {
	a := ops.NewRNG(1).Randn(12, 5).To(ops.Float64)
	b := ops.NewRNG(2).Randn(12, 3).To(ops.Float64)
	frobenius := func(x, y *ops.Tensor) float64 {
		c := func(x *ops.Tensor) *ops.Tensor {
			return x.Sub(ops.Mean(x, ops.ReduceOptions{Axes: []int{0}, KeepDims: true}))
		}
		return math.Sqrt(ops.MatMul(c(x).T(), c(y)).Square().Sum().Item())
	}
	want := math.Pow(frobenius(a, b), 2) / (frobenius(a, a) * frobenius(b, b))
	near(t, "CKA", metrics.CKA(a, b), want)
	near(t, "of itself", metrics.CKA(a, a), 1)
	rotation := ops.From([][]float64{{0, 1, 0}, {-1, 0, 0}, {0, 0, 1}}, ops.Float64)
	near(t, "rotated and scaled", metrics.CKA(a, ops.MatMul(b, rotation).Mul(3).Add(7)), want)
	near(t, "images", metrics.CKA(a.Reshape(12, 5, 1), b), want)
	near(t, "unbiased of itself", metrics.CKA(b, b, metrics.CKAOptions{Unbiased: true}), 1)
	if r := metrics.CKA(a, ops.Ones(12, 3)); !math.IsNaN(r) {
		t.Errorf("CKA of what does not vary is %v", r)
	}
	// Of independent representations with many features the usual estimate is
	// large; the unbiased one is near 0 in the mean.
	biased, unbiased := 0.0, 0.0
	for i := range 20 {
		x, y := ops.NewRNG(uint64(10+i)).Randn(20, 200), ops.NewRNG(uint64(50+i)).Randn(20, 200)
		biased += metrics.CKA(x, y) / 20
		unbiased += metrics.CKA(x, y, metrics.CKAOptions{Unbiased: true}) / 20
	}
	if biased < 0.8 || math.Abs(unbiased) > 0.05 {
		t.Errorf("independent representations: %v, unbiased %v", biased, unbiased)
	}
}

func TestHomogenize(t *testing.T) {
	// Rates 1/2, 1/2, 1/4; all three fail on the first of four inputs.
	h := metrics.Homogenize(ops.From([][]int{{1, 1, 0, 0}, {1, 0, 1, 0}, {1, 0, 0, 0}}))
	near(t, "observed", h.Observed, 0.25)
	near(t, "expected", h.Expected, 1./16)
	near(t, "ratio", h.Ratio, 4)
	for k, w := range []float64{0.25, 0.5, 0, 0.25} {
		near(t, "count", h.Counts[k], w)
	}
	for k, w := range []float64{3. / 16, 7. / 16, 5. / 16, 1. / 16} {
		near(t, "independent", h.Independent[k], w)
	}
	if got, want := h.String(), `models that fail  observed  independent
0                   0.2500       0.1875
1                   0.5000       0.4375
2                   0.0000       0.3125
3                   0.2500       0.0625
all 3 models fail on 25% of 4 inputs; independent failures would on 6.25%; ratio 4`; got != want {
		t.Errorf("it prints\n%s\nwant\n%s", got, want)
	}
	// The same model twice, failing on 1 of 10: ratio 1/0.1.
	same := ops.Zeros(2, 10).Add(ops.OneHot(ops.From([]int{3}), 10))
	near(t, "monoculture", metrics.Homogenize(same.NotEqual(0)).Ratio, 10)
	if h := metrics.Homogenize(ops.Zeros(2, 3)); !math.IsNaN(h.Ratio) || h.Expected != 0 {
		t.Errorf("models that never fail: %v", h)
	}
}

func TestErrors(t *testing.T) {
	ints, scores := ops.From([]int{0, 1}), ops.Zeros(2, 3)
	for want, f := range map[string]func(){
		"metrics.Accuracy: targets is Float32, want Int64: classes are integers\ntargets.To(ops.Int64) converts":             func() { metrics.Accuracy(ints, ops.Zeros(2)) },
		"metrics.Accuracy: predictions has shape [3], want [2]: want one for each target":                                    func() { metrics.Accuracy(ops.From([]int{1, 2, 3}), ints) },
		"metrics.Accuracy: predictions has shape [2]: scores have one axis more than the targets [2], the classes on axis 1": func() { metrics.Accuracy(ops.Zeros(2), ints) },
		"metrics.Accuracy: targets has no elements":                                                                          func() { metrics.Accuracy(ops.From([]int{}), ops.From([]int{})) },
		"metrics.Accuracy: predictions is nil, want a tensor":                                                                func() { metrics.Accuracy(nil, ints) },
		"metrics.TopK: k is 4: must be from 1 to the 3 classes":                                                              func() { metrics.TopK(scores, ints, 4) },
		"metrics.TopK: targets[1] is 7: there are 3 classes":                                                                 func() { metrics.TopK(scores, ops.From([]int{0, 7}), 1) },
		"metrics.TopK: scores has shape [2 3], want [3 classes]: want a row of scores for each target [n]":                   func() { metrics.TopK(scores, ops.From([]int{0, 1, 2}), 1) },
		"metrics.Confusion: predictions[1] is 1: 1 names were given":                                                         func() { metrics.Confusion(ints, ops.From([]int{0, 0}), "a") },
		"metrics.Confusion: targets[0] is -1: a class is not negative":                                                       func() { metrics.Confusion(ints, ops.From([]int{-1, 0})) },
		"metrics.RMSE: predictions has shape [2 3], want [2]: want one for each target":                                      func() { metrics.RMSE(scores, ints) },
		"metrics.MAE: targets has no elements":                                                                               func() { metrics.MAE(ops.Zeros(0), ops.Zeros(0)) },
		"metrics.BitsPerChar: charsPerToken is 0: must be positive":                                                          func() { metrics.BitsPerChar(1, 0) },
		"metrics.CKA: b has shape [3 3]: want representations [n features] of the same examples; a has the shape [2 3]":      func() { metrics.CKA(scores, ops.Zeros(3, 3)) },
		"metrics.CKA: a is 2 examples: want at least 4":                                                                      func() { metrics.CKA(scores, scores, metrics.CKAOptions{Unbiased: true}) },
		"metrics.Homogenize: failures has shape [2], want [models inputs]: want a row for each model":                        func() { metrics.Homogenize(ops.Zeros(2)) },
		"metrics.Homogenize: failures is 1 models on 2 inputs: want at least two models and one input":                       func() { metrics.Homogenize(ops.Zeros(1, 2)) },
		"metrics.Homogenize: failures[1 0] is 0.5: want 0 or 1\npredictions.NotEqual(targets) makes the row of a model":      func() { metrics.Homogenize(ops.From([][]float64{{0, 1}, {0.5, 1}})) },
	} {
		err := ops.Try(f)
		if err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}
