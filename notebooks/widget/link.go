package widget

import "fmt"

// Link keeps the values of two widgets equal in Go: when one changes, the other
// gets its value, b that of a at once. The first attribute that both have is
// linked of value, index and selected_index; numbers are converted, an integer
// from a fraction by rounding toward zero. It panics with an [*Error] if there
// is none, or one cannot have the other's value.
//
// When one cannot follow, because its limits are narrower, both get the value
// next to it that it may have. [JSLink] links any two attributes, in the front end.
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
	copyTo := func(from, to *Model) func(v any) {
		fromAttr, _ := from.spec.attr(name)
		toAttr, _ := to.spec.attr(name)
		return func(v any) {
			// What has come of a fraction by rounding is no reason to round that.
			if same(truncated(fromAttr, to.value(name)), v) {
				return
			}
			to.set("Link", name, truncated(toAttr, v))
		}
	}
	toB, toA := copyTo(a.base(), b.base()), copyTo(b.base(), a.base())
	toB(a.base().value(name))
	a.base().observe(name, toB)
	b.base().observe(name, toA)
	toA(b.base().value(name))
}

// truncated is a value as an attribute may have it: an integer of a number.
func truncated(a *attr, v any) any {
	if f, ok := v.(float64); ok && (a.kind == kindInt || a.kind == kindIntAny) {
		return int(f)
	}
	return v
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
