package widget

import "fmt"

// Link keeps the values of two widgets equal in Go: when one changes, the other
// gets its value, b that of a at once. The first attribute that both have is
// linked of value, index and selected_index; numbers are converted, an integer
// from a fraction by rounding toward zero. It panics with an [*Error] if there
// is none, or one cannot have the other's value.
//
// The value of a widget that cannot follow (its limits are narrower) stays
// what it may be. [JSLink] links any two attributes, in the front end.
func Link(a, b Widget) {
	name := ""
	for _, n := range []string{"value", "index", "selected_index"} {
		_, inA := a.base().spec.attr(n)
		_, inB := b.base().spec.attr(n)
		if inA && inB && (!a.base().spec.open || n == "value") {
			name = n
			break
		}
	}
	if name == "" {
		panic(&Error{Func: "Link", Got: a.base().spec.class() + " and " + b.base().spec.class(), Want: "two widgets that both have a value, or an index"})
	}
	copyTo := func(to *Model) func(v any) {
		return func(v any) {
			if at, _ := to.spec.attr(name); at.kind == kindInt {
				if f, ok := v.(float64); ok {
					v = int(f)
				}
			}
			to.set("Link", name, v)
		}
	}
	toB, toA := copyTo(b.base()), copyTo(a.base())
	toB(a.base().value(name))
	a.base().observe(name, toB)
	b.base().observe(name, func(v any) {
		// An integer that has come of a fraction is no reason to round that.
		if f, ok := a.base().value(name).(float64); ok {
			if n, ok := v.(int); ok && n == int(f) {
				return
			}
		}
		toA(v)
	})
}

// linkEnd checks an end of a link in the front end.
func linkEnd(method string, w Widget, name string) pair {
	if isNil(w) {
		panic(&Error{Func: method, Got: "no widget", Want: "a widget and the name of an attribute"})
	}
	if _, ok := w.base().spec.attr(name); !ok {
		panic(&Error{Func: method, Got: fmt.Sprintf("%q", name), Want: "an attribute of " + w.base().spec.class() + ": " + w.base().names()})
	}
	return pair{w, name}
}
