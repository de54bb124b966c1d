package lower

import (
	"go/ast"
	"go/token"
	"go/types"
)

func (f *fn) switchStmt(s *ast.SwitchStmt) []ast.Stmt {
	l := f.l
	t, leave := f.enter(false)
	defer leave()
	var pre []ast.Stmt
	if s.Init != nil {
		pre = f.stmt(s.Init)
	}
	out := &ast.SwitchStmt{Switch: s.Switch}
	var tagType types.Type
	var tag string
	if s.Tag != nil {
		tagType = types.Default(f.typ(s.Tag))
		tag = f.tmp()
		pre = append(pre, f.declare(f.id(tag, s.Tag.Pos()), tagType, f.exprTo(s.Tag, tagType)))
	}
	var clauses []ast.Stmt
	// The engine takes the default for the last clause, and gets lost when one
	// falls through to or from it elsewhere: then the clause is found first.
	which := ""
	var find, last *ast.IfStmt
	if fallsThrough(s) {
		which = f.tmp()
	}
	for i, c := range s.Body.List {
		c := c.(*ast.CaseClause)
		cc := &ast.CaseClause{Case: c.Case, Colon: c.Colon}
		if which != "" && len(c.List) == 0 {
			pre = append(pre, define(which, l.pos, intLit(l.pos, int64(i))))
		}
		if len(c.List) > 0 {
			var cond ast.Expr
			for _, e := range c.List {
				x := f.caseCond(e, tag, tagType)
				if cond == nil {
					cond = x
				} else {
					cond = &ast.BinaryExpr{X: cond, OpPos: f.pos(e.Pos()), Op: token.LOR, Y: x}
				}
			}
			cc.List = []ast.Expr{cond}
			if which != "" {
				one := &ast.IfStmt{If: c.Case, Cond: cond, Body: block([]ast.Stmt{assign(f.id(which, c.Pos()), intLit(l.pos, int64(i)))})}
				if find == nil {
					find = one
				} else {
					last.Else = one
				}
				last = one
			}
		}
		if which != "" {
			cc.List = []ast.Expr{&ast.BinaryExpr{X: f.id(which, c.Pos()), OpPos: l.pos, Op: token.EQL, Y: intLit(l.pos, int64(i))}}
		}
		cc.Body = f.clause(c.Body)
		if len(c.Body) == 1 && isFallthrough(c.Body[0]) {
			// The engine loses a clause that does nothing else.
			cc.Body = append([]ast.Stmt{&ast.ExprStmt{X: l.rt("Nop")}}, cc.Body...)
		}
		clauses = append(clauses, cc)
	}
	out.Body = &ast.BlockStmt{Lbrace: s.Body.Lbrace, List: clauses, Rbrace: s.Body.Rbrace}
	if len(clauses) == 0 {
		return []ast.Stmt{block(pre)}
	}
	st := f.withLabel(t, out)
	if find != nil {
		pre = append(pre, find)
	}
	if len(pre) > 0 {
		return []ast.Stmt{block(append(pre, st))}
	}
	return []ast.Stmt{st}
}

func isFallthrough(s ast.Stmt) bool {
	b, ok := s.(*ast.BranchStmt)
	return ok && b.Tok == token.FALLTHROUGH
}

// caseCond is the condition of one case expression.
func (f *fn) caseCond(e ast.Expr, tag string, tagType types.Type) ast.Expr {
	if tagType == nil {
		if types.IsInterface(f.typ(e)) {
			return f.l.rt("Equal", f.exprTo(e, anyInterface), f.l.ident("true"))
		}
		return f.cond(e)
	}
	l := f.l
	x := f.id(tag, e.Pos())
	tv := f.info.Types[e]
	if tv.IsNil() {
		if !types.IsInterface(tagType) { // the engine fails to compare slices here
			return l.rt("IsNil", x)
		}
		return &ast.BinaryExpr{X: x, OpPos: f.pos(e.Pos()), Op: token.EQL, Y: l.ident("nil")}
	}
	et := f.subst(tv.Type)
	if untyped(et) && !types.IsInterface(tagType) {
		et = tagType
	}
	et = types.Default(et)
	if types.IsInterface(tagType) || types.IsInterface(et) {
		return l.rt("Equal", f.conv(x, tagType, anyInterface), f.exprTo(e, anyInterface))
	}
	switch tagType.Underlying().(type) {
	case *types.Struct, *types.Array:
		return l.rt("Equal", x, f.exprTo(e, tagType))
	}
	if !types.AssignableTo(et, tagType) { // a channel of both directions
		return &ast.BinaryExpr{X: f.conv(x, tagType, et), OpPos: f.pos(e.Pos()), Op: token.EQL, Y: f.expr(e)}
	}
	if b, ok := tagType.Underlying().(*types.Basic); ok && b.Info()&types.IsBoolean != 0 && tv.Value != nil {
		return &ast.BinaryExpr{X: x, OpPos: f.pos(e.Pos()), Op: token.EQL, Y: l.rt("Bool", f.exprTo(e, types.Typ[types.Bool]))}
	}
	return &ast.BinaryExpr{X: x, OpPos: f.pos(e.Pos()), Op: token.EQL, Y: f.exprTo(e, tagType)}
}

// typeSwitch lowers to assertions, which have no effect, followed by a switch
// over their outcomes.
func (f *fn) typeSwitch(s *ast.TypeSwitchStmt) []ast.Stmt {
	l := f.l
	t, leave := f.enter(false)
	defer leave()
	var pre []ast.Stmt
	if s.Init != nil {
		pre = f.stmt(s.Init)
	}
	var x ast.Expr
	bound := false
	switch a := s.Assign.(type) {
	case *ast.ExprStmt:
		x = ast.Unparen(a.X).(*ast.TypeAssertExpr).X
	case *ast.AssignStmt:
		x = ast.Unparen(a.Rhs[0]).(*ast.TypeAssertExpr).X
		bound = true
	}
	xt := f.typ(x)
	v := f.tmp()
	pre = append(pre, f.declare(f.id(v, x.Pos()), xt, f.expr(x)))
	a := v
	if !l.engineAny(xt) {
		a = f.tmp()
		pre = append(pre, f.declare(f.id(a, x.Pos()), anyInterface, l.rt("Unwrap", f.id(v, x.Pos()))))
	}
	out := &ast.SwitchStmt{Switch: s.Switch}
	var clauses []ast.Stmt
	for _, c := range s.Body.List {
		c := c.(*ast.CaseClause)
		cc := &ast.CaseClause{Case: c.Case, Colon: c.Colon}
		obj, _ := f.info.Implicits[c].(*types.Var)
		var single string
		var cond ast.Expr
		for _, e := range c.List {
			var one ast.Expr
			if f.info.Types[e].IsNil() {
				one = &ast.BinaryExpr{X: f.id(a, e.Pos()), OpPos: f.pos(e.Pos()), Op: token.EQL, Y: l.ident("nil")}
			} else {
				ct := f.typ(e)
				val, ok := f.tmp(), f.tmp()
				get, _ := f.assertOK(f.id(a, e.Pos()), ct)
				pre = append(pre, &ast.AssignStmt{Lhs: []ast.Expr{f.id(val, e.Pos()), f.id(ok, e.Pos())}, Tok: token.DEFINE, Rhs: []ast.Expr{get}})
				one = f.id(ok, e.Pos())
				single = val
			}
			if cond == nil {
				cond = one
			} else {
				cond = &ast.BinaryExpr{X: cond, OpPos: f.pos(e.Pos()), Op: token.LOR, Y: one}
			}
		}
		if cond != nil {
			cc.List = []ast.Expr{cond}
		}
		if bound && obj != nil {
			ot := f.objType(obj)
			from := v
			if len(c.List) == 1 && single != "" {
				from = single
			}
			cc.Body = append(cc.Body, f.declare(f.id(f.name(obj), c.Pos()), ot, f.id(from, c.Pos())))
		}
		cc.Body = append(cc.Body, f.clause(c.Body)...)
		clauses = append(clauses, cc)
	}
	if len(clauses) == 0 {
		return []ast.Stmt{block(pre)}
	}
	out.Body = &ast.BlockStmt{Lbrace: s.Body.Lbrace, List: clauses, Rbrace: s.Body.Rbrace}
	return []ast.Stmt{block(append(pre, f.withLabel(t, out)))}
}

// fallsThrough reports whether a switch has a default clause that is not the
// last, and a clause that falls through.
func fallsThrough(s *ast.SwitchStmt) bool {
	found, middle := false, false
	for i, c := range s.Body.List {
		c := c.(*ast.CaseClause)
		if len(c.List) == 0 && i < len(s.Body.List)-1 {
			middle = true
		}
		if n := len(c.Body); n > 0 && isFallthrough(c.Body[n-1]) {
			found = true
		}
	}
	return found && middle
}
