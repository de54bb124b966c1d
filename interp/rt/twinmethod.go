package rt

import (
	"go/types"
	"reflect"

	"cahier/interp/rtype"
)

// declared is the twin of a registered type.
func (w *twins) declared(e *Type) *rtype.Type {
	if t := w.byID[e.ID]; t != nil {
		return t
	}
	w.check()
	et := e.Reflect
	if e.Box {
		et = et.Field(0).Type
	}
	if !w.can(e.Go.Underlying(), et, map[types.Type]bool{}) {
		panic(unknown{TypeText(e.Go)})
	}
	path := ""
	if n, ok := types.Unalias(e.Go).(*types.Named); ok {
		path = n.Obj().Pkg().Path()
	}
	value, pointer := w.methods(e)
	t := rtype.Declare(TypeText(e.Go), path, w.layout(e.Go, et), len(value), len(pointer))
	w.byID[e.ID] = t
	w.fresh = append(w.fresh, e.ID)
	w.behind[t.Reflect()] = e
	w.work = append(w.work, func() error {
		u := e.Go.Underlying()
		var under reflect.Type
		var embedded []bool
		if st, ok := u.(*types.Struct); ok {
			under = reflect.StructOf(w.fields(st, et))
			for i := range st.NumFields() {
				embedded = append(embedded, st.Field(i).Embedded())
			}
		} else {
			under = w.of(u, et)
		}
		if err := t.Define(under, embedded); err != nil {
			return err
		}
		for i := range value {
			w.bind(e, &value[i], true)
		}
		for i := range pointer {
			w.bind(e, &pointer[i], pointer[i].Value)
		}
		return t.Methods(value, pointer)
	})
	return t
}

// methods names the exported methods of a registered type and of its pointer.
func (w *twins) methods(e *Type) (value, pointer []rtype.Method) {
	recv := types.Type(types.NewPointer(e.Go))
	if _, ok := e.Go.Underlying().(*types.Pointer); ok {
		return nil, nil
	}
	in := types.NewMethodSet(e.Go)
	ms := types.NewMethodSet(recv)
	w.g.mu.RLock()
	defer w.g.mu.RUnlock()
	for i := range ms.Len() {
		obj := ms.At(i).Obj()
		name := obj.Name()
		if !obj.Exported() {
			continue
		}
		isValue := in.Lookup(obj.Pkg(), name) != nil
		known := e.ptr[name].IsValid()
		if isValue {
			known = e.methods[name].IsValid()
		}
		if !known || !w.canUnlocked(ms.At(i).Type()) {
			continue
		}
		if isValue {
			value = append(value, rtype.Method{Name: name})
		}
		pointer = append(pointer, rtype.Method{Name: name, Value: isValue})
	}
	return value, pointer
}
