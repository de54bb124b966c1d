package lower

import (
	"go/ast"
	"go/token"
	"go/types"

	"cahier/interp/rt"
)

// assertOK lowers x.(T) to two values, from x of engine type any.
func (f *fn) assertOK(x ast.Expr, t types.Type) (value ast.Expr, call bool) {
	l := f.l
	switch {
	case types.IsInterface(t) && l.engineAny(t):
		return l.rt("AssertInterface", x, intLit(l.pos, int64(l.registerInterface(t)))), true
	case types.IsInterface(t):
		return &ast.CallExpr{Fun: l.ident(l.assertAdapter(t)), Args: []ast.Expr{x}}, true
	}
	l.register(t)
	if l.faithful(t) {
		return &ast.TypeAssertExpr{X: x, Type: l.typ(t)}, false
	}
	return &ast.CallExpr{Fun: l.ident(l.unboxer(t)), Args: []ast.Expr{x}}, true
}

// unboxer is the helper func(x any) (T, bool).
func (l *Lowerer) unboxer(t types.Type) string {
	k := "unbox " + l.key(t)
	if n := l.helpers[k]; n != "" {
		return n
	}
	n := l.fresh("U")
	set(l, l.helpers, k, n)
	l.prog.Decls = append(l.prog.Decls, &ast.FuncDecl{Name: l.ident(n),
		Type: &ast.FuncType{Func: l.pos, Params: l.params("x", l.emptyInterface()), Results: l.params("", l.typ(t), "", l.ident("bool"))},
		Body: block([]ast.Stmt{
			&ast.AssignStmt{Lhs: []ast.Expr{l.ident("b"), l.ident("ok")}, Tok: token.DEFINE, Rhs: []ast.Expr{&ast.TypeAssertExpr{X: l.ident("x"), Type: l.ident(l.boxName(t))}}},
			&ast.ReturnStmt{Return: l.pos, Results: []ast.Expr{&ast.SelectorExpr{X: l.ident("b"), Sel: l.ident("V")}, l.ident("ok")}},
		})})
	return n
}

// assertAdapter is the helper func(x any) (I, bool) for a compiled interface.
func (l *Lowerer) assertAdapter(t types.Type) string {
	k := "assert " + l.key(t)
	if n := l.helpers[k]; n != "" {
		return n
	}
	n := l.fresh("A")
	set(l, l.helpers, k, n)
	l.prog.Decls = append(l.prog.Decls, &ast.FuncDecl{Name: l.ident(n),
		Type: &ast.FuncType{Func: l.pos, Params: l.params("x", l.emptyInterface()), Results: l.params("", l.typ(t), "", l.ident("bool"))},
		Body: block([]ast.Stmt{
			&ast.AssignStmt{Lhs: []ast.Expr{l.ident("y"), l.ident("ok")}, Tok: token.DEFINE, Rhs: []ast.Expr{
				l.rt("Adapt", l.ident("x"), &ast.CallExpr{Fun: paren(&ast.StarExpr{Star: l.pos, X: l.typ(t)}), Args: []ast.Expr{l.ident("nil")}})}},
			&ast.IfStmt{If: l.pos, Cond: &ast.UnaryExpr{OpPos: l.pos, Op: token.NOT, X: l.ident("ok")}, Body: block([]ast.Stmt{&ast.ReturnStmt{Return: l.pos, Results: []ast.Expr{l.ident("nil"), l.ident("false")}}})},
			&ast.ReturnStmt{Return: l.pos, Results: []ast.Expr{&ast.TypeAssertExpr{X: l.ident("y"), Type: l.typ(t)}, l.ident("true")}},
		})})
	return n
}

// asAny lowers an expression of interface type to the engine's any.
func (f *fn) asAny(e ast.Expr) ast.Expr {
	t := f.typ(e)
	x := f.expr(e)
	if f.l.engineAny(t) {
		return x
	}
	return f.l.rt("Unwrap", x)
}

// assertExpr is x.(T) with one value.
func (f *fn) assertExpr(e *ast.TypeAssertExpr) ast.Expr {
	t := f.typ(e.Type)
	return &ast.CallExpr{Fun: f.id(f.l.mustAssert(f, f.typ(e.X), t), e.Pos()), Args: []ast.Expr{f.asAny(e.X)}}
}

// mustAssert is the helper func(x any) T that panics as Go does.
func (l *Lowerer) mustAssert(f *fn, from, t types.Type) string {
	k := "must " + l.key(from) + " " + l.key(t)
	if n := l.helpers[k]; n != "" {
		return n
	}
	n := l.fresh("M")
	set(l, l.helpers, k, n)
	g := l.newFn(nil, nil)
	v, _ := g.assertOK(l.ident("x"), t)
	id := int64(0)
	if types.IsInterface(t) {
		id = int64(l.registerInterface(t))
	}
	l.prog.Decls = append(l.prog.Decls, &ast.FuncDecl{Name: l.ident(n),
		Type: &ast.FuncType{Func: l.pos, Params: l.params("x", l.emptyInterface()), Results: l.params("", l.typ(t))},
		Body: block([]ast.Stmt{
			&ast.AssignStmt{Lhs: []ast.Expr{l.ident("v"), l.ident("ok")}, Tok: token.DEFINE, Rhs: []ast.Expr{v}},
			&ast.IfStmt{If: l.pos, Cond: &ast.UnaryExpr{OpPos: l.pos, Op: token.NOT, X: l.ident("ok")}, Body: block([]ast.Stmt{
				&ast.ExprStmt{X: l.rt("BadAssert", l.ident("x"), strLit(l, rt.TypeText(from)), strLit(l, rt.TypeText(t)), intLit(l.pos, id))}})},
			&ast.ReturnStmt{Return: l.pos, Results: []ast.Expr{l.ident("v")}},
		})})
	return n
}
