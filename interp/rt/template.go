package rt

import (
	"bytes"
	"fmt"
	"go/types"
	"io"
	"reflect"
	"regexp"
)

var missingField = regexp.MustCompile(`can't evaluate field (\w+) in type`)

// template executes a template of the standard library: t is the template,
// name its method, args what the cell passed. Types of cells have no methods
// that templates could call, so that where one would be called it is refused.
func (g *Registry) template(t any, name string, args ...any) error {
	w, _ := args[0].(io.Writer)
	data := args[len(args)-1]
	methods := map[string]bool{}
	walk := map[types.Type]bool{}
	clean, _ := g.unbox(reflect.ValueOf(&data).Elem(), func(t types.Type) {
		g.methodsIn(t, methods, walk)
	})
	for _, m := range []string{"String", "Error"} {
		if methods[m] {
			panic(NotSupported("a template with values of a cell's type that has the method " + m))
		}
	}
	var out bytes.Buffer
	in := []reflect.Value{reflect.ValueOf(&out)}
	for _, a := range args[1 : len(args)-1] {
		in = append(in, reflect.ValueOf(a))
	}
	in = append(in, clean)
	m := reflect.ValueOf(t).MethodByName(name)
	err, _ := m.Call(in)[0].Interface().(error)
	if err != nil {
		if f := missingField.FindStringSubmatch(err.Error()); f != nil && methods[f[1]] {
			panic(NotSupported("a template that calls the method " + f[1] + " of a cell's type"))
		}
	}
	if _, werr := w.Write(out.Bytes()); werr != nil && err == nil {
		err = werr
	}
	return err
}

// methodsIn collects the methods of the cells' types in t.
func (g *Registry) methodsIn(t types.Type, methods map[string]bool, seen map[types.Type]bool) {
	t = types.Unalias(t)
	if seen[t] {
		return
	}
	seen[t] = true
	switch t := t.(type) {
	case *types.Named:
		if !sessionType(t) {
			return
		}
		if !types.IsInterface(t) {
			ms := types.NewMethodSet(types.NewPointer(t))
			for i := range ms.Len() {
				methods[ms.At(i).Obj().Name()] = true
			}
		}
		g.methodsIn(t.Underlying(), methods, seen)
	case *types.Pointer:
		g.methodsIn(t.Elem(), methods, seen)
	case *types.Slice:
		g.methodsIn(t.Elem(), methods, seen)
	case *types.Array:
		g.methodsIn(t.Elem(), methods, seen)
	case *types.Map:
		g.methodsIn(t.Key(), methods, seen)
		g.methodsIn(t.Elem(), methods, seen)
	case *types.Struct:
		for i := range t.NumFields() {
			g.methodsIn(t.Field(i).Type(), methods, seen)
		}
	}
}

// unbox returns v with every box in it replaced by the value in the box,
// copying where there are any, and reports the cells' types that it meets.
func (g *Registry) unbox(v reflect.Value, meet func(types.Type)) (reflect.Value, bool) {
	switch v.Kind() {
	case reflect.Interface:
		if v.IsNil() {
			return v, false
		}
		x := g.Unwrap(v.Interface())
		e, ptr := g.lookup(reflect.TypeOf(x))
		in := reflect.ValueOf(x)
		changed := false
		if e != nil {
			t := e.Go
			if ptr {
				t = types.NewPointer(t)
			}
			if meet != nil {
				meet(t)
			}
			if e.Box {
				in, changed = in.Field(0), true
			}
		}
		inner, c := g.unbox(in, meet)
		if !changed && !c {
			return v, false
		}
		out := reflect.New(v.Type()).Elem()
		if !inner.Type().AssignableTo(v.Type()) {
			panic(NotSupported(fmt.Sprintf("a value of type %s within %s, for a function that looks into it by reflection,", g.TypeName(x), v.Type())))
		}
		out.Set(inner)
		return out, true
	case reflect.Slice, reflect.Array:
		if !mayHoldBoxes(v.Type().Elem(), 0) || v.Kind() == reflect.Slice && v.IsNil() {
			return v, false
		}
		var out reflect.Value
		for i := range v.Len() {
			e, c := g.unbox(v.Index(i), meet)
			if c && !out.IsValid() {
				if v.Kind() == reflect.Slice {
					out = reflect.MakeSlice(v.Type(), v.Len(), v.Len())
				} else {
					out = reflect.New(v.Type()).Elem()
				}
				reflect.Copy(out, v)
			}
			if c {
				out.Index(i).Set(e)
			}
		}
		if out.IsValid() {
			return out, true
		}
	case reflect.Map:
		if v.IsNil() || !mayHoldBoxes(v.Type().Elem(), 0) && !mayHoldBoxes(v.Type().Key(), 0) {
			return v, false
		}
		changed := false
		out := reflect.MakeMapWithSize(v.Type(), v.Len())
		it := v.MapRange()
		for it.Next() {
			k, c1 := g.unbox(it.Key(), meet)
			e, c2 := g.unbox(it.Value(), meet)
			changed = changed || c1 || c2
			out.SetMapIndex(k, e)
		}
		if changed {
			return out, true
		}
	case reflect.Struct:
		if !mayHoldBoxes(v.Type(), 0) {
			return v, false
		}
		var out reflect.Value
		for i := range v.NumField() {
			if !v.Type().Field(i).IsExported() {
				continue
			}
			e, c := g.unbox(v.Field(i), meet)
			if c {
				if !out.IsValid() {
					out = reflect.New(v.Type()).Elem()
					out.Set(v)
				}
				out.Field(i).Set(e)
			}
		}
		if out.IsValid() {
			return out, true
		}
	case reflect.Pointer:
		if v.IsNil() || !mayHoldBoxes(v.Type().Elem(), 0) {
			return v, false
		}
		if e, c := g.unbox(v.Elem(), meet); c {
			p := reflect.New(v.Type().Elem())
			p.Elem().Set(e)
			return p, true
		}
	}
	return v, false
}

// mayHoldBoxes reports whether a value of type t can have an interface in it.
// Compiled types are taken to have none of a cell's values, but for containers.
func mayHoldBoxes(t reflect.Type, depth int) bool {
	if depth > 8 {
		return true
	}
	switch t.Kind() {
	case reflect.Interface:
		return true
	case reflect.Slice, reflect.Array, reflect.Pointer:
		return mayHoldBoxes(t.Elem(), depth+1)
	case reflect.Map:
		return mayHoldBoxes(t.Key(), depth+1) || mayHoldBoxes(t.Elem(), depth+1)
	case reflect.Struct:
		if t.PkgPath() != "" && t.Name() != "" {
			return false
		}
		for i := range t.NumField() {
			if mayHoldBoxes(t.Field(i).Type, depth+1) {
				return true
			}
		}
	}
	return false
}
