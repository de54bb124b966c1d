package lower

import (
	"go/ast"
	"go/types"

	"cahier/interp/rt"
)

// takesKinds reports whether a call is to a compiled package that wants values
// of basic kinds without the cell's types.
func (f *fn) takesKinds(e *ast.CallExpr) bool {
	m := f.callee(ast.Unparen(e.Fun))
	if m == nil || m.Pkg() == nil {
		return false
	}
	t, _ := rt.TreatmentOf(m.Pkg().Path())
	return t == rt.Kinds
}

// kindOf lowers argument a for a parameter of type to that takes kinds; nil if
// there is nothing to do about it.
func (f *fn) kindOf(a ast.Expr, to types.Type) ast.Expr {
	if tv := f.info.Types[a]; tv.IsNil() {
		return nil
	}
	from := f.typ(a)
	if s, ok := to.Underlying().(*types.Slice); ok && isAny(s.Elem()) && types.Identical(from.Underlying(), s) {
		return f.l.rt("Kinds", f.exprTo(a, to))
	}
	if !isAny(to) {
		return nil
	}
	if s, ok := from.Underlying().(*types.Slice); types.IsInterface(from) || ok && isAny(s.Elem()) {
		return f.l.rt("Kind", f.exprTo(a, to))
	}
	if t := f.l.kindType(from); t != nil {
		return f.toAny(f.exprTo(a, from), t)
	}
	return nil
}

func isAny(t types.Type) bool {
	i, ok := t.Underlying().(*types.Interface)
	return ok && i.NumMethods() == 0
}

// kindType is t without the cell's types in it, if it is made of basic types;
// nil if it is not, or has none of a cell's.
func (l *Lowerer) kindType(t types.Type) types.Type {
	ours := false
	var bare func(t types.Type) types.Type
	bare = func(t types.Type) types.Type {
		t = types.Unalias(t)
		if n, ok := t.(*types.Named); ok {
			if !l.interpreted(n.Obj()) || l.recursive(n) {
				return nil
			}
			ours = true
			t = n.Underlying()
		}
		switch t := t.(type) {
		case *types.Basic:
			if t.Info()&types.IsConstType != 0 && t.Info()&types.IsUntyped == 0 {
				return t
			}
		case *types.Slice:
			if e := bare(t.Elem()); e != nil {
				return types.NewSlice(e)
			}
		case *types.Array:
			if e := bare(t.Elem()); e != nil {
				return types.NewArray(e, t.Len())
			}
		}
		return nil
	}
	if b := bare(t); b != nil && ours {
		return b
	}
	return nil
}
