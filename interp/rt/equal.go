package rt

import (
	"errors"
	"go/types"
	"reflect"
)

// Equal compares interface values as == does.
func (g *Registry) Equal(a, b any) bool {
	a, b = g.Unwrap(a), g.Unwrap(b)
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	if reflect.TypeOf(a) != reflect.TypeOf(b) {
		return false
	}
	if !reflect.TypeOf(a).Comparable() {
		panic(goError("comparing uncomparable type " + g.TypeName(a)))
	}
	if g.hasBlank(reflect.TypeOf(a)) {
		return g.equalParts(reflect.ValueOf(a), reflect.ValueOf(b))
	}
	return a == b
}

// ErrorsIs is errors.Is that compares values of cells' types, whatever form
// they have for compiled code.
func (g *Registry) ErrorsIs(err, target error) bool {
	if err == nil || target == nil {
		return err == target
	}
	t := g.Unwrap(target)
	comparable := reflect.TypeOf(t).Comparable()
	var walk func(err error) bool
	walk = func(err error) bool {
		for {
			u := g.Unwrap(err)
			if comparable && reflect.TypeOf(u) == reflect.TypeOf(t) && u == t {
				return true
			}
			if x, ok := err.(interface{ Is(error) bool }); ok && x.Is(target) {
				return true
			}
			switch x := err.(type) {
			case interface{ Unwrap() error }:
				if err = x.Unwrap(); err == nil {
					return false
				}
			case interface{ Unwrap() []error }:
				for _, e := range x.Unwrap() {
					if e != nil && walk(e) {
						return true
					}
				}
				return false
			default:
				return false
			}
		}
	}
	return walk(err)
}

// BlankTag is in the tag of a blank field, which comparisons leave out.
const BlankTag = `cahierblank:"1"`

// hasBlank reports whether values of t have blank fields, other than behind
// pointers and in interfaces.
func (g *Registry) hasBlank(t reflect.Type) bool {
	if k := t.Kind(); k != reflect.Struct && k != reflect.Array {
		return false
	}
	g.mu.RLock()
	b, ok := g.blank[t]
	g.mu.RUnlock()
	if ok {
		return b
	}
	if t.Kind() == reflect.Array {
		b = g.hasBlank(t.Elem())
	} else {
		for i := 0; i < t.NumField() && !b; i++ {
			f := t.Field(i)
			_, tagged := f.Tag.Lookup("cahierblank")
			b = tagged || f.Type.Kind() == reflect.Interface || g.hasBlank(f.Type)
		}
	}
	g.mu.Lock()
	g.blank[t] = b
	g.mu.Unlock()
	return b
}

// equalParts compares two values of one comparable type but for their blank
// fields.
func (g *Registry) equalParts(a, b reflect.Value) bool {
	switch a.Kind() {
	case reflect.Struct:
		for i := range a.NumField() {
			if _, blank := a.Type().Field(i).Tag.Lookup("cahierblank"); !blank && !g.equalParts(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	case reflect.Array:
		for i := range a.Len() {
			if !g.equalParts(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Interface:
		if a.IsNil() || b.IsNil() {
			return a.IsNil() && b.IsNil()
		}
		if a.CanInterface() {
			return g.Equal(a.Elem().Interface(), b.Elem().Interface())
		}
	}
	return a.Equal(b)
}

// ErrorsAs is errors.As that knows the types of cells.
func (g *Registry) ErrorsAs(err error, target any) bool {
	if err == nil {
		return false
	}
	if target == nil {
		panic("errors: target cannot be nil")
	}
	e, _ := g.lookup(reflect.TypeOf(target))
	raw := reflect.ValueOf(target)
	var want types.Type
	if e != nil && e.Box {
		raw = raw.Field(0)
		if p, ok := e.Go.Underlying().(*types.Pointer); ok {
			want = p.Elem()
		}
	} else if raw.Kind() == reflect.Pointer {
		if el, ptr := g.lookup(raw.Type().Elem()); el != nil {
			want = el.Go
			if ptr {
				want = types.NewPointer(want)
			}
		}
	}
	var compiled reflect.Type // an interface that values of cells may have
	if want == nil {
		if raw.Kind() != reflect.Pointer || raw.IsNil() || raw.Type().Elem().Kind() != reflect.Interface {
			return errors.As(err, target)
		}
		compiled = raw.Type().Elem()
		if compiled.NumMethod() == 0 {
			return errors.As(err, target)
		}
	}
	if raw.Kind() != reflect.Pointer || raw.IsNil() {
		panic("errors: target must be a non-nil pointer")
	}
	var iface *types.Interface
	if want != nil {
		iface, _ = want.Underlying().(*types.Interface)
	}
	var walk func(err error) bool
	walk = func(err error) bool {
		for err != nil {
			u := g.Unwrap(err)
			if ue, ptr := g.lookup(reflect.TypeOf(u)); ue == nil {
				if compiled != nil && reflect.TypeOf(err).Implements(compiled) {
					raw.Elem().Set(reflect.ValueOf(err))
					return true
				}
				if iface != nil && g.Implements(u, g.interfaceID(want)) {
					raw.Elem().Set(reflect.ValueOf(u))
					return true
				}
				if x, ok := err.(interface{ As(any) bool }); ok && x.As(target) {
					return true
				}
			} else {
				got := ue.Go
				if ptr {
					got = types.NewPointer(got)
				}
				switch {
				case compiled != nil:
					if a, ok := g.Adapt(u, reflect.Zero(reflect.PointerTo(compiled)).Interface()); ok {
						raw.Elem().Set(reflect.ValueOf(a))
						return true
					}
				case want != nil && iface != nil && types.Implements(got, iface):
					raw.Elem().Set(reflect.ValueOf(u))
					return true
				case want != nil && types.Identical(got, want):
					v := reflect.ValueOf(u)
					if ue.Box {
						v = v.Field(0)
					}
					raw.Elem().Set(v)
					return true
				}
				if f, ok := g.method(reflect.TypeOf(u), "As"); ok && f.Type() == asType {
					if f.Call([]reflect.Value{anyValue(u), anyValue(target)})[0].Bool() {
						return true
					}
				}
			}
			switch x := err.(type) {
			case interface{ Unwrap() error }:
				err = x.Unwrap()
			case interface{ Unwrap() []error }:
				for _, e := range x.Unwrap() {
					if walk(e) {
						return true
					}
				}
				return false
			default:
				return false
			}
		}
		return false
	}
	return walk(err)
}

var asType = reflect.TypeFor[func(any, any) bool]()
