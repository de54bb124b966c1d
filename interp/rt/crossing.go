package rt

import (
	"fmt"
	"go/types"
	"reflect"
	"unsafe"

	"cahier/interp/rtype"
)

type unsafePointer = unsafe.Pointer

var reflectType = reflect.TypeFor[reflect.Type]()

// crossing takes values of cells over to compiled code that looks into them by
// reflection, as values of twins, and back. Where a type and its twin are one
// in memory, which is so unless an interface or a function is in it, the value
// stays where it is. Others are copied: what compiled code does to the copies is
// done to the originals by back.
type crossing struct {
	w     *twins
	out   bool // to the engine
	memo  map[place]reflect.Value
	made  []pair
	wrap  bool // values of cells' types become compiled interfaces as Adapt makes them
	print bool // for fmt, which shows addresses within
	depth int
	limit int // of depth; 0: none
}

// place is something that a reference leads to.
type place struct {
	p    unsafe.Pointer
	n    int // length of a slice, for holds
	from reflect.Type
	to   reflect.Type
}

type pair struct{ from, copy reflect.Value }

func (w *twins) cross() *crossing { return &crossing{w: w, memo: map[place]reflect.Value{}} }

// twinOf is the value that compiled code sees for x.
func (c *crossing) twinOf(x any) any {
	x = c.w.g.Unwrap(x)
	if x == nil {
		return nil
	}
	v := c.dynamic(x)
	return v.Interface()
}

// dynamic is the value that compiled code sees for what is in an interface.
func (c *crossing) dynamic(x any) reflect.Value {
	t, v := reflect.TypeOf(x), reflect.ValueOf(x)
	to := c.w.typeOf(t)
	if e, ptr := c.w.g.lookup(t); e != nil && !ptr && e.Box {
		v = v.Field(0)
	}
	return c.conv(v, to)
}

// back brings what was done to copies home.
func (c *crossing) back() {
	if len(c.made) == 0 {
		return
	}
	r := c.w.cross()
	r.out = !c.out
	for _, m := range c.made {
		r.memo[placeOf(m.copy, m.from.Type())] = m.from
	}
	for _, m := range c.made {
		r.fill(m.copy, m.from)
	}
}

// fill sets what engine leads to from what twin leads to.
func (c *crossing) fill(from, to reflect.Value) {
	switch to.Kind() {
	case reflect.Pointer:
		to.Elem().Set(c.conv(from.Elem(), to.Type().Elem()))
	case reflect.Slice:
		for i := range min(from.Len(), to.Len()) {
			to.Index(i).Set(c.conv(from.Index(i), to.Type().Elem()))
		}
	case reflect.Map:
		it := from.MapRange()
		keep := reflect.MakeMap(to.Type())
		for it.Next() {
			keep.SetMapIndex(c.conv(it.Key(), to.Type().Key()), c.conv(it.Value(), to.Type().Elem()))
		}
		to.Clear()
		for it := keep.MapRange(); it.Next(); {
			to.SetMapIndex(it.Key(), it.Value())
		}
	}
}

func placeOf(v reflect.Value, to reflect.Type) place {
	return place{p: v.UnsafePointer(), from: v.Type(), to: to}
}

// conv gives v as a value of type to, which is the twin of v's type, or the
// engine's behind it.
func (c *crossing) conv(v reflect.Value, to reflect.Type) reflect.Value {
	from := v.Type()
	v = readable(v)
	c.depth++
	defer func() { c.depth-- }()
	if c.limit > 0 && c.depth > c.limit {
		panic(seesCopy{})
	}
	if from == to && (c.w.closed(from) || !c.w.holds(v, c.out, nil)) {
		return v
	}
	if c.w.sameMemory(from, to) {
		p := reflect.New(from)
		p.Elem().Set(v)
		return reflect.NewAt(to, p.UnsafePointer()).Elem()
	}
	if from.Kind() == reflect.Interface {
		return c.fromInterface(v, to)
	}
	if to.Kind() == reflect.Interface { // a field of which the engine knows no type
		out := reflect.New(to).Elem()
		switch v.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Func, reflect.Chan:
			if v.IsNil() {
				return out
			}
		}
		out.Set(c.conv(v, c.w.engineType(from)))
		return out
	}
	out := reflect.New(to).Elem()
	switch v.Kind() {
	case reflect.Struct:
		if !v.CanAddr() { // for the unexported fields
			p := reflect.New(from).Elem()
			p.Set(v)
			v = p
		}
		for i := range min(from.NumField(), to.NumField()) {
			settable(out.Field(i)).Set(c.conv(v.Field(i), to.Field(i).Type))
		}
		return out
	case reflect.Array:
		for i := range v.Len() {
			out.Index(i).Set(c.conv(v.Index(i), to.Elem()))
		}
		return out
	case reflect.Func:
		if v.IsNil() {
			return out
		}
		return c.function(v, to)
	case reflect.Pointer, reflect.Slice, reflect.Map:
		if v.IsNil() {
			return out
		}
		return c.reference(v, to)
	case reflect.Chan:
		if v.IsNil() {
			return out
		}
		panic(&NotSupportedError{"passing a channel of " + c.w.g.typeName(from.Elem()) + " to compiled code that looks into it by reflection", "give the channel an element type without interfaces, or receive in the cell"})
	}
	return v.Convert(to)
}

// reference copies what a pointer, slice or map leads to, once.
func (c *crossing) reference(v reflect.Value, to reflect.Type) reflect.Value {
	at := placeOf(v, to)
	n := 0
	if v.Kind() == reflect.Slice {
		n, v = v.Len(), v.Slice(0, v.Cap())
	}
	if old, ok := c.memo[at]; ok && (v.Kind() != reflect.Slice || old.Cap() >= n) {
		return cut(old, n)
	}
	if c.print && c.depth > 1 && v.Kind() == reflect.Pointer {
		panic(seesCopy{})
	}
	var out reflect.Value
	if l, ok := c.w.original(v, to); ok && c.out && (v.Kind() != reflect.Slice || l.Cap() >= n) {
		out = l
		if v.Kind() == reflect.Slice {
			out = l.Slice(0, l.Cap())
		}
	} else {
		switch v.Kind() {
		case reflect.Pointer:
			out = reflect.New(to.Elem())
			if out.Type() != to {
				out = out.Convert(to)
			}
		case reflect.Slice:
			out = reflect.MakeSlice(to, v.Len(), v.Len())
		case reflect.Map:
			out = reflect.MakeMapWithSize(to, v.Len())
		}
	}
	c.memo[at] = out
	c.made = append(c.made, pair{v, out})
	c.fill(v, out)
	return cut(out, n)
}

// cut is a slice with n elements, and other values as they are.
func cut(v reflect.Value, n int) reflect.Value {
	if v.Kind() == reflect.Slice {
		return v.Slice(0, n)
	}
	return v
}

// original finds what a copy that a call at work has made is a copy of.
func (w *twins) original(v reflect.Value, to reflect.Type) (reflect.Value, bool) {
	at := placeOf(v, to)
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.active {
		for _, m := range c.made {
			if placeOf(m.copy, m.from.Type()) == at {
				return m.from, true
			}
		}
	}
	return reflect.Value{}, false
}

// fromInterface converts what is in an interface.
func (c *crossing) fromInterface(v reflect.Value, to reflect.Type) reflect.Value {
	out := reflect.New(to).Elem()
	if v.IsNil() {
		return out
	}
	x := c.w.g.Unwrap(v.Interface())
	if to.Kind() != reflect.Interface { // the engine knew no type
		return c.conv(reflect.ValueOf(x), to)
	}
	if c.out {
		y := c.engineValue(reflect.ValueOf(x))
		if to.NumMethod() > 0 {
			a, ok := c.w.g.Adapt(y, reflect.Zero(reflect.PointerTo(to)).Interface())
			if !ok {
				panic(NotSupported(fmt.Sprintf("a value of type %s as %s", c.w.g.TypeName(y), to)))
			}
			y = a
		}
		out.Set(reflect.ValueOf(y))
		return out
	}
	if c.wrap && to.NumMethod() > 0 && to.PkgPath() != "main" {
		if e, _ := c.w.g.lookup(reflect.TypeOf(x)); e != nil {
			if a, ok := c.w.g.Adapt(x, reflect.Zero(reflect.PointerTo(to)).Interface()); ok {
				out.Set(reflect.ValueOf(a))
				return out
			}
		}
	}
	in := c.dynamic(x)
	if !in.Type().AssignableTo(to) {
		// A value that has the methods by the engine's doing only.
		if a, ok := c.w.g.Adapt(x, reflect.Zero(reflect.PointerTo(to)).Interface()); ok && reflect.TypeOf(a).AssignableTo(to) {
			in = reflect.ValueOf(a)
		} else {
			panic(NotSupported(fmt.Sprintf("passing a value of type %s within %s to compiled code that looks into it by reflection", c.w.g.TypeName(x), to)))
		}
	}
	out.Set(in)
	return out
}

// engineValue is the value in a cell's interface for a twin's.
func (c *crossing) engineValue(v reflect.Value) any {
	t := v.Type()
	et := c.w.engineType(t)
	if et == t && c.w.closed(t) {
		return v.Interface()
	}
	x := c.conv(v, et)
	if e, ptr := c.w.entryBehind(t); e != nil && !ptr && e.Box {
		b := reflect.New(e.Reflect).Elem()
		b.Field(0).Set(x)
		return b.Interface()
	}
	return c.w.g.rebox(x, t, c.w)
}

// rebox boxes values of types that are no struct's, such as []T with a T that
// the engine does not tell from its underlying type.
func (g *Registry) rebox(x reflect.Value, twin reflect.Type, w *twins) any {
	g.mu.RLock()
	var found *Type
	for _, e := range g.byID {
		if e.Reflect != nil && e.Box && e.Reflect.Field(0).Type == x.Type() {
			if _, named := types.Unalias(e.Go).(*types.Named); !named {
				found = e
				g.mu.RUnlock()
				if w.typeOf(e.Reflect) == twin {
					b := reflect.New(found.Reflect).Elem()
					b.Field(0).Set(x)
					return b.Interface()
				}
				g.mu.RLock()
			}
		}
	}
	g.mu.RUnlock()
	return x.Interface()
}

// function converts a function: its arguments one way, its results the other.
func (c *crossing) function(f reflect.Value, to reflect.Type) reflect.Value {
	w, out := c.w, c.out
	return reflect.MakeFunc(to, func(args []reflect.Value) []reflect.Value { return w.callAcross(f, args, 0, to, out) })
}

// callAcross calls f, which is compiled if out is set and a cell's otherwise,
// with arguments of the other side but for the first n; ft is f's type there
// without these.
func (w *twins) callAcross(f reflect.Value, args []reflect.Value, n int, ft reflect.Type, out bool) []reflect.Value {
	a := w.cross()
	a.out = !out
	in := make([]reflect.Value, len(args))
	copy(in, args[:n])
	for i := n; i < len(args); i++ {
		in[i] = a.conv(args[i], f.Type().In(i))
	}
	var res []reflect.Value
	if ft.IsVariadic() {
		res = f.CallSlice(in)
	} else {
		res = f.Call(in)
	}
	r := w.cross()
	r.out, r.wrap = out, !out
	for _, m := range a.made {
		r.memo[placeOf(m.copy, m.from.Type())] = m.from
	}
	for i := range res {
		res[i] = r.conv(res[i], ft.Out(i))
	}
	a.back()
	return res
}

// bind makes the function by which a twin's method calls the cell's. value says
// that the receiver is the value, not a pointer.
func (w *twins) bind(e *Type, m *rtype.Method, value bool) {
	obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(e.Go), true, packageOf(e.Go), m.Name)
	fn, ok := obj.(*types.Func)
	if !ok {
		panic(unknown{"the method " + m.Name + " of " + TypeText(e.Go)})
	}
	m.Func = w.signature(fn.Type().(*types.Signature))
	name, ft := m.Name, m.Func
	m.Call = func(recv reflect.Value, args []reflect.Value) []reflect.Value {
		w.g.mu.RLock()
		f := e.ptr[name]
		if value {
			f = e.methods[name]
		}
		box, et := e.Box, e.Reflect
		w.g.mu.RUnlock()
		if !f.IsValid() {
			panic(NotSupported("the method " + name + " of " + TypeText(e.Go) + ", which a later cell has taken away,"))
		}
		bare := et
		if box {
			bare = et.Field(0).Type
		}
		c := w.cross()
		c.out = true
		var r reflect.Value
		switch {
		case !value:
			r = c.conv(recv, reflect.PointerTo(bare))
		case box:
			r = reflect.New(et).Elem()
			r.Field(0).Set(c.conv(recv, bare))
		default:
			r = c.conv(recv, bare)
		}
		res := w.callAcross(f, append([]reflect.Value{anyValue(r.Interface())}, args...), 1, ft, false)
		c.back()
		return res
	}
}

func packageOf(t types.Type) *types.Package {
	if n, ok := types.Unalias(t).(*types.Named); ok {
		return n.Obj().Pkg()
	}
	return nil
}
