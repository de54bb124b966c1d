package lower

import (
	"go/ast"
	"go/token"
	"go/types"
)

// The engine makes one recursive type of all struct types that refer to each
// other, and gets their fields wrong. Only a struct that refers to itself alone
// is safe. So a field that leads from one struct type to another and back is an
// any to the engine, and a helper takes its value out.

// cut reports whether field i of struct type t is an any to the engine.
func (l *Lowerer) cut(t types.Type, st *types.Struct, i int) bool {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || !l.interpreted(n.Obj()) {
		return false
	}
	me := l.key(n)
	ft := st.Field(i).Type()
	if _, isStruct := ft.Underlying().(*types.Struct); isStruct {
		return false // by value: not part of a cycle
	}
	if types.IsInterface(ft) {
		return false
	}
	for k, u := range l.mentioned(ft) {
		if k != me && l.reaches(k, u)[me] {
			return true
		}
	}
	return false
}

// mentioned are the struct types of cells that t is made of, by key, without
// looking into them.
func (l *Lowerer) mentioned(t types.Type) map[string]*types.Named {
	out := map[string]*types.Named{}
	seen := map[string]bool{}
	var walk func(types.Type)
	walk = func(t types.Type) {
		switch t := types.Unalias(t).(type) {
		case *types.Named:
			if !l.interpreted(t.Obj()) {
				return
			}
			k := l.key(t)
			if seen[k] {
				return
			}
			seen[k] = true
			switch u := t.Underlying().(type) {
			case *types.Struct:
				out[k] = t
			case *types.Interface:
			default:
				walk(u)
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
		case *types.Struct:
			for i := range t.NumFields() {
				walk(t.Field(i).Type())
			}
		case *types.Signature:
			for _, tu := range []*types.Tuple{t.Params(), t.Results()} {
				for i := range tu.Len() {
					walk(tu.At(i).Type())
				}
			}
		}
	}
	walk(t)
	return out
}

// reaches are the keys of all struct types that n leads to.
func (l *Lowerer) reaches(k string, n *types.Named) map[string]bool {
	if r := l.reach[k]; r != nil {
		return r
	}
	r := map[string]bool{}
	work := []*types.Named{n}
	for len(work) > 0 {
		st, ok := work[0].Underlying().(*types.Struct)
		work = work[1:]
		if !ok {
			continue
		}
		for i := range st.NumFields() {
			for k, u := range l.mentioned(st.Field(i).Type()) {
				if !r[k] {
					r[k] = true
					work = append(work, u)
				}
			}
		}
		if len(r) > 5000 {
			break
		}
	}
	l.reach[k] = r
	return r
}

// takeOut is the helper func(x any) T for a field that is an any to the engine.
func (l *Lowerer) takeOut(t types.Type) string {
	k := "take " + l.key(t)
	if n := l.helpers[k]; n != "" {
		return n
	}
	n := l.fresh("K")
	set(l, l.helpers, k, n)
	l.prog.Decls = append(l.prog.Decls, &ast.FuncDecl{Name: l.ident(n),
		Type: &ast.FuncType{Func: l.pos, Params: l.params("x", l.emptyInterface()), Results: l.params("", l.typ(t))},
		Body: block([]ast.Stmt{
			&ast.IfStmt{If: l.pos, Cond: &ast.BinaryExpr{X: l.ident("x"), OpPos: l.pos, Op: token.EQL, Y: l.ident("nil")}, Body: block([]ast.Stmt{
				&ast.ReturnStmt{Return: l.pos, Results: []ast.Expr{l.newFn(nil, nil).zero(t)}}})},
			&ast.ReturnStmt{Return: l.pos, Results: []ast.Expr{&ast.TypeAssertExpr{X: l.ident("x"), Type: l.typ(t)}}},
		})})
	return n
}
