package lower

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"cahier/interp/check"
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
	args := len(call.Args)
	if args == 1 {
		if tu, ok := f.typ(call.Args[0]).(*types.Tuple); ok { // f(g()) with several results
			args = tu.Len()
			var lhs []ast.Expr
			for range args {
				n := f.tmp()
				lhs = append(lhs, f.id(n, call.Pos()))
				f.ready = append(f.ready, f.id(n, call.Pos()))
			}
			pre = append(pre, &ast.AssignStmt{Lhs: lhs, Tok: token.DEFINE, Rhs: []ast.Expr{f.expr(call.Args[0])}})
		}
	}
	x := f.expr(call)
	if p, ok := x.(*ast.ParenExpr); ok {
		x = p.X
	}
	c, ok := x.(*ast.CallExpr)
	if !ok {
		return pre, &ast.ExprStmt{X: x}, nil
	}
	// How many leading arguments are receivers of the lowered call.
	extra := len(c.Args) - args
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
		if sel, ok := fun.(*ast.SelectorExpr); ok && extra == 0 {
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
	start := &ast.FuncLit{Type: &ast.FuncType{Func: f.pos(s.Go), Params: &ast.FieldList{Opening: f.l.pos}}, Body: block([]ast.Stmt{&ast.ExprStmt{X: f.l.rt("Go", intLit(f.l.pos, int64(s.Pos())), intLit(f.l.pos, int64(s.End())), lit)}})}
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
			return []ast.Stmt{define(n, f.pos(s.Defer), x), f.noteDeferred(s.Call, n)}
		}
		body = &ast.ExprStmt{X: &ast.CallExpr{Fun: f.l.ident(n)}}
		pre = []ast.Stmt{define(n, f.pos(s.Defer), x)}
	} else {
		pre, body, _ = f.frozen(s.Call)
	}
	n := f.tmp()
	lit := &ast.FuncLit{Type: &ast.FuncType{Func: f.pos(s.Defer), Params: &ast.FieldList{Opening: f.l.pos}}, Body: block([]ast.Stmt{body})}
	return append(pre, define(n, f.l.pos, lit), f.noteDeferred(s.Call, n))
}

// noteDeferred makes the statement that notes the deferred call of n, which
// makes call. Only the function that call names may recover, not one that this
// calls; whether it tries is known, unless the function is any value.
func (f *fn) noteDeferred(call *ast.CallExpr, n string) ast.Stmt {
	l := f.l
	fun := ast.Unparen(call.Fun)
	name := "DeferRecover"
	args := []ast.Expr{l.ident(f.defers), l.ident(n)}
	if lit, ok := fun.(*ast.FuncLit); ok && !f.hasRecover(lit.Body) || f.info.Types[fun].IsBuiltin() {
		name = "Defer"
	} else if obj := f.callee(fun); obj != nil {
		d := l.objs[obj.Origin()]
		switch {
		case d == nil && obj.Pkg() != nil && !types.IsInterface(receiverOf(obj)):
			name = "Defer" // compiled
		case d != nil && d.ID != 0:
			// A later cell may declare the function again.
			name, args = "DeferNamed", append(args, intLit(l.pos, int64(d.ID)))
		}
	}
	return &ast.ExprStmt{X: l.rt(name, args...)}
}

// receiverOf is the type of a method's receiver; a struct for a function.
func receiverOf(m *types.Func) types.Type {
	if r := m.Type().(*types.Signature).Recv(); r != nil {
		return r.Type()
	}
	return types.NewStruct(nil, nil)
}

// recovers tells package rt whether the function d, which deferred calls may
// know by its identity, recovers.
func (l *Lowerer) recovers(f *fn, d *check.Decl) {
	key := fmt.Sprint("recovers ", d.ID)
	has := f.hasRecover(d.Node.(*ast.FuncDecl).Body)
	if !has && l.helpers[key] == "" {
		return
	}
	set(l, l.helpers, key, "x")
	word := "false"
	if has {
		word = "true"
	}
	l.prog.Init = append(l.prog.Init, &ast.ExprStmt{X: l.rt("Recovers", intLit(l.pos, int64(d.ID)), l.rt("Bool", l.ident(word)))})
}

// hasRecover reports whether a function's body calls recover itself.
func (f *fn) hasRecover(b *ast.BlockStmt) bool {
	found := false
	ast.Inspect(b, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			if id, ok := ast.Unparen(n.Fun).(*ast.Ident); ok && id.Name == "recover" && f.info.Types[id].IsBuiltin() {
				found = true
			}
		}
		return !found
	})
	return found
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
