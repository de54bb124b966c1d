package rt

import (
	"fmt"
	"go/types"
	"reflect"
	"sync"
)

// Registry knows the types of cells behind the anonymous types that the
// engine makes of them. A value of a cell's struct type has a reflect.Type of
// its own (a tag sets it apart); other named types travel in interfaces as a
// box, a struct of one field V.
type Registry struct {
	mu     sync.RWMutex // guards all
	byType map[reflect.Type]*Type
	byID   map[int]*Type
	ifaces map[int]*iface
	wraps  map[reflect.Type]reflect.Type // interface type to its wrapper
	isWrap map[reflect.Type]bool
	plain  map[reflect.Type]bool // types without any registered type inside
	blank  map[reflect.Type]bool // types with blank fields, which comparisons leave out
	dyn    map[methodKey]reflect.Value
	twins  *twins

	// Symbol gives the value of a compiled package's name: a nil pointer to a
	// type. It may be called from any goroutine.
	Symbol func(path, name string) (reflect.Value, bool)
}

type methodKey struct {
	t    reflect.Type
	name string
}

// Type is a registered type.
type Type struct {
	ID      int
	Go      types.Type // what it is in the cell
	Reflect reflect.Type
	Box     bool
	methods map[string]reflect.Value // func(any, ...) of the value's method set
	ptr     map[string]reflect.Value // of the pointer's
}

// iface is a cell's interface type: its method names with their engine types,
// func(any, ...).
type iface struct {
	methods []ifaceMethod
	goType  types.Type
}

type ifaceMethod struct {
	name string
	typ  reflect.Type
}

func newRegistry() *Registry {
	g := &Registry{byType: map[reflect.Type]*Type{}, byID: map[int]*Type{}, ifaces: map[int]*iface{},
		wraps: map[reflect.Type]reflect.Type{}, isWrap: map[reflect.Type]bool{}, plain: map[reflect.Type]bool{},
		blank: map[reflect.Type]bool{}, dyn: map[methodKey]reflect.Value{}}
	g.twins = newTwins(g)
	return g
}

// Declare says which type id is, before the cell registers its values.
func (g *Registry) Declare(id int, t types.Type) {
	g.mu.Lock()
	e := g.byID[id]
	if e == nil {
		e = &Type{ID: id, methods: map[string]reflect.Value{}, ptr: map[string]reflect.Value{}}
		g.byID[id] = e
	}
	old := e.Go
	e.Go = t
	g.mu.Unlock()
	if old != nil && !types.Identical(old, t) {
		g.twins.changed(old)
		g.twins.changed(t)
	}
}

// DeclareInterface does so for an interface type.
func (g *Registry) DeclareInterface(id int, t types.Type) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.ifaces[id] == nil {
		g.ifaces[id] = &iface{}
	}
	g.ifaces[id].goType = t
}

// interfaceID is the identity of a declared interface type, or 0.
func (g *Registry) interfaceID(t types.Type) int {
	g.mu.RLock()
	defer g.mu.RUnlock()
	for id, i := range g.ifaces {
		if i.goType != nil && types.Identical(i.goType, t) {
			return id
		}
	}
	return 0
}

// Register takes the zero value of type id, boxed if box.
func (g *Registry) Register(id int, zero any, box bool) {
	defer g.twins.registered()
	g.mu.Lock()
	defer g.mu.Unlock()
	e := g.byID[id]
	if e == nil {
		panic(fmt.Sprintf("rt: type %d is not declared", id))
	}
	e.Reflect, e.Box = reflect.TypeOf(zero), box
	g.byType[e.Reflect] = e
	clear(g.plain)
}

// Method takes the method of type id as func(any, ...).
func (g *Registry) Method(id int, ptr bool, name string, f any) {
	v := reflect.ValueOf(f)
	g.mu.Lock()
	e := g.byID[id]
	list := e.methods
	if ptr {
		list = e.ptr
	}
	old := list[name]
	list[name] = v
	g.mu.Unlock()
	if !old.IsValid() || old.Type() != v.Type() {
		g.twins.changed(e.Go)
	}
}

// InterfaceMethod takes a nil func(any, ...) for a method of an interface.
func (g *Registry) InterfaceMethod(id int, name string, f any) {
	g.mu.Lock()
	defer g.mu.Unlock()
	i := g.ifaces[id]
	for _, m := range i.methods {
		if m.name == name {
			return
		}
	}
	i.methods = append(i.methods, ifaceMethod{name, reflect.TypeOf(f)})
}

// Wrappers makes the engine's wrapper of a compiled interface type known: a
// struct with a field IValue and for each method M a func field WM.
func (g *Registry) Wrappers(values map[string]reflect.Value) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for name, v := range values {
		if name == "" || name[0] != '_' || !v.IsValid() || v.Kind() != reflect.Pointer {
			continue
		}
		w := v.Type().Elem()
		it, ok := values[name[1:]]
		if w.Kind() != reflect.Struct || !ok || it.Kind() != reflect.Pointer || it.Type().Elem().Kind() != reflect.Interface {
			continue
		}
		g.wraps[it.Type().Elem()] = w
		g.isWrap[reflect.PointerTo(w)] = true
	}
}

// lookup finds the registered type of a dynamic type, and whether that is a
// pointer to it.
func (g *Registry) lookup(t reflect.Type) (e *Type, ptr bool) {
	if t == nil {
		return nil, false
	}
	g.mu.RLock()
	defer g.mu.RUnlock()
	if e := g.byType[t]; e != nil {
		return e, false
	}
	if t.Kind() == reflect.Pointer {
		if e := g.byType[t.Elem()]; e != nil && !e.Box {
			return e, true
		}
	}
	return nil, false
}

// method finds a method of a dynamic type as func(any, ...).
func (g *Registry) method(t reflect.Type, name string) (reflect.Value, bool) {
	if e, ptr := g.lookup(t); e != nil {
		g.mu.RLock()
		defer g.mu.RUnlock()
		if ptr {
			if f, ok := e.ptr[name]; ok {
				return f, true
			}
			return reflect.Value{}, false
		}
		f, ok := e.methods[name]
		return f, ok
	}
	key := methodKey{t, name}
	g.mu.RLock()
	f, ok := g.dyn[key]
	g.mu.RUnlock()
	if ok {
		return f, f.IsValid()
	}
	if m, found := t.MethodByName(name); found {
		in := []reflect.Type{anyType}
		for i := 1; i < m.Type.NumIn(); i++ {
			in = append(in, m.Type.In(i))
		}
		var out []reflect.Type
		for i := range m.Type.NumOut() {
			out = append(out, m.Type.Out(i))
		}
		ft := reflect.FuncOf(in, out, m.Type.IsVariadic())
		f = reflect.MakeFunc(ft, func(args []reflect.Value) []reflect.Value {
			args[0] = args[0].Elem()
			if m.Type.IsVariadic() {
				return m.Func.CallSlice(args)
			}
			return m.Func.Call(args)
		})
	}
	g.mu.Lock()
	g.dyn[key] = f
	g.mu.Unlock()
	return f, f.IsValid()
}

var anyType = reflect.TypeFor[any]()

// Dispatch finds the method name of x's dynamic type.
func (g *Registry) Dispatch(x any, name string) any {
	if x == nil {
		panic(NilDereference)
	}
	f, ok := g.method(reflect.TypeOf(x), name)
	if !ok {
		panic(fmt.Sprintf("the method %s of %s is not known to the interpreter", name, g.TypeName(x)))
	}
	return f.Interface()
}

// goError is a runtime.Error with Go's wording.
type goError string

func (e goError) Error() string { return "runtime error: " + string(e) }

func (goError) RuntimeError() {}

// NilDereference is what Go panics with.
var NilDereference error = goError("invalid memory address or nil pointer dereference")

// Implements reports whether x's dynamic type has all methods of interface id.
func (g *Registry) Implements(x any, id int) bool {
	if x == nil || id == 0 {
		return false
	}
	return g.missing(reflect.TypeOf(x), id) == ""
}

// missing names a method of interface id that t has not, or has of another
// type.
func (g *Registry) missing(t reflect.Type, id int) string {
	g.mu.RLock()
	i := g.ifaces[id]
	g.mu.RUnlock()
	e, ptr := g.lookup(t)
	if e != nil && i.goType != nil {
		gt := e.Go
		if ptr {
			gt = types.NewPointer(gt)
		}
		if it, ok := i.goType.Underlying().(*types.Interface); ok {
			if m, wrong := types.MissingMethod(gt, it, true); m != nil {
				_ = wrong
				return m.Name()
			}
			// Checked again, the type may be a newer twin: the names decide.
		}
	}
	for _, m := range i.methods {
		f, ok := g.method(t, m.name)
		if !ok || f.Type() != m.typ {
			return m.name
		}
	}
	return ""
}

var (
	errorType   = reflect.TypeFor[error]()
	unwrapType  = reflect.TypeFor[func(any) error]()
	unwrapsType = reflect.TypeFor[func(any) []error]()
	isType      = reflect.TypeFor[func(any, error) bool]()
)

func (*AssertError) RuntimeError() {}
