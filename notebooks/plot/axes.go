package plot

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg/draw"
)

// words are the categories of the horizontal axis, in the order of the data.
func (f *Figure) words(d *drawing) map[string]int {
	at := map[string]int{}
	for _, l := range d.layers {
		for _, w := range l.x.words {
			if _, ok := at[w]; !ok {
				at[w] = len(at)
			}
		}
	}
	return at
}

// xAt is where element i of a column is.
func xAt(c column, i int, words map[string]int) float64 {
	if c.words != nil {
		return float64(words[c.words[i]])
	}
	return c.value(i)
}

func (f *Figure) setAxes(p *plot.Plot, words map[string]int, d *drawing) {
	g := f.cellGrid()
	switch {
	case g != nil:
		p.X.Tick.Marker, p.Y.Tick.Marker = ticks(f.x.names), ticks(reversed(f.y.names))
		p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = -0.5, float64(g.columns)-0.5, -0.5, float64(g.rows)-0.5
		p.X.Tick.LineStyle.Width, p.Y.Tick.LineStyle.Width = 0, 0
		return
	case len(words) > 0:
		names := make([]string, len(words))
		for w, i := range words {
			names[i] = w
		}
		p.X.Tick.Marker = ticks(names)
		p.X.Min, p.X.Max = -0.6, float64(len(names))-0.4
		longest := 0
		for _, n := range names {
			longest = max(longest, len([]rune(n)))
		}
		if w, _ := f.size(false); longest*len(names)*7 > w {
			p.X.Tick.Label.Rotation = math.Pi / 4
			p.X.Tick.Label.XAlign, p.X.Tick.Label.YAlign = draw.XRight, draw.YTop
		}
	default:
		for _, l := range d.layers {
			if l.x.times != nil {
				p.X.Tick.Marker = plot.TimeTicks{Format: timeFormat(p.X.Max - p.X.Min)}
				break
			}
		}
	}
	if f.x.fixed {
		p.X.Min, p.X.Max = f.x.low, f.x.high
	}
	if f.y.fixed {
		p.Y.Min, p.Y.Max = f.y.low, f.y.high
	} else if f.fromZero() && !f.y.log {
		p.Y.Min = min(p.Y.Min, 0)
	}
	if f.x.log {
		logarithmic(&p.X)
	}
	if f.y.log {
		logarithmic(&p.Y)
	}
}

// logarithmic makes an axis logarithmic; an axis without a number above zero goes
// from 1 to 10.
func logarithmic(a *plot.Axis) {
	if !(a.Min > 0) || !finite(a.Max) {
		a.Min, a.Max = 1, 10
	}
	if a.Min == a.Max {
		a.Min, a.Max = a.Min/2, a.Max*2
	}
	a.Scale, a.Tick.Marker = plot.LogScale{}, logTicks{}
}

// logTicks marks powers of ten, and where few of them are seen 2 and 5 times
// those, and each multiple where even that is little.
type logTicks struct{}

// Ticks implements plot.Ticker.
func (logTicks) Ticks(low, high float64) []plot.Tick {
	labelled := map[int]bool{1: true}
	switch decades := math.Log10(high / low); {
	case decades < 1:
		labelled = map[int]bool{1: true, 2: true, 3: true, 4: true, 5: true, 6: true, 7: true, 8: true, 9: true}
	case decades < 3:
		labelled = map[int]bool{1: true, 2: true, 5: true}
	}
	every := max(1, int(math.Log10(high/low)/8))
	var list []plot.Tick
	first := int(math.Floor(math.Log10(low)))
	for k := first; k <= int(math.Ceil(math.Log10(high))); k++ {
		for m := 1; m <= 9; m++ {
			v := float64(m) * math.Pow(10, float64(k))
			if v < low*(1-1e-9) || v > high*(1+1e-9) {
				continue
			}
			t := plot.Tick{Value: v}
			if labelled[m] && (k-first)%every == 0 {
				t.Label = fmt.Sprintf("%g", v)
			}
			list = append(list, t)
		}
	}
	return list
}

func timeFormat(seconds float64) string {
	switch {
	case seconds > 3*365*24*3600:
		return "2006"
	case seconds > 10*24*3600:
		return "2006-01-02"
	case seconds > 24*3600:
		return "01-02 15:04"
	}
	return "15:04:05"
}

// ticks labels places 0, 1, 2 …, not more than fit.
func ticks(names []string) plot.ConstantTicks {
	step := ceil(max(len(names), 1), 20)
	var t plot.ConstantTicks
	for i, n := range names {
		if i%step != 0 {
			n = ""
		}
		t = append(t, plot.Tick{Value: float64(i), Label: n})
	}
	return t
}

func reversed(names []string) []string {
	r := make([]string, len(names))
	for i, n := range names {
		r[len(names)-1-i] = n
	}
	return r
}
