package engine

import (
	"reflect"
	"unsafe"
)

// Renew gives the variable that a loaded file declared under name a new place:
// pointers to it keep the old one. It reports whether it could; the fields that
// it looks for are not the interpreter's to export. TestRenew tells.
func (y *yaegi) Renew(name string) bool {
	i := reflect.ValueOf(y.i).Elem()
	frame, scopes := pointee(i.FieldByName("frame")), i.FieldByName("scopes")
	if !frame.IsValid() || scopes.Kind() != reflect.Map {
		return false
	}
	own := pointee(scopes.MapIndex(reflect.ValueOf("main")))
	if !own.IsValid() {
		return false
	}
	symbols, data := own.FieldByName("sym"), frame.FieldByName("data")
	if symbols.Kind() != reflect.Map || !data.IsValid() || data.Type() != reflect.TypeFor[[]reflect.Value]() {
		return false
	}
	symbol := pointee(symbols.MapIndex(reflect.ValueOf(name)))
	if !symbol.IsValid() {
		return false
	}
	index := symbol.FieldByName("index")
	if index.Kind() != reflect.Int || index.Int() < 0 || index.Int() >= int64(data.Len()) {
		return false
	}
	place := (*[]reflect.Value)(unsafe.Pointer(data.UnsafeAddr()))
	return renew(*place, int(index.Int()))
}

// renew replaces a variable's place. Goroutines of earlier cells may read it
// meanwhile: old and new differ in one word only, the pointer, and either is a
// variable of the type.
//
//go:norace
func renew(data []reflect.Value, i int) bool {
	if !data[i].IsValid() || !data[i].CanSet() {
		return false
	}
	data[i] = reflect.New(data[i].Type()).Elem()
	return true
}
