package rt

import (
	"reflect"
)

// Across is fn, a function of compiled code that looks into its arguments by
// reflection, for calls from cells. If what is not "" it keeps them: what leads
// to copies is refused, in these words.
func (g *Registry) Across(fn reflect.Value, what string) reflect.Value {
	ft := fn.Type()
	if !Crosses(ft) {
		return fn
	}
	w := g.twins
	return reflect.MakeFunc(ft, func(args []reflect.Value) []reflect.Value {
		c := w.cross()
		for i := range args {
			if crosses(ft.In(i), true) {
				args[i] = c.conv(args[i], ft.In(i))
			}
		}
		if what != "" && len(c.made) > 0 {
			panic(&NotSupportedError{What: "passing " + g.typeName(c.made[0].from.Type()) + ", which leads to interface or function values, to " + what, Way: "pass what has none, such as the struct itself or a pointer to one of its fields"})
		}
		if len(c.made) > 0 {
			defer w.enter(c)()
		}
		var res []reflect.Value
		if ft.IsVariadic() {
			res = fn.CallSlice(args)
		} else {
			res = fn.Call(args)
		}
		r := w.cross()
		r.out = true
		for i := range res {
			if crosses(ft.Out(i), true) {
				res[i] = r.conv(res[i], ft.Out(i))
			}
		}
		c.back()
		return res
	})
}

// enter makes the copies of a call known to methods that it calls.
func (w *twins) enter(c *crossing) (leave func()) {
	w.mu.Lock()
	w.active = append(w.active, c)
	w.mu.Unlock()
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		for i, a := range w.active {
			if a == c {
				w.active = append(w.active[:i:i], w.active[i+1:]...)
				break
			}
		}
	}
}

// Method is the method of a compiled value as a function for calls from cells.
func (g *Registry) MethodAcross(recv any, name string) any {
	v := reflect.ValueOf(recv)
	if !v.IsValid() {
		panic(NilDereference)
	}
	if rv, ok := recv.(reflect.Value); ok && name == "Interface" {
		return func() any {
			c := g.twins.cross()
			c.out = true
			return c.conv(anyValue(rv.Interface()), anyType).Interface()
		}
	}
	named := v.Type()
	if named.Kind() == reflect.Pointer {
		named = named.Elem()
	}
	return g.Across(v.MethodByName(name), keeping[named.PkgPath()+"."+name]).Interface()
}

// Crosses reports whether values of cells' types can be in the arguments or
// results of a function without its knowing their type.
func Crosses(ft reflect.Type) bool {
	for i := range ft.NumIn() {
		if crosses(ft.In(i), true) {
			return true
		}
	}
	for i := range ft.NumOut() {
		if crosses(ft.Out(i), true) {
			return true
		}
	}
	return false
}

func crosses(t reflect.Type, top bool) bool {
	switch t.Kind() {
	case reflect.Interface:
		return t.NumMethod() == 0
	case reflect.Slice, reflect.Array, reflect.Pointer:
		return crosses(t.Elem(), false)
	case reflect.Map:
		return crosses(t.Key(), false) || crosses(t.Elem(), false)
	case reflect.Func:
		if !top {
			return false
		}
		return Crosses(t)
	}
	return false
}
