package check

import "go/types"

// Mapper rewrites types: named types by Named, type parameters by Params.
// It is for one goroutine.
type Mapper struct {
	Named  map[*types.TypeName]types.Type // by the (generic) type's object
	Params map[*types.TypeParam]types.Type
	Ctx    *types.Context
	busy   map[types.Type]bool
}

// Type returns t with every replacement made; t itself when there is none.
func (m *Mapper) Type(t types.Type) types.Type {
	if m == nil || len(m.Named) == 0 && len(m.Params) == 0 {
		return t
	}
	switch t := t.(type) {
	case nil:
		return nil
	case *types.TypeParam:
		if r := m.Params[t]; r != nil {
			return r
		}
	case *types.Alias:
		if t.TypeArgs().Len() == 0 && len(m.Params) == 0 {
			if r := m.Named[t.Obj()]; r != nil {
				return r
			}
		}
		u := types.Unalias(t)
		if r := m.Type(u); r != u {
			return r
		}
	case *types.Named:
		origin := t.Origin()
		if r, ok := m.Named[origin.Obj()]; ok {
			if t.TypeArgs().Len() == 0 {
				return r
			}
			n, ok := r.(*types.Named)
			if !ok {
				return r
			}
			origin = n
		}
		changed := origin != t.Origin()
		args := make([]types.Type, t.TypeArgs().Len())
		for i := range args {
			a := t.TypeArgs().At(i)
			args[i] = m.Type(a)
			changed = changed || args[i] != a
		}
		if !changed || len(args) == 0 || origin.TypeParams().Len() != len(args) {
			return t
		}
		if r, err := types.Instantiate(m.Ctx, origin, args, false); err == nil {
			return r
		}
	case *types.Pointer:
		if e := m.Type(t.Elem()); e != t.Elem() {
			return types.NewPointer(e)
		}
	case *types.Slice:
		if e := m.Type(t.Elem()); e != t.Elem() {
			return types.NewSlice(e)
		}
	case *types.Array:
		if e := m.Type(t.Elem()); e != t.Elem() {
			return types.NewArray(e, t.Len())
		}
	case *types.Chan:
		if e := m.Type(t.Elem()); e != t.Elem() {
			return types.NewChan(t.Dir(), e)
		}
	case *types.Map:
		k, e := m.Type(t.Key()), m.Type(t.Elem())
		if k != t.Key() || e != t.Elem() {
			return types.NewMap(k, e)
		}
	case *types.Tuple:
		if r := m.tuple(t); r != t {
			return r
		}
	case *types.Signature:
		p, r := m.tuple(t.Params()), m.tuple(t.Results())
		if p != t.Params() || r != t.Results() {
			return types.NewSignatureType(t.Recv(), nil, nil, p, r, t.Variadic())
		}
	case *types.Struct:
		fields := make([]*types.Var, t.NumFields())
		tags := make([]string, t.NumFields())
		changed := false
		for i := range fields {
			f := t.Field(i)
			tags[i] = t.Tag(i)
			fields[i] = f
			if ft := m.Type(f.Type()); ft != f.Type() {
				fields[i] = types.NewField(f.Pos(), f.Pkg(), f.Name(), ft, f.Embedded())
				changed = true
			}
		}
		if changed {
			return types.NewStruct(fields, tags)
		}
	case *types.Interface:
		if m.busy[t] {
			return t
		}
		if m.busy == nil {
			m.busy = map[types.Type]bool{}
		}
		m.busy[t] = true
		defer delete(m.busy, t)
		methods := make([]*types.Func, t.NumExplicitMethods())
		changed := false
		for i := range methods {
			f := t.ExplicitMethod(i)
			methods[i] = f
			if sig := m.Type(f.Type()); sig != f.Type() {
				methods[i] = types.NewFunc(f.Pos(), f.Pkg(), f.Name(), sig.(*types.Signature))
				changed = true
			}
		}
		embedded := make([]types.Type, t.NumEmbeddeds())
		for i := range embedded {
			e := t.EmbeddedType(i)
			embedded[i] = m.Type(e)
			changed = changed || embedded[i] != e
		}
		if changed {
			return types.NewInterfaceType(methods, embedded).Complete()
		}
	case *types.Union:
		terms := make([]*types.Term, t.Len())
		changed := false
		for i := range terms {
			terms[i] = t.Term(i)
			if e := m.Type(terms[i].Type()); e != terms[i].Type() {
				terms[i] = types.NewTerm(terms[i].Tilde(), e)
				changed = true
			}
		}
		if changed {
			return types.NewUnion(terms)
		}
	}
	return t
}

func (m *Mapper) tuple(t *types.Tuple) *types.Tuple {
	if t.Len() == 0 {
		return t
	}
	vars := make([]*types.Var, t.Len())
	changed := false
	for i := range vars {
		v := t.At(i)
		vars[i] = v
		if vt := m.Type(v.Type()); vt != v.Type() {
			vars[i] = types.NewParam(v.Pos(), v.Pkg(), v.Name(), vt)
			changed = true
		}
	}
	if !changed {
		return t
	}
	return types.NewTuple(vars...)
}

// namedIn calls f with every session type that t is made of.
func namedIn(t types.Type, f func(*types.TypeName)) {
	seen := map[types.Type]bool{}
	var walk func(types.Type)
	tuple := func(t *types.Tuple) {
		for i := range t.Len() {
			walk(t.At(i).Type())
		}
	}
	walk = func(t types.Type) {
		if t == nil || seen[t] {
			return
		}
		seen[t] = true
		switch t := t.(type) {
		case *types.Alias:
			if p := t.Obj().Pkg(); p != nil && p.Path() == Path {
				f(t.Obj())
			}
			walk(types.Unalias(t))
		case *types.Named:
			if p := t.Obj().Pkg(); p != nil && p.Path() == Path {
				f(t.Origin().Obj())
			}
			for i := range t.TypeArgs().Len() {
				walk(t.TypeArgs().At(i))
			}
		case *types.Pointer:
			walk(t.Elem())
		case *types.Slice:
			walk(t.Elem())
		case *types.Array:
			walk(t.Elem())
		case *types.Chan:
			walk(t.Elem())
		case *types.Map:
			walk(t.Key())
			walk(t.Elem())
		case *types.Signature:
			tuple(t.Params())
			tuple(t.Results())
		case *types.Struct:
			for i := range t.NumFields() {
				walk(t.Field(i).Type())
			}
		case *types.Interface:
			for i := range t.NumExplicitMethods() {
				walk(t.ExplicitMethod(i).Type())
			}
			for i := range t.NumEmbeddeds() {
				walk(t.EmbeddedType(i))
			}
		}
	}
	walk(t)
}
