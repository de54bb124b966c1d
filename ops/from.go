package ops

import (
	"fmt"
	"math"
	"reflect"
)

// From returns a tensor with the elements of v: a number, a bool, or slices
// or arrays of them, nested to any depth, as a copy. Floating-point data
// become Float32, integers Int64, uint8 stays Uint8, bools Bool; where
// integers and floating-point numbers meet (in a []any), all become Float32.
// A dtype given behind it is used instead:
//
//	ops.From([][]float64{{1, 2}, {3, 4}})
//	ops.From([]int{1, 2}, ops.Float64)
//
// It panics with an [ArgError] if rows have different lengths, or hold
// anything else. A *Tensor is returned as it is, or converted.
func From(v any, dtype ...DType) *Tensor {
	const op = "ops.From"
	if len(dtype) > 1 {
		fail(op, &ArgError{Arg: "dtype", Got: dtype, Rule: "want at most one"})
	}
	if t, ok := v.(*Tensor); ok && t != nil {
		if len(dtype) == 1 {
			return t.To(dtype[0])
		}
		return t
	}
	l := &literal{want: -1}
	if len(dtype) == 1 {
		l.want = int(dtype[0])
	}
	if err := l.measure(reflect.ValueOf(v), 0); err != nil {
		fail(op, err)
	}
	return l.tensor()
}

// literal collects nested Go data.
type literal struct {
	shape  Shape
	known  bool // shape is whole: the first element was reached
	want   int  // wanted DType, or -1
	floats []float64
	ints   []int64 // the same elements, exact for integers

	anyFloat, anyInt, anyByte, anyBool bool
}

func (l *literal) measure(v reflect.Value, depth int) error {
	for v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return &ArgError{Arg: "v", Rule: "holds nil"}
		}
		v = v.Elem()
	}
	if !v.IsValid() {
		return &ArgError{Arg: "v", Rule: "is nil, want numbers or nested slices of them"}
	}
	if k := v.Kind(); k == reflect.Slice || k == reflect.Array {
		switch {
		case !l.known && depth == len(l.shape):
			l.shape = append(l.shape, v.Len())
		case depth >= len(l.shape):
			return &ArgError{Arg: "v", Got: fmt.Sprintf("nested %d deep in one place and deeper in another", len(l.shape)), Rule: "all elements must be equally deep"}
		case l.shape[depth] != v.Len():
			return &ArgError{Arg: "v", Got: fmt.Sprintf("ragged: %d and %d elements at depth %d", l.shape[depth], v.Len(), depth), Rule: "all rows must have one length",
				Help: "pad the shorter rows"}
		}
		if v.Len() == 0 {
			return l.empty(v.Type(), depth)
		}
		for i := range v.Len() {
			if err := l.measure(v.Index(i), depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	if depth != len(l.shape) {
		return &ArgError{Arg: "v", Got: fmt.Sprintf("a number at depth %d and slices at the same depth", depth), Rule: "all elements must be equally deep"}
	}
	l.known = true
	return l.add(v)
}

// empty learns the inner axes and the element type of a slice without
// elements from its Go type.
func (l *literal) empty(t reflect.Type, depth int) error {
	t = t.Elem()
	for d := depth + 1; t.Kind() == reflect.Slice || t.Kind() == reflect.Array; d++ {
		if !l.known && d == len(l.shape) {
			n := 0
			if t.Kind() == reflect.Array {
				n = t.Len()
			}
			l.shape = append(l.shape, n)
		}
		t = t.Elem()
	}
	l.known = true
	return l.note(t.Kind())
}

func (l *literal) note(k reflect.Kind) error {
	switch k {
	case reflect.Bool:
		l.anyBool = true
	case reflect.Uint8:
		l.anyByte = true
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		l.anyInt = true
	case reflect.Float32, reflect.Float64, reflect.Interface:
		l.anyFloat = true
	default:
		return &ArgError{Arg: "v", Got: "of " + k.String() + "s", Rule: "want numbers or bools, or nested slices of them"}
	}
	return nil
}

func (l *literal) add(v reflect.Value) error {
	if err := l.note(v.Kind()); err != nil {
		return err
	}
	f, n, _, ok := goNumberValue(v)
	if !ok {
		return &ArgError{Arg: "v", Got: v.Interface(), Rule: "does not fit an Int64"}
	}
	l.floats, l.ints = append(l.floats, f), append(l.ints, n)
	return nil
}

func (l *literal) tensor() *Tensor {
	d := Int64
	switch {
	case l.want >= 0:
		d = DType(l.want)
	case l.anyFloat:
		d = Float32
	case l.anyInt:
		d = Int64
	case l.anyByte && !l.anyBool:
		d = Uint8
	case l.anyBool && !l.anyByte:
		d = Bool
	}
	if !l.anyFloat {
		return convert(newTensor(l.ints, l.shape), d, false)
	}
	return convert(newTensor(l.floats, l.shape), d, false)
}

// goNumber returns a Go number or bool of any type, named ones included. n is
// exact if isInt.
func goNumber(v any) (f float64, n int64, isInt, ok bool) {
	if v == nil {
		return 0, 0, false, false
	}
	return goNumberValue(reflect.ValueOf(v))
}

func goNumberValue(v reflect.Value) (f float64, n int64, isInt, ok bool) {
	switch {
	case v.Kind() == reflect.Bool:
		if v.Bool() {
			return 1, 1, true, true
		}
		return 0, 0, true, true
	case v.CanInt():
		return float64(v.Int()), v.Int(), true, true
	case v.CanUint():
		u := v.Uint()
		return float64(u), int64(u), true, u <= math.MaxInt64
	case v.CanFloat():
		f = v.Float()
		isInt = f == math.Trunc(f) && math.Abs(f) < 1<<63
		if isInt {
			n = int64(f)
		}
		return f, n, isInt, true
	}
	return 0, 0, false, false
}
