package engine

import (
	"reflect"
	"sync"
	"unsafe"
)

// grow makes room for the variables of a compiled file, as the interpreter is
// about to do itself. It copies them all each time and puts the new list in place
// of the old while goroutines of earlier cells read it; here the list mostly grows
// where it is. It reports whether it could: the fields that it looks for are not the
// interpreter's to export; where a version has them otherwise, the interpreter makes
// the room. TestGrow tells.
func (y *yaegi) grow() bool {
	i := reflect.ValueOf(y.i).Elem()
	frame, universe := pointee(i.FieldByName("frame")), pointee(i.FieldByName("universe"))
	if !frame.IsValid() || !universe.IsValid() {
		return false
	}
	data, mutex, types := frame.FieldByName("data"), frame.FieldByName("mutex"), universe.FieldByName("types")
	if !data.IsValid() || data.Type() != reflect.TypeFor[[]reflect.Value]() ||
		!mutex.IsValid() || mutex.Type() != reflect.TypeFor[sync.RWMutex]() ||
		!types.IsValid() || types.Type() != reflect.TypeFor[[]reflect.Type]() {
		return false
	}
	lock := (*sync.RWMutex)(unsafe.Pointer(mutex.UnsafeAddr())) // who copies the list holds it
	lock.Lock()
	defer lock.Unlock()
	extend((*sliceHeader)(unsafe.Pointer(data.UnsafeAddr())), *(*[]reflect.Type)(unsafe.Pointer(types.UnsafeAddr())))
	return true
}

// sliceHeader is the form of a slice in memory.
type sliceHeader struct {
	data     unsafe.Pointer
	len, cap int
}

// extend gives the list a variable for each type that it has none for. Goroutines
// may read elements of it meanwhile, only ones that were there before: these are the
// same in the old list and in the new one, so that it does not matter which one they
// see. The race detector would say that it does.
//
//go:norace
func extend(list *sliceHeader, types []reflect.Type) {
	old := unsafe.Slice((*reflect.Value)(list.data), list.cap)
	b, l := list.len, len(types)
	if l <= b {
		return
	}
	data := old
	if l > len(old) {
		data = make([]reflect.Value, l+l/2+64)
		for j := range b {
			data[j] = old[j]
		}
	}
	for j := b; j < l; j++ {
		data[j] = reflect.New(types[j]).Elem()
	}
	list.data = unsafe.Pointer(&data[0])
	list.cap = len(data)
	list.len = l
}
