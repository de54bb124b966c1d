package plot

import (
	"fmt"
	"math"
)

// path is a line at one level.
type path struct {
	level  float64
	xs, ys []float64
}

// ContourOptions are the options of [Contour].
type ContourOptions struct {
	Levels int       // number of lines; 0 means 8
	At     []float64 // the levels themselves, instead
	X, Y   []float64 // places of columns and rows; the indices if empty
}

// Contour draws lines of equal height of a matrix: z[i][j] is the height at Y[i],
// X[j]. At most one ContourOptions is used. The lines are found by marching
// squares, with linear interpolation along the sides and the mean of the four
// corners where a square is a saddle (Lorensen and Cline, 1987, in two
// dimensions).
func Contour(z any, options ...ContourOptions) *Figure {
	o := one("Contour", options)
	g := gridOf("Contour", "z", z)
	if g.rows < 2 || g.columns < 2 {
		fail("Contour", "z", "at least two rows and two columns", "%d x %d", g.rows, g.columns)
	}
	xs, ys := places("X", o.X, g.columns), places("Y", o.Y, g.rows)
	thin, note := g.thin()
	if thin != g {
		xs, ys = middles(xs, thin.averaged), middles(ys, thin.averaged)
	}
	levels := o.At
	if len(levels) == 0 {
		n := o.Levels
		switch {
		case n < 0 || n > 100:
			fail("Contour", "Levels", "0 to 100", "%d", n)
		case n == 0:
			n = 8
		}
		low, high := extent(g.at)
		for i := range n {
			levels = append(levels, low+(high-low)*(float64(i)+0.5)/float64(n))
		}
	}
	l := layer{mark: contours, note: note}
	for _, level := range levels {
		if finite(level) {
			l.paths = append(l.paths, thin.contour(level, xs, ys)...)
		}
	}
	f := &Figure{layers: []layer{l}}
	if low, high := extent(xs); low < high {
		f.x.setRange("Contour", low, high)
	}
	if low, high := extent(ys); low < high {
		f.y.setRange("Contour", low, high)
	}
	return f
}

func places(arg string, given []float64, n int) []float64 {
	if len(given) == 0 {
		at := make([]float64, n)
		for i := range at {
			at[i] = float64(i)
		}
		return at
	}
	if len(given) != n {
		fail("Contour", arg, fmt.Sprintf("%d places", n), "%d", len(given))
	}
	return given
}

// middles are the places of groups of the given size.
func middles(at []float64, size int) []float64 {
	var m []float64
	for i := 0; i < len(at); i += size {
		m = append(m, (at[i]+at[min(i+size, len(at))-1])/2)
	}
	return m
}

// side of a square of the grid: from a corner to the next to the right, or to
// the next below.
type side struct {
	row, column int
	down        bool
}

// contour returns the lines of the level, each as long as it goes.
func (g *grid) contour(level float64, xs, ys []float64) []path {
	at := func(i, j int) float64 { return g.at[i*g.columns+j] }
	cross := func(s side) (x, y float64) {
		a := at(s.row, s.column)
		if s.down {
			t := (level - a) / (at(s.row+1, s.column) - a)
			return xs[s.column], ys[s.row] + t*(ys[s.row+1]-ys[s.row])
		}
		t := (level - a) / (at(s.row, s.column+1) - a)
		return xs[s.column] + t*(xs[s.column+1]-xs[s.column]), ys[s.row]
	}
	next := map[side][]side{}
	var order []side
	join := func(a, b side) {
		for _, s := range []side{a, b} {
			if next[s] == nil {
				order = append(order, s)
			}
		}
		next[a], next[b] = append(next[a], b), append(next[b], a)
	}
	for i := range g.rows - 1 {
		for j := range g.columns - 1 {
			a, b, c, d := at(i, j), at(i, j+1), at(i+1, j+1), at(i+1, j)
			if math.IsNaN(a+b+c+d) || math.IsInf(a+b+c+d, 0) {
				continue
			}
			top, right, bottom, left := side{i, j, false}, side{i, j + 1, true}, side{i + 1, j, false}, side{i, j, true}
			var hit []side
			for _, s := range []struct {
				side
				p, q float64
			}{{top, a, b}, {right, b, c}, {bottom, d, c}, {left, a, d}} {
				if (s.p >= level) != (s.q >= level) {
					hit = append(hit, s.side)
				}
			}
			switch len(hit) {
			case 2:
				join(hit[0], hit[1])
			case 4: // a saddle: the middle says which corners are joined
				if ((a+b+c+d)/4 >= level) == (a >= level) {
					join(top, right)
					join(bottom, left)
				} else {
					join(top, left)
					join(bottom, right)
				}
			}
		}
	}
	var paths []path
	walk := func(from side) {
		p := path{level: level}
		for s, more := from, true; more; {
			x, y := cross(s)
			p.xs, p.ys = append(p.xs, x), append(p.ys, y)
			more = false
			if links := next[s]; len(links) > 0 {
				to := links[len(links)-1]
				next[s] = links[:len(links)-1]
				for k, back := range next[to] {
					if back == s {
						next[to] = append(next[to][:k:k], next[to][k+1:]...)
						break
					}
				}
				s, more = to, true
			}
		}
		paths = append(paths, p)
	}
	for _, s := range order { // lines with ends first, then rings
		if len(next[s]) == 1 {
			walk(s)
		}
	}
	for _, s := range order {
		if len(next[s]) > 0 {
			walk(s)
		}
	}
	return paths
}
