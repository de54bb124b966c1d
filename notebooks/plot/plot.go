// Package plot draws figures: values that a cell shows because they stand last
// in it, or that display.Show shows.
//
//	plot.Line(xs, ys).Title("loss").YLog()
//	plot.Scatter(weights, heights).XLabel("kg").YLabel("cm")
//	plot.Line(steps, train).Name("training").Add(plot.Line(steps, held).Name("held out"))
//
// A [Figure] is pure: each method returns a changed copy, so that a cell can be
// run again. What only moves while a cell runs is [Live].
//
// A figure is shown as an interactive chart where the front end draws
// Vega-Lite (JupyterLab and VS Code do), as the same chart in SVG, drawn by
// gonum/plot, everywhere else, and as a line of text in a terminal. Large data
// are thinned out before they are drawn: a line keeps the highest and the lowest
// point of each column of pixels, points and cells are sampled or averaged, and
// the figure says so.
//
// # Data
//
// Numbers are any slice of Go numbers, a tensor of one axis, or a vector of
// gonum; a matrix is a slice of slices, a tensor of two axes or a mat.Matrix.
// Where a function takes an axis, texts make categories and time.Time makes a
// time axis. NaN leaves a gap.
//
// Misuse panics with an [*Error] that says what was given and what is wanted.
package plot

import (
	"fmt"
	"slices"
	"time"
)

// Figure is a chart of one or more layers over common axes, or several charts
// in a grid. The zero value is an empty figure; make one by Line, Scatter and
// the like.
type Figure struct {
	title, subtitle string
	x, y            axis
	width, height   int // of the area inside the axes, in pixels; 0 is the default
	layers          []layer
	facets          []*Figure
	columns         int
}

// axis says how positions are shown.
type axis struct {
	label   string
	log     bool
	low     float64
	high    float64
	fixed   bool     // low and high are set
	reverse bool     // grows downwards, as the rows of a matrix do
	names   []string // of cells
}

// The size of a figure that has none, in pixels.
const (
	defaultWidth  = 480
	defaultHeight = 280
	facetWidth    = 220
	facetHeight   = 150
	minSize       = 20
	maxSize       = 4000
)

// mark is what a layer draws.
type mark uint8

const (
	lines mark = iota
	points
	bars
	band
	rule
	boxes
	cells
	contours
)

func (m mark) String() string {
	return [...]string{"line", "scatter", "bar", "band", "rule", "box", "heat map", "contour"}[m]
}

// layer is data and how it is drawn. Which fields count depends on mark.
type layer struct {
	mark  mark
	name  string // in the legend; may be empty
	color string // CSS; empty for the next of the palette
	dash  bool
	x, y  column
	low   []float64 // band: the lower edge; bars of a histogram: the left edge
	high  []float64 // bars of a histogram: the right edge
	boxes []box
	grid  *grid
	paths []path // contours
	texts bool   // cells show their numbers
	note  string // what was left out
}

// column is the data of one axis: numbers, texts or times.
type column struct {
	numbers []float64
	words   []string
	times   []time.Time
}

func (c column) len() int { return max(len(c.numbers), len(c.words), len(c.times)) }

// kind is the Vega-Lite type of a column.
func (c column) kind() string {
	switch {
	case c.words != nil:
		return "nominal"
	case c.times != nil:
		return "temporal"
	}
	return "quantitative"
}

// value is element i as a number; a text is its index.
func (c column) value(i int) float64 {
	switch {
	case c.words != nil:
		return float64(i)
	case c.times != nil:
		return float64(c.times[i].UnixNano()) / 1e9
	}
	return c.numbers[i]
}

// ascending reports whether the elements are numbers or times that grow.
func (c column) ascending() bool {
	if c.words != nil {
		return false
	}
	for i := 1; i < c.len(); i++ {
		if !(c.value(i) > c.value(i-1)) {
			return false
		}
	}
	return true
}

// pick returns the elements with the given indices.
func (c column) pick(at []int) column {
	var p column
	for _, i := range at {
		switch {
		case c.words != nil:
			p.words = append(p.words, c.words[i])
		case c.times != nil:
			p.times = append(p.times, c.times[i])
		default:
			p.numbers = append(p.numbers, c.numbers[i])
		}
	}
	return p
}

// Error says what was wrong with an argument.
type Error struct {
	Func string // the function, "Line"
	Arg  string // the argument, "xs"
	Got  string // what it was given
	Want string // what it takes
}

func (e *Error) Error() string {
	return fmt.Sprintf("plot.%s: %s is %s, want %s", e.Func, e.Arg, e.Got, e.Want)
}

func fail(function, arg, want, got string, args ...any) {
	panic(&Error{Func: function, Arg: arg, Got: fmt.Sprintf(got, args...), Want: want})
}

// clone returns a copy that may be changed.
func (f *Figure) clone() *Figure {
	if f == nil {
		return &Figure{}
	}
	c := *f
	c.layers = slices.Clone(f.layers)
	c.facets = slices.Clone(f.facets)
	return &c
}

// Title sets the title, in any script.
func (f *Figure) Title(text string) *Figure {
	c := f.clone()
	c.title = text
	return c
}

// Subtitle sets the smaller line below the title.
func (f *Figure) Subtitle(text string) *Figure {
	c := f.clone()
	c.subtitle = text
	return c
}

// XLabel names the horizontal axis.
func (f *Figure) XLabel(text string) *Figure {
	c := f.clone()
	c.x.label = text
	return c
}

// YLabel names the vertical axis.
func (f *Figure) YLabel(text string) *Figure {
	c := f.clone()
	c.y.label = text
	return c
}

// XLog makes the horizontal axis logarithmic. Numbers that are not above zero
// have no place on it: they are left out, and the figure says how many.
func (f *Figure) XLog() *Figure {
	c := f.clone()
	c.x.log = true
	return c
}

// YLog makes the vertical axis logarithmic; see [Figure.XLog].
func (f *Figure) YLog() *Figure {
	c := f.clone()
	c.y.log = true
	return c
}

// XRange sets the ends of the horizontal axis. What lies outside is cut off.
// It panics with an [*Error] unless low < high, both finite.
func (f *Figure) XRange(low, high float64) *Figure {
	c := f.clone()
	c.x.setRange("XRange", low, high)
	return c
}

// YRange sets the ends of the vertical axis; see [Figure.XRange].
func (f *Figure) YRange(low, high float64) *Figure {
	c := f.clone()
	c.y.setRange("YRange", low, high)
	return c
}

func (a *axis) setRange(function string, low, high float64) {
	if !finite(low) || !finite(high) || low >= high {
		fail(function, "low, high", "two finite numbers, the smaller one first", "%g, %g", low, high)
	}
	a.low, a.high, a.fixed = low, high, true
}

// Size sets the width and height of the area inside the axes, in pixels: from
// 20 to 4000; 480 by 280 if it is not set.
func (f *Figure) Size(width, height int) *Figure {
	if width < minSize || height < minSize || width > maxSize || height > maxSize {
		fail("Size", "width, height", fmt.Sprintf("numbers of pixels from %d to %d", minSize, maxSize), "%d, %d", width, height)
	}
	c := f.clone()
	c.width, c.height = width, height
	return c
}

// Name names the layers that have no name yet; named layers are in the legend.
func (f *Figure) Name(name string) *Figure {
	c := f.clone()
	for i := range c.layers {
		if c.layers[i].name == "" {
			c.layers[i].name = name
		}
	}
	return c
}

// Color sets the colour of all layers, in the form of CSS: "crimson", "#c0392b".
// It panics with an [*Error] for a text that is none.
func (f *Figure) Color(css string) *Figure {
	if _, ok := parseColor(css); !ok {
		fail("Color", "css", `a colour such as "crimson" or "#c0392b"`, "%q", css)
	}
	c := f.clone()
	for i := range c.layers {
		c.layers[i].color = css
	}
	return c
}

// Dashed draws lines with dashes.
func (f *Figure) Dashed() *Figure {
	c := f.clone()
	for i := range c.layers {
		c.layers[i].dash = true
	}
	return c
}

// Add draws the layers of other figures over those of f, on the axes of f. It
// panics with an [*Error] if one of them is a grid of figures, or if one has
// texts or times on an axis where the other has numbers.
func (f *Figure) Add(others ...*Figure) *Figure {
	c := f.clone()
	for _, o := range others {
		switch {
		case o == nil:
			fail("Add", "a figure", "a figure", "nil")
		case len(o.facets) > 0 || len(c.facets) > 0:
			fail("Add", "a figure", "figures of one chart each; Facets puts grids side by side", "a grid of figures")
		}
		for _, l := range o.layers {
			for _, m := range c.layers {
				if l.mark == rule || m.mark == rule {
					continue
				}
				if a, b := l.x.kind(), m.x.kind(); l.mark != boxes && m.mark != boxes && a != b {
					fail("Add", "the horizontal axis of a figure", b+", as that of the first figure", "%s", a)
				}
			}
			c.layers = append(c.layers, l)
		}
		c.x.names, c.y.names = append(c.x.names, o.x.names...), append(c.y.names, o.y.names...)
	}
	return c
}

// Facets puts figures side by side, in rows of at most the given number of
// columns. Each has its own axes. It panics with an [*Error] if there is no
// figure, or a nil one.
func Facets(columns int, figures ...*Figure) *Figure {
	if columns < 1 {
		fail("Facets", "columns", "at least 1", "%d", columns)
	}
	if len(figures) == 0 {
		fail("Facets", "figures", "at least one figure", "none")
	}
	for i, g := range figures {
		if g == nil {
			fail("Facets", fmt.Sprintf("figure %d", i), "a figure", "nil")
		}
		if len(g.facets) > 0 {
			fail("Facets", fmt.Sprintf("figure %d", i), "a figure of one chart", "a grid of figures")
		}
	}
	return &Figure{facets: slices.Clone(figures), columns: columns}
}

// size is the area inside the axes.
func (f *Figure) size(facet bool) (w, h int) {
	switch {
	case f.width > 0:
		return f.width, f.height
	case facet:
		return facetWidth, facetHeight
	}
	if g := f.cellGrid(); g != nil { // cells should be square
		side := float64(defaultHeight) / float64(max(g.rows, 1))
		w := int(side * float64(g.columns))
		return min(max(w, 120), defaultWidth), defaultHeight
	}
	return defaultWidth, defaultHeight
}

// cellGrid is the grid of the first layer of cells.
func (f *Figure) cellGrid() *grid {
	for _, l := range f.layers {
		if l.mark == cells {
			return l.grid
		}
	}
	return nil
}
