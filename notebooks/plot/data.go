package plot

import (
	"fmt"
	"math"
	"reflect"
	"time"

	"cahier/ops"

	"gonum.org/v1/gonum/mat"
)

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// numbersOf returns v as numbers.
func numbersOf(function, arg string, v any) []float64 {
	c := columnOf(function, arg, v)
	if c.kind() != "quantitative" {
		fail(function, arg, "numbers", "a %T", v)
	}
	return c.numbers
}

const wantColumn = "a slice of numbers, texts or times, a tensor of one axis or a mat.Vector"

// columnOf returns v as the data of an axis, in memory of its own.
func columnOf(function, arg string, v any) column {
	switch x := v.(type) {
	case nil:
		fail(function, arg, wantColumn, "nil")
	case *ops.Tensor:
		if x == nil {
			fail(function, arg, wantColumn, "a nil tensor")
		}
		if flat := squeezed(x); flat.Rank() <= 1 {
			return column{numbers: append([]float64{}, flat.Float64s()...)}
		}
		fail(function, arg, wantColumn, "a tensor of shape %v", x.Shape())
	case mat.Vector:
		n := make([]float64, x.Len())
		for i := range n {
			n[i] = x.AtVec(i)
		}
		return column{numbers: n}
	case []time.Time:
		return column{times: append([]time.Time{}, x...)}
	}
	r := reflect.ValueOf(v)
	if r.Kind() != reflect.Slice && r.Kind() != reflect.Array {
		fail(function, arg, wantColumn, "a %T", v)
	}
	numbers, words := make([]float64, 0, r.Len()), []string(nil)
	for i := range r.Len() {
		e := r.Index(i)
		for e.Kind() == reflect.Interface && !e.IsNil() {
			e = e.Elem()
		}
		if n, ok := number(e); ok && words == nil {
			numbers = append(numbers, n)
			continue
		}
		if e.Kind() != reflect.String || len(numbers) > 0 {
			fail(function, fmt.Sprintf("%s[%d]", arg, i), "of one kind with the elements before it: a number, a text or a time", "a %s", e.Kind())
		}
		words = append(words, e.String())
	}
	if words != nil {
		return column{words: words}
	}
	return column{numbers: numbers}
}

// squeezed is t without its axes of size one, down to one axis.
func squeezed(t *ops.Tensor) *ops.Tensor {
	for axis := t.Rank() - 1; axis >= 0 && t.Rank() > 1; axis-- {
		if t.Size(axis) == 1 {
			t = t.Select(axis, 0)
		}
	}
	if t.Rank() == 0 {
		return t.Reshape(1)
	}
	return t
}

func number(v reflect.Value) (float64, bool) {
	switch {
	case v.CanInt():
		return float64(v.Int()), true
	case v.CanUint():
		return float64(v.Uint()), true
	case v.CanFloat():
		return v.Float(), true
	case v.Kind() == reflect.Bool:
		if v.Bool() {
			return 1, true
		}
		return 0, true
	}
	return 0, false
}

// oneNumber returns v as a number.
func oneNumber(function, arg string, v any) float64 {
	if t, ok := v.(*ops.Tensor); ok && t != nil && t.Len() == 1 {
		return t.Item()
	}
	n, ok := number(reflect.ValueOf(v))
	if v == nil || !ok {
		fail(function, arg, "a number", "a %T", v)
	}
	return n
}

// grid is a matrix, row by row.
type grid struct {
	rows, columns int
	at            []float64
	averaged      int // cells of the data along a side of one of these; 1 if it is the data
}

const wantMatrix = "a slice of slices of numbers, all of one length, a tensor of two axes or a mat.Matrix"

// gridOf returns v as a matrix, in memory of its own.
func gridOf(function, arg string, v any) *grid {
	g := &grid{averaged: 1}
	switch x := v.(type) {
	case nil:
		fail(function, arg, wantMatrix, "nil")
	case *ops.Tensor:
		if x == nil {
			fail(function, arg, wantMatrix, "a nil tensor")
		}
		for x.Rank() > 2 && x.Size(0) == 1 {
			x = x.Select(0, 0)
		}
		if x.Rank() != 2 {
			fail(function, arg, wantMatrix, "a tensor of shape %v", x.Shape())
		}
		g.rows, g.columns = x.Size(0), x.Size(1)
		g.at = append([]float64{}, x.Float64s()...)
	case mat.Matrix:
		g.rows, g.columns = x.Dims()
		for i := range g.rows {
			for j := range g.columns {
				g.at = append(g.at, x.At(i, j))
			}
		}
	default:
		r := reflect.ValueOf(v)
		if r.Kind() != reflect.Slice && r.Kind() != reflect.Array {
			fail(function, arg, wantMatrix, "a %T", v)
		}
		g.rows = r.Len()
		for i := range g.rows {
			row := numbersOf(function, fmt.Sprintf("%s[%d]", arg, i), r.Index(i).Interface())
			if i > 0 && len(row) != g.columns {
				fail(function, fmt.Sprintf("%s[%d]", arg, i), fmt.Sprintf("a row of %d, as the first one", g.columns), "a row of %d", len(row))
			}
			g.columns = len(row)
			g.at = append(g.at, row...)
		}
	}
	if len(g.at) == 0 {
		fail(function, arg, "at least one row and one column", "a matrix of %d x %d", g.rows, g.columns)
	}
	return g
}

// extent is the range of the finite numbers; 0 to 1 if there are none.
func extent(lists ...[]float64) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, list := range lists {
		for _, v := range list {
			if finite(v) {
				low, high = min(low, v), max(high, v)
			}
		}
	}
	if low > high {
		return 0, 1
	}
	return low, high
}
