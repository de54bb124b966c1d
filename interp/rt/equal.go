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
	return a == b
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
	if want == nil {
		return errors.As(err, target)
	}
	if raw.Kind() != reflect.Pointer || raw.IsNil() {
		panic("errors: target must be a non-nil pointer")
	}
	iface, _ := want.Underlying().(*types.Interface)
	var walk func(err error) bool
	walk = func(err error) bool {
		for err != nil {
			u := g.Unwrap(err)
			if ue, ptr := g.lookup(reflect.TypeOf(u)); ue != nil {
				got := ue.Go
				if ptr {
					got = types.NewPointer(got)
				}
				switch {
				case iface != nil && types.Implements(got, iface):
					raw.Elem().Set(reflect.ValueOf(u))
					return true
				case types.Identical(got, want):
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
