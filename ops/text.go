package ops

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// TextOptions says how much of a tensor Text shows. The zero value is what
// String uses.
type TextOptions struct {
	Limit  int // a tensor of more elements is shown by its edges; 0 means 1000
	Edge   int // elements shown at each end of a long axis; 0 means 3
	Digits int // significant digits; 0 means 6
}

// String returns the values as nested brackets with aligned columns, "…"
// standing for what is left out of a tensor of more than 1000 elements.
func (t *Tensor) String() string { return t.Text() }

// Text is String with limits of the caller's choice.
func (t *Tensor) Text(opts ...TextOptions) string {
	if t == nil {
		return "<nil>"
	}
	o := one("ops.Tensor.Text", opts)
	if o.Limit <= 0 {
		o.Limit = 1000
	}
	if o.Edge <= 0 {
		o.Edge = 3
	}
	if o.Digits <= 0 {
		o.Digits = 6
	}
	if t.Len() == 0 {
		return "[] " + t.dtype.String() + " " + t.shape.String()
	}
	w := &writer{t: t, digits: o.Digits, show: make([]int, len(t.shape))}
	for a, n := range t.shape {
		w.show[a] = n
		edge := o.Edge
		if a < len(t.shape)-2 {
			edge = 1 // pages of a stack: one at each end
		}
		if t.Len() > o.Limit && n > 2*edge+1 {
			w.show[a] = edge
		}
	}
	w.collect(t.offset, 0)
	for _, c := range w.cells {
		w.width = max(w.width, utf8.RuneCountInString(c))
	}
	w.print(0)
	return w.out.String()
}

// Summary describes t in one line: element type, shape and range.
func (t *Tensor) Summary() string {
	if t == nil {
		return "<nil>"
	}
	s := t.dtype.String() + " " + t.shape.String()
	if t.Len() == 0 {
		return s
	}
	if t.Len() == 1 {
		return s + " " + t.format(t.offset, 6)
	}
	if t.dtype == Bool {
		n := 0
		for _, b := range flat[bool](t) {
			if b {
				n++
			}
		}
		return fmt.Sprintf("%s, %d true", s, n)
	}
	v := t.Float64s()
	lo, hi, sum := v[0], v[0], 0.0
	for _, x := range v {
		lo, hi = min(lo, x), max(hi, x)
		sum += x
	}
	return fmt.Sprintf("%s, %s to %s, mean %s", s, formatNumber(lo, t.dtype, 6), formatNumber(hi, t.dtype, 6), formatNumber(sum/float64(len(v)), Float32, 6))
}

// writer lays out one tensor. It visits the shown elements twice in the same
// order: to make their text, and to print it aligned.
type writer struct {
	t      *Tensor
	digits int
	show   []int // per axis: its size, or how many to show at each end
	cells  []string
	next   int // the next of cells to print
	width  int
	out    strings.Builder
}

// indices calls f for each shown index of an axis, with gap set at the first
// one behind those left out.
func (w *writer) indices(axis int, f func(i int, gap bool)) {
	n, show := w.t.shape[axis], w.show[axis]
	if show >= n {
		for i := range n {
			f(i, false)
		}
		return
	}
	for i := range show {
		f(i, false)
	}
	for i := n - show; i < n; i++ {
		f(i, i == n-show)
	}
}

func (w *writer) collect(pos, axis int) {
	if axis == len(w.t.shape) {
		w.cells = append(w.cells, w.t.format(pos, w.digits))
		return
	}
	w.indices(axis, func(i int, _ bool) { w.collect(pos+i*w.t.stride[axis], axis+1) })
}

func (w *writer) print(axis int) {
	rank := len(w.t.shape)
	if axis == rank {
		c := w.cells[w.next]
		w.next++
		if rank > 1 {
			for range w.width - utf8.RuneCountInString(c) {
				w.out.WriteByte(' ')
			}
		}
		w.out.WriteString(c)
		return
	}
	w.out.WriteByte('[')
	first := true
	between := func() {
		if first {
			first = false
			return
		}
		if axis == rank-1 {
			w.out.WriteByte(' ')
			return
		}
		w.out.WriteString(strings.Repeat("\n", rank-1-axis))
		w.out.WriteString(strings.Repeat(" ", axis+1))
	}
	w.indices(axis, func(_ int, gap bool) {
		if gap {
			between()
			w.out.WriteString("…")
		}
		between()
		w.print(axis + 1)
	})
	w.out.WriteByte(']')
}

// format returns the text of the element at position p of the memory.
func (t *Tensor) format(p, digits int) string {
	if d, ok := t.data.([]int64); ok {
		return strconv.FormatInt(d[p], 10)
	}
	return formatNumber(t.at(p), t.dtype, digits)
}

func formatNumber(v float64, d DType, digits int) string {
	switch d {
	case Int64, Uint8:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case Bool:
		return strconv.FormatBool(v != 0)
	}
	return strconv.FormatFloat(v, 'g', digits, 64)
}

// one returns the only element of opts, or the zero value, the default of
// every options type.
func one[T any](op string, opts []T) T {
	switch len(opts) {
	case 0:
		var zero T
		return zero
	case 1:
		return opts[0]
	}
	fail(op, &ArgError{Arg: "options", Got: len(opts), Rule: "want at most one options value"})
	panic("unreachable")
}
