package plot

import (
	"fmt"
	"math"
	"slices"

	"cahier/ops"
)

// pair takes the arguments of Line and Scatter: ys, or xs and ys.
func pair(function string, data []any) (xs, ys column) {
	switch len(data) {
	case 1:
		ys = column{numbers: numbersOf(function, "ys", data[0])}
		xs.numbers = make([]float64, len(ys.numbers))
		for i := range xs.numbers {
			xs.numbers[i] = float64(i)
		}
		return xs, ys
	case 2:
		xs = columnOf(function, "xs", data[0])
		ys = column{numbers: numbersOf(function, "ys", data[1])}
		if xs.len() != ys.len() {
			fail(function, "ys", fmt.Sprintf("as long as xs, %d", xs.len()), "of length %d", ys.len())
		}
		return xs, ys
	}
	fail(function, "the number of arguments", "ys, or xs and ys", "%d", len(data))
	return
}

// Line draws a line through points: Line(ys) over 0, 1, 2 … or Line(xs, ys).
// ys may be a tensor [n k] with xs of length n: then there are k lines, named
// 0 to k-1. NaN leaves a gap.
func Line(data ...any) *Figure {
	if t, ok := last(data).(*ops.Tensor); ok && t != nil && squeezed(t).Rank() == 2 {
		f := &Figure{}
		for k := range squeezed(t).Size(1) {
			g := Line(append(slices.Clone(data[:len(data)-1]), squeezed(t).Select(1, k))...)
			f = f.Add(g.Name(fmt.Sprint(k)))
		}
		return f
	}
	xs, ys := pair("Line", data)
	return &Figure{layers: []layer{{mark: lines, x: xs, y: ys}}}
}

func last(data []any) any {
	if len(data) == 0 {
		return nil
	}
	return data[len(data)-1]
}

// Scatter draws points: Scatter(ys) over 0, 1, 2 … or Scatter(xs, ys). xs may be
// texts or times.
func Scatter(data ...any) *Figure {
	xs, ys := pair("Scatter", data)
	return &Figure{layers: []layer{{mark: points, x: xs, y: ys}}}
}

// Bar draws a bar for each label, which may be texts, numbers or times: heights
// is as long as labels.
func Bar(labels, heights any) *Figure {
	xs, ys := columnOf("Bar", "labels", labels), column{numbers: numbersOf("Bar", "heights", heights)}
	if xs.len() != ys.len() {
		fail("Bar", "heights", fmt.Sprintf("as long as labels, %d", xs.len()), "of length %d", ys.len())
	}
	if xs.numbers != nil { // a bar stands on a label, not on a place
		for _, v := range xs.numbers {
			xs.words = append(xs.words, fmt.Sprintf("%g", v))
		}
		xs.numbers = nil
	}
	if xs.times != nil {
		for _, t := range xs.times {
			xs.words = append(xs.words, t.Format("2006-01-02 15:04"))
		}
		xs.times = nil
	}
	note := ""
	if n := xs.len(); n > barLimit {
		xs.words, ys.numbers = xs.words[:barLimit], ys.numbers[:barLimit]
		note = fmt.Sprintf("the first %d of %d bars", barLimit, n)
	}
	seen := map[string]bool{}
	for i, w := range xs.words {
		if seen[w] {
			fail("Bar", fmt.Sprintf("labels[%d]", i), "different from the labels before it", "%q", w)
		}
		seen[w] = true
	}
	return &Figure{layers: []layer{{mark: bars, x: xs, y: ys, note: note}}}
}

// HistogramOptions are the options of [Histogram].
type HistogramOptions struct {
	Bins    int     // number of bars; 0 chooses by Freedman and Diaconis, at most 100
	Low     float64 // left end; with High 0 and Low 0 those of the data
	High    float64 // right end
	Density bool    // the area of all bars is 1, instead of heights that count
}

// Histogram draws how often numbers occur, of a tensor of any shape or a slice.
// NaN and infinities are left out, and the figure says how many. At most one
// HistogramOptions is used. The width of bars is 2·IQR/∛n unless Bins is set
// (Freedman and Diaconis, 1981).
func Histogram(values any, options ...HistogramOptions) *Figure {
	o := one("Histogram", options)
	if t, ok := values.(*ops.Tensor); ok && t != nil {
		values = t.Reshape(-1)
	}
	var data []float64
	all := numbersOf("Histogram", "values", values)
	for _, v := range all {
		if finite(v) {
			data = append(data, v)
		}
	}
	note := ""
	if d := len(all) - len(data); d > 0 {
		note = fmt.Sprintf("%d values that are not finite are left out", d)
	}
	low, high := extent(data)
	if o.Low != 0 || o.High != 0 {
		if !finite(o.Low) || !finite(o.High) || o.Low >= o.High {
			fail("Histogram", "Low, High", "two finite numbers, the smaller one first", "%g, %g", o.Low, o.High)
		}
		low, high = o.Low, o.High
	}
	if low == high {
		low, high = low-0.5, high+0.5
	}
	bins := o.Bins
	switch {
	case bins < 0 || bins > barLimit:
		fail("Histogram", "Bins", fmt.Sprintf("0 to %d", barLimit), "%d", bins)
	case bins == 0:
		bins = chooseBins(data, low, high)
	}
	step := (high - low) / float64(bins)
	l := layer{mark: bars, note: note, low: make([]float64, bins), high: make([]float64, bins), y: column{numbers: make([]float64, bins)}}
	l.x.numbers = make([]float64, bins)
	for i := range bins {
		l.low[i], l.high[i] = low+float64(i)*step, low+float64(i+1)*step
		l.x.numbers[i] = (l.low[i] + l.high[i]) / 2
	}
	for _, v := range data {
		if v >= low && v <= high {
			l.y.numbers[min(int((v-low)/step), bins-1)]++
		}
	}
	f := &Figure{y: axis{label: "count"}}
	if o.Density {
		f.y.label = "density"
		for i := range l.y.numbers {
			l.y.numbers[i] /= float64(len(data)) * step
		}
	}
	f.layers = []layer{l}
	return f
}

// chooseBins is the rule of Freedman and Diaconis.
func chooseBins(data []float64, low, high float64) int {
	if len(data) < 2 {
		return 1
	}
	s := slices.Sorted(slices.Values(data))
	width := 2 * (quantile(s, 0.75) - quantile(s, 0.25)) / math.Cbrt(float64(len(s)))
	if width <= 0 {
		return min(10, len(s))
	}
	return int(min(max(math.Ceil((high-low)/width), 1), 100))
}

// quantile is that of sorted numbers, with linear interpolation between ranks
// (type 7 of Hyndman and Fan, 1996, as NumPy's).
func quantile(sorted []float64, p float64) float64 {
	at := p * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

func one[T any](function string, options []T) T {
	var zero T
	switch len(options) {
	case 0:
		return zero
	case 1:
		return options[0]
	}
	fail(function, "the number of options", "at most one", "%d", len(options))
	return zero
}

// Band fills the area between two lines over xs: of errors, say.
func Band(xs, low, high any) *Figure {
	x, l, h := columnOf("Band", "xs", xs), numbersOf("Band", "low", low), numbersOf("Band", "high", high)
	if len(l) != x.len() || len(h) != x.len() {
		fail("Band", "low, high", fmt.Sprintf("as long as xs, %d", x.len()), "of lengths %d and %d", len(l), len(h))
	}
	return &Figure{layers: []layer{{mark: band, x: x, y: column{numbers: h}, low: l}}}
}

// HLine draws a horizontal line at y, over the whole width of the figure that it
// is added to.
func HLine(y float64) *Figure {
	return &Figure{layers: []layer{{mark: rule, y: column{numbers: []float64{y}}}}}
}

// VLine draws a vertical line at x; see [HLine].
func VLine(x float64) *Figure {
	return &Figure{layers: []layer{{mark: rule, x: column{numbers: []float64{x}}}}}
}

// box is the summary of a sample that a box plot shows.
type box struct {
	label                string
	low, q1, mid, q3, hi float64 // whiskers, quartiles, median
	outside              []float64
	left                 int // points outside that are not drawn
}

// Box draws a box plot: for each sample its quartiles and median, whiskers to the
// farthest values within 1.5 times the box's height, and the values beyond as
// points (Tukey, 1977). There is one sample for each label. NaN and infinities
// are left out.
func Box(labels []string, samples ...any) *Figure {
	if len(labels) != len(samples) || len(samples) == 0 {
		fail("Box", "samples", fmt.Sprintf("one for each of the %d labels", len(labels)), "%d samples", len(samples))
	}
	l := layer{mark: boxes}
	for i, sample := range samples {
		if t, ok := sample.(*ops.Tensor); ok && t != nil {
			sample = t.Reshape(-1)
		}
		var data []float64
		for _, v := range numbersOf("Box", fmt.Sprintf("samples[%d]", i), sample) {
			if finite(v) {
				data = append(data, v)
			}
		}
		if len(data) == 0 {
			fail("Box", fmt.Sprintf("samples[%d]", i), "at least one finite number", "empty")
		}
		slices.Sort(data)
		b := box{label: labels[i], q1: quantile(data, 0.25), mid: quantile(data, 0.5), q3: quantile(data, 0.75)}
		reach := 1.5 * (b.q3 - b.q1)
		b.low, b.hi = math.Inf(1), math.Inf(-1)
		for _, v := range data {
			if v < b.q1-reach || v > b.q3+reach {
				b.outside = append(b.outside, v)
				continue
			}
			b.low, b.hi = min(b.low, v), max(b.hi, v)
		}
		if n := len(b.outside); n > boxPoints { // the farthest ones say most
			b.outside = slices.Concat(b.outside[:boxPoints/2], b.outside[n-boxPoints/2:])
			b.left = n - boxPoints
		}
		l.boxes = append(l.boxes, b)
		l.x.words = append(l.x.words, labels[i])
	}
	return &Figure{layers: []layer{l}}
}

// HeatMapOptions are the options of [HeatMap].
type HeatMapOptions struct {
	Rows, Columns []string // labels; the indices if empty
	Numbers       bool     // writes the numbers into the cells
}

// HeatMap draws a matrix as coloured cells, the first row on top. Colours go
// from dark to light, or, if numbers are on both sides of zero, from blue over
// white at zero to red. At most one HeatMapOptions is used.
func HeatMap(matrix any, options ...HeatMapOptions) *Figure {
	o := one("HeatMap", options)
	g := gridOf("HeatMap", "matrix", matrix)
	return heatMap("HeatMap", g, o)
}

func heatMap(function string, g *grid, o HeatMapOptions) *Figure {
	if len(o.Rows) > 0 && len(o.Rows) != g.rows {
		fail(function, "Rows", fmt.Sprintf("a label for each of the %d rows", g.rows), "%d labels", len(o.Rows))
	}
	if len(o.Columns) > 0 && len(o.Columns) != g.columns {
		fail(function, "Columns", fmt.Sprintf("a label for each of the %d columns", g.columns), "%d labels", len(o.Columns))
	}
	thin, note := g.thin()
	if thin != g {
		o.Rows, o.Columns, o.Numbers = nil, nil, false
	}
	f := &Figure{layers: []layer{{mark: cells, grid: thin, texts: o.Numbers, note: note}}}
	f.x.names, f.y.names = names(o.Columns, thin.columns, thin.averaged), names(o.Rows, thin.rows, thin.averaged)
	f.y.reverse = true
	return f
}

// names are labels of n cells, which differ.
func names(given []string, n, step int) []string {
	list := make([]string, n)
	seen := map[string]bool{}
	for i := range list {
		list[i] = fmt.Sprint(i * step)
		if len(given) > 0 {
			list[i] = given[i]
		}
		for seen[list[i]] { // the same label twice would be one cell
			list[i] += "\u200b"
		}
		seen[list[i]] = true
	}
	return list
}

// Confusion draws a confusion matrix: row i, column j says how often class i was
// taken for class j. There is one label for each class; none stand for the
// indices.
func Confusion(counts any, labels []string) *Figure {
	g := gridOf("Confusion", "counts", counts)
	if g.rows != g.columns {
		fail("Confusion", "counts", "a square matrix, a row and a column for each class", "%d x %d", g.rows, g.columns)
	}
	f := heatMap("Confusion", g, HeatMapOptions{Rows: labels, Columns: labels, Numbers: g.rows <= 30})
	f.x.label, f.y.label = "predicted", "actual"
	return f
}
