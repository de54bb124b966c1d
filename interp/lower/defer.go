package lower

import (
	"go/ast"
	"go/token"
	"go/types"

	"cahier/interp/rt"
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
			if lit, ok := inner.Fun.(*ast.FuncLit); ok && len(inner.Args) == 0 && len(call.Args) == 1 {
				// See builtinSpread.
				list := lit.Body.List
				if _, ok := f.info.TypeOf(call.Args[0]).(*types.Tuple); ok {
					return append(pre, list[:len(list)-1]...), list[len(list)-1], nil
				}
			}
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
	if f.l.isRecursive(f.typ(fun)) {
		f.l.refuse(call.Pos(), "go or defer of a "+rt.TypeText(f.typ(fun)), "the interpreter keeps a type that refers to itself in a form of its own", "call it in a function literal")
	}
	x := f.expr(call)
	if p, ok := x.(*ast.ParenExpr); ok {
		x = p.X
	}
	c, ok := x.(*ast.CallExpr)
	if !ok {
		return nil, &ast.ExprStmt{X: x}, nil
	}
	// How many leading arguments are receivers of the lowered call.
	extra := len(c.Args) - len(call.Args)
	var spread ast.Stmt
	if lit, ok := c.Fun.(*ast.FuncLit); ok && len(c.Args) == 0 && len(call.Args) > 0 {
		// f(g()), where g has several results; see fn.spread.
		n := len(lit.Body.List)
		pre = append(pre, lit.Body.List[:n-2]...)
		spread = lit.Body.List[n-2]
		switch last := lit.Body.List[n-1].(type) {
		case *ast.ExprStmt:
			c = last.X.(*ast.CallExpr)
		case *ast.ReturnStmt:
			c = last.Results[0].(*ast.CallExpr)
		}
		extra = len(c.Args) - len(spread.(*ast.AssignStmt).Lhs)
	}
	if n := len(c.Args); sig.Variadic() && !call.Ellipsis.IsValid() && len(call.Args) == sig.Params().Len()-1 && spread == nil && n > 0 && nilVariadic(c.Args[n-1]) {
		extra--
	}
	var args []ast.Stmt
	for i, a := range c.Args {
		k := i - extra
		if spread == nil && k >= len(call.Args) {
			continue // no arguments for a variadic parameter; see noMore
		}
		if k < 0 {
			rt := f.receiverType(fun)
			if rt == nil {
				continue
			}
			c.Args[i] = f.hold(a, rt, &args)
			continue
		}
		if spread != nil {
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
		c.Args[i] = f.hold(a, t, &args)
	}
	// Calls that make the function come before those that make its arguments,
	// and a variable's value is taken after all of them.
	early := f.calls(fun)
	if !early {
		pre = append(pre, args...)
	}
	switch fx := c.Fun.(type) {
	case *ast.SelectorExpr:
		if sel, ok := fun.(*ast.SelectorExpr); ok && extra == 0 {
			if s := f.info.Selections[sel]; s != nil {
				if s.Kind() == types.MethodVal {
					// A compiled method: hold its receiver.
					m, index, recv := f.method(sel, s)
					px, pt := f.path(f.base(sel.X), recv, f.embedding(recv, index))
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
	if early {
		pre = append(pre, args...)
	}
	if spread != nil {
		pre = append(pre, spread)
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
	for _, i := range f.embedding(recv, index) {
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
	start := &ast.FuncLit{Type: &ast.FuncType{Func: f.pos(s.Go), Params: &ast.FieldList{Opening: f.l.pos}}, Body: block([]ast.Stmt{&ast.ExprStmt{X: f.l.rt("Go", intLit(f.l.pos, int64(s.Pos())), intLit(f.l.pos, int64(s.End())), lit)}})}
	return []ast.Stmt{block(append(pre, &ast.ExprStmt{X: &ast.CallExpr{Fun: start}}))}
}

// deferStmt hands the call, with what is evaluated now in variables, to the
// function's list of deferred calls.
func (f *fn) deferStmt(s *ast.DeferStmt) []ast.Stmt {
	if b, ok := f.objectOf(ast.Unparen(s.Call.Fun)).(*types.Builtin); ok && b.Name() == "recover" {
		return []ast.Stmt{&ast.ExprStmt{X: f.l.rt("DeferRecover", f.l.ident(f.defers), f.panic())}}
	}
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
	how := "Defer"
	if obj := f.callee(ast.Unparen(s.Call.Fun)); obj != nil && f.l.objs[obj.Origin()] == nil {
		if recv := obj.Signature().Recv(); recv == nil || !types.IsInterface(recv.Type()) {
			how = "DeferCompiled"
		}
	}
	n := f.tmp()
	lit := &ast.FuncLit{Type: &ast.FuncType{Func: f.pos(s.Defer), Params: &ast.FieldList{Opening: f.l.pos}}, Body: block([]ast.Stmt{body})}
	return append(pre, define(n, f.l.pos, lit), &ast.ExprStmt{X: f.l.rt(how, f.l.ident(f.defers), f.l.ident(n))})
}

// nilVariadic recognises what noMore passes.
func nilVariadic(x ast.Expr) bool {
	c, ok := x.(*ast.CallExpr)
	if !ok {
		return false
	}
	_, ok = c.Fun.(*ast.ArrayType)
	return ok && len(c.Args) == 1
}

// receiverOf is the type of a method's receiver; a struct for a function.
func receiverOf(m *types.Func) types.Type {
	if r := m.Type().(*types.Signature).Recv(); r != nil {
		return r.Type()
	}
	return types.NewStruct(nil, nil)
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

// panic is the panic that recover sees: nil in a statement of the cell itself.
func (f *fn) panic() ast.Expr {
	if f.panicking == "" {
		return f.l.ident("nil")
	}
	return f.l.ident(f.panicking)
}

// recovers reports whether a function with body n calls recover itself.
func (f *fn) recovers(n ast.Node) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.Ident:
			if b, ok := f.info.Uses[n].(*types.Builtin); ok && b.Name() == "recover" {
				found = true
			}
		}
		return !found
	})
	return found
}
