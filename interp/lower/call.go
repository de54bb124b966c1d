package lower

import (
	"go/ast"
	"go/token"
	"go/types"

	"cahier/interp/check"
	"cahier/interp/rt"
)

func (f *fn) call(e *ast.CallExpr) ast.Expr {
	fun := ast.Unparen(e.Fun)
	tv := f.info.Types[fun]
	if tv.IsType() {
		return f.conversion(e, f.subst(tv.Type))
	}
	if tv.IsBuiltin() {
		return f.builtin(e, fun)
	}
	sig := f.typ(fun).Underlying().(*types.Signature)
	if sel, ok := fun.(*ast.SelectorExpr); ok {
		if s := f.info.Selections[sel]; s != nil && s.Kind() == types.MethodVal {
			return f.methodCall(e, sel, s, sig)
		}
	}
	f.checkCallee(e, f.callee(fun))
	var fx ast.Expr // what is called, where its calls come before those of the arguments
	before := func() []ast.Stmt {
		if !f.calls(fun) {
			return nil
		}
		n := f.tmp()
		st := f.declare(f.id(n, fun.Pos()), sig, f.expr(fun))
		fx = f.id(n, fun.Pos())
		return []ast.Stmt{st}
	}
	if x := f.spread(e, sig, before, func(args []ast.Expr) ast.Expr {
		if fx != nil {
			return &ast.CallExpr{Fun: fx, Lparen: e.Lparen, Args: args, Rparen: e.Rparen}
		}
		return f.callTo(fun, e, args, e.Ellipsis)
	}); x != nil {
		if f.l.isRecursive(f.typ(fun)) {
			f.l.refuse(e.Pos(), "a call with several results as the arguments of a "+rt.TypeText(f.typ(fun)), "the interpreter keeps a type that refers to itself in a form of its own", "assign the results to variables first")
		}
		return x
	}
	args, dots := f.args(e, sig), e.Ellipsis
	if !f.compiled(fun) {
		args, dots = f.noMore(e, sig, args)
	}
	if whole := f.typ(fun); f.l.isRecursive(whole) {
		for i := range args {
			if i < sig.Params().Len() {
				args[i] = f.loosen(args[i], whole, sig.Params().At(i).Type())
			}
		}
		return f.tightResults(f.callTo(fun, e, args, dots), whole, sig)
	}
	return f.callTo(fun, e, args, dots)
}

// compiled reports whether a call names a function that is compiled.
func (f *fn) compiled(fun ast.Expr) bool {
	obj := f.callee(fun)
	return obj != nil && f.l.objs[obj.Origin()] == nil
}

// noMore passes nil to a variadic parameter that gets no arguments: the engine
// would make an empty slice.
func (f *fn) noMore(e *ast.CallExpr, sig *types.Signature, args []ast.Expr) ([]ast.Expr, token.Pos) {
	n := sig.Params().Len()
	if !sig.Variadic() || e.Ellipsis.IsValid() || len(args) != n-1 {
		return args, e.Ellipsis
	}
	t := f.subst(sig.Params().At(n - 1).Type())
	return append(args, &ast.CallExpr{Fun: paren(f.l.typ(t)), Args: []ast.Expr{f.l.ident("nil")}}), f.pos(e.Rparen)
}

func (f *fn) callTo(fun ast.Expr, e *ast.CallExpr, args []ast.Expr, ellipsis token.Pos) ast.Expr {
	var fx ast.Expr
	if lit, ok := fun.(*ast.FuncLit); ok {
		fx = f.funcLit(lit) // called at once
	} else {
		fx = f.operator(fun)
	}
	if id, ok := fun.(*ast.Ident); ok && f.self != nil && f.self.Kind == check.Func {
		// A function calls itself directly: the variable costs.
		if d := f.l.objs[f.info.Uses[id]]; d != nil && d.ID == f.self.ID && f.info.Instances[id].TypeArgs == nil {
			fx = f.id(f.selfName, id.NamePos)
		}
	}
	if _, ok := fx.(*ast.StarExpr); ok {
		fx = f.settled(fx, f.typ(fun)) // the engine never comes back from a call through nil
	}
	return &ast.CallExpr{Fun: fx, Lparen: e.Lparen, Args: args, Ellipsis: ellipsis, Rparen: e.Rparen}
}

// callee is the function that a call names, or nil.
func (f *fn) callee(fun ast.Expr) *types.Func {
	switch x := fun.(type) {
	case *ast.Ident:
		obj, _ := f.info.Uses[x].(*types.Func)
		return obj
	case *ast.SelectorExpr:
		obj, _ := f.info.Uses[x.Sel].(*types.Func)
		return obj
	}
	return nil
}

// args lowers the arguments of a call.
func (f *fn) args(e *ast.CallExpr, sig *types.Signature) []ast.Expr {
	var out []ast.Expr
	n := sig.Params().Len()
	kinds := f.takesKinds(e)
	for i, a := range e.Args {
		var to types.Type
		switch {
		case sig.Variadic() && i >= n-1 && e.Ellipsis.IsValid():
			to = sig.Params().At(n - 1).Type()
		case sig.Variadic() && i >= n-1:
			to = variadicElem(sig.Params().At(n - 1).Type())
		default:
			to = sig.Params().At(i).Type()
		}
		if kinds {
			if x := f.kindOf(a, to); x != nil {
				out = append(out, x)
				continue
			}
		}
		x := f.exprTo(a, to)
		if e.Ellipsis.IsValid() && f.info.Types[a].IsNil() {
			x = &ast.CallExpr{Fun: paren(f.l.typ(to)), Args: []ast.Expr{x}} // the engine wants a type here
		}
		out = append(out, x)
	}
	return out
}

// spread lowers f(g()), where g has several results: they go through
// variables, after what before gives. It returns nil for other calls.
func (f *fn) spread(e *ast.CallExpr, sig *types.Signature, before func() []ast.Stmt, call func([]ast.Expr) ast.Expr) ast.Expr {
	if len(e.Args) != 1 {
		return nil
	}
	tu, ok := f.typ(e.Args[0]).(*types.Tuple)
	if !ok {
		return nil
	}
	var lhs, args []ast.Expr
	n := sig.Params().Len()
	kinds := f.takesKinds(e)
	for i := range tu.Len() {
		name := f.tmp()
		lhs = append(lhs, f.id(name, e.Pos()))
		var to types.Type
		if sig.Variadic() && i >= n-1 {
			to = variadicElem(sig.Params().At(n - 1).Type())
		} else {
			to = sig.Params().At(i).Type()
		}
		from := tu.At(i).Type()
		if kinds && isAny(to) {
			if p := f.l.kindType(from); p != nil {
				from = p
			}
		}
		args = append(args, f.conv(f.id(name, e.Pos()), from, to))
	}
	body := []ast.Stmt{&ast.AssignStmt{Lhs: lhs, Tok: token.DEFINE, Rhs: []ast.Expr{f.expr(e.Args[0])}}}
	ft := &ast.FuncType{Func: f.l.pos, Params: &ast.FieldList{Opening: f.l.pos}}
	body = append(before(), body...)
	c := call(args)
	if sig.Results().Len() == 0 {
		body = append(body, &ast.ExprStmt{X: c})
	} else {
		ft.Results = &ast.FieldList{Opening: f.l.pos}
		for i := range sig.Results().Len() {
			ft.Results.List = append(ft.Results.List, &ast.Field{Type: f.l.typ(sig.Results().At(i).Type())})
		}
		body = append(body, &ast.ReturnStmt{Return: f.l.pos, Results: []ast.Expr{c}})
	}
	return &ast.CallExpr{Fun: &ast.FuncLit{Type: ft, Body: block(body)}}
}
