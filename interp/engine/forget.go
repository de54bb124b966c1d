package engine

import (
	"reflect"
	"unsafe"
)

// forget drops what the interpreter keeps of loaded files only for its debugger
// and for nothing: the roots of their trees, and the scopes of their functions,
// which hold the trees too. Without it a session grows by 10 KB with each cell.
//
// Both are fields that the interpreter does not export; where a version has them
// otherwise, nothing is dropped. TestLoadForgets tells.
func (y *yaegi) forget() {
	i := reflect.ValueOf(y.i).Elem()
	clearSlice(i.FieldByName("roots"))
	scopes := i.FieldByName("scopes")
	if scopes.Kind() != reflect.Map {
		return
	}
	for it := scopes.MapRange(); it.Next(); {
		if s := it.Value(); s.Kind() == reflect.Pointer && s.Type().Elem().Kind() == reflect.Struct && !s.IsNil() {
			clearSlice(s.Elem().FieldByName("child"))
		}
	}
}

// clearSlice sets a field of a slice type, exported or not, to nil.
func clearSlice(f reflect.Value) {
	if f.IsValid() && f.Kind() == reflect.Slice && f.CanAddr() {
		reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())).Elem().SetZero()
	}
}
