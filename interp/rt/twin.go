package rt

import (
	"go/types"
	"reflect"
	"slices"
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

func (w *twins) check() {
	if err := rtype.Check(); err != nil {
		panic(&NotSupportedError{"passing a value of a cell's type to compiled code that looks into it by reflection (" + err.Error() + ")", "use maps, slices and basic types there"})
	}
}
