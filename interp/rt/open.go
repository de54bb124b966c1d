package rt

import (
	"reflect"
)

// holds reports whether a value of another side's type is in v, whose own type
// is the same on both.
func (w *twins) holds(v reflect.Value, out bool, seen map[place]bool) bool {
	switch v.Kind() {
	case reflect.Interface:
		if v.IsNil() {
			return false
		}
		x := v.Interface()
		if u := w.g.Unwrap(x); reflect.TypeOf(u) != reflect.TypeOf(x) {
			return true
		}
		t := reflect.TypeOf(x)
		if out {
			return w.engineType(t) != t || !w.closed(t) && w.holds(reflect.ValueOf(x), out, seen)
		}
		return w.typeOf(t) != t || !w.closed(t) && w.holds(reflect.ValueOf(x), out, seen)
	case reflect.Pointer, reflect.Slice, reflect.Map:
		if v.IsNil() {
			return false
		}
		at := placeOf(v, v.Type())
		if v.Kind() == reflect.Slice {
			at.n = v.Len()
		}
		if seen[at] {
			return false
		}
		if seen == nil {
			seen = map[place]bool{}
		}
		seen[at] = true
	}
	switch v.Kind() {
	case reflect.Pointer:
		return w.holds(v.Elem(), out, seen)
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if w.holds(v.Index(i), out, seen) {
				return true
			}
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			if w.holds(it.Key(), out, seen) || w.holds(it.Value(), out, seen) {
				return true
			}
		}
	case reflect.Struct:
		if !w.open(v.Type()) {
			return false
		}
		for i := range v.NumField() {
			if f := v.Field(i); !f.CanInterface() || w.holds(f, out, seen) {
				return true
			}
		}
	case reflect.Func:
		return w.open(v.Type())
	}
	return false
}

// closed reports whether a type and all that values of it lead to is the same
// to the engine and to compiled code. Compiled types are taken to hold none of
// a cell's values, but for containers.
func (w *twins) closed(t reflect.Type) bool {
	return !w.open(t) && w.typeOf(t) == t && w.engineType(t) == t
}

func (w *twins) open(t reflect.Type) bool {
	if r, ok := w.opens.Load(t); ok {
		return r.(bool)
	}
	r := isOpen(t, map[reflect.Type]bool{})
	w.opens.Store(t, r)
	return r
}

func isOpen(t reflect.Type, seen map[reflect.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Interface:
		return t != reflectType
	case reflect.Slice, reflect.Array, reflect.Pointer, reflect.Chan:
		return isOpen(t.Elem(), seen)
	case reflect.Map:
		return isOpen(t.Key(), seen) || isOpen(t.Elem(), seen)
	case reflect.Struct:
		if t.PkgPath() != "" && t.PkgPath() != "main" {
			return false
		}
		for i := range t.NumField() {
			if isOpen(t.Field(i).Type, seen) {
				return true
			}
		}
	case reflect.Func:
		for i := range t.NumIn() {
			if isOpen(t.In(i), seen) {
				return true
			}
		}
		for i := range t.NumOut() {
			if isOpen(t.Out(i), seen) {
				return true
			}
		}
	}
	return false
}
