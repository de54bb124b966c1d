package lower

import (
	"go/ast"
	"go/token"
	"go/types"
)

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
