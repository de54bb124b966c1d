package plot

import (
	"fmt"
	"sync"

	"cahier/notebooks/display"
)

// liveLimit is how many points of a line a live figure keeps. When it is full,
// every second one is dropped, and from then on every second new one.
const liveLimit = 2000

// LiveFigure is a line chart that grows while a cell runs; see [Live]. Its
// methods may be called from any goroutine.
type LiveFigure struct {
	refresher *display.Refresher

	mu     sync.Mutex // guards what follows
	names  []string
	xs     []float64
	ys     [][]float64 // by name
	every  int         // of the pushes that are kept
	pushes int
	last   []float64 // of the last push: x and ys, kept or not
	change func(*Figure) *Figure
}

// Live shows a line chart of the named lines, which grows with each Push:
//
//	curve := plot.Live("loss", "accuracy")
//	for step := range 1000 {
//		curve.Push(step, loss, accuracy)
//	}
//
// It is shown at most ten times a second however often something is pushed, and
// in its last state when the cell ends. Outside a notebook its description is
// printed. Without a name there is one line without one.
func Live(names ...string) *LiveFigure { return LiveOn(display.Here(), names...) }

// LiveOn is [Live] in the displays of e, as a kernel binds it.
func LiveOn(e display.Effects, names ...string) *LiveFigure {
	if len(names) == 0 {
		names = []string{""}
	}
	l := &LiveFigure{names: append([]string{}, names...), ys: make([][]float64, len(names)), every: 1}
	l.refresher = e.Refresher(func() any { return l.Figure() })
	return l
}

// Set changes how the figure looks, for example
//
//	curve.Set(func(f *plot.Figure) *plot.Figure { return f.Title("training").YLog() })
//
// and returns it.
func (l *LiveFigure) Set(change func(f *Figure) *Figure) *LiveFigure {
	l.mu.Lock()
	l.change = change
	l.mu.Unlock()
	return l
}

// Push adds a point at x to every line: one number for each name, of any Go type
// or a tensor of one element; NaN leaves a gap. It panics with an [*Error] if
// there are more or fewer numbers than names.
func (l *LiveFigure) Push(x any, ys ...any) {
	at := oneNumber("Live.Push", "x", x)
	if len(ys) != len(l.names) {
		fail("Live.Push", "the number of ys", fmt.Sprintf("one for each of the %d lines", len(l.names)), "%d", len(ys))
	}
	row := []float64{at}
	for i, y := range ys {
		row = append(row, oneNumber("Live.Push", fmt.Sprintf("ys[%d]", i), y))
	}
	l.mu.Lock()
	if l.last = row; l.pushes%l.every == 0 {
		l.xs = append(l.xs, at)
		for i := range l.ys {
			l.ys[i] = append(l.ys[i], row[i+1])
		}
		if len(l.xs) >= liveLimit {
			l.every *= 2
			l.xs = halve(l.xs)
			for i := range l.ys {
				l.ys[i] = halve(l.ys[i])
			}
		}
	}
	l.pushes++
	l.mu.Unlock()
	l.refresher.Changed()
}

func halve(list []float64) []float64 {
	kept := list[:0]
	for i := 0; i < len(list); i += 2 {
		kept = append(kept, list[i])
	}
	return kept
}

// Figure is the figure as it is now.
func (l *LiveFigure) Figure() *Figure {
	l.mu.Lock()
	defer l.mu.Unlock()
	xs := append([]float64{}, l.xs...)
	tail := l.last != nil && (l.pushes-1)%l.every != 0
	if tail {
		xs = append(xs, l.last[0])
	}
	f := &Figure{}
	for i, name := range l.names {
		ys := append([]float64{}, l.ys[i]...)
		if tail {
			ys = append(ys, l.last[i+1])
		}
		f.layers = append(f.layers, layer{mark: lines, name: name, x: column{numbers: xs}, y: column{numbers: ys}})
	}
	if l.change != nil {
		if g := l.change(f); g != nil {
			f = g
		}
	}
	return f
}

// MIMEBundle implements display.Bundler: the figure as it is now.
func (l *LiveFigure) MIMEBundle() map[string]any { return l.Figure().MIMEBundle() }

// String describes the figure as it is now.
func (l *LiveFigure) String() string { return l.Figure().String() }
