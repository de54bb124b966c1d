package lower

import (
	"go/ast"
	"go/token"
	"go/types"

	"cahier/interp/rt"
)

// A declared type that is no struct and contains itself, such as
//
//	type state func(*lexer) state
//	type tree []tree
//
// has no type in the engine, which loses its way in it. So the parts of such a
// type that lead back to it are any: the engine's state is func(*lexer) any.
// What is taken out of such a part goes through takeOut.

// loose reports whether values of type part, of which values of type whole are
// made directly, are any to the engine within it.
func (l *Lowerer) loose(whole, part types.Type) bool {
	n, ok := types.Unalias(whole).(*types.Named)
	if !ok || !l.interpreted(n.Obj()) {
		return false
	}
	switch n.Underlying().(type) {
	case *types.Slice, *types.Map, *types.Chan, *types.Signature:
		return l.leads(part, l.key(n), map[string]bool{})
	}
	return false
}

// isRecursive reports whether t is a declared type that contains itself other
// than through a struct.
func (l *Lowerer) isRecursive(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || !l.interpreted(n.Obj()) {
		return false
	}
	switch n.Underlying().(type) {
	case *types.Struct, *types.Interface, *types.Basic:
		return false
	}
	return l.recursive(n)
}

// leads reports whether t contains the declared type with the key me other than
// through a struct.
func (l *Lowerer) leads(t types.Type, me string, seen map[string]bool) bool {
	tuple := func(t *types.Tuple) bool {
		for i := range t.Len() {
			if l.leads(t.At(i).Type(), me, seen) {
				return true
			}
		}
		return false
	}
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		if !l.interpreted(t.Obj()) && (t.Obj().Pkg() == nil || t.Obj().Pkg().Path() != "iter") {
			return false
		}
		k := l.key(t)
		if k == me {
			return true
		}
		if seen[k] {
			return false
		}
		seen[k] = true
		switch u := t.Underlying().(type) {
		case *types.Struct, *types.Interface:
			return false
		default:
			return l.leads(u, me, seen)
		}
	case *types.Pointer:
		return l.leads(t.Elem(), me, seen)
	case *types.Slice:
		return l.leads(t.Elem(), me, seen)
	case *types.Array:
		return l.leads(t.Elem(), me, seen)
	case *types.Chan:
		return l.leads(t.Elem(), me, seen)
	case *types.Map:
		return l.leads(t.Key(), me, seen) || l.leads(t.Elem(), me, seen)
	case *types.Signature:
		return tuple(t.Params()) || tuple(t.Results())
	}
	return false
}

// looseType renders the underlying type of a type that contains itself.
func (l *Lowerer) looseType(t *types.Named) ast.Expr {
	part := func(p types.Type) ast.Expr {
		if l.loose(t, p) {
			return l.emptyInterface()
		}
		return l.typ(p)
	}
	switch u := t.Underlying().(type) {
	case *types.Slice:
		return &ast.ArrayType{Lbrack: l.pos, Elt: part(u.Elem())}
	case *types.Map:
		return &ast.MapType{Map: l.pos, Key: part(u.Key()), Value: part(u.Elem())}
	case *types.Chan:
		c := l.typ(types.NewChan(u.Dir(), anyInterface)).(*ast.ChanType)
		c.Value = part(u.Elem())
		return c
	case *types.Signature:
		ft := &ast.FuncType{Func: l.pos, Params: &ast.FieldList{Opening: l.pos}}
		for i := range u.Params().Len() {
			p := u.Params().At(i).Type()
			if u.Variadic() && i == u.Params().Len()-1 {
				if l.loose(t, p) {
					l.refuse(token.NoPos, "the type "+rt.TypeText(t)+", which refers to itself in its last parameter", "the interpreter has no type for it", "use a slice in place of ...")
				}
				ft.Params.List = append(ft.Params.List, &ast.Field{Type: &ast.Ellipsis{Ellipsis: l.pos, Elt: l.typ(variadicElem(p))}})
				continue
			}
			ft.Params.List = append(ft.Params.List, &ast.Field{Type: part(p)})
		}
		if n := u.Results().Len(); n > 0 {
			ft.Results = &ast.FieldList{Opening: l.pos}
			for i := range n {
				ft.Results.List = append(ft.Results.List, &ast.Field{Type: part(u.Results().At(i).Type())})
			}
		}
		return ft
	}
	l.refuse(token.NoPos, "the type "+rt.TypeText(t)+", which refers to itself by pointers or arrays alone", "the interpreter has no type for it", "put the pointer into a struct")
	return nil
}

// tight is x, a part of a value of type whole, with its own type.
func (f *fn) tight(x ast.Expr, whole, part types.Type) ast.Expr {
	if !f.l.loose(whole, part) {
		return x
	}
	return &ast.CallExpr{Fun: f.l.ident(f.l.takeOut(part)), Args: []ast.Expr{x}}
}

// loosen is x, of type part, as a part of a value of type whole.
func (f *fn) loosen(x ast.Expr, whole, part types.Type) ast.Expr {
	if id, ok := x.(*ast.Ident); ok && id.Name == "nil" || !f.l.loose(whole, part) {
		return x
	}
	return f.l.rt("Any", x)
}

// reshape converts between types with the same underlying type of which one
// contains itself: functions by a function around the other. Others are refused.
func (f *fn) reshape(x ast.Expr, from, to types.Type) ast.Expr {
	l := f.l
	sig, ok := to.Underlying().(*types.Signature)
	if _, is := from.Underlying().(*types.Signature); !ok || !is {
		l.refuse(token.NoPos, "the conversion from "+rt.TypeText(from)+" to "+rt.TypeText(to), "the interpreter keeps a type that refers to itself in a form of its own", "make a value of type "+rt.TypeText(to)+" and copy the elements")
	}
	k := "reshape " + l.key(from) + " " + l.key(to)
	name := l.helpers[k]
	if name == "" {
		name = l.fresh("S")
		set(l, l.helpers, k, name)
		g := l.newFn(nil, nil)
		lit, args := g.forward(sig)
		ft := lit.Type
		for i := range args {
			p := sig.Params().At(i).Type()
			if l.loose(to, p) {
				ft.Params.List[i].Type = l.emptyInterface()
			}
			args[i] = g.loosen(g.tight(args[i], to, p), from, p)
		}
		var lhs, rets []ast.Expr
		for i := range sig.Results().Len() {
			r := sig.Results().At(i).Type()
			if l.loose(to, r) {
				ft.Results.List[i].Type = l.emptyInterface()
			}
			n := l.fresh("r")
			lhs = append(lhs, l.ident(n))
			rets = append(rets, g.loosen(g.tight(l.ident(n), from, r), to, r))
		}
		call := &ast.CallExpr{Fun: l.ident("x"), Args: args}
		if sig.Variadic() {
			call.Ellipsis = l.pos
		}
		lit.Body = block([]ast.Stmt{&ast.ExprStmt{X: call}})
		if len(rets) > 0 {
			lit.Body = block([]ast.Stmt{&ast.AssignStmt{Lhs: lhs, Tok: token.DEFINE, Rhs: []ast.Expr{call}}, &ast.ReturnStmt{Return: l.pos, Results: rets}})
		}
		l.prog.Decls = append(l.prog.Decls, &ast.FuncDecl{Name: l.ident(name),
			Type: &ast.FuncType{Func: l.pos, Params: l.params("x", l.typ(from)), Results: l.params("", l.typ(to))},
			Body: block([]ast.Stmt{
				&ast.IfStmt{If: l.pos, Cond: &ast.BinaryExpr{X: l.ident("x"), OpPos: l.pos, Op: token.EQL, Y: l.ident("nil")}, Body: block([]ast.Stmt{
					&ast.ReturnStmt{Return: l.pos, Results: []ast.Expr{l.ident("nil")}}})},
				&ast.ReturnStmt{Return: l.pos, Results: []ast.Expr{lit}},
			})})
	}
	return &ast.CallExpr{Fun: l.ident(name), Args: []ast.Expr{x}}
}

// tightResults gives the results of a call of a function of type whole their
// own types.
func (f *fn) tightResults(call ast.Expr, whole types.Type, sig *types.Signature) ast.Expr {
	n := sig.Results().Len()
	some := false
	for i := range n {
		some = some || f.l.loose(whole, sig.Results().At(i).Type())
	}
	switch {
	case !some:
		return call
	case n == 1:
		return f.tight(call, whole, sig.Results().At(0).Type())
	}
	var lhs, rets []ast.Expr
	ft := &ast.FuncType{Func: f.l.pos, Params: &ast.FieldList{Opening: f.l.pos}, Results: &ast.FieldList{Opening: f.l.pos}}
	for i := range n {
		r := sig.Results().At(i).Type()
		name := f.tmp()
		lhs = append(lhs, f.l.ident(name))
		rets = append(rets, f.tight(f.l.ident(name), whole, r))
		ft.Results.List = append(ft.Results.List, &ast.Field{Type: f.l.typ(r)})
	}
	return &ast.CallExpr{Fun: &ast.FuncLit{Type: ft, Body: block([]ast.Stmt{
		&ast.AssignStmt{Lhs: lhs, Tok: token.DEFINE, Rhs: []ast.Expr{call}}, &ast.ReturnStmt{Return: f.l.pos, Results: rets}})}}
}
