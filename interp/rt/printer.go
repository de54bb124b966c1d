package rt

import (
	"fmt"
	"go/types"
	"reflect"
)

type printer struct {
	g             *Registry
	s             fmt.State
	verb          rune
	plus, sharp   bool
	plusV, sharpV bool
	limit         int // elements shown of a composite; 0: all
	private       int // unexported fields that the value is in: no method is called
}

func (p *printer) write(s string) { fmt.Fprint(p.s, s) }

// leaf prints v as fmt would print the plain value.
func (p *printer) leaf(v any) {
	fmt.Fprintf(p.s, fmt.FormatString(p.s, p.verb), v)
}

// handle prints v by its methods, if it has one for the verb.
func (p *printer) handle(v reflect.Value, t types.Type) bool {
	if t == nil || !v.CanInterface() || p.private > 0 {
		return false
	}
	raw, ok := p.g.box(v, t)
	if !ok {
		return false
	}
	rt := reflect.TypeOf(raw)
	// call prints what a method returns, by print. A method that panics says so
	// in the text, and a nil receiver that does is <nil>, as fmt has it.
	call := func(name string, print func(string)) (done bool) {
		f, ok := p.g.method(rt, name)
		if !ok || f.Type() != stringType {
			return false
		}
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			done = true
			switch {
			case v.Kind() == reflect.Pointer && v.IsNil():
				p.write("<nil>")
			default:
				p.write("%!" + string(p.verb) + "(PANIC=" + name + " method: " + fmt.Sprint(p.g.Args([]any{p.g.Cause(cause)})...) + ")")
			}
		}()
		print(f.Call([]reflect.Value{anyValue(raw)})[0].String())
		return true
	}
	if f, ok := p.g.method(rt, "Format"); ok && f.Type() == formatType {
		f.Call([]reflect.Value{anyValue(raw), reflect.ValueOf(&p.s).Elem(), reflect.ValueOf(p.verb)})
		return true
	}
	if p.sharpV {
		return call("GoString", p.write)
	}
	switch p.verb {
	case 'v', 's', 'x', 'X', 'q':
		leaf := func(s string) { p.leaf(s) }
		return call("Error", leaf) || call("String", leaf)
	}
	return false
}

// box makes the interface value of v as a cell's code would, when its type is
// registered.
func (g *Registry) box(v reflect.Value, t types.Type) (any, bool) {
	if !v.CanInterface() {
		return nil, false
	}
	g.mu.RLock()
	defer g.mu.RUnlock()
	ptr := false
	if pt, ok := types.Unalias(t).(*types.Pointer); ok {
		t, ptr = pt.Elem(), true
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return nil, false
	}
	for _, e := range g.byID {
		if e.Reflect == nil || !types.Identical(e.Go, n) {
			continue
		}
		if !e.Box {
			want := e.Reflect
			if ptr {
				want = reflect.PointerTo(want)
			}
			if v.Type() == want {
				return v.Interface(), true
			}
			if v.Type().ConvertibleTo(want) {
				return v.Convert(want).Interface(), true
			}
			return nil, false
		}
		if ptr {
			return nil, false
		}
		b := reflect.New(e.Reflect).Elem()
		if !v.Type().ConvertibleTo(b.Field(0).Type()) {
			return nil, false
		}
		b.Field(0).Set(v.Convert(b.Field(0).Type()))
		return b.Interface(), true
	}
	return nil, false
}

func (p *printer) value(v reflect.Value, t types.Type, depth int) {
	if !v.IsValid() {
		p.write("<nil>")
		return
	}
	if v.Kind() == reflect.Interface && t != nil && !types.IsInterface(t) {
		// A field of which the engine knows no type.
		if !v.IsNil() {
			p.value(v.Elem(), t, depth)
			return
		}
		switch t.Underlying().(type) {
		case *types.Slice:
			if !p.sharpV {
				p.write("[]")
				return
			}
		case *types.Map:
			if !p.sharpV {
				p.write("map[]")
				return
			}
		}
	}
	if v.Kind() == reflect.Interface {
		if v.IsNil() {
			if p.sharpV {
				p.write(p.name(v, t) + "(nil)")
			} else {
				p.write("<nil>")
			}
			return
		}
		in := p.g.printable(v.Interface())
		if f, ok := in.(formatter); ok {
			p.value(f.v, f.t, depth+1)
		} else {
			p.leaf(in)
		}
		return
	}
	if t == nil {
		e, ptr := p.g.lookup(v.Type())
		if e == nil && p.g.isPlain(v.Type()) && v.CanInterface() {
			p.leaf(v.Interface())
			return
		}
		if e != nil {
			t = e.Go
			if ptr {
				t = types.NewPointer(t)
			}
			if e.Box {
				v = v.Field(0)
			}
		}
	}
	if p.handle(v, t) {
		return
	}
	if t == nil {
		// What reflect says.
	} else if _, named := types.Unalias(t).(*types.Named); named && !sessionType(t) && v.CanInterface() {
		p.leaf(v.Interface()) // a compiled type prints itself
		return
	}
	var elem, key types.Type
	if t != nil {
		switch u := t.Underlying().(type) {
		case *types.Slice:
			elem = u.Elem()
		case *types.Array:
			elem = u.Elem()
		case *types.Pointer:
			elem = u.Elem()
		case *types.Map:
			key, elem = u.Key(), u.Elem()
		}
	}
	switch v.Kind() {
	case reflect.Struct:
		if p.sharpV {
			p.write(p.name(v, t))
		}
		p.write("{")
		st, _ := structOf(t)
		n := v.NumField()
		if st != nil {
			n = st.NumFields()
		}
		for i := range n {
			if i > 0 {
				if p.sharpV {
					p.write(", ")
				} else {
					p.write(" ")
				}
			}
			var ft types.Type
			name := v.Type().Field(i).Name
			if st != nil {
				ft, name = st.Field(i).Type(), st.Field(i).Name()
			}
			if p.plusV || p.sharpV {
				p.write(name + ":")
			}
			private := st != nil && !st.Field(i).Exported()
			if private {
				p.private++
			}
			p.value(v.Field(i), ft, depth+1)
			if private {
				p.private--
			}
		}
		p.write("}")
	case reflect.Map:
		if p.sharpV {
			p.write(p.name(v, t))
			if v.IsNil() {
				p.write("(nil)")
				return
			}
			p.write("{")
		} else {
			p.write("map[")
		}
		for i, k := range sortedKeys(v) {
			if p.limit > 0 && i >= p.limit {
				p.write(fmt.Sprintf(" ... %d more", v.Len()-i))
				break
			}
			if i > 0 {
				if p.sharpV {
					p.write(", ")
				} else {
					p.write(" ")
				}
			}
			p.value(k, key, depth+1)
			p.write(":")
			p.value(v.MapIndex(k), elem, depth+1)
		}
		if p.sharpV {
			p.write("}")
		} else {
			p.write("]")
		}
	case reflect.Slice, reflect.Array:
		if elemKind := v.Type().Elem().Kind(); elemKind == reflect.Uint8 && v.CanInterface() && (elem == nil || !sessionType(elem)) {
			p.leaf(v.Interface())
			return
		}
		if p.sharpV {
			p.write(p.name(v, t))
			if v.Kind() == reflect.Slice && v.IsNil() {
				p.write("(nil)")
				return
			}
			p.write("{")
		} else {
			p.write("[")
		}
		for i := range v.Len() {
			if p.limit > 0 && i >= p.limit {
				p.write(fmt.Sprintf(" ... %d more", v.Len()-i))
				break
			}
			if i > 0 {
				if p.sharpV {
					p.write(", ")
				} else {
					p.write(" ")
				}
			}
			p.value(v.Index(i), elem, depth+1)
		}
		if p.sharpV {
			p.write("}")
		} else {
			p.write("]")
		}
	case reflect.Pointer:
		if depth == 0 && !v.IsNil() && p.verb != 'p' {
			switch v.Elem().Kind() {
			case reflect.Array, reflect.Slice, reflect.Struct, reflect.Map:
				p.write("&")
				p.value(v.Elem(), elem, depth+1)
				return
			}
		}
		if p.sharpV {
			name := p.name(v, t)
			if v.IsNil() {
				p.write("(" + name + ")(nil)")
			} else {
				p.write(fmt.Sprintf("(%s)(%#x)", name, v.Pointer()))
			}
			return
		}
		p.leaf(v.UnsafePointer())
	case reflect.Func, reflect.Chan:
		if p.sharpV {
			name := p.name(v, t)
			if v.IsNil() {
				p.write("(" + name + ")(nil)")
			} else {
				p.write(fmt.Sprintf("(%s)(%#x)", name, v.Pointer()))
			}
			return
		}
		if v.IsNil() && p.verb == 'v' {
			p.write("<nil>")
			return
		}
		if p.limit > 0 { // for a reader, whom an address tells nothing
			p.write(p.name(v, t))
			return
		}
		p.leaf(v.UnsafePointer())
	default:
		p.leaf(basic(v))
	}
}

// name is the type's name for %#v.
func (p *printer) name(v reflect.Value, t types.Type) string {
	if t != nil {
		return TypeText(t)
	}
	return p.g.typeName(v.Type())
}

// basic reads a value, also of an unexported field, without its type's name.
func basic(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Bool:
		return v.Bool()
	case reflect.Int:
		return int(v.Int())
	case reflect.Int8:
		return int8(v.Int())
	case reflect.Int16:
		return int16(v.Int())
	case reflect.Int32:
		return int32(v.Int())
	case reflect.Int64:
		return v.Int()
	case reflect.Uint:
		return uint(v.Uint())
	case reflect.Uint8:
		return uint8(v.Uint())
	case reflect.Uint16:
		return uint16(v.Uint())
	case reflect.Uint32:
		return uint32(v.Uint())
	case reflect.Uint64:
		return v.Uint()
	case reflect.Uintptr:
		return uintptr(v.Uint())
	case reflect.Float32:
		return float32(v.Float())
	case reflect.Float64:
		return v.Float()
	case reflect.Complex64:
		return complex64(v.Complex())
	case reflect.Complex128:
		return v.Complex()
	case reflect.String:
		return v.String()
	case reflect.UnsafePointer:
		return v.UnsafePointer()
	}
	return v
}

func structOf(t types.Type) (*types.Struct, bool) {
	if t == nil {
		return nil, false
	}
	s, ok := t.Underlying().(*types.Struct)
	return s, ok
}

// sessionType reports whether t is a type that a cell declared.
func sessionType(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "main"
}
