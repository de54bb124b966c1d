package plot

import (
	"fmt"
	"strings"
)

// describe says in a line what the figure is.
func (f *Figure) describe() string {
	if len(f.facets) > 0 {
		var list []string
		for _, g := range f.facets {
			list = append(list, g.describe())
		}
		return strings.TrimPrefix(f.title+"\n"+strings.Join(list, "\n"), "\n")
	}
	head := f.title
	for _, l := range f.layers {
		s := l.describe()
		if head != "" {
			head += "\n"
		}
		head += s
	}
	if head == "" {
		head = "empty figure"
	}
	return head
}

func (l layer) describe() string {
	s := l.mark.String()
	if l.name != "" {
		s += fmt.Sprintf(" %q", l.name)
	}
	switch l.mark {
	case lines, points, band:
		low, high := extent(l.y.numbers)
		s += fmt.Sprintf(": %d points, %s to %s", l.x.len(), short(low), short(high))
		if l.mark == lines {
			s += "  " + sparkline(l.y.numbers)
		}
	case bars:
		s += fmt.Sprintf(": %d bars", len(l.y.numbers))
		_, high := extent(l.y.numbers)
		for i, v := range l.y.numbers {
			if i == 20 {
				s += fmt.Sprintf("\n… %d more", len(l.y.numbers)-i)
				break
			}
			label := ""
			if l.low != nil {
				label = short(l.low[i]) + " to " + short(l.high[i])
			} else if l.x.words != nil {
				label = l.x.words[i]
			}
			s += fmt.Sprintf("\n%16.16s %-10s %s", label, short(v), strings.Repeat("█", int(max(0, 30*v/max(high, 1e-300)))))
		}
	case boxes:
		s += fmt.Sprintf(": %d boxes", len(l.boxes))
		for i, b := range l.boxes {
			if i == 20 {
				s += fmt.Sprintf("\n… %d more", len(l.boxes)-i)
				break
			}
			s += fmt.Sprintf("\n%16.16s median %s, quartiles %s to %s, whiskers %s to %s", b.label, short(b.mid), short(b.q1), short(b.q3), short(b.low), short(b.hi))
		}
	case cells:
		low, high := extent(l.grid.at)
		s += fmt.Sprintf(": %d x %d, %s to %s", l.grid.rows*l.grid.averaged, l.grid.columns*l.grid.averaged, short(low), short(high))
	case contours:
		s += fmt.Sprintf(": %d lines", len(l.paths))
	}
	return s
}

// sparkline is a small picture of numbers in one line of text.
func sparkline(y []float64) string {
	const blocks = "▁▂▃▄▅▆▇█"
	low, high := extent(y)
	n := min(len(y), 40)
	var b strings.Builder
	for k := range n {
		v := y[k*len(y)/n]
		switch {
		case !finite(v):
			b.WriteByte(' ')
		case low == high:
			b.WriteString("▁")
		default:
			b.WriteRune([]rune(blocks)[min(int(8*(v-low)/(high-low)), 7)])
		}
	}
	return b.String()
}
