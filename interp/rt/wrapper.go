package rt

import (
	"fmt"
	"reflect"
	"strings"
)

// wrapper is an error of a cell's type for compiled code. It is comparable as
// the value in it is.
type wrapper struct {
	g *Registry
	V any
}

func (w wrapper) Error() string {
	f, _ := w.g.method(reflect.TypeOf(w.V), "Error")
	return f.Call([]reflect.Value{anyValue(w.V)})[0].String()
}

// anyValue is v as a reflect.Value of interface type.
func anyValue(v any) reflect.Value { return reflect.ValueOf(&v).Elem() }

// Unwrap lets errors.Is and errors.As go on. A type that unwraps to several
// errors is a wrappers.
func (w wrapper) Unwrap() error {
	if f, ok := w.g.method(reflect.TypeOf(w.V), "Unwrap"); ok && f.Type() == unwrapType {
		e, _ := f.Call([]reflect.Value{anyValue(w.V)})[0].Interface().(error)
		return e
	}
	return nil
}

// Is asks the value's own method.
func (w wrapper) Is(target error) bool {
	if f, ok := w.g.method(reflect.TypeOf(w.V), "Is"); ok && f.Type() == isType {
		return f.Call([]reflect.Value{anyValue(w.V), reflect.ValueOf(&target).Elem()})[0].Bool()
	}
	return false
}

// Format prints the value, not the wrapper.
func (w wrapper) Format(s fmt.State, verb rune) {
	fmt.Fprintf(s, fmt.FormatString(s, verb), w.g.printable(w.V))
}

// wrappers is a wrapper whose Unwrap gives several errors.
type wrappers struct{ wrapper }

func (w wrappers) Unwrap() []error {
	f, _ := w.g.method(reflect.TypeOf(w.V), "Unwrap")
	e, _ := f.Call([]reflect.Value{anyValue(w.V)})[0].Interface().([]error)
	return e
}

// Unwrap is the value behind a wrapper, or x itself.
func (g *Registry) Unwrap(x any) any {
	switch w := x.(type) {
	case nil:
		return nil
	case wrapper:
		return w.V
	case wrappers:
		return w.V
	}
	t := reflect.TypeOf(x)
	named := t
	if t.Kind() == reflect.Pointer {
		g.mu.RLock()
		is := g.isWrap[t]
		g.mu.RUnlock()
		if is {
			return reflect.ValueOf(x).Elem().Field(0).Interface()
		}
		named = t.Elem()
	}
	if p := named.PkgPath(); p == "main" || strings.HasPrefix(p, "cahier/interp/prelude/") {
		if e, _ := g.twins.entryBehind(t); e != nil {
			c := g.twins.cross()
			c.out = true
			return c.engineValue(reflect.ValueOf(x))
		}
	}
	return x
}

// Adapt makes x usable as the compiled interface type that nilptr points to;
// ok is false when x's type lacks a method. It returns nil for nil.
func (g *Registry) Adapt(x any, nilptr any) (any, bool) {
	it := reflect.TypeOf(nilptr).Elem()
	if x == nil {
		return nil, false
	}
	x = g.Unwrap(x)
	t := reflect.TypeOf(x)
	e, _ := g.lookup(t)
	if e == nil {
		if t.Implements(it) {
			return x, true
		}
		return nil, false
	}
	for i := range it.NumMethod() {
		m := it.Method(i)
		f, ok := g.method(t, m.Name)
		if !ok || !sameSignature(f.Type(), m.Type) {
			return nil, false
		}
	}
	if it == errorType {
		if f, ok := g.method(t, "Unwrap"); ok && f.Type() == unwrapsType {
			return wrappers{wrapper{g, x}}, true
		}
		return wrapper{g, x}, true
	}
	if y, ok := g.twins.adapt(x, it); ok {
		return y, true
	}
	g.mu.RLock()
	wt := g.wraps[it]
	g.mu.RUnlock()
	if wt == nil {
		panic(NotSupported(fmt.Sprintf("a value of a cell's type as %s", it)))
	}
	w := reflect.New(wt)
	w.Elem().Field(0).Set(reflect.ValueOf(x))
	for i := range it.NumMethod() {
		m := it.Method(i)
		f, _ := g.method(t, m.Name)
		field := w.Elem().FieldByName("W" + m.Name)
		if !field.IsValid() {
			panic(NotSupported(fmt.Sprintf("a value of a cell's type as %s", it)))
		}
		recv := anyValue(x)
		variadic := m.Type.IsVariadic()
		field.Set(reflect.MakeFunc(field.Type(), func(args []reflect.Value) []reflect.Value {
			all := append([]reflect.Value{recv}, args...)
			if variadic {
				return f.CallSlice(all)
			}
			return f.Call(all)
		}))
	}
	return w.Interface(), true
}

// adapt gives x as a value of its type's twin, which has all methods, also such
// as compiled code asks for later. That is so where the twin is the value
// itself and no copy.
func (w *twins) adapt(x any, it reflect.Type) (y any, ok bool) {
	defer func() {
		if r := recover(); r != nil {
			if _, is := r.(*NotSupportedError); !is {
				panic(r)
			}
			y, ok = nil, false
		}
	}()
	if tr, known := treatments[it.PkgPath()]; known && tr == Plain && Crosses(methodsOf(it)) {
		return nil, false // what these methods take and give stays as it is
	}
	t := reflect.TypeOf(x)
	e, ptr := w.g.lookup(t)
	from := t
	if !ptr && e.Box {
		from = t.Field(0).Type
	}
	to := w.typeOf(t)
	if !to.Implements(it) || !w.sameMemory(from, to) {
		return nil, false
	}
	return w.cross().dynamic(x).Interface(), true
}

// methodsOf is a function type with the arguments and results of all methods of
// an interface type.
func methodsOf(it reflect.Type) reflect.Type {
	var in []reflect.Type
	for i := range it.NumMethod() {
		m := it.Method(i).Type
		for j := range m.NumIn() {
			in = append(in, m.In(j))
		}
		for j := range m.NumOut() {
			in = append(in, m.Out(j))
		}
	}
	return reflect.FuncOf(in, nil, false)
}

// sameSignature compares func(any, ...) with a method's type.
func sameSignature(f, m reflect.Type) bool {
	if f.NumIn() != m.NumIn()+1 || f.NumOut() != m.NumOut() || f.IsVariadic() != m.IsVariadic() {
		return false
	}
	for i := range m.NumIn() {
		if f.In(i+1) != m.In(i) {
			return false
		}
	}
	for i := range m.NumOut() {
		if f.Out(i) != m.Out(i) {
			return false
		}
	}
	return true
}
