package interp

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

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
		if st, ok := v.Interface().(fmt.Stringer); ok && !(v.Kind() == reflect.Pointer && v.IsNil()) {
			printed = shortened(st.String()) // of a compiled type
			return
		}
		printed = s.rt.Types.Text(whole, d.Obj.Type())
	}) {
		return "(its String method panics or does not return)", ""
	}
	return printed, shape
}

// maxDescribed is how much of a value's own text is shown.
const maxDescribed = 4000

func shortened(text string) string {
	if len(text) <= maxDescribed {
		return text
	}
	return strings.ToValidUTF8(text[:maxDescribed], "") + "…"
}

// maxKeys is how many keys of a map are offered.
const maxKeys = 500

// keys lists the keys of a variable that is a map of strings.
func (s *Session) keys(name string) []string {
	d := s.check.Lookup(name)
	if d == nil || d.Kind != check.Var || s.busy() {
		return nil
	}
	v, ok := s.value(d)
	if !ok || v.Kind() != reflect.Map || v.Type().Key().Kind() != reflect.String {
		return nil
	}
	var keys []string
	s.apart(nowhere{}, func() {
		for it := v.MapRange(); len(keys) < maxKeys && it.Next(); {
			keys = append(keys, it.Key().String())
		}
	})
	slices.Sort(keys)
	return keys
}

// busy reports whether a cell runs, which may be changing its variables.
func (s *Session) busy() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.run != nil
}
