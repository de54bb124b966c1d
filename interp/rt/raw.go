package rt

import (
	"go/types"
	"reflect"
)

// plainValue takes a value out of its box.
func (g *Registry) plainValue(x any) any {
	x = g.Unwrap(x)
	if x == nil {
		return nil
	}
	if e, ptr := g.lookup(reflect.TypeOf(x)); e != nil && !ptr && e.Box {
		return reflect.ValueOf(x).Field(0).Interface()
	}
	return x
}

// Raw takes values out of their boxes for a function that looks into them by
// reflection. It panics with a NotSupportedError where that function would
// miss methods or names.
func (g *Registry) Raw(x any) any {
	x = g.Unwrap(x)
	if x == nil {
		return nil
	}
	seen := map[types.Type]bool{}
	out, changed := g.unbox(reflect.ValueOf(&x).Elem(), func(t types.Type) {
		if g.hasCut(t) {
			panic(NotSupported("passing " + types.TypeString(t, qualify) + ", which refers to itself by way of another type, to a function that looks into it by reflection"))
		}
		if m := marshals(t, seen); m != "" {
			panic(NotSupported("passing " + types.TypeString(t, qualify) + ", which has " + m + ", to a function that looks for it by reflection"))
		}
	})
	if changed {
		return out.Interface()
	}
	return x
}

// hasCut reports whether a struct type has fields of which the engine knows no
// type.
func (g *Registry) hasCut(t types.Type) bool {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	st, ok := structOf(t)
	if !ok {
		return false
	}
	g.mu.RLock()
	defer g.mu.RUnlock()
	for _, e := range g.byID {
		if e.Reflect == nil || e.Box || !types.Identical(e.Go, t) || e.Reflect.Kind() != reflect.Struct {
			continue
		}
		for i := range min(st.NumFields(), e.Reflect.NumField()) {
			if e.Reflect.Field(i).Type.Kind() == reflect.Interface && !types.IsInterface(st.Field(i).Type()) {
				return true
			}
		}
	}
	return false
}

// marshals names a method in t by which encoders know a type.
func marshals(t types.Type, seen map[types.Type]bool) string {
	t = types.Unalias(t)
	if seen[t] {
		return ""
	}
	seen[t] = true
	switch t := t.(type) {
	case *types.Named:
		if !sessionType(t) {
			return ""
		}
		if !types.IsInterface(t) {
			ms := types.NewMethodSet(types.NewPointer(t))
			for i := range ms.Len() {
				switch n := ms.At(i).Obj().Name(); n {
				case "MarshalJSON", "UnmarshalJSON", "MarshalText", "UnmarshalText", "MarshalXML", "UnmarshalXML", "MarshalBinary", "UnmarshalBinary", "GobEncode", "GobDecode":
					return "the method " + n
				}
			}
		}
		return marshals(t.Underlying(), seen)
	case *types.Pointer:
		return marshals(t.Elem(), seen)
	case *types.Slice:
		return marshals(t.Elem(), seen)
	case *types.Array:
		return marshals(t.Elem(), seen)
	case *types.Map:
		if m := marshals(t.Key(), seen); m != "" {
			return m
		}
		return marshals(t.Elem(), seen)
	case *types.Struct:
		for i := range t.NumFields() {
			if t.Field(i).Embedded() {
				return "an embedded field"
			}
			if m := marshals(t.Field(i).Type(), seen); m != "" {
				return m
			}
		}
	}
	return ""
}
