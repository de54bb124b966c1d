package lower

import (
	"go/ast"
	"go/token"
	"go/types"

	"cahier/interp/rt"
)

// rangeVars lowers the key and value of a range statement: the names that the
// engine's loop sets, and what the body begins with.
func (f *fn) rangeVar(e ast.Expr, tok token.Token, t types.Type, body ast.Node) (string, []ast.Stmt) {
	return f.rangePart(e, tok, nil, t, body)
}

// rangePart is rangeVar for a part of a value of type whole.
func (f *fn) rangePart(e ast.Expr, tok token.Token, whole, t types.Type, body ast.Node) (string, []ast.Stmt) {
	if e == nil {
		return "_", nil
	}
	if id, ok := e.(*ast.Ident); ok && id.Name == "_" {
		return "_", nil
	}
	if tok == token.DEFINE {
		v := f.info.Defs[e.(*ast.Ident)].(*types.Var)
		one := map[types.Object]bool{v: true}
		loose := whole != nil && f.l.loose(whole, t)
		if !loose && !f.captured(one, body) && !f.assigned(one, body) && types.Identical(f.objType(v), t) {
			return f.name(v), nil
		}
		n := f.tmp()
		var x ast.Expr = f.id(n, e.Pos())
		if loose {
			x = f.tight(x, whole, t)
		}
		return n, []ast.Stmt{f.declare(f.id(f.name(v), e.Pos()), f.objType(v), f.conv(x, t, f.objType(v)))}
	}
	n := f.tmp()
	var pre []ast.Stmt
	d := f.operand(e, false, &pre)
	return n, append(pre, f.put(d, f.id(n, e.Pos()), t))
}

func (f *fn) rangeStmt(s *ast.RangeStmt) []ast.Stmt {
	xt := f.typ(s.X)
	u := xt.Underlying()
	if _, ok := u.(*types.Signature); ok {
		return f.rangeFunc(s, u.(*types.Signature))
	}
	t, leave := f.enter(true)
	defer leave()
	loop := &ast.RangeStmt{For: s.For, Tok: token.DEFINE, X: nil}
	var kt, vt types.Type
	switch u := u.(type) {
	case *types.Basic:
		if u.Info()&types.IsInteger != 0 {
			return f.rangeInt(s, xt, t)
		}
		return f.rangeString(s, t)
	case *types.Slice:
		kt, vt = types.Typ[types.Int], u.Elem()
	case *types.Array:
		kt, vt = types.Typ[types.Int], u.Elem()
	case *types.Pointer:
		kt, vt = types.Typ[types.Int], u.Elem().Underlying().(*types.Array).Elem()
		return f.rangeIndexed(s, t, vt)
	case *types.Map:
		kt, vt = u.Key(), u.Elem()
	case *types.Chan:
		return f.rangeChan(s, u, xt, t)
	}
	switch u.(type) {
	case *types.Slice, *types.Array:
		return f.rangeIndexed(s, t, vt)
	}
	x := f.expr(s.X)
	body := []ast.Stmt{f.l.poll()}
	var k, v string
	if s.Tok == token.ASSIGN {
		if f.l.loose(xt, kt) || f.l.loose(xt, vt) {
			f.l.refuse(s.Pos(), "range over a "+rt.TypeText(xt)+" with =", "the interpreter keeps a type that refers to itself in a form of its own", "use := and assign in the loop")
		}
		k, v = f.rangeAssign(s, kt, vt, &body)
	} else {
		var pre []ast.Stmt
		k, pre = f.rangePart(s.Key, s.Tok, xt, kt, s.Body)
		body = append(body, pre...)
		v, pre = f.rangePart(s.Value, s.Tok, xt, vt, s.Body)
		body = append(body, pre...)
	}
	switch {
	case v != "_":
		loop.Key, loop.Value = f.id(k, s.Pos()), f.id(v, s.Pos())
	case k != "_":
		loop.Key = f.id(k, s.Pos())
	default:
		loop.Key = f.id("_", s.Pos())
	}
	loop.X = x
	body = append(body, f.stmts(s.Body.List)...)
	loop.Body = &ast.BlockStmt{Lbrace: s.Body.Lbrace, List: body, Rbrace: s.Body.Rbrace}
	return []ast.Stmt{f.withLabel(t, loop)}
}

// rangeAssign assigns key and value of an iteration to places that exist, as a
// tuple assignment: it returns the variables that the loop sets.
func (f *fn) rangeAssign(s *ast.RangeStmt, kt, vt types.Type, body *[]ast.Stmt) (k, v string) {
	k, v = "_", "_"
	var sets []ast.Stmt
	for _, p := range []struct {
		e ast.Expr
		t types.Type
		n *string
	}{{s.Key, kt, &k}, {s.Value, vt, &v}} {
		if p.e == nil || blank(p.e) {
			continue
		}
		*p.n = f.tmp()
		d := f.operand(p.e, s.Key != nil && s.Value != nil, body)
		sets = append(sets, f.put(d, f.id(*p.n, p.e.Pos()), p.t))
	}
	*body = append(*body, sets...)
	return k, v
}

// rangeIndexed lowers range over a slice, array or pointer to array to a loop
// over indexes: the operand and its length are evaluated once, an array with
// a value variable is copied.
func (f *fn) rangeIndexed(s *ast.RangeStmt, t *target, elem types.Type) []ast.Stmt {
	xt := f.typ(s.X)
	n, i := f.tmp(), f.tmp()
	var pre []ast.Stmt
	hasValue := s.Value != nil && !blank(s.Value)
	var x string
	length := func(e ast.Expr) ast.Expr {
		return &ast.CallExpr{Fun: f.l.ident("len"), Args: []ast.Expr{e}}
	}
	arr, isArray := xt.Underlying().(*types.Array)
	if p, ok := xt.Underlying().(*types.Pointer); ok {
		arr = p.Elem().Underlying().(*types.Array)
	}
	if hasValue || !isArray && arr == nil || f.calls(s.X) {
		x = f.tmp()
		pre = append(pre, f.declare(f.id(x, s.X.Pos()), xt, f.expr(s.X)))
	}
	if arr != nil {
		pre = append(pre, define(n, f.l.pos, intLit(f.l.pos, arr.Len())))
	} else {
		pre = append(pre, define(n, f.l.pos, length(f.id(x, s.X.Pos()))))
	}
	body := []ast.Stmt{f.l.poll()}
	if s.Tok == token.ASSIGN {
		var sets []ast.Stmt
		k, v := f.rangeAssign(s, types.Typ[types.Int], elem, &sets)
		if v != "_" {
			body = append(body, f.declare(f.id(v, s.X.Pos()), elem, f.tight(&ast.IndexExpr{X: f.id(x, s.X.Pos()), Index: f.id(i, s.X.Pos())}, xt, elem)))
		}
		if k != "_" {
			body = append(body, define(k, f.l.pos, f.id(i, s.X.Pos())))
		}
		body = append(body, sets...)
	} else {
		k, kpre := f.rangeVar(s.Key, s.Tok, types.Typ[types.Int], s.Body)
		if k != "_" {
			i = k
		}
		body = append(body, kpre...)
		if hasValue {
			at := f.tight(&ast.IndexExpr{X: f.id(x, s.X.Pos()), Index: f.id(i, s.X.Pos())}, xt, elem)
			v := f.info.Defs[s.Value.(*ast.Ident)].(*types.Var)
			body = append(body, f.declare(f.id(f.name(v), s.Value.Pos()), f.objType(v), at))
		}
	}
	var index, base types.Object
	if id, ok := s.Key.(*ast.Ident); ok && s.Tok == token.DEFINE {
		index = f.info.Defs[id]
	}
	if id, ok := ast.Unparen(s.X).(*ast.Ident); ok {
		base = f.info.Uses[id]
	}
	forget := f.keepsBounds(index, base, s.Body)
	body = append(body, f.stmts(s.Body.List)...)
	forget()
	loop := &ast.ForStmt{For: s.For, Init: define(i, f.l.pos, intLit(f.l.pos, 0)),
		Cond: &ast.BinaryExpr{X: f.id(i, s.Pos()), OpPos: f.l.pos, Op: token.LSS, Y: f.id(n, s.Pos())},
		Post: &ast.IncDecStmt{X: f.id(i, s.Pos()), Tok: token.INC},
		Body: &ast.BlockStmt{Lbrace: s.Body.Lbrace, List: body, Rbrace: s.Body.Rbrace}}
	return []ast.Stmt{block(append(pre, f.withLabel(t, loop)))}
}

// calls reports whether evaluating e calls a function or receives.
func (f *fn) calls(e ast.Expr) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			found = found || !f.info.Types[n.Fun].IsType()
		case *ast.UnaryExpr:
			found = found || n.Op == token.ARROW
		}
		return !found
	})
	return found
}

func blank(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "_"
}

// rangeString lowers range over a string: the engine takes every invalid byte
// for three.
func (f *fn) rangeString(s *ast.RangeStmt, t *target) []ast.Stmt {
	l := f.l
	x, next, r, w, i := f.tmp(), f.tmp(), f.tmp(), f.tmp(), f.tmp()
	pre := []ast.Stmt{define(x, l.pos, f.exprTo(s.X, types.Typ[types.String])), define(next, l.pos, intLit(l.pos, 0))}
	if b, ok := f.typ(s.X).Underlying().(*types.Basic); ok && b.Kind() != types.UntypedString && f.info.Types[s.X].Value == nil {
		pre[0] = define(x, l.pos, f.expr(s.X))
	}
	body := []ast.Stmt{l.poll(),
		&ast.IfStmt{If: l.pos, Cond: &ast.BinaryExpr{X: l.ident(next), OpPos: l.pos, Op: token.GEQ, Y: &ast.CallExpr{Fun: l.ident("len"), Args: []ast.Expr{l.ident(x)}}},
			Body: block([]ast.Stmt{&ast.BranchStmt{TokPos: l.pos, Tok: token.BREAK}})},
		define(i, l.pos, l.ident(next)),
		&ast.AssignStmt{Lhs: []ast.Expr{l.ident(r), l.ident(w)}, Tok: token.DEFINE, Rhs: []ast.Expr{l.rt("Rune", l.ident(x), l.ident(i))}},
		assign(l.ident(next), &ast.BinaryExpr{X: l.ident(i), OpPos: l.pos, Op: token.ADD, Y: l.ident(w)}),
	}
	if s.Tok == token.ASSIGN {
		k, v := f.rangeAssign(s, types.Typ[types.Int], types.Typ[types.Rune], &body)
		var sets []ast.Stmt
		if k != "_" {
			sets = append(sets, define(k, l.pos, l.ident(i)))
		}
		if v != "_" {
			sets = append(sets, define(v, l.pos, l.ident(r)))
		}
		// What the loop gives goes before the assignments.
		body = append(body[:5:5], append(sets, body[5:]...)...)
	} else {
		for j, e := range []ast.Expr{s.Key, s.Value} {
			if e == nil || blank(e) {
				continue
			}
			v := f.info.Defs[e.(*ast.Ident)].(*types.Var)
			from := i
			if j == 1 {
				from = r
			}
			body = append(body, f.declare(f.id(f.name(v), e.Pos()), f.objType(v), l.ident(from)))
		}
	}
	body = append(body, f.stmts(s.Body.List)...)
	loop := &ast.ForStmt{For: s.For, Body: &ast.BlockStmt{Lbrace: s.Body.Lbrace, List: body, Rbrace: s.Body.Rbrace}}
	return []ast.Stmt{block(append(pre, f.withLabel(t, loop)))}
}

func (f *fn) rangeInt(s *ast.RangeStmt, xt types.Type, t *target) []ast.Stmt {
	if untyped(xt) {
		xt = types.Typ[types.Int]
		if s.Key != nil && !blank(s.Key) {
			if s.Tok == token.DEFINE {
				xt = f.objType(f.info.Defs[s.Key.(*ast.Ident)])
			} else {
				xt = f.typ(s.Key)
			}
		}
	}
	n := f.tmp()
	pre := []ast.Stmt{f.declare(f.id(n, s.X.Pos()), xt, f.exprTo(s.X, xt))}
	k, kpre := f.rangeVar(s.Key, s.Tok, xt, s.Body)
	if k == "_" {
		k = f.tmp()
	}
	body := append([]ast.Stmt{f.l.poll()}, kpre...)
	body = append(body, f.stmts(s.Body.List)...)
	loop := &ast.ForStmt{For: s.For, Init: f.declare(f.id(k, s.Pos()), xt, f.zero(xt)),
		Cond: &ast.BinaryExpr{X: f.id(k, s.Pos()), OpPos: f.l.pos, Op: token.LSS, Y: f.id(n, s.Pos())},
		Post: &ast.IncDecStmt{X: f.id(k, s.Pos()), Tok: token.INC},
		Body: &ast.BlockStmt{Lbrace: s.Body.Lbrace, List: body, Rbrace: s.Body.Rbrace}}
	if b, ok := xt.Underlying().(*types.Basic); ok && b.Kind() == types.Uintptr { // see incDec
		loop.Post = assign(f.id(k, s.Pos()), &ast.BinaryExpr{X: f.id(k, s.Pos()), OpPos: f.l.pos, Op: token.ADD, Y: f.one(xt)})
	}
	return []ast.Stmt{block(append(pre, f.withLabel(t, loop)))}
}

func (f *fn) rangeChan(s *ast.RangeStmt, u *types.Chan, xt types.Type, t *target) []ast.Stmt {
	c, v, ok := f.tmp(), f.tmp(), f.tmp()
	body := []ast.Stmt{f.l.poll(),
		&ast.AssignStmt{Lhs: []ast.Expr{f.l.ident(v), f.l.ident(ok)}, Tok: token.DEFINE, Rhs: []ast.Expr{
			&ast.CallExpr{Fun: f.id(f.l.receiver(xt, true), s.X.Pos()), Args: []ast.Expr{f.l.ident(c)}}}},
		&ast.IfStmt{If: f.l.pos, Cond: &ast.UnaryExpr{OpPos: f.l.pos, Op: token.NOT, X: f.l.ident(ok)}, Body: block([]ast.Stmt{&ast.BranchStmt{TokPos: f.l.pos, Tok: token.BREAK}})}}
	if s.Key != nil && !blank(s.Key) {
		if s.Tok == token.DEFINE {
			o := f.info.Defs[s.Key.(*ast.Ident)].(*types.Var)
			body = append(body, f.declare(f.id(f.name(o), s.Key.Pos()), f.objType(o), f.l.ident(v)))
		} else {
			var pre []ast.Stmt
			d := f.operand(s.Key, false, &pre)
			body = append(append(body, pre...), f.put(d, f.l.ident(v), u.Elem()))
		}
	}
	body = append(body, f.stmts(s.Body.List)...)
	loop := &ast.ForStmt{For: s.For, Body: &ast.BlockStmt{Lbrace: s.Body.Lbrace, List: body, Rbrace: s.Body.Rbrace}}
	return []ast.Stmt{block([]ast.Stmt{f.declare(f.l.ident(c), xt, f.expr(s.X)), f.withLabel(t, loop)})}
}
