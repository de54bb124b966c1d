package rt

import (
	"fmt"
	"reflect"
)

// AssertError is a failed type assertion, in Go's words.
type AssertError struct{ Msg string }

func (e *AssertError) Error() string { return e.Msg }

// BadAssert panics as x.(T) does; what names T, id is T's interface identity
// or 0.
func (g *Registry) BadAssert(x any, iface, what string, id int) {
	msg := "interface conversion: "
	switch {
	case x == nil && id == 0:
		msg += fmt.Sprintf("%s is nil, not %s", iface, what)
	case x == nil:
		msg += fmt.Sprintf("interface is nil, not %s", what)
	case id != 0:
		m := ""
		if id > 0 {
			m = g.missing(reflect.TypeOf(x), id)
		}
		msg += fmt.Sprintf("%s is not %s", g.TypeName(x), what)
		if m != "" {
			msg += ": missing method " + m
		}
	default:
		name := g.TypeName(x)
		msg += fmt.Sprintf("%s is %s, not %s", iface, name, what)
		if name == what {
			msg += " (types from different scopes)"
		}
	}
	panic(&AssertError{msg})
}

// NotSupportedError says what the interpreter cannot do.
type NotSupportedError struct {
	What string
	Way  string // the way round; may be empty
}

func (e *NotSupportedError) Error() string {
	s := e.What + " is not supported by the interpreter"
	if e.Way != "" {
		s += "; " + e.Way
	}
	return s
}

// NotSupported makes one.
func NotSupported(what string) *NotSupportedError { return &NotSupportedError{What: what} }

// Cause is the value of a panic as Go code sees it.
func (g *Registry) Cause(v any) any {
	for {
		rv, ok := v.(reflect.Value)
		if !ok {
			break
		}
		if !rv.IsValid() {
			return nil
		}
		v = rv.Interface()
	}
	if u, ok := translate(v).(unhashable); ok {
		return unhashable(g.named(string(u)))
	}
	return translate(v)
}

// named is the Go name of the type that reflect calls text.
func (g *Registry) named(text string) string {
	g.mu.RLock()
	defer g.mu.RUnlock()
	for _, e := range g.byID {
		if e.Reflect != nil && e.Reflect.String() == text {
			return TypeText(e.Go)
		}
	}
	return text
}
