package metrics

import (
	"fmt"
	"math"

	"cahier/ops"
)

// Homogenization says how often several models fail on the same inputs, beside
// how often they would if they failed independently of each other. It prints
// itself.
type Homogenization struct {
	Models, Inputs int
	Failures       []float64 // the rate at which each model fails
	Observed       float64   // the part of inputs on which all models fail: systemic failures
	Expected       float64   // that part if they failed independently: the product of their rates
	Ratio          float64   // Observed / Expected: 1 if independent, above if they fail together; NaN if Expected is 0

	// Counts[k] and Independent[k] are the parts of inputs on which exactly k
	// of the models fail, observed and expected.
	Counts, Independent []float64
}

// Homogenize compares the failures of several models on the same inputs:
// failures [models inputs] is true, or not 0, where a model fails on an input.
// It tells a monoculture, in which those whom one model rejects are rejected
// by all, from models that err in ways of their own.
//
//	Observed = mean over inputs of Π failures, Expected = Π over models of their failure rates
//
// Bommasani et al., Picking on the same person: does algorithmic monoculture
// lead to outcome homogenization?, 2022; monoculture: Kleinberg and Raghavan,
// Algorithmic monoculture and social welfare, 2021; the numbers of models that
// fail together: Toups et al., Ecosystem-level analysis of deployed machine
// learning reveals homogeneous outcomes, 2023.
//
// It panics with an [ops.ShapeError] unless there are two axes, and with an
// [ops.ArgError] for less than two models or one input, or numbers other than
// 0 and 1.
func Homogenize(failures *ops.Tensor) *Homogenization {
	const fn = "metrics.Homogenize"
	given(fn, "failures", failures)
	if failures.Rank() != 2 {
		panic(&ops.ShapeError{OpName: fn, Arg: "failures", Got: failures.Shape(), Want: ops.Shape{-1, -1}, Axes: []string{"models", "inputs"}, Rule: "want a row for each model"})
	}
	m, n := failures.Size(0), failures.Size(1)
	if m < 2 || n < 1 {
		panic(&ops.ArgError{OpName: fn, Arg: "failures", Got: fmt.Sprintf("%d models on %d inputs", m, n), Rule: "want at least two models and one input"})
	}
	v := failures.Float64s()
	for i, f := range v {
		if f != 0 && f != 1 {
			panic(&ops.ArgError{OpName: fn, Arg: fmt.Sprintf("failures[%d %d]", i/n, i%n), Got: f, Rule: "want 0 or 1", Help: "predictions.NotEqual(targets) makes the row of a model"})
		}
	}
	h := &Homogenization{Models: m, Inputs: n, Failures: make([]float64, m), Counts: make([]float64, m+1), Independent: make([]float64, m+1), Expected: 1}
	h.Independent[0] = 1
	for i := range m {
		for j := range n {
			h.Failures[i] += v[i*n+j]
		}
		h.Failures[i] /= float64(n)
		h.Expected *= h.Failures[i]
		// The distribution of a sum of independent failures, model by model.
		for k := i + 1; k >= 0; k-- {
			h.Independent[k] *= 1 - h.Failures[i]
			if k > 0 {
				h.Independent[k] += h.Independent[k-1] * h.Failures[i]
			}
		}
	}
	for j := range n {
		k := 0
		for i := range m {
			k += int(v[i*n+j])
		}
		h.Counts[k]++
	}
	for k := range h.Counts {
		h.Counts[k] /= float64(n)
	}
	h.Observed = h.Counts[m]
	h.Ratio = math.NaN()
	if h.Expected > 0 {
		h.Ratio = h.Observed / h.Expected
	}
	return h
}

// String returns the rates as a table and a sentence.
func (h *Homogenization) String() string {
	rows := [][]string{{"models that fail", "observed", "independent"}}
	for k := range h.Counts {
		rows = append(rows, []string{fmt.Sprint(k), fmt.Sprintf("%.4f", h.Counts[k]), fmt.Sprintf("%.4f", h.Independent[k])})
	}
	s := table(rows) + fmt.Sprintf("all %d models fail on %.4g%% of %d inputs; independent failures would on %.4g%%", h.Models, 100*h.Observed, h.Inputs, 100*h.Expected)
	if math.IsNaN(h.Ratio) {
		return s + "; no ratio, as a model never fails"
	}
	return s + fmt.Sprintf("; ratio %.4g", h.Ratio)
}
