package lower

import (
	"go/ast"
	"go/token"
	"go/types"
)

func (f *fn) switchStmt(s *ast.SwitchStmt) []ast.Stmt {
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
	for _, c := range s.Body.List {
		c := c.(*ast.CaseClause)
		cc := &ast.CaseClause{Case: c.Case, Colon: c.Colon}
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
		}
		cc.Body = f.stmts(c.Body)
		clauses = append(clauses, cc)
	}
	out.Body = &ast.BlockStmt{Lbrace: s.Body.Lbrace, List: clauses, Rbrace: s.Body.Rbrace}
	if len(clauses) == 0 {
		return []ast.Stmt{block(pre)}
	}
	st := f.withLabel(t, out)
	if len(pre) > 0 {
		return []ast.Stmt{block(append(pre, st))}
	}
	return []ast.Stmt{st}
}

// caseCond is the condition of one case expression.
func (f *fn) caseCond(e ast.Expr, tag string, tagType types.Type) ast.Expr {
	if tagType == nil {
		return f.cond(e)
	}
	l := f.l
	x := f.id(tag, e.Pos())
	tv := f.info.Types[e]
	if tv.IsNil() {
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
		cc.Body = append(cc.Body, f.stmts(c.Body)...)
		clauses = append(clauses, cc)
	}
	if len(clauses) == 0 {
		return []ast.Stmt{block(pre)}
	}
	out.Body = &ast.BlockStmt{Lbrace: s.Body.Lbrace, List: clauses, Rbrace: s.Body.Rbrace}
	return []ast.Stmt{block(append(pre, f.withLabel(t, out)))}
}

// selectStmt lowers to a call that chooses and a switch over what it chose:
// the engine's own select statement is not safe for several goroutines.
func (f *fn) selectStmt(s *ast.SelectStmt) []ast.Stmt {
	l := f.l
	t, leave := f.enter(false)
	defer leave()
	var pre []ast.Stmt
	var clauses []ast.Stmt
	var args []ast.Expr
	hasDefault := false
	chosen, okName := f.tmp(), f.tmp()
	addr := func(name string) ast.Expr {
		return &ast.UnaryExpr{OpPos: l.pos, Op: token.AND, X: l.ident(name)}
	}
	for _, c := range s.Body.List {
		c := c.(*ast.CommClause)
		cc := &ast.CaseClause{Case: c.Case, Colon: c.Colon}
		var first []ast.Stmt
		index := len(args) / 3
		switch comm := c.Comm.(type) {
		case nil:
			hasDefault = true
			index = -1
		case *ast.SendStmt:
			ct := f.typ(comm.Chan)
			elem := ct.Underlying().(*types.Chan).Elem()
			cn, vn := f.tmp(), f.tmp()
			pre = append(pre, f.declare(f.id(cn, comm.Pos()), ct, f.expr(comm.Chan)), f.declare(f.id(vn, comm.Pos()), elem, f.exprTo(comm.Value, elem)))
			args = append(args, intLit(l.pos, 1), f.id(cn, comm.Pos()), addr(vn))
		case *ast.ExprStmt:
			u := ast.Unparen(comm.X).(*ast.UnaryExpr)
			cn := f.tmp()
			pre = append(pre, f.declare(f.id(cn, comm.Pos()), f.typ(u.X), f.expr(u.X)))
			args = append(args, intLit(l.pos, 0), f.id(cn, comm.Pos()), l.ident("nil"))
		case *ast.AssignStmt:
			u := ast.Unparen(comm.Rhs[0]).(*ast.UnaryExpr)
			ct := f.typ(u.X)
			elem := ct.Underlying().(*types.Chan).Elem()
			cn, vn := f.tmp(), f.tmp()
			pre = append(pre, f.declare(f.id(cn, comm.Pos()), ct, f.expr(u.X)), f.declare(f.id(vn, comm.Pos()), elem, f.zero(elem)))
			args = append(args, intLit(l.pos, 0), f.id(cn, comm.Pos()), addr(vn))
			for i, lhs := range comm.Lhs {
				d := f.operand(lhs, false, &first)
				if d.x == nil {
					continue
				}
				if i == 0 {
					first = append(first, f.put(d, f.id(vn, comm.Pos()), elem))
				} else {
					first = append(first, f.put(d, f.id(okName, comm.Pos()), types.Typ[types.Bool]))
				}
			}
		}
		cc.List = []ast.Expr{&ast.BinaryExpr{X: l.ident(chosen), OpPos: l.pos, Op: token.EQL, Y: intLit(l.pos, int64(index))}}
		cc.Body = append(first, f.stmts(c.Body)...)
		clauses = append(clauses, cc)
	}
	pre = append(pre, &ast.AssignStmt{Lhs: []ast.Expr{l.ident(chosen), l.ident(okName)}, Tok: token.DEFINE,
		Rhs: []ast.Expr{l.rt("Select", append([]ast.Expr{boolLit(l, hasDefault)}, args...)...)}})
	if len(clauses) == 0 {
		return []ast.Stmt{block(pre)}
	}
	out := &ast.SwitchStmt{Switch: s.Select, Body: &ast.BlockStmt{Lbrace: s.Body.Lbrace, List: clauses, Rbrace: s.Body.Rbrace}}
	return []ast.Stmt{block(append(pre, f.withLabel(t, out)))}
}

// receiver is the helper func(c C) T, or (T, bool), that receives from c.
func (l *Lowerer) receiver(ct types.Type, two bool) string {
	k := "recv " + l.key(ct)
	if two {
		k = "recv2 " + l.key(ct)
	}
	if n := l.helpers[k]; n != "" {
		return n
	}
	n := l.fresh("H")
	set(l, l.helpers, k, n)
	elem := ct.Underlying().(*types.Chan).Elem()
	f := l.newFn(nil, nil)
	res := l.params("", l.typ(elem))
	recv := l.rt("Recv", l.ident("c"), &ast.UnaryExpr{OpPos: l.pos, Op: token.AND, X: l.ident("v")})
	body := []ast.Stmt{f.declare(l.ident("v"), elem, f.zero(elem))}
	if two {
		res = l.params("", l.typ(elem), "", l.ident("bool"))
		body = append(body, define("ok", l.pos, recv), &ast.ReturnStmt{Return: l.pos, Results: []ast.Expr{l.ident("v"), l.ident("ok")}})
	} else {
		body = append(body, &ast.ExprStmt{X: recv}, &ast.ReturnStmt{Return: l.pos, Results: []ast.Expr{l.ident("v")}})
	}
	l.prog.Decls = append(l.prog.Decls, &ast.FuncDecl{Name: l.ident(n),
		Type: &ast.FuncType{Func: l.pos, Params: l.params("c", l.typ(ct)), Results: res}, Body: block(body)})
	return n
}

// sender is the helper func(c C, v T) that sends.
func (l *Lowerer) sender(ct types.Type) string {
	k := "send " + l.key(ct)
	if n := l.helpers[k]; n != "" {
		return n
	}
	n := l.fresh("H")
	set(l, l.helpers, k, n)
	elem := ct.Underlying().(*types.Chan).Elem()
	f := l.newFn(nil, nil)
	l.prog.Decls = append(l.prog.Decls, &ast.FuncDecl{Name: l.ident(n),
		Type: &ast.FuncType{Func: l.pos, Params: l.params("c", l.typ(ct), "v", l.typ(elem))},
		Body: block([]ast.Stmt{
			f.declare(l.ident("w"), elem, l.ident("v")),
			&ast.ExprStmt{X: l.rt("Send", l.ident("c"), &ast.UnaryExpr{OpPos: l.pos, Op: token.AND, X: l.ident("w")})},
		})})
	return n
}

func (f *fn) send(s *ast.SendStmt) ast.Stmt {
	ct := f.typ(s.Chan)
	elem := ct.Underlying().(*types.Chan).Elem()
	return &ast.ExprStmt{X: &ast.CallExpr{Fun: f.id(f.l.sender(ct), s.Pos()), Args: []ast.Expr{f.expr(s.Chan), f.exprTo(s.Value, elem)}}}
}

// hold evaluates e, of type t, into a variable, unless it is a constant or a
// function literal.
func (f *fn) hold(x ast.Expr, t types.Type, pre *[]ast.Stmt) ast.Expr {
	switch x := x.(type) {
	case *ast.BasicLit, *ast.FuncLit:
		return x
	case *ast.Ident:
		if x.Name == "nil" || x.Name == "true" || x.Name == "false" {
			return x
		}
	}
	n := f.tmp()
	*pre = append(*pre, f.declare(f.id(n, x.Pos()), t, x))
	return f.id(n, x.Pos())
}

// frozen lowers a call of go or defer: the function value, the receiver and
// the arguments are evaluated now.
func (f *fn) frozen(call *ast.CallExpr) (pre []ast.Stmt, body ast.Stmt, direct ast.Expr) {
	fun := ast.Unparen(call.Fun)
	tv := f.info.Types[fun]
	if tv.IsBuiltin() || tv.IsType() {
		x := f.expr(call)
		if inner, ok := x.(*ast.CallExpr); ok {
			for i, a := range inner.Args {
				if i < len(call.Args) {
					at := f.info.TypeOf(call.Args[i])
					if at == nil || f.info.Types[call.Args[i]].IsType() || f.info.Types[call.Args[i]].IsNil() {
						continue
					}
					t := types.Default(f.subst(at))
					if f.builtinName(fun) == "panic" || f.builtinName(fun) == "print" || f.builtinName(fun) == "println" {
						t = anyInterface
					}
					if f.builtinName(fun) == "delete" && i == 1 {
						t = f.typ(call.Args[0]).Underlying().(*types.Map).Key()
					}
					inner.Args[i] = f.hold(a, t, &pre)
				}
			}
		}
		return pre, &ast.ExprStmt{X: x}, nil
	}
	sig := f.typ(fun).Underlying().(*types.Signature)
	x := f.expr(call)
	if p, ok := x.(*ast.ParenExpr); ok {
		x = p.X
	}
	c, ok := x.(*ast.CallExpr)
	if !ok {
		return nil, &ast.ExprStmt{X: x}, nil
	}
	if lit, ok := c.Fun.(*ast.FuncLit); ok && len(c.Args) == 0 && len(call.Args) > 0 {
		_ = lit // f(g()) with several results: run as a whole, later
		return nil, &ast.ExprStmt{X: c}, nil
	}
	// How many leading arguments are receivers of the lowered call.
	extra := len(c.Args) - len(call.Args)
	for i, a := range c.Args {
		k := i - extra
		if k < 0 {
			rt := f.receiverType(fun)
			if rt == nil {
				continue
			}
			c.Args[i] = f.hold(a, rt, &pre)
			continue
		}
		var t types.Type
		n := sig.Params().Len()
		switch {
		case sig.Variadic() && k >= n-1 && call.Ellipsis.IsValid():
			t = sig.Params().At(n - 1).Type()
		case sig.Variadic() && k >= n-1:
			t = variadicElem(sig.Params().At(n - 1).Type())
		default:
			t = sig.Params().At(k).Type()
		}
		c.Args[i] = f.hold(a, t, &pre)
	}
	switch fx := c.Fun.(type) {
	case *ast.SelectorExpr:
		if sel, ok := fun.(*ast.SelectorExpr); ok {
			if s := f.info.Selections[sel]; s != nil {
				if s.Kind() == types.MethodVal {
					// A compiled method: hold its receiver.
					m, index, recv := f.method(sel, s)
					px, pt := f.path(f.expr(sel.X), recv, index[:len(index)-1])
					if want := m.Type().(*types.Signature).Recv(); want != nil && isPointer(want.Type()) && !isPointer(pt) && !types.IsInterface(pt) {
						px, pt = &ast.UnaryExpr{OpPos: f.pos(px.Pos()), Op: token.AND, X: px}, types.NewPointer(pt)
					}
					fx.X = f.hold(px, pt, &pre)
				} else {
					c.Fun = f.hold(fx, sig, &pre)
				}
			}
		}
	case *ast.Ident:
		if _, isVar := f.objectOf(fun).(*types.Var); isVar {
			c.Fun = f.hold(fx, sig, &pre)
		}
	case *ast.FuncLit:
	case *ast.TypeAssertExpr:
		n := f.tmp()
		pre = append(pre, define(n, f.pos(fx.Pos()), fx))
		c.Fun = f.id(n, fx.Pos())
	default:
		c.Fun = f.hold(fx, sig, &pre)
	}
	return pre, &ast.ExprStmt{X: c}, c
}

func (f *fn) objectOf(e ast.Expr) types.Object {
	switch e := e.(type) {
	case *ast.Ident:
		return f.info.Uses[e]
	case *ast.SelectorExpr:
		return f.info.Uses[e.Sel]
	}
	return nil
}

func (f *fn) builtinName(fun ast.Expr) string {
	if id, ok := fun.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

// receiverType is the type of the value that a lowered method call passes as
// its first argument.
func (f *fn) receiverType(fun ast.Expr) types.Type {
	sel, ok := fun.(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	s := f.info.Selections[sel]
	if s == nil || s.Kind() != types.MethodVal {
		return nil
	}
	m, index, recv := f.method(sel, s)
	t := recv
	for _, i := range index[:len(index)-1] {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		t = t.Underlying().(*types.Struct).Field(i).Type()
	}
	if types.IsInterface(t) {
		return t
	}
	want := isPointer(m.Type().(*types.Signature).Recv().Type())
	switch has := isPointer(t); {
	case want && !has:
		return types.NewPointer(t)
	case !want && has:
		return t.Underlying().(*types.Pointer).Elem()
	}
	return t
}

func (f *fn) goStmt(s *ast.GoStmt) []ast.Stmt {
	pre, body, _ := f.frozen(s.Call)
	lit := &ast.FuncLit{Type: &ast.FuncType{Func: f.pos(s.Go), Params: &ast.FieldList{Opening: f.l.pos}}, Body: block([]ast.Stmt{body})}
	// In a frame of its own; see ownFrame.
	start := &ast.FuncLit{Type: &ast.FuncType{Func: f.pos(s.Go), Params: &ast.FieldList{Opening: f.l.pos}}, Body: block([]ast.Stmt{&ast.ExprStmt{X: f.l.rt("Go", lit)}})}
	return []ast.Stmt{block(append(pre, &ast.ExprStmt{X: &ast.CallExpr{Fun: start}}))}
}

// deferStmt hands the call, with what is evaluated now in variables, to the
// function's list of deferred calls.
func (f *fn) deferStmt(s *ast.DeferStmt) []ast.Stmt {
	var pre []ast.Stmt
	var body ast.Stmt
	if lit, ok := ast.Unparen(s.Call.Fun).(*ast.FuncLit); ok && len(s.Call.Args) == 0 && len(lit.Type.Params.List) == 0 {
		n := f.tmp()
		x := f.funcLit(lit).(*ast.FuncLit)
		if x.Type.Results == nil {
			return []ast.Stmt{define(n, f.pos(s.Defer), x), &ast.ExprStmt{X: f.l.rt("Defer", f.l.ident(f.defers), f.l.ident(n))}}
		}
		body = &ast.ExprStmt{X: &ast.CallExpr{Fun: f.l.ident(n)}}
		pre = []ast.Stmt{define(n, f.pos(s.Defer), x)}
	} else {
		pre, body, _ = f.frozen(s.Call)
	}
	n := f.tmp()
	lit := &ast.FuncLit{Type: &ast.FuncType{Func: f.pos(s.Defer), Params: &ast.FieldList{Opening: f.l.pos}}, Body: block([]ast.Stmt{body})}
	return append(pre, define(n, f.l.pos, lit), &ast.ExprStmt{X: f.l.rt("Defer", f.l.ident(f.defers), f.l.ident(n))})
}

// withDefers lowers a body that has defer statements: package rt runs it, and
// the deferred calls after it. The engine's own defer statement holds a lock
// meanwhile, and forgets calls when one of them panics.
func (f *fn) withDefers(body func() []ast.Stmt) []ast.Stmt {
	l := f.l
	f.defers = l.fresh("d")
	out := []ast.Stmt{define(f.defers, l.pos, l.rt("NewDefers"))}
	lit := &ast.FuncLit{Type: &ast.FuncType{Func: l.pos, Params: &ast.FieldList{Opening: l.pos}}, Body: block(body())}
	return append(out, &ast.ExprStmt{X: l.rt("RunBody", l.ident(f.defers), lit)})
}

// hasDefer reports whether n has a defer statement outside function literals.
func hasDefer(n ast.Node) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.DeferStmt:
			found = true
		}
		return !found
	})
	return found
}
