package ops

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// Shape is the size of each axis, the outermost first. A scalar has no axes;
// an axis may have size 0. In the Want of a [ShapeError], -1 is any size.
type Shape []int

// String returns the sizes in brackets: "[2 3]", and "[]" for a scalar.
func (s Shape) String() string {
	var b strings.Builder
	b.WriteByte('[')
	for i, d := range s {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(strconv.Itoa(d))
	}
	b.WriteByte(']')
	return b.String()
}

// Len is the number of elements of a tensor of this shape.
func (s Shape) Len() int {
	n := 1
	for _, d := range s {
		n *= d
	}
	return n
}

// Equal reports whether s and o have the same axes.
func (s Shape) Equal(o Shape) bool { return slices.Equal(s, o) }

// check returns an error unless s is the shape of a tensor that memory could
// hold at all.
func (s Shape) check(arg string) error {
	n := 1
	for _, d := range s {
		if d < 0 {
			return &ArgError{Arg: arg, Got: s, Rule: "sizes must not be negative"}
		}
		if d > 0 && n > math.MaxInt/16/d {
			return &ArgError{Arg: arg, Got: s, Rule: "has more elements than memory can be addressed"}
		}
		n *= max(d, 1)
	}
	return nil
}

// strides returns the distances of neighbours in a row-major layout.
func (s Shape) strides() []int {
	st := make([]int, len(s))
	n := 1
	for i := len(s) - 1; i >= 0; i-- {
		st[i] = n
		n *= max(s[i], 1)
	}
	return st
}

// axisOf returns axis counted from 0. A scalar has the axes 0 and -1 for
// reductions if scalar is set.
func axisOf(axis, rank int, arg string) (int, error) {
	a := axis
	if a < 0 {
		a += rank
	}
	if a < 0 || a >= rank {
		rule := "the tensor is a scalar and has no axes"
		if rank > 0 {
			rule = "must be from " + strconv.Itoa(-rank) + " to " + strconv.Itoa(rank-1)
		}
		return 0, &ArgError{Arg: arg, Got: axis, Rule: rule}
	}
	return a, nil
}

// axesOf returns axes counted from 0, ascending and without a duplicate; all
// of them if axes is empty.
func axesOf(axes []int, rank int, arg string) ([]int, error) {
	if len(axes) == 0 {
		all := make([]int, rank)
		for i := range all {
			all[i] = i
		}
		return all, nil
	}
	out := make([]int, len(axes))
	for i, a := range axes {
		n, err := axisOf(a, rank, arg)
		if err != nil {
			return nil, err
		}
		out[i] = n
	}
	slices.Sort(out)
	for i := 1; i < len(out); i++ {
		if out[i] == out[i-1] {
			return nil, &ArgError{Arg: arg, Got: axes, Rule: "names axis " + strconv.Itoa(out[i]) + " twice"}
		}
	}
	return out, nil
}

// broadcast returns the common shape of a and b; ok is false if some axis
// differs and is 1 in neither.
func broadcast(a, b Shape) (s Shape, ok bool) {
	if a.Equal(b) {
		return a, true
	}
	n := max(len(a), len(b))
	s = make(Shape, n)
	for i := range s {
		x, y := 1, 1
		if j := i - (n - len(a)); j >= 0 {
			x = a[j]
		}
		if j := i - (n - len(b)); j >= 0 {
			y = b[j]
		}
		switch {
		case x == y, y == 1:
			s[i] = x
		case x == 1:
			s[i] = y
		default:
			return nil, false
		}
	}
	return s, true
}

// without returns s without the given axes, which ascend.
func (s Shape) without(axes []int) Shape {
	out := make(Shape, 0, len(s))
	for i, d := range s {
		if !slices.Contains(axes, i) {
			out = append(out, d)
		}
	}
	return out
}

// ones returns s with the given axes of size 1.
func (s Shape) ones(axes []int) Shape {
	out := slices.Clone(s)
	for _, a := range axes {
		out[a] = 1
	}
	return out
}
