package metrics

import (
	"fmt"
	"math"
	"strings"

	"cahier/ops"
)

// Accuracy returns the part of predictions that are right. Predictions are
// classes, Int64 […] as the targets, or scores [n classes …] of which the
// largest along axis 1 counts.
//
// It panics with an [ops.ShapeError] or [ops.DTypeError] if they do not fit,
// and with an [ops.ArgError] if there are none.
func Accuracy(predictions, targets *ops.Tensor) float64 {
	const fn = "metrics.Accuracy"
	p, t := pair(fn, predictions, targets)
	right := 0
	for i := range t {
		if p[i] == t[i] {
			right++
		}
	}
	return float64(right) / float64(len(t))
}

// pair returns predicted and true classes.
func pair(fn string, predictions, targets *ops.Tensor) (p, t []int) {
	given(fn, "predictions", predictions)
	classes(fn, "targets", targets)
	if predictions.DType().IsFloat() {
		if predictions.Rank() != targets.Rank()+1 || predictions.Rank() < 2 {
			panic(&ops.ShapeError{OpName: fn, Arg: "predictions", Got: predictions.Shape(), Rule: fmt.Sprintf("scores have one axis more than the targets %v, the classes on axis 1", targets.Shape())})
		}
		predictions = predictions.ArgMax(1)
	}
	classes(fn, "predictions", predictions)
	if !predictions.Shape().Equal(targets.Shape()) {
		panic(&ops.ShapeError{OpName: fn, Arg: "predictions", Got: predictions.Shape(), Want: targets.Shape(), Rule: "want one for each target"})
	}
	if targets.Len() == 0 {
		panic(&ops.ArgError{OpName: fn, Arg: "targets", Rule: "has no elements"})
	}
	return predictions.Ints(), targets.Ints()
}

func given(fn, arg string, x *ops.Tensor) {
	if x == nil {
		panic(&ops.ArgError{OpName: fn, Arg: arg, Rule: "is nil, want a tensor"})
	}
}

func classes(fn, arg string, x *ops.Tensor) {
	given(fn, arg, x)
	if x.DType() != ops.Int64 {
		panic(&ops.DTypeError{OpName: fn, Arg: arg, Got: x.DType(), Want: []ops.DType{ops.Int64}, Rule: "classes are integers", Help: arg + ".To(ops.Int64) converts"})
	}
}

// TopK returns the part of targets, Int64 [n], whose score [n classes] is
// among the k largest of its row. Of equal scores the first class counts as
// larger.
//
// It panics with an [ops.ShapeError] or [ops.DTypeError] if they do not fit,
// and with an [ops.ArgError] unless 1 <= k <= classes and targets are classes.
func TopK(scores, targets *ops.Tensor, k int) float64 {
	const fn = "metrics.TopK"
	given(fn, "scores", scores)
	classes(fn, "targets", targets)
	if !scores.DType().IsFloat() {
		panic(&ops.DTypeError{OpName: fn, Arg: "scores", Got: scores.DType(), Want: []ops.DType{ops.Float32, ops.Float64}})
	}
	if scores.Rank() != 2 || targets.Rank() != 1 || scores.Size(0) != targets.Size(0) {
		panic(&ops.ShapeError{OpName: fn, Arg: "scores", Got: scores.Shape(), Want: ops.Shape{targets.Len(), -1}, Axes: []string{"", "classes"}, Rule: "want a row of scores for each target [n]"})
	}
	n, c := scores.Size(0), scores.Size(1)
	if k < 1 || k > c {
		panic(&ops.ArgError{OpName: fn, Arg: "k", Got: k, Rule: fmt.Sprintf("must be from 1 to the %d classes", c)})
	}
	if n == 0 {
		panic(&ops.ArgError{OpName: fn, Arg: "targets", Rule: "has no elements"})
	}
	s, right := scores.Float64s(), 0
	for i, t := range targets.Ints() {
		if t < 0 || t >= c {
			panic(&ops.ArgError{OpName: fn, Arg: fmt.Sprintf("targets[%d]", i), Got: t, Rule: fmt.Sprintf("there are %d classes", c)})
		}
		row, larger := s[i*c:(i+1)*c], 0
		for j, v := range row {
			if v > row[t] || v == row[t] && j < t {
				larger++
			}
		}
		if larger < k && !math.IsNaN(row[t]) {
			right++
		}
	}
	return float64(right) / float64(n)
}

// ConfusionMatrix counts predictions by true and predicted class. It prints
// itself.
type ConfusionMatrix struct {
	Counts [][]int  // of each true class (row) and predicted class (column)
	Names  []string // of the classes; their numbers if nil
}

// Confusion returns how often each class was predicted for each true one.
// Predictions are as for [Accuracy]; names may be given for the classes, whose
// number is else that of the largest class or of the scores.
//
// It panics as Accuracy does, and with an [ops.ArgError] for classes that are
// negative or have no name.
func Confusion(predictions, targets *ops.Tensor, names ...string) *ConfusionMatrix {
	const fn = "metrics.Confusion"
	p, t := pair(fn, predictions, targets)
	n := len(names)
	for i := range t {
		for j, c := range []int{p[i], t[i]} {
			if c < 0 || len(names) > 0 && c >= len(names) {
				rule := "a class is not negative"
				if c >= 0 {
					rule = fmt.Sprintf("%d names were given", len(names))
				}
				panic(&ops.ArgError{OpName: fn, Arg: fmt.Sprintf("%s[%d]", []string{"predictions", "targets"}[j], i), Got: c, Rule: rule})
			}
			n = max(n, c+1)
		}
	}
	if len(names) == 0 && predictions.DType().IsFloat() {
		n = max(n, predictions.Size(1))
	}
	m := &ConfusionMatrix{Counts: make([][]int, n), Names: append([]string(nil), names...)}
	for i := range m.Counts {
		m.Counts[i] = make([]int, n)
	}
	for i := range t {
		m.Counts[t[i]][p[i]]++
	}
	return m
}

// Total returns the number of examples.
func (m *ConfusionMatrix) Total() int {
	n := 0
	for _, row := range m.Counts {
		for _, c := range row {
			n += c
		}
	}
	return n
}

// Accuracy returns the part of predictions that are right.
func (m *ConfusionMatrix) Accuracy() float64 {
	right := 0
	for i := range m.Counts {
		right += m.Counts[i][i]
	}
	return float64(right) / float64(m.Total())
}

// of returns the right ones, all true ones and all predicted ones of a class.
func (m *ConfusionMatrix) of(class int) (right, actual, predicted float64) {
	for j := range m.Counts {
		actual += float64(m.Counts[class][j])
		predicted += float64(m.Counts[j][class])
	}
	return float64(m.Counts[class][class]), actual, predicted
}

// Precision returns, for each class, the part of its predictions that are
// right; 0 for a class that was never predicted.
func (m *ConfusionMatrix) Precision() []float64 {
	return m.each(func(r, a, p float64) float64 { return ratio(r, p) })
}

// Recall returns, for each class, the part of its examples that were found; 0
// for a class without examples.
func (m *ConfusionMatrix) Recall() []float64 {
	return m.each(func(r, a, p float64) float64 { return ratio(r, a) })
}

// F1 returns, for each class, the harmonic mean of precision and recall; 0 for
// a class that was neither there nor predicted.
func (m *ConfusionMatrix) F1() []float64 {
	return m.each(func(r, a, p float64) float64 { return ratio(2*r, a+p) })
}

func (m *ConfusionMatrix) each(f func(right, actual, predicted float64) float64) []float64 {
	v := make([]float64, len(m.Counts))
	for i := range v {
		v[i] = f(m.of(i))
	}
	return v
}

// Macro returns the means of precision, recall and F1 over the classes, each
// class counting as much as any other.
func (m *ConfusionMatrix) Macro() Scores {
	return Scores{mean(m.Precision()), mean(m.Recall()), mean(m.F1())}
}

// Weighted returns the means of precision, recall and F1 over the classes,
// each counting as much as it has examples.
func (m *ConfusionMatrix) Weighted() Scores {
	var s Scores
	n := float64(m.Total())
	p, r, f := m.Precision(), m.Recall(), m.F1()
	for i := range m.Counts {
		_, actual, _ := m.of(i)
		s.Precision += p[i] * actual / n
		s.Recall += r[i] * actual / n
		s.F1 += f[i] * actual / n
	}
	return s
}

// Micro returns precision, recall and F1 of all classes' examples together,
// which are all the accuracy where each example has one class.
func (m *ConfusionMatrix) Micro() Scores {
	a := m.Accuracy()
	return Scores{a, a, a}
}

// Scores are precision, recall and their harmonic mean.
type Scores struct{ Precision, Recall, F1 float64 }

// String returns the three numbers.
func (s Scores) String() string {
	return fmt.Sprintf("precision %.4f, recall %.4f, F1 %.4f", s.Precision, s.Recall, s.F1)
}

// Kappa returns Cohen's kappa: the agreement of predictions and targets beyond
// that of chance with the same frequencies (Cohen, A coefficient of agreement
// for nominal scales, 1960); NaN if chance alone agrees always.
func (m *ConfusionMatrix) Kappa() float64 {
	n := float64(m.Total())
	chance := 0.0
	for i := range m.Counts {
		_, actual, predicted := m.of(i)
		chance += actual / n * predicted / n
	}
	return (m.Accuracy() - chance) / (1 - chance)
}

// String returns the counts with rows for the true classes and columns for the
// predicted ones, and precision, recall and F1 of each class.
func (m *ConfusionMatrix) String() string {
	name := func(i int) string {
		if i < len(m.Names) {
			return m.Names[i]
		}
		return fmt.Sprint(i)
	}
	head := []string{"true \\ predicted"}
	for i := range m.Counts {
		head = append(head, name(i))
	}
	rows := [][]string{append(head, "precision", "recall", "F1")}
	p, r, f := m.Precision(), m.Recall(), m.F1()
	for i, row := range m.Counts {
		cells := []string{name(i)}
		for _, c := range row {
			cells = append(cells, fmt.Sprint(c))
		}
		rows = append(rows, append(cells, fmt.Sprintf("%.4f", p[i]), fmt.Sprintf("%.4f", r[i]), fmt.Sprintf("%.4f", f[i])))
	}
	return table(rows) + fmt.Sprintf("accuracy %.4f of %d; macro F1 %.4f", m.Accuracy(), m.Total(), m.Macro().F1)
}

// table aligns columns, the first to the left and the others to the right.
func table(rows [][]string) string {
	width := make([]int, len(rows[0]))
	for _, r := range rows {
		for j, c := range r {
			width[j] = max(width[j], len([]rune(c)))
		}
	}
	var b strings.Builder
	for _, r := range rows {
		for j, c := range r {
			fill := strings.Repeat(" ", width[j]-len([]rune(c)))
			if j == 0 {
				b.WriteString(c + fill)
			} else {
				b.WriteString("  " + fill + c)
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

func mean(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v))
}
