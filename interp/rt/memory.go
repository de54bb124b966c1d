package rt

import (
	"reflect"
)

// sameMemory reports whether a value of type a can be read as one of type b.
func (w *twins) sameMemory(a, b reflect.Type) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	key := [2]reflect.Type{a, b}
	if r, ok := w.same[key]; ok {
		return r
	}
	r := w.oneInMemory(a, b, map[[2]reflect.Type]bool{})
	w.same[key] = r
	return r
}

func (w *twins) oneInMemory(a, b reflect.Type, seen map[[2]reflect.Type]bool) bool {
	key := [2]reflect.Type{a, b}
	if seen[key] {
		return true
	}
	seen[key] = true
	if a == b {
		return !w.open(a)
	}
	if a.Kind() != b.Kind() || a.Size() != b.Size() || a.Align() != b.Align() {
		return false
	}
	switch a.Kind() {
	case reflect.Interface, reflect.Func:
		return false
	case reflect.Pointer, reflect.Slice, reflect.Chan:
		return w.oneInMemory(a.Elem(), b.Elem(), seen)
	case reflect.Array:
		return a.Len() == b.Len() && w.oneInMemory(a.Elem(), b.Elem(), seen)
	case reflect.Map:
		// The hash of a key is its type's.
		if k := a.Key(); k != b.Key() && (k.Kind() > reflect.Complex128 && k.Kind() != reflect.String || k.Kind() != b.Key().Kind()) {
			return false
		}
		return !w.open(a.Key()) && w.oneInMemory(a.Elem(), b.Elem(), seen)
	case reflect.Struct:
		if a.NumField() != b.NumField() && a.Size() > 0 {
			return false
		}
		for i := range min(a.NumField(), b.NumField()) {
			if a.Field(i).Offset != b.Field(i).Offset || !w.oneInMemory(a.Field(i).Type, b.Field(i).Type, seen) {
				return false
			}
		}
	}
	return true
}

// readable is v without the mark of an unexported field.
func readable(v reflect.Value) reflect.Value {
	if v.CanInterface() {
		return v
	}
	if v.CanAddr() {
		return reflect.NewAt(v.Type(), v.Addr().UnsafePointer()).Elem()
	}
	panic("rt: a value that cannot be read")
}

func settable(v reflect.Value) reflect.Value {
	if v.CanSet() {
		return v
	}
	return reflect.NewAt(v.Type(), v.Addr().UnsafePointer()).Elem()
}
