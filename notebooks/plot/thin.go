package plot

import (
	"fmt"
	"math"
)

// What is drawn at most. A browser draws this in a moment, and a screen does not
// show more.
const (
	lineLimit  = 1000  // points of a line
	pointLimit = 4000  // points of a scatter plot
	barLimit   = 1000  // bars
	cellLimit  = 10000 // cells of a heat map
	boxPoints  = 200   // points outside the whiskers of a box
)

// thinLine returns which points of a line to draw: of each of the equal parts of
// the data the first, the lowest, the highest and the last, in order, and all
// gaps' edges, so that the drawn line covers the same pixels.
func thinLine(y []float64) []int {
	n := len(y)
	if n <= lineLimit {
		return upTo(n)
	}
	parts := lineLimit / 4
	at := make([]int, 0, lineLimit+parts)
	for p := range parts {
		from, to := p*n/parts, (p+1)*n/parts
		low, high, gap := from, from, -1
		for i := from; i < to; i++ {
			switch {
			case !finite(y[i]):
				gap = i
			case !finite(y[low]) || y[i] < y[low]:
				low = i
			}
			if finite(y[i]) && (!finite(y[high]) || y[i] > y[high]) {
				high = i
			}
		}
		last := -1
		for _, i := range sorted4(from, low, high, to-1, gap) {
			if i >= 0 && i != last {
				at, last = append(at, i), i
			}
		}
	}
	return at
}

func sorted4(list ...int) []int {
	for i := range list {
		for j := i; j > 0 && list[j] < list[j-1]; j-- {
			list[j], list[j-1] = list[j-1], list[j]
		}
	}
	return list
}

func upTo(n int) []int {
	at := make([]int, n)
	for i := range at {
		at[i] = i
	}
	return at
}

// thinPoints returns which of n points to draw, and a note if not all. The
// points are taken at distances that vary, so that a period in the data does not
// hide them.
func thinPoints(n int) ([]int, string) {
	if n <= pointLimit {
		return upTo(n), ""
	}
	at := make([]int, pointLimit)
	state := uint64(0x9e3779b97f4a7c15)
	for k := range at {
		from, to := k*n/pointLimit, (k+1)*n/pointLimit
		state ^= state << 13
		state ^= state >> 7
		state ^= state << 17
		at[k] = from + int(state%uint64(max(to-from, 1)))
	}
	return at, fmt.Sprintf("%d of %d points", pointLimit, n)
}

// thin returns the grid with at most cellLimit cells: each the mean of the
// numbers of a square.
func (g *grid) thin() (*grid, string) {
	if len(g.at) <= cellLimit {
		return g, ""
	}
	side := 2
	for ceil(g.rows, side)*ceil(g.columns, side) > cellLimit {
		side++
	}
	t := &grid{rows: ceil(g.rows, side), columns: ceil(g.columns, side), averaged: side}
	for i := range t.rows {
		for j := range t.columns {
			sum, count := 0.0, 0
			for r := i * side; r < min((i+1)*side, g.rows); r++ {
				for c := j * side; c < min((j+1)*side, g.columns); c++ {
					if v := g.at[r*g.columns+c]; !math.IsNaN(v) {
						sum, count = sum+v, count+1
					}
				}
			}
			if count == 0 {
				sum, count = math.NaN(), 1
			}
			t.at = append(t.at, sum/float64(count))
		}
	}
	return t, fmt.Sprintf("each cell is the mean of %d x %d", side, side)
}

func ceil(a, b int) int { return (a + b - 1) / b }
