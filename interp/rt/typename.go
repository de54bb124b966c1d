package rt

import (
	"fmt"
	"reflect"
)

// TypeName names x's dynamic type as Go does.
func (g *Registry) TypeName(x any) string {
	x = g.Unwrap(x)
	if x == nil {
		return "<nil>"
	}
	return g.typeName(reflect.TypeOf(x))
}

func (g *Registry) typeName(t reflect.Type) string {
	if e, ptr := g.lookup(t); e != nil {
		s := TypeText(e.Go)
		if ptr {
			s = "*" + s
		}
		return s
	}
	switch t.Kind() {
	case reflect.Pointer:
		if t.Name() == "" {
			return "*" + g.typeName(t.Elem())
		}
	case reflect.Slice:
		if t.Name() == "" {
			return "[]" + g.typeName(t.Elem())
		}
	case reflect.Array:
		if t.Name() == "" {
			return fmt.Sprintf("[%d]%s", t.Len(), g.typeName(t.Elem()))
		}
	case reflect.Map:
		if t.Name() == "" {
			return "map[" + g.typeName(t.Key()) + "]" + g.typeName(t.Elem())
		}
	case reflect.Chan:
		if t.Name() == "" {
			dir := "chan "
			switch t.ChanDir() {
			case reflect.RecvDir:
				dir = "<-chan "
			case reflect.SendDir:
				dir = "chan<- "
			}
			return dir + g.typeName(t.Elem())
		}
	}
	return t.String()
}

// isPlain reports whether values of t print and marshal as compiled code
// expects: no type of a cell is in it. Interfaces within may still hold one.
func (g *Registry) isPlain(t reflect.Type) bool {
	g.mu.RLock()
	p, ok := g.plain[t]
	g.mu.RUnlock()
	if ok {
		return p
	}
	p = g.findPlain(t, map[reflect.Type]bool{})
	g.mu.Lock()
	g.plain[t] = p
	g.mu.Unlock()
	return p
}

func (g *Registry) findPlain(t reflect.Type, busy map[reflect.Type]bool) bool {
	if busy[t] {
		return true
	}
	busy[t] = true
	if e, _ := g.lookup(t); e != nil {
		return false
	}
	if t.Name() != "" && t.PkgPath() != "" {
		return t.Kind() != reflect.Interface || t.NumMethod() > 0 && t != errorType
	}
	switch t.Kind() {
	case reflect.Interface:
		return false // may hold anything
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return g.findPlain(t.Elem(), busy)
	case reflect.Map:
		return g.findPlain(t.Key(), busy) && g.findPlain(t.Elem(), busy)
	case reflect.Struct:
		return false // field names may be the engine's
	}
	return true
}
