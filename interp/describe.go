package interp

import (
	"fmt"
	"reflect"

	"cahier/interp/check"
	"cahier/interp/lower"
	"cahier/interp/rt"
)

// value is a session variable's current value.
func (s *Session) value(d *check.Decl) (reflect.Value, bool) {
	return s.engine.Value(lower.VarName(d))
}

// describe renders a variable's value and its length or shape. What its methods
// print goes to out.
func (s *Session) describe(out rt.Output, d *check.Decl) (text, size string) {
	v, ok := s.value(d)
	if !ok || !v.IsValid() {
		return "", ""
	}
	whole := v
	for v.Kind() == reflect.Interface && !v.IsNil() {
		v = v.Elem()
	}
	if v.Kind() == reflect.String {
		whole = v
	}
	var printed, shape string
	if !s.apart(out, func() {
		switch v.Kind() {
		case reflect.Slice, reflect.Map, reflect.Array, reflect.Chan, reflect.String:
			shape = fmt.Sprint(v.Len())
		case reflect.Pointer:
			if sh := v.MethodByName("Shape"); sh.IsValid() && !v.IsNil() && sh.Type().NumIn() == 0 && sh.Type().NumOut() == 1 {
				shape = fmt.Sprint(sh.Call(nil)[0].Interface())
			}
		}
		printed = s.rt.Types.Text(whole, d.Obj.Type())
	}) {
		return "(its String method panics or does not return)", ""
	}
	return printed, shape
}
