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
