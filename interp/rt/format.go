package rt

import (
	"fmt"
	"go/types"
	"reflect"
	"sort"
	"strconv"
	"strings"
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
		s := types.TypeString(e.Go, qualify)
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

func qualify(p *types.Package) string { return p.Name() }

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

// printable is what fmt is given for x: x itself, or a Formatter that prints
// it as Go would.
func (g *Registry) printable(x any) any {
	x = g.Unwrap(x)
	if x == nil {
		return nil
	}
	t := reflect.TypeOf(x)
	if g.isPlain(t) {
		return x
	}
	if e, ptr := g.lookup(t); e != nil {
		gt := e.Go
		if ptr {
			gt = types.NewPointer(gt)
		}
		v := reflect.ValueOf(x)
		if e.Box {
			v = v.Field(0)
		}
		return formatter{g, v, gt, x}
	}
	return formatter{g, reflect.ValueOf(x), nil, x}
}

// Args prepares arguments for fmt's functions.
func (g *Registry) Args(args []any) []any {
	out := args
	for i, a := range args {
		p := g.printable(a)
		if f, ok := p.(formatter); ok || !sameAny(p, a) {
			if &out[0] == &args[0] {
				out = append([]any(nil), args...)
			}
			if ok {
				out[i] = f
			} else {
				out[i] = p
			}
		}
	}
	return out
}

// sameAny reports whether a and b are the same interface value as far as can
// be told cheaply: printable only replaces wrappers, which have their own type.
func sameAny(a, b any) bool { return reflect.TypeOf(a) == reflect.TypeOf(b) }

// Format prepares format and arguments of a Printf: %T wants the types' names,
// %w an error.
func (g *Registry) Format(format string, args []any) (string, []any) {
	out := g.Args(args)
	if !strings.Contains(format, "%") || len(args) == 0 {
		return format, out
	}
	var b strings.Builder
	arg, changed := 0, false
	for i := 0; i < len(format); i++ {
		c := format[i]
		b.WriteByte(c)
		if c != '%' {
			continue
		}
		for i++; i < len(format); i++ {
			c := format[i]
			if c == '[' { // an explicit index
				if j := strings.IndexByte(format[i:], ']'); j > 0 {
					if n, err := strconv.Atoi(format[i+1 : i+j]); err == nil {
						arg = n - 1
					}
					b.WriteString(format[i : i+j+1])
					i += j
					continue
				}
			}
			if c == '*' {
				arg++
			}
			if strings.IndexByte("+-# 0123456789.*", c) >= 0 {
				b.WriteByte(c)
				continue
			}
			if c == '%' {
				b.WriteByte(c)
				break
			}
			if arg >= 0 && arg < len(args) {
				if f, ok := out[arg].(formatter); ok {
					if !changed {
						out = append([]any(nil), out...)
						changed = true
					}
					switch c {
					case 'T':
						out[arg] = g.TypeName(args[arg])
						c = 's'
					case 'w':
						if e, ok := g.Adapt(f.raw, (*error)(nil)); ok {
							out[arg] = e
						}
					case 'p':
						out[arg] = f.v.Interface()
					}
				}
			}
			b.WriteByte(c)
			arg++
			break
		}
	}
	return b.String(), out
}

// formatter prints a value whose types the registry knows, by the rules of
// package fmt.
type formatter struct {
	g   *Registry
	v   reflect.Value
	t   types.Type // nil: what reflect says
	raw any
}

func (f formatter) Format(s fmt.State, verb rune) {
	p := printer{g: f.g, s: s, verb: verb, plus: s.Flag('+'), sharp: s.Flag('#')}
	if verb == 'v' {
		p.plusV, p.sharpV = p.plus, p.sharp
	}
	p.value(f.v, f.t, 0)
}

type printer struct {
	g             *Registry
	s             fmt.State
	verb          rune
	plus, sharp   bool
	plusV, sharpV bool
	limit         int // elements shown of a composite; 0: all
}

func (p *printer) write(s string) { fmt.Fprint(p.s, s) }

// leaf prints v as fmt would print the plain value.
func (p *printer) leaf(v any) {
	fmt.Fprintf(p.s, fmt.FormatString(p.s, p.verb), v)
}

// handle prints v by its methods, if it has one for the verb.
func (p *printer) handle(v reflect.Value, t types.Type) bool {
	if t == nil || !v.CanInterface() {
		return false
	}
	raw, ok := p.g.box(v, t)
	if !ok {
		return false
	}
	rt := reflect.TypeOf(raw)
	call := func(name string) (string, bool) {
		f, ok := p.g.method(rt, name)
		if !ok || f.Type() != stringType {
			return "", false
		}
		if v.Kind() == reflect.Pointer && v.IsNil() {
			// As fmt does for a nil receiver that panics.
			s, failed := func() (s string, failed bool) {
				defer func() {
					if recover() != nil {
						failed = true
					}
				}()
				return f.Call([]reflect.Value{anyValue(raw)})[0].String(), false
			}()
			if failed {
				return "<nil>", true
			}
			return s, true
		}
		return f.Call([]reflect.Value{anyValue(raw)})[0].String(), true
	}
	if f, ok := p.g.method(rt, "Format"); ok && f.Type() == formatType {
		f.Call([]reflect.Value{anyValue(raw), reflect.ValueOf(&p.s).Elem(), reflect.ValueOf(p.verb)})
		return true
	}
	if p.sharpV {
		if s, ok := call("GoString"); ok {
			p.write(s)
			return true
		}
		return false
	}
	switch p.verb {
	case 'v', 's', 'x', 'X', 'q':
		s, ok := call("Error")
		if !ok {
			s, ok = call("String")
		}
		if ok {
			p.leaf(s)
			return true
		}
	}
	return false
}

var (
	stringType = reflect.TypeFor[func(any) string]()
	formatType = reflect.TypeFor[func(any, fmt.State, rune)]()
)

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
			p.value(v.Field(i), ft, depth+1)
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
		p.leaf(v.UnsafePointer())
	default:
		p.leaf(basic(v))
	}
}

// name is the type's name for %#v.
func (p *printer) name(v reflect.Value, t types.Type) string {
	if t != nil {
		return types.TypeString(t, qualify)
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

// sortedKeys orders a map's keys as fmt does.
func sortedKeys(m reflect.Value) []reflect.Value {
	keys := m.MapKeys()
	sort.SliceStable(keys, func(i, j int) bool { return compareKeys(keys[i], keys[j]) < 0 })
	return keys
}

func compareKeys(a, b reflect.Value) int {
	if a.Kind() == reflect.Interface {
		a, b = a.Elem(), b.Elem()
		if !a.IsValid() || !b.IsValid() {
			switch {
			case a.IsValid():
				return 1
			case b.IsValid():
				return -1
			}
			return 0
		}
	}
	if a.Type() != b.Type() {
		return strings.Compare(a.Type().String(), b.Type().String())
	}
	order := func(less, more bool) int {
		switch {
		case less:
			return -1
		case more:
			return 1
		}
		return 0
	}
	switch a.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return order(a.Int() < b.Int(), a.Int() > b.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return order(a.Uint() < b.Uint(), a.Uint() > b.Uint())
	case reflect.Float32, reflect.Float64:
		x, y := a.Float(), b.Float()
		if x != x || y != y {
			return order(x != x && y == y, x == x && y != y)
		}
		return order(x < y, x > y)
	case reflect.String:
		return strings.Compare(a.String(), b.String())
	case reflect.Bool:
		return order(!a.Bool() && b.Bool(), a.Bool() && !b.Bool())
	case reflect.Pointer, reflect.Chan, reflect.UnsafePointer:
		return order(a.Pointer() < b.Pointer(), a.Pointer() > b.Pointer())
	case reflect.Struct:
		for i := range a.NumField() {
			if c := compareKeys(a.Field(i), b.Field(i)); c != 0 {
				return c
			}
		}
	case reflect.Array:
		for i := range a.Len() {
			if c := compareKeys(a.Index(i), b.Index(i)); c != 0 {
				return c
			}
		}
	}
	return 0
}

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

// Presentable gives what renders v: v itself, where its types are compiled
// ones, or a Shown.
func (g *Registry) Presentable(v any) any {
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

// MIMEBundle asks a value of a cell's type how it is shown.
func (g *Registry) MIMEBundle(v any) (any, bool) {
	if v == nil {
		return nil, false
	}
	t := reflect.TypeOf(v)
	if e, _ := g.lookup(t); e == nil {
		return nil, false
	}
	f, ok := g.method(t, "MIMEBundle")
	if !ok || f.Type() != bundleType {
		return nil, false
	}
	m, _ := f.Call([]reflect.Value{anyValue(v)})[0].Interface().(map[string]any)
	if m == nil {
		return nil, false
	}
	return bundler{m, Shown{formatter{g, reflect.ValueOf(v), nil, v}}}, true
}

var bundleType = reflect.TypeFor[func(any) map[string]any]()

// bundler hands a bundle on.
type bundler struct {
	m map[string]any
	Shown
}

func (b bundler) MIMEBundle() map[string]any { return b.m }

// PanicText is what Go prints of a panic's value.
func (g *Registry) PanicText(v any) string {
	v = g.Unwrap(v)
	if v == nil {
		return "<nil>"
	}
	t := reflect.TypeOf(v)
	for _, name := range []string{"Error", "String"} {
		if e, _ := g.lookup(t); e != nil {
			if f, ok := g.method(t, name); ok && f.Type() == stringType {
				return f.Call([]reflect.Value{anyValue(v)})[0].String()
			}
		}
	}
	switch x := v.(type) {
	case error:
		return x.Error()
	case fmt.Stringer:
		return x.String()
	case string:
		return x
	}
	if e, ptr := g.lookup(t); e != nil {
		if !ptr && e.Box {
			return fmt.Sprintf("%s(%v)", g.TypeName(v), reflect.ValueOf(v).Field(0))
		}
		return fmt.Sprintf("%s%+v", g.TypeName(v), g.printable(v))
	}
	switch t.Kind() {
	case reflect.Struct, reflect.Pointer, reflect.Slice, reflect.Map, reflect.Array:
		return fmt.Sprintf("(%s) %+v", g.TypeName(v), v)
	}
	return fmt.Sprint(v)
}

// Text renders a value of static type t, shortened, as %+v does.
func (g *Registry) Text(v reflect.Value, t types.Type) string {
	if v.Kind() == reflect.String {
		return strconv.Quote(v.String())
	}
	return fmt.Sprintf("%v", limited{formatter{g, v, t, nil}})
}
