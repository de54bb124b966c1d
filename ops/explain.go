package ops

import (
	"strconv"
	"strings"
)

// Explain shows the shapes that the error is about aligned by axis, one a
// line, with a mark under each axis that is wrong, and then the rule. Shapes of
// different length are aligned at their last axis, as broadcasting does:
//
//	axis    0   1   2   3
//	x       1  32  32   3
//	w       8   3   3   3
//	want  out  32  kh  kw
//	            ^
func (e *ShapeError) Explain() []string {
	type row struct {
		name  string
		sizes []string
	}
	rows := []row{{name: "axis"}}
	if e.Other != "" {
		rows = append(rows, row{e.Other, sizesOf(e.OtherShape)})
	}
	rows = append(rows, row{e.Arg, sizesOf(e.Got)})
	if e.Want != nil {
		rows = append(rows, row{"want", e.wanted()})
	}
	n, equal := 0, true
	for _, r := range rows[1:] {
		equal = equal && len(r.sizes) == len(rows[1].sizes)
		n = max(n, len(r.sizes))
	}
	for i := range n {
		axis := i
		if !equal {
			axis = i - n // from the last
		}
		rows[0].sizes = append(rows[0].sizes, strconv.Itoa(axis))
	}
	if marks := e.marks(); marks != nil {
		rows = append(rows, row{"", marks})
	}

	names, widths := 0, make([]int, n)
	for _, r := range rows {
		names = max(names, len([]rune(r.name)))
		for i, s := range r.sizes {
			a := n - len(r.sizes) + i
			widths[a] = max(widths[a], len(s))
		}
	}
	var lines []string
	for _, r := range rows {
		var b strings.Builder
		b.WriteString(r.name + strings.Repeat(" ", names-len([]rune(r.name))))
		for a := range n {
			s := ""
			if i := a - n + len(r.sizes); i >= 0 {
				s = r.sizes[i]
			}
			b.WriteString("  " + strings.Repeat(" ", widths[a]-len(s)) + s)
		}
		if r.name != "" && len(r.sizes) == 0 {
			b.Reset()
			b.WriteString(r.name + strings.Repeat(" ", names-len([]rune(r.name))) + "  is a scalar")
		}
		lines = append(lines, strings.TrimRight(b.String(), " "))
	}
	if n == 0 {
		lines = nil // only scalars: there are no axes to align
	}
	if e.Rule != "" {
		lines = append(lines, "rule: "+e.Rule)
	}
	return lines
}

func sizesOf(s Shape) []string {
	list := make([]string, len(s))
	for i, d := range s {
		list[i] = strconv.Itoa(d)
	}
	return list
}

// wanted is Want by axis, with the names of its free axes.
func (e *ShapeError) wanted() []string {
	list := sizesOf(e.Want)
	for i, d := range e.Want {
		switch {
		case d >= 0:
		case i < len(e.Axes) && e.Axes[i] != "":
			list[i] = e.Axes[i]
		default:
			list[i] = "any"
		}
	}
	return list
}

// marks points at the axes of Got that differ from Want; nil if the number of
// axes differs, or nothing does.
func (e *ShapeError) marks() []string {
	if len(e.Want) != len(e.Got) {
		return nil
	}
	marks, any := make([]string, len(e.Got)), false
	for i, d := range e.Want {
		if d >= 0 && d != e.Got[i] {
			marks[i], any = "^", true
		}
	}
	if !any {
		return nil
	}
	return marks
}
