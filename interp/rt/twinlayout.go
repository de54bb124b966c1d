package rt

import (
	"fmt"
	"go/types"
	"reflect"
)

func (w *twins) canUnlocked(t types.Type) bool {
	w.g.mu.RUnlock()
	defer w.g.mu.RLock()
	return w.can(t, nil, map[types.Type]bool{})
}

// can reports whether t has a twin, without making it.
func (w *twins) can(t types.Type, et reflect.Type, seen map[types.Type]bool) bool {
	t = types.Unalias(t)
	if seen[t] {
		return true
	}
	seen[t] = true
	sub := func(u types.Type) bool {
		var eu reflect.Type
		if et != nil {
			switch et.Kind() {
			case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Chan, reflect.Map:
				eu = et.Elem()
			}
		}
		return w.can(u, eu, seen)
	}
	switch t := t.(type) {
	case *types.Basic:
		return true
	case *types.Named:
		if t.Obj().Pkg() == nil || types.IsInterface(t) && ours(t) {
			return true
		}
		if !ours(t) {
			ok := true
			func() {
				defer func() {
					if r := recover(); r != nil {
						if _, is := r.(unknown); !is {
							panic(r)
						}
						ok = false
					}
				}()
				if t.Obj().Pkg().Path() != "iter" {
					w.compiled(t, et)
				} else {
					ok = w.can(t.Underlying(), nil, seen)
				}
			}()
			return ok
		}
		e := w.entryOf(t)
		if e == nil {
			return false
		}
		u := e.Reflect
		if e.Box {
			u = u.Field(0).Type
		}
		return w.can(t.Underlying(), u, seen)
	case *types.Pointer:
		return sub(t.Elem())
	case *types.Slice:
		return sub(t.Elem())
	case *types.Array:
		return sub(t.Elem())
	case *types.Chan:
		return sub(t.Elem())
	case *types.Map:
		return w.can(t.Key(), nil, seen) && sub(t.Elem())
	case *types.Signature:
		for _, tu := range []*types.Tuple{t.Params(), t.Results()} {
			for i := range tu.Len() {
				if !w.can(tu.At(i).Type(), nil, seen) {
					return false
				}
			}
		}
		return true
	case *types.Struct:
		embedded := false
		for i := range t.NumFields() {
			embedded = embedded || t.Field(i).Embedded()
			var ft reflect.Type
			if et != nil && et.Kind() == reflect.Struct && i < et.NumField() {
				ft = et.Field(i).Type
			}
			if t.Field(i).Exported() && !w.can(t.Field(i).Type(), ft, seen) {
				return false
			}
		}
		return true
	case *types.Interface:
		return true
	}
	return false
}

// layout is a type of t's size and pointers that needs no other twin.
func (w *twins) layout(t types.Type, et reflect.Type) reflect.Type {
	switch u := types.Unalias(t).(type) {
	case *types.Named:
		if u.Obj().Pkg() == nil {
			return errorType
		}
		if !ours(u) {
			return w.compiled(u, et)
		}
		if e := w.entryOf(u); e != nil {
			et = e.Reflect
			if e.Box {
				et = et.Field(0).Type
			}
		}
		return w.layout(u.Underlying(), et)
	case *types.Basic:
		return basicType(u)
	case *types.Pointer:
		return reflect.TypeFor[*int]()
	case *types.Slice:
		return reflect.TypeFor[[]int]()
	case *types.Map:
		return reflect.TypeFor[map[int]int]()
	case *types.Chan:
		return reflect.TypeFor[chan int]()
	case *types.Signature:
		in, out := make([]reflect.Type, u.Params().Len()), make([]reflect.Type, u.Results().Len())
		for _, list := range [][]reflect.Type{in, out} {
			for i := range list {
				list[i] = reflect.TypeFor[[]int]()
			}
		}
		return reflect.FuncOf(in, out, u.Variadic())
	case *types.Array:
		var ee reflect.Type
		if et != nil && et.Kind() == reflect.Array {
			ee = et.Elem()
		}
		return reflect.ArrayOf(int(u.Len()), w.layout(u.Elem(), ee))
	case *types.Interface:
		if u.NumMethods() == 0 {
			return anyType
		}
		return errorType
	case *types.Struct:
		var fields []reflect.StructField
		for i := range u.NumFields() {
			v := u.Field(i)
			var ft reflect.Type
			if et != nil && et.Kind() == reflect.Struct && i < et.NumField() {
				ft = et.Field(i).Type
			}
			if v.Exported() || ft == nil || w.can(v.Type(), ft, map[types.Type]bool{}) {
				ft = w.layout(v.Type(), ft)
			}
			fields = append(fields, reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: ft})
		}
		return reflect.StructOf(fields)
	}
	panic(unknown{t.String()})
}

// engineType is the engine's type behind a twin: t itself where no twin is in it.
func (w *twins) engineType(t reflect.Type) reflect.Type {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.engineOf(t)
}

func (w *twins) engineOf(t reflect.Type) reflect.Type {
	if u, ok := w.engine[t]; ok {
		return u
	}
	u := t
	w.engine[t] = t // should it lead to itself
	registered, _ := w.g.lookup(t)
	switch e := w.behind[t]; {
	case e != nil && e.Box:
		u = e.Reflect.Field(0).Type
	case e != nil:
		u = e.Reflect
	case w.ifaces[t]:
		u = anyType
	case registered != nil || t.Name() != "":
	default:
		switch t.Kind() {
		case reflect.Pointer:
			u = reflect.PointerTo(w.engineOf(t.Elem()))
		case reflect.Slice:
			u = reflect.SliceOf(w.engineOf(t.Elem()))
		case reflect.Array:
			u = reflect.ArrayOf(t.Len(), w.engineOf(t.Elem()))
		case reflect.Chan:
			u = reflect.ChanOf(t.ChanDir(), w.engineOf(t.Elem()))
		case reflect.Map:
			u = reflect.MapOf(w.engineOf(t.Key()), w.engineOf(t.Elem()))
		case reflect.Func:
			u = rebuildFunc(t, w.engineOf)
		case reflect.Struct:
			u = rebuildStruct(t, w.engineOf)
		}
	}
	w.engine[t] = u
	return u
}

// entryBehind is the registered type that a twin, or a pointer to one, stands
// for.
func (w *twins) entryBehind(t reflect.Type) (e *Type, ptr bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if e := w.behind[t]; e != nil {
		return e, false
	}
	if t.Kind() == reflect.Pointer && t.Name() == "" {
		if e := w.behind[t.Elem()]; e != nil {
			return e, true
		}
	}
	return nil, false
}
