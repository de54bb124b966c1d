package rt

import (
	"fmt"
	"go/types"
	"reflect"
	"strconv"
)

// Shown is a value of a cell's type for rendering: its text is as fmt's %+v,
// with long slices and maps cut.
type Shown struct{ f formatter }

func (s Shown) String() string { return fmt.Sprintf("%+v", limited{s.f}) }

// Format prints the text whatever the verb.
func (s Shown) Format(st fmt.State, verb rune) { limited{s.f}.Format(st, 'v') }

// limited formats with long composites cut.
type limited struct{ formatter }

func (f limited) Format(s fmt.State, verb rune) {
	p := printer{g: f.g, s: s, verb: 'v', plus: true, plusV: true, limit: 200}
	p.value(f.v, f.t, 0)
}

// shownDepth bounds how deep values are followed that are made presentable: a
// list of a million nodes must not use up the stack.
const shownDepth = 1000

// Presentable gives what renders v: v itself, where its types are compiled
// ones, or else the value of its type's twin, which has its names, fields and
// methods. Where there is no twin it is a Shown.
func (g *Registry) Presentable(v any) (p any) {
	v = g.Unwrap(v)
	if v == nil || g.isPlain(reflect.TypeOf(v)) {
		return v
	}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case seesCopy, *NotSupportedError:
			p = g.shown(v)
		default:
			panic(r)
		}
	}()
	c := g.twins.cross()
	c.limit = shownDepth
	return c.twinOf(v)
}

// shown prints v as the registry knows it.
func (g *Registry) shown(v any) any {
	if f, ok := g.printable(v).(formatter); ok {
		if e, _ := g.lookup(reflect.TypeOf(f.raw)); e == nil {
			switch f.v.Kind() {
			case reflect.Struct, reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
				if !g.holdsOurs(f.v, 0) {
					return v
				}
			default:
				return v
			}
		}
		return Shown{f}
	}
	return v
}

// holdsOurs looks for a value of a cell's type in the first elements of v.
func (g *Registry) holdsOurs(v reflect.Value, depth int) bool {
	if !v.IsValid() || depth > 4 {
		return false
	}
	if e, _ := g.lookup(v.Type()); e != nil {
		return true
	}
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		return !v.IsNil() && g.holdsOurs(v.Elem(), depth+1)
	case reflect.Slice, reflect.Array:
		for i := range min(v.Len(), 200) {
			if g.holdsOurs(v.Index(i), depth+1) {
				return true
			}
		}
	case reflect.Map:
		it := v.MapRange()
		for n := 0; n < 200 && it.Next(); n++ {
			if g.holdsOurs(it.Key(), depth+1) || g.holdsOurs(it.Value(), depth+1) {
				return true
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if g.holdsOurs(v.Field(i), depth+1) {
				return true
			}
		}
	}
	return false
}

// PanicText is what Go prints of a panic's value, with the value rather than
// an address where Go has no words for it.
func (g *Registry) PanicText(v any) (text string) {
	v = g.Unwrap(v)
	if v == nil {
		return "<nil>"
	}
	name := g.TypeName(v)
	defer func() {
		if recover() != nil {
			text = "(" + name + "), of which the method Error or String panics"
		}
	}()
	p, _ := g.printed(v)
	switch x := p.(type) {
	case error:
		return x.Error()
	case fmt.Stringer:
		return x.String()
	case string:
		return x
	case formatter:
		return fmt.Sprintf("(%s) %+v", name, x)
	}
	rv := reflect.ValueOf(p)
	switch k := rv.Kind(); {
	case k == reflect.String:
		return fmt.Sprintf("%s(%q)", name, rv.String())
	case k <= reflect.Complex128 && rv.Type().PkgPath() == "":
		return fmt.Sprint(p)
	case k <= reflect.Complex128:
		return fmt.Sprintf("%s(%v)", name, basic(rv))
	}
	return fmt.Sprintf("(%s) %+v", name, p)
}

// Text renders a value of static type t, shortened, as %+v does.
func (g *Registry) Text(v reflect.Value, t types.Type) string {
	if v.Kind() == reflect.String {
		return strconv.Quote(v.String())
	}
	return fmt.Sprintf("%v", limited{formatter{g, v, t, nil}})
}
