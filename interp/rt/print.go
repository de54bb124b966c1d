package rt

import (
	"fmt"
	"io"
	"math"
	"reflect"
	"strconv"
)

// print is the predeclared print and println, to standard error.
func (r *Runtime) print(args []any, line bool) {
	s := ""
	for i, a := range args {
		if line && i > 0 {
			s += " "
		}
		switch x := r.Types.plainValue(a).(type) {
		case nil:
			s += "(0x0,0x0)"
		default:
			s += printText(reflect.ValueOf(x))
		}
	}
	if line {
		s += "\n"
	}
	_, _ = io.WriteString(r.Stderr(), s)
}

// printText is what the predeclared print makes of a value.
func printText(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Float32, reflect.Float64:
		return printFloat(v.Float(), v.Type().Bits())
	case reflect.Complex64, reflect.Complex128:
		re, im := printFloat(real(v.Complex()), v.Type().Bits()/2), printFloat(imag(v.Complex()), v.Type().Bits()/2)
		if im[0] != '+' && im[0] != '-' {
			im = "+" + im
		}
		return "(" + re + im + "i)"
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		return fmt.Sprintf("%#x", v.Pointer())
	case reflect.Slice:
		return fmt.Sprintf("[%d/%d]%#x", v.Len(), v.Cap(), v.Pointer())
	case reflect.Bool, reflect.String, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return fmt.Sprint(basic(v))
	}
	return fmt.Sprintf("(%#x,%#x)", 0, 0)
}

// printFloat writes the shortest form, as print does since Go 1.26.
func printFloat(x float64, bits int) string {
	switch {
	case x != x:
		return "NaN"
	case x > math.MaxFloat64:
		return "+Inf"
	case x < -math.MaxFloat64:
		return "-Inf"
	}
	return strconv.FormatFloat(x, 'g', -1, bits)
}
