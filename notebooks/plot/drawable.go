package plot

import (
	"fmt"
	"math"
	"strings"
)

// drawing is a figure's layers as they are drawn: thinned out, and without what
// has no place on a logarithmic axis.
type drawing struct {
	layers []layer
	notes  []string
}

// drawable prepares the layers of f.
func (f *Figure) drawable() drawing {
	var d drawing
	lost := 0
	for _, l := range f.layers {
		if l.note != "" {
			d.notes = append(d.notes, l.note)
		}
		switch l.mark {
		case lines, points, band:
			l = f.onLog(l, &lost)
			var at []int
			note := ""
			switch l.mark {
			case points:
				at, note = thinPoints(l.x.len())
			default:
				at = thinLine(l.y.numbers)
			}
			if note != "" {
				d.notes = append(d.notes, note)
			}
			if len(at) < l.x.len() {
				l.x, l.y = l.x.pick(at), l.y.pick(at)
				if l.low != nil {
					l.low = column{numbers: l.low}.pick(at).numbers
				}
			}
		case bars:
			if f.y.log {
				kept := l.y.numbers
				l.y.numbers = make([]float64, len(kept))
				for i, v := range kept {
					l.y.numbers[i] = positive(v, &lost)
				}
			}
		}
		d.layers = append(d.layers, l)
	}
	if lost > 0 {
		d.notes = append(d.notes, fmt.Sprintf("%d values that are not above 0 are left out", lost))
	}
	return d
}

// onLog makes gaps of what has no place on a logarithmic axis.
func (f *Figure) onLog(l layer, lost *int) layer {
	clear := func(list []float64) []float64 {
		out := make([]float64, len(list))
		for i, v := range list {
			out[i] = positive(v, lost)
		}
		return out
	}
	if f.x.log && l.x.numbers != nil {
		l.x.numbers = clear(l.x.numbers)
	}
	if f.y.log {
		l.y.numbers = clear(l.y.numbers)
		if l.low != nil {
			l.low = clear(l.low)
		}
	}
	return l
}

func positive(v float64, lost *int) float64 {
	if v > 0 || !finite(v) {
		return v
	}
	*lost++
	return math.NaN()
}

// subtitle is the user's with what the figure has to say itself.
func (d drawing) subtitle(own string) string {
	if len(d.notes) == 0 {
		return own
	}
	notes := strings.Join(d.notes, "; ")
	if own == "" {
		return notes
	}
	return own + " (" + notes + ")"
}
