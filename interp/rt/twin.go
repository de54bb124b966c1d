package rt

import (
	"fmt"
	"go/types"
	"reflect"
	"slices"
	"strings"
	"sync"

	"cahier/interp/rtype"
)

// A twin of a cell's type is a type that package reflect sees as it would see
// the cell's type in compiled Go: with its name, its methods, its unexported
// and embedded fields. Compiled code that looks into values by reflection gets
// values of twins; see crossing.
type twins struct {
	g *Registry

	mu     sync.Mutex // guards all
	byID   map[int]*rtype.Type
	others []other                       // types without a name, and interface types
	behind map[reflect.Type]*Type        // twin to the type that it stands for, for ever
	ifaces map[reflect.Type]bool         // twins of interface types
	twin   map[reflect.Type]reflect.Type // of the engine's types
	engine map[reflect.Type]reflect.Type // the other way
	same   map[[2]reflect.Type]bool      // whether two types are one in memory
	entry  map[types.Type]*Type
	work   []func() error // what is left of the types at hand
	fresh  []int          // identities of these types

	active []*crossing // calls at work

	opens sync.Map // of reflect.Type to bool: see open
}

// other is a twin that is found by identity of types.
type other struct {
	t  types.Type
	rt reflect.Type
}

func newTwins(g *Registry) *twins {
	w := &twins{g: g, byID: map[int]*rtype.Type{}, behind: map[reflect.Type]*Type{}, ifaces: map[reflect.Type]bool{}}
	w.forgetLookups()
	return w
}

func (w *twins) forgetLookups() {
	w.twin, w.engine = map[reflect.Type]reflect.Type{}, map[reflect.Type]reflect.Type{}
	w.same, w.entry = map[[2]reflect.Type]bool{}, map[types.Type]*Type{}
}

// registered is called when a type has become known.
func (w *twins) registered() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.forgetLookups()
}

// changed is called when what a type is, or which methods it has, is to be
// another: its twin, and those of types made of it, are made anew.
func (w *twins) changed(t types.Type) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.g.mu.RLock()
	defer w.g.mu.RUnlock()
	for id := range w.byID {
		if reaches(w.g.byID[id].Go, t, map[types.Type]bool{}) {
			delete(w.byID, id)
		}
	}
	w.others = slices.DeleteFunc(w.others, func(o other) bool { return reaches(o.t, t, map[types.Type]bool{}) })
	w.forgetLookups()
}

// reaches reports whether t is made of u, or has methods that are about it.
func reaches(t, u types.Type, seen map[types.Type]bool) bool {
	t = types.Unalias(t)
	if seen[t] {
		return false
	}
	seen[t] = true
	if types.Identical(t, u) {
		return true
	}
	switch t := t.(type) {
	case *types.Named:
		if !ours(t) {
			return false
		}
		ms := types.NewMethodSet(types.NewPointer(t))
		for i := range ms.Len() {
			if reaches(ms.At(i).Type(), u, seen) {
				return true
			}
		}
		return reaches(t.Underlying(), u, seen)
	case *types.Pointer:
		return reaches(t.Elem(), u, seen)
	case *types.Slice:
		return reaches(t.Elem(), u, seen)
	case *types.Array:
		return reaches(t.Elem(), u, seen)
	case *types.Chan:
		return reaches(t.Elem(), u, seen)
	case *types.Map:
		return reaches(t.Key(), u, seen) || reaches(t.Elem(), u, seen)
	case *types.Struct:
		for i := range t.NumFields() {
			if reaches(t.Field(i).Type(), u, seen) {
				return true
			}
		}
	case *types.Interface:
		for i := range t.NumMethods() {
			if reaches(t.Method(i).Type(), u, seen) {
				return true
			}
		}
	case *types.Signature:
		for _, tu := range []*types.Tuple{t.Params(), t.Results()} {
			for i := range tu.Len() {
				if reaches(tu.At(i).Type(), u, seen) {
					return true
				}
			}
		}
	}
	return false
}

// typeOf is the twin of the engine's type t: t itself where no type of a cell
// is in it.
func (w *twins) typeOf(t reflect.Type) reflect.Type {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.build(func() reflect.Type { return w.ofReflect(t) })
}

// build runs f, and then what it leaves to be done.
func (w *twins) build(f func() reflect.Type) (t reflect.Type) {
	done, known := false, len(w.others)
	w.fresh = nil
	defer func() {
		w.work = nil
		if done {
			return
		}
		for _, id := range w.fresh { // half made types must not be found again
			delete(w.byID, id)
		}
		w.others = w.others[:known]
		w.forgetLookups()
		switch r := recover().(type) {
		case unknown:
			panic(&NotSupportedError{"passing a value with " + r.what + " in it to compiled code that looks into it by reflection", "copy what is wanted of it into a struct of your own first"})
		case nil:
		default:
			panic(r)
		}
	}()
	t = f()
	for i := 0; i < len(w.work); i++ {
		if err := w.work[i](); err != nil {
			panic(&NotSupportedError{"passing a value of a cell's type to compiled code that looks into it by reflection (" + err.Error() + ")", "use maps, slices and basic types there"})
		}
	}
	done = true
	return t
}

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

func (w *twins) check() {
	if err := rtype.Check(); err != nil {
		panic(&NotSupportedError{"passing a value of a cell's type to compiled code that looks into it by reflection (" + err.Error() + ")", "use maps, slices and basic types there"})
	}
}

// declared is the twin of a registered type.
func (w *twins) declared(e *Type) *rtype.Type {
	if t := w.byID[e.ID]; t != nil {
		return t
	}
	w.check()
	et := e.Reflect
	if e.Box {
		et = et.Field(0).Type
	}
	if !w.can(e.Go.Underlying(), et, map[types.Type]bool{}) {
		panic(unknown{TypeText(e.Go)})
	}
	path := ""
	if n, ok := types.Unalias(e.Go).(*types.Named); ok {
		path = n.Obj().Pkg().Path()
	}
	value, pointer := w.methods(e)
	t := rtype.Declare(TypeText(e.Go), path, w.layout(e.Go, et), len(value), len(pointer))
	w.byID[e.ID] = t
	w.fresh = append(w.fresh, e.ID)
	w.behind[t.Reflect()] = e
	w.work = append(w.work, func() error {
		u := e.Go.Underlying()
		var under reflect.Type
		var embedded []bool
		if st, ok := u.(*types.Struct); ok {
			under = reflect.StructOf(w.fields(st, et))
			for i := range st.NumFields() {
				embedded = append(embedded, st.Field(i).Embedded())
			}
		} else {
			under = w.of(u, et)
		}
		if err := t.Define(under, embedded); err != nil {
			return err
		}
		for i := range value {
			w.bind(e, &value[i], true)
		}
		for i := range pointer {
			w.bind(e, &pointer[i], pointer[i].Value)
		}
		return t.Methods(value, pointer)
	})
	return t
}

// methods names the exported methods of a registered type and of its pointer.
func (w *twins) methods(e *Type) (value, pointer []rtype.Method) {
	recv := types.Type(types.NewPointer(e.Go))
	if _, ok := e.Go.Underlying().(*types.Pointer); ok {
		return nil, nil
	}
	in := types.NewMethodSet(e.Go)
	ms := types.NewMethodSet(recv)
	w.g.mu.RLock()
	defer w.g.mu.RUnlock()
	for i := range ms.Len() {
		obj := ms.At(i).Obj()
		name := obj.Name()
		if !obj.Exported() {
			continue
		}
		isValue := in.Lookup(obj.Pkg(), name) != nil
		known := e.ptr[name].IsValid()
		if isValue {
			known = e.methods[name].IsValid()
		}
		if !known || !w.canUnlocked(ms.At(i).Type()) {
			continue
		}
		if isValue {
			value = append(value, rtype.Method{Name: name})
		}
		pointer = append(pointer, rtype.Method{Name: name, Value: isValue})
	}
	return value, pointer
}

func (w *twins) canUnlocked(t types.Type) bool {
	w.g.mu.RUnlock()
	defer w.g.mu.RLock()
	return w.can(t, nil, map[types.Type]bool{})
}

// can reports whether t has a twin, without making it.
func (w *twins) can(t types.Type, et reflect.Type, seen map[types.Type]bool) bool {
	t = types.Unalias(t)
	if seen[t] {
		return true
	}
	seen[t] = true
	sub := func(u types.Type) bool {
		var eu reflect.Type
		if et != nil {
			switch et.Kind() {
			case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Chan, reflect.Map:
				eu = et.Elem()
			}
		}
		return w.can(u, eu, seen)
	}
	switch t := t.(type) {
	case *types.Basic:
		return true
	case *types.Named:
		if t.Obj().Pkg() == nil || types.IsInterface(t) && ours(t) {
			return true
		}
		if !ours(t) {
			ok := true
			func() {
				defer func() {
					if r := recover(); r != nil {
						if _, is := r.(unknown); !is {
							panic(r)
						}
						ok = false
					}
				}()
				if t.Obj().Pkg().Path() != "iter" {
					w.compiled(t, et)
				} else {
					ok = w.can(t.Underlying(), nil, seen)
				}
			}()
			return ok
		}
		e := w.entryOf(t)
		if e == nil {
			return false
		}
		u := e.Reflect
		if e.Box {
			u = u.Field(0).Type
		}
		return w.can(t.Underlying(), u, seen)
	case *types.Pointer:
		return sub(t.Elem())
	case *types.Slice:
		return sub(t.Elem())
	case *types.Array:
		return sub(t.Elem())
	case *types.Chan:
		return sub(t.Elem())
	case *types.Map:
		return w.can(t.Key(), nil, seen) && sub(t.Elem())
	case *types.Signature:
		for _, tu := range []*types.Tuple{t.Params(), t.Results()} {
			for i := range tu.Len() {
				if !w.can(tu.At(i).Type(), nil, seen) {
					return false
				}
			}
		}
		return true
	case *types.Struct:
		embedded := false
		for i := range t.NumFields() {
			embedded = embedded || t.Field(i).Embedded()
			var ft reflect.Type
			if et != nil && et.Kind() == reflect.Struct && i < et.NumField() {
				ft = et.Field(i).Type
			}
			if t.Field(i).Exported() && !w.can(t.Field(i).Type(), ft, seen) {
				return false
			}
		}
		return true
	case *types.Interface:
		return true
	}
	return false
}

// layout is a type of t's size and pointers that needs no other twin.
func (w *twins) layout(t types.Type, et reflect.Type) reflect.Type {
	switch u := types.Unalias(t).(type) {
	case *types.Named:
		if u.Obj().Pkg() == nil {
			return errorType
		}
		if !ours(u) {
			return w.compiled(u, et)
		}
		if e := w.entryOf(u); e != nil {
			et = e.Reflect
			if e.Box {
				et = et.Field(0).Type
			}
		}
		return w.layout(u.Underlying(), et)
	case *types.Basic:
		return basicType(u)
	case *types.Pointer:
		return reflect.TypeFor[*int]()
	case *types.Slice:
		return reflect.TypeFor[[]int]()
	case *types.Map:
		return reflect.TypeFor[map[int]int]()
	case *types.Chan:
		return reflect.TypeFor[chan int]()
	case *types.Signature:
		in, out := make([]reflect.Type, u.Params().Len()), make([]reflect.Type, u.Results().Len())
		for _, list := range [][]reflect.Type{in, out} {
			for i := range list {
				list[i] = reflect.TypeFor[[]int]()
			}
		}
		return reflect.FuncOf(in, out, u.Variadic())
	case *types.Array:
		var ee reflect.Type
		if et != nil && et.Kind() == reflect.Array {
			ee = et.Elem()
		}
		return reflect.ArrayOf(int(u.Len()), w.layout(u.Elem(), ee))
	case *types.Interface:
		if u.NumMethods() == 0 {
			return anyType
		}
		return errorType
	case *types.Struct:
		var fields []reflect.StructField
		for i := range u.NumFields() {
			v := u.Field(i)
			var ft reflect.Type
			if et != nil && et.Kind() == reflect.Struct && i < et.NumField() {
				ft = et.Field(i).Type
			}
			if v.Exported() || ft == nil || w.can(v.Type(), ft, map[types.Type]bool{}) {
				ft = w.layout(v.Type(), ft)
			}
			fields = append(fields, reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: ft})
		}
		return reflect.StructOf(fields)
	}
	panic(unknown{t.String()})
}

// engineType is the engine's type behind a twin: t itself where no twin is in it.
func (w *twins) engineType(t reflect.Type) reflect.Type {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.engineOf(t)
}

func (w *twins) engineOf(t reflect.Type) reflect.Type {
	if u, ok := w.engine[t]; ok {
		return u
	}
	u := t
	w.engine[t] = t // should it lead to itself
	registered, _ := w.g.lookup(t)
	switch e := w.behind[t]; {
	case e != nil && e.Box:
		u = e.Reflect.Field(0).Type
	case e != nil:
		u = e.Reflect
	case w.ifaces[t]:
		u = anyType
	case registered != nil || t.Name() != "":
	default:
		switch t.Kind() {
		case reflect.Pointer:
			u = reflect.PointerTo(w.engineOf(t.Elem()))
		case reflect.Slice:
			u = reflect.SliceOf(w.engineOf(t.Elem()))
		case reflect.Array:
			u = reflect.ArrayOf(t.Len(), w.engineOf(t.Elem()))
		case reflect.Chan:
			u = reflect.ChanOf(t.ChanDir(), w.engineOf(t.Elem()))
		case reflect.Map:
			u = reflect.MapOf(w.engineOf(t.Key()), w.engineOf(t.Elem()))
		case reflect.Func:
			u = rebuildFunc(t, w.engineOf)
		case reflect.Struct:
			u = rebuildStruct(t, w.engineOf)
		}
	}
	w.engine[t] = u
	return u
}

// entryBehind is the registered type that a twin, or a pointer to one, stands
// for.
func (w *twins) entryBehind(t reflect.Type) (e *Type, ptr bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if e := w.behind[t]; e != nil {
		return e, false
	}
	if t.Kind() == reflect.Pointer && t.Name() == "" {
		if e := w.behind[t.Elem()]; e != nil {
			return e, true
		}
	}
	return nil, false
}
