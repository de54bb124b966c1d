package rt

import "reflect"

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

// Bare is the value of a cell's type, a slice or a number, without that type.
func (g *Registry) Bare(x any) any { return g.plainValue(x) }

// Kind is x for a package that wants numbers and texts of basic kinds: without a
// cell's type, also within a []any.
func (g *Registry) Kind(x any) any {
	x = g.Unwrap(x)
	if list, ok := x.([]any); ok {
		return g.Kinds(list)
	}
	if x == nil {
		return nil
	}
	e, ptr := g.lookup(reflect.TypeOf(x))
	if e == nil || ptr || !e.Box {
		return x
	}
	if v := reflect.ValueOf(x).Field(0); basicKind(v.Type()) {
		return v.Interface()
	}
	return x
}

// Kinds are the elements of list as Kind gives them: list itself if they are
// so already.
func (g *Registry) Kinds(list []any) []any {
	out := list
	for i, x := range list {
		var y any
		switch x.(type) {
		case nil, int, float64, string, bool, float32:
			continue
		default:
			y = g.Kind(x)
		}
		if reflect.TypeOf(y) == reflect.TypeOf(x) && reflect.TypeOf(x).Kind() != reflect.Slice {
			continue
		}
		if len(out) > 0 && &out[0] == &list[0] {
			out = append([]any(nil), list...)
		}
		out[i] = y
	}
	return out
}

// basicKind reports whether a type is made of basic types alone.
func basicKind(t reflect.Type) bool {
	for t.Kind() == reflect.Slice || t.Kind() == reflect.Array {
		t = t.Elem()
	}
	return t.Kind() <= reflect.Complex128 && t.Kind() != reflect.Invalid || t.Kind() == reflect.String
}
