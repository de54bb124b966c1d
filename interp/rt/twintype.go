package rt

import (
	"go/types"
	"reflect"
	"strings"

	"cahier/interp/rtype"
)

func (w *twins) ofReflect(t reflect.Type) reflect.Type {
	if u, ok := w.twin[t]; ok {
		return u
	}
	u := t
	w.twin[t] = t // should it lead to itself
	e, ptr := w.g.lookup(t)
	switch {
	case e != nil && ptr:
		u = w.of(types.NewPointer(e.Go), t)
	case e != nil && e.Box:
		u = w.of(e.Go, e.Reflect.Field(0).Type)
	case e != nil:
		u = w.of(e.Go, t)
	case t.Name() != "":
	default:
		switch t.Kind() {
		case reflect.Pointer:
			u = reflect.PointerTo(w.ofReflect(t.Elem()))
		case reflect.Slice:
			u = reflect.SliceOf(w.ofReflect(t.Elem()))
		case reflect.Array:
			u = reflect.ArrayOf(t.Len(), w.ofReflect(t.Elem()))
		case reflect.Chan:
			u = reflect.ChanOf(t.ChanDir(), w.ofReflect(t.Elem()))
		case reflect.Map:
			u = reflect.MapOf(w.ofReflect(t.Key()), w.ofReflect(t.Elem()))
		case reflect.Func:
			u = rebuildFunc(t, w.ofReflect)
		case reflect.Struct:
			u = rebuildStruct(t, w.ofReflect)
		}
	}
	w.twin[t] = u
	return u
}

func rebuildFunc(t reflect.Type, f func(reflect.Type) reflect.Type) reflect.Type {
	var in, out []reflect.Type
	for i := range t.NumIn() {
		in = append(in, f(t.In(i)))
	}
	for i := range t.NumOut() {
		out = append(out, f(t.Out(i)))
	}
	return reflect.FuncOf(in, out, t.IsVariadic())
}

func rebuildStruct(t reflect.Type, f func(reflect.Type) reflect.Type) reflect.Type {
	changed := false
	var fields []reflect.StructField
	for i := range t.NumField() {
		sf := t.Field(i)
		u := f(sf.Type)
		changed = changed || u != sf.Type
		fields = append(fields, reflect.StructField{Name: sf.Name, PkgPath: sf.PkgPath, Type: u, Tag: sf.Tag})
	}
	if !changed {
		return t
	}
	return reflect.StructOf(fields)
}

// unknown is what of panics with where there is no twin.
type unknown struct{ what string }

// of is the twin of t, which is et to the engine where that is known.
func (w *twins) of(t types.Type, et reflect.Type) reflect.Type {
	elem := func() reflect.Type {
		if et == nil || et.Kind() == reflect.Interface || et.Kind() == reflect.Func || et.Kind() == reflect.Struct {
			return nil
		}
		return et.Elem()
	}
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		return basicType(t)
	case *types.Named:
		if t.Obj().Pkg() == nil {
			return errorType
		}
		if !ours(t) {
			return w.compiled(t, et)
		}
		if types.IsInterface(t) {
			return w.iface(t, t.Underlying().(*types.Interface))
		}
		e := w.entryOf(t)
		if e == nil {
			panic(unknown{TypeText(t)})
		}
		return w.declared(e).Reflect()
	case *types.Pointer:
		if n, ok := types.Unalias(t.Elem()).(*types.Named); ok && ours(n) && !types.IsInterface(n) {
			e := w.entryOf(n)
			if e == nil {
				panic(unknown{TypeText(n)})
			}
			return w.declared(e).Pointer()
		}
		return reflect.PointerTo(w.of(t.Elem(), elem()))
	case *types.Slice:
		return reflect.SliceOf(w.of(t.Elem(), elem()))
	case *types.Array:
		return reflect.ArrayOf(int(t.Len()), w.of(t.Elem(), elem()))
	case *types.Chan:
		return reflect.ChanOf(chanDir(t.Dir()), w.of(t.Elem(), elem()))
	case *types.Map:
		var k reflect.Type
		if et != nil && et.Kind() == reflect.Map {
			k = et.Key()
		}
		return reflect.MapOf(w.of(t.Key(), k), w.of(t.Elem(), elem()))
	case *types.Signature:
		return w.signature(t)
	case *types.Struct:
		return w.structure(t, et)
	case *types.Interface:
		if t.NumMethods() == 0 {
			return anyType
		}
		return w.iface(t, t)
	}
	panic(unknown{t.String()})
}

func basicType(b *types.Basic) reflect.Type {
	switch b.Kind() {
	case types.Bool, types.UntypedBool:
		return reflect.TypeFor[bool]()
	case types.Int, types.UntypedInt:
		return reflect.TypeFor[int]()
	case types.Int8:
		return reflect.TypeFor[int8]()
	case types.Int16:
		return reflect.TypeFor[int16]()
	case types.Int32, types.UntypedRune:
		return reflect.TypeFor[int32]()
	case types.Int64:
		return reflect.TypeFor[int64]()
	case types.Uint:
		return reflect.TypeFor[uint]()
	case types.Uint8:
		return reflect.TypeFor[uint8]()
	case types.Uint16:
		return reflect.TypeFor[uint16]()
	case types.Uint32:
		return reflect.TypeFor[uint32]()
	case types.Uint64:
		return reflect.TypeFor[uint64]()
	case types.Uintptr:
		return reflect.TypeFor[uintptr]()
	case types.Float32:
		return reflect.TypeFor[float32]()
	case types.Float64, types.UntypedFloat:
		return reflect.TypeFor[float64]()
	case types.Complex64:
		return reflect.TypeFor[complex64]()
	case types.Complex128, types.UntypedComplex:
		return reflect.TypeFor[complex128]()
	case types.String, types.UntypedString:
		return reflect.TypeFor[string]()
	case types.UnsafePointer:
		return reflect.TypeFor[unsafePointer]()
	}
	return anyType
}

func chanDir(d types.ChanDir) reflect.ChanDir {
	switch d {
	case types.SendOnly:
		return reflect.SendDir
	case types.RecvOnly:
		return reflect.RecvDir
	}
	return reflect.BothDir
}

// ours reports whether a declared type is the engine's: a cell's or one of the
// prelude.
func ours(n *types.Named) bool {
	p := n.Obj().Pkg()
	return p != nil && (p.Path() == "main" || strings.HasPrefix(p.Path(), "cahier/interp/prelude/"))
}

// compiled is a compiled type.
func (w *twins) compiled(t *types.Named, et reflect.Type) reflect.Type {
	if et != nil && (et.Name() == t.Obj().Name() || t.TypeArgs().Len() > 0 && !types.IsInterface(t) && et.Kind() != reflect.Interface) {
		return et
	}
	if t.Obj().Pkg().Path() == "iter" {
		return w.of(t.Underlying(), nil)
	}
	if t.TypeArgs().Len() == 0 && w.g.Symbol != nil {
		if v, ok := w.g.Symbol(t.Obj().Pkg().Path(), t.Obj().Name()); ok && v.Kind() == reflect.Pointer {
			return v.Type().Elem()
		}
	}
	panic(unknown{TypeText(t)})
}

func (w *twins) signature(t *types.Signature) reflect.Type {
	var in, out []reflect.Type
	for i := range t.Params().Len() {
		in = append(in, w.of(t.Params().At(i).Type(), nil))
	}
	for i := range t.Results().Len() {
		out = append(out, w.of(t.Results().At(i).Type(), nil))
	}
	return reflect.FuncOf(in, out, t.Variadic())
}

// entryOf finds a registered type.
func (w *twins) entryOf(t types.Type) *Type {
	if e, ok := w.entry[t]; ok {
		return e
	}
	w.g.mu.RLock()
	defer w.g.mu.RUnlock()
	var found *Type
	for _, e := range w.g.byID {
		if e.Reflect != nil && types.Identical(e.Go, t) && (found == nil || e.ID > found.ID) {
			found = e
		}
	}
	w.entry[t] = found
	return found
}

// structure is the twin of a struct type without a name.
func (w *twins) structure(t *types.Struct, et reflect.Type) reflect.Type {
	for _, o := range w.others {
		if types.Identical(o.t, t) {
			return o.rt
		}
	}
	embedded := false
	for i := range t.NumFields() {
		embedded = embedded || t.Field(i).Embedded()
	}
	if e := w.entryOf(t); e != nil {
		if embedded {
			return w.declared(e).Reflect()
		}
		et = e.Reflect
		if e.Box {
			et = et.Field(0).Type
		}
	} else if embedded {
		panic(unknown{"a struct with an embedded field"})
	}
	u := reflect.StructOf(w.fields(t, et))
	w.others = append(w.others, other{t, u})
	if e := w.entryOf(t); e != nil {
		w.behind[u] = e
	}
	return u
}

// fields are the fields of a struct's twin. Where the type of an unexported
// one has no twin it stays the engine's: nothing looks at it.
func (w *twins) fields(t *types.Struct, et reflect.Type) []reflect.StructField {
	var out []reflect.StructField
	for i := range t.NumFields() {
		v := t.Field(i)
		f := reflect.StructField{Name: v.Name(), Tag: reflect.StructTag(t.Tag(i))}
		var ft reflect.Type
		if et != nil && et.Kind() == reflect.Struct && i < et.NumField() {
			ft = et.Field(i).Type
		}
		if !v.Exported() {
			f.PkgPath = "main"
		}
		if v.Exported() || ft == nil || w.can(v.Type(), ft, map[types.Type]bool{}) {
			f.Type = w.of(v.Type(), ft)
		} else {
			f.Type = ft
		}
		out = append(out, f)
	}
	return out
}

// iface is the twin of an interface type with methods.
func (w *twins) iface(t types.Type, it *types.Interface) reflect.Type {
	for _, o := range w.others {
		if types.Identical(o.t, t) {
			return o.rt
		}
	}
	if it.NumMethods() == 0 {
		// The name of an empty interface type is not to be seen in a value.
		w.others = append(w.others, other{t, anyType})
		return anyType
	}
	w.check()
	path := ""
	if _, ok := t.(*types.Named); ok {
		path = "main"
	}
	r := rtype.Interface(TypeText(t), path)
	w.others = append(w.others, other{t, r.Reflect()})
	w.ifaces[r.Reflect()] = true
	w.work = append(w.work, func() error {
		var ms []rtype.InterfaceMethod
		for i := range it.NumMethods() {
			m := it.Method(i)
			if m.Exported() && w.can(m.Type(), nil, map[types.Type]bool{}) {
				ms = append(ms, rtype.InterfaceMethod{Name: m.Name(), Func: w.signature(m.Type().(*types.Signature))})
			}
		}
		r.DefineInterface(ms)
		return nil
	})
	return r.Reflect()
}
