package lower

import (
	"go/ast"
	"go/token"
	"go/types"

	"cahier/interp/check"
	"cahier/interp/rt"
)

// methodCall lowers x.M(args).
func (f *fn) methodCall(e *ast.CallExpr, sel *ast.SelectorExpr, s *types.Selection, sig *types.Signature) ast.Expr {
	m, index, recv := f.method(sel, s)
	if name := f.standardFile(sel.X); name != "" && (m.Name() == "Read" || m.Name() == "Write" || m.Name() == "WriteString") {
		return &ast.CallExpr{Fun: &ast.SelectorExpr{X: f.l.rtName(name), Sel: f.id(m.Name(), sel.Sel.Pos())}, Args: f.args(e, sig)}
	}
	var base ast.Expr // as in call
	before := func() []ast.Stmt {
		if _, ok := ast.Unparen(sel.X).(*ast.CallExpr); !ok {
			return nil
		}
		n := f.tmp()
		st := f.declare(f.id(n, sel.Pos()), recv, f.expr(sel.X))
		base = f.id(n, sel.Pos())
		return []ast.Stmt{st}
	}
	dots := e.Ellipsis.IsValid()
	do := func(args []ast.Expr) ast.Expr {
		if base == nil {
			base = f.base(sel.X)
		}
		x := f.callMethod(base, recv, m, index, args, dots)
		if c, ok := x.(*ast.CallExpr); ok {
			c.Lparen, c.Rparen = e.Lparen, e.Rparen
		}
		return x
	}
	if x := f.spread(e, sig, before, do); x != nil {
		return x
	}
	args := f.args(e, sig)
	if r := receiverOf(m); f.l.objs[m.Origin()] != nil || types.IsInterface(r) && f.l.engineAny(r) {
		var pos token.Pos
		args, pos = f.noMore(e, sig, args)
		dots = pos.IsValid()
	}
	return do(args)
}

// method resolves a method selection, in an instance for the argument type.
func (f *fn) method(sel *ast.SelectorExpr, s *types.Selection) (*types.Func, []int, types.Type) {
	m, index := s.Obj().(*types.Func), s.Index()
	recv := f.subst(s.Recv())
	if f.env != nil {
		obj, idx, _ := types.LookupFieldOrMethod(recv, true, m.Pkg(), m.Name())
		if o, ok := obj.(*types.Func); ok {
			m, index = o, idx
		}
	}
	return m, index, recv
}

// callMethod calls method m of x, which has type t and reaches it by the path
// index.
func (f *fn) callMethod(x ast.Expr, t types.Type, m *types.Func, index []int, args []ast.Expr, ellipsis bool) ast.Expr {
	l := f.l
	x, t = f.path(x, t, f.embedding(t, index))
	dots := token.NoPos
	if ellipsis {
		dots = l.pos
	}
	if types.IsInterface(t) {
		if !l.engineAny(t) {
			if name := rt.WaitName(m.FullName()); name != "" {
				return l.rt(name, append([]ast.Expr{x}, args...)...)
			}
			return &ast.CallExpr{Fun: &ast.SelectorExpr{X: x, Sel: f.id(m.Name(), x.Pos())}, Args: args, Ellipsis: dots}
		}
		sig := m.Type().(*types.Signature)
		if id, ok := x.(*ast.Ident); ok {
			return &ast.CallExpr{Fun: l.dispatch(id, m.Name(), sig), Args: append([]ast.Expr{f.id(id.Name, id.NamePos)}, args...), Ellipsis: dots}
		}
		return &ast.CallExpr{Fun: l.ident(l.dispatcher(m.Name(), sig)), Args: append([]ast.Expr{x}, args...), Ellipsis: dots}
	}
	isPtr := isPointer(t)
	named := t
	if isPtr {
		named = t.Underlying().(*types.Pointer).Elem()
	}
	if name := rt.WaitName(m.FullName()); name != "" {
		return l.rt(name, append([]ast.Expr{f.receiver(x, m, isPtr)}, args...)...)
	}
	n, ok := types.Unalias(named).(*types.Named)
	if !ok || !l.interpreted(n.Obj()) && (n.TypeArgs().Len() == 0 || l.prelude.named(n) == nil) {
		if l.across(m) {
			if isPointer(m.Type().(*types.Signature).Recv().Type()) && !isPtr {
				x = &ast.UnaryExpr{OpPos: f.pos(x.Pos()), Op: token.AND, X: x}
			}
			fun := &ast.TypeAssertExpr{X: l.rt("MethodAcross", x, strLit(l, m.Name())), Type: l.funcType(m.Type().(*types.Signature))}
			return &ast.CallExpr{Fun: fun, Args: args, Ellipsis: dots}
		}
		return &ast.CallExpr{Fun: &ast.SelectorExpr{X: x, Sel: f.id(m.Name(), x.Pos())}, Args: args, Ellipsis: dots}
	}
	if p := l.prelude.named(n); p != nil {
		n = p
		obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(n), true, n.Obj().Pkg(), m.Name())
		pm, ok := obj.(*types.Func)
		if !ok {
			l.refuse(x.Pos(), "the method "+m.Name()+" of "+n.Obj().Name(), "the interpreter's replacement of the type does not have it", "")
		}
		m = pm
	}
	x = f.receiver(x, m, isPtr)
	var fun ast.Expr
	if n.TypeArgs().Len() > 0 {
		targs := make([]types.Type, n.TypeArgs().Len())
		for i := range targs {
			targs[i] = n.TypeArgs().At(i)
		}
		fun = l.ident(l.instance(m.Origin(), targs, x.Pos()))
	} else {
		d := l.objs[m.Origin()]
		switch {
		case d == nil:
			l.refuse(x.Pos(), "the method "+m.Name(), "its declaration is not known", "")
		case f.self != nil && d.ID == f.self.ID && f.self.Kind == check.Method:
			fun = f.id(f.selfName, x.Pos())
		case d.File == nil:
			fun = l.ident(l.instance(m, nil, x.Pos()))
		default:
			fun = f.id(storeName("F", d.ID), x.Pos())
		}
	}
	return &ast.CallExpr{Fun: fun, Args: append([]ast.Expr{x}, args...), Ellipsis: dots}
}

// across reports whether a method of a compiled type looks into values that it
// is given, or gives such back, without knowing their type.
func (l *Lowerer) across(m *types.Func) bool {
	if m.Pkg() == nil {
		return false
	}
	if t, _ := rt.TreatmentOf(m.Pkg().Path()); t != rt.Twins {
		return false
	}
	sig := m.Type().(*types.Signature)
	for _, tu := range []*types.Tuple{sig.Params(), sig.Results()} {
		for i := range tu.Len() {
			if l.holdsAny(tu.At(i).Type(), true) {
				return true
			}
		}
	}
	return false
}

func (l *Lowerer) holdsAny(t types.Type, top bool) bool {
	switch u := t.Underlying().(type) {
	case *types.Interface:
		return u.NumMethods() == 0
	case *types.Slice:
		return l.holdsAny(u.Elem(), false)
	case *types.Map:
		return l.holdsAny(u.Key(), false) || l.holdsAny(u.Elem(), false)
	case *types.Signature:
		if !top {
			return false
		}
		for _, tu := range []*types.Tuple{u.Params(), u.Results()} {
			for i := range tu.Len() {
				if l.holdsAny(tu.At(i).Type(), false) {
					return true
				}
			}
		}
	}
	return false
}

// receiver is x, a pointer or not, as m wants its receiver.
func (f *fn) receiver(x ast.Expr, m *types.Func, isPtr bool) ast.Expr {
	switch wantPtr := isPointer(m.Type().(*types.Signature).Recv().Type()); {
	case wantPtr && !isPtr:
		if s, ok := x.(*ast.StarExpr); ok {
			return s.X
		}
		return &ast.UnaryExpr{OpPos: f.pos(x.Pos()), Op: token.AND, X: x}
	case !wantPtr && isPtr:
		return &ast.StarExpr{Star: f.pos(x.Pos()), X: x}
	}
	return x
}

// embedding is the part of a method's path that leads through embedded fields
// to the receiver. It ends at a compiled type, which has the method promoted to
// it: the fields beyond may not be exported.
func (f *fn) embedding(t types.Type, index []int) []int {
	for k, i := range index[:len(index)-1] {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		st, ok := t.Underlying().(*types.Struct)
		if !ok || !f.l.structIsOurs(t) {
			return index[:k:k]
		}
		t = st.Field(i).Type()
	}
	return index[: len(index)-1 : len(index)-1]
}

func isPointer(t types.Type) bool {
	_, ok := t.Underlying().(*types.Pointer)
	return ok
}

// dispatch is the function that x's dynamic type has as method name.
func (l *Lowerer) dispatch(x ast.Expr, name string, sig *types.Signature) ast.Expr {
	return &ast.TypeAssertExpr{X: l.rt("Dispatch", x, strLit(l, name)), Type: l.dispatchType(sig)}
}

// dispatcher is the helper func(x any, args...) that calls method name of x.
func (l *Lowerer) dispatcher(name string, sig *types.Signature) string {
	k := "dispatch " + name + " " + l.key(sig)
	if n := l.helpers[k]; n != "" {
		return n
	}
	n := l.fresh("D")
	set(l, l.helpers, k, n)
	ft := l.dispatchType(sig)
	var args []ast.Expr
	for i, fld := range ft.Params.List {
		a := l.ident(storeName("a", i))
		fld.Names = []*ast.Ident{a}
		args = append(args, l.ident(a.Name))
	}
	call := &ast.CallExpr{Fun: l.dispatch(l.ident("a·0"), name, sig), Args: args}
	if sig.Variadic() {
		call.Ellipsis = l.pos
	}
	var body ast.Stmt = &ast.ExprStmt{X: call}
	if sig.Results().Len() > 0 {
		body = &ast.ReturnStmt{Return: l.pos, Results: []ast.Expr{call}}
	}
	l.prog.Decls = append(l.prog.Decls, &ast.FuncDecl{Name: l.ident(n), Type: ft, Body: block([]ast.Stmt{body})})
	return n
}

// methodValue is x.M: the receiver is evaluated, and copied, now.
func (f *fn) methodValue(e *ast.SelectorExpr, s *types.Selection) ast.Expr {
	m, index, recv := f.method(e, s)
	sig := f.typ(e).(*types.Signature)
	l := f.l
	// The receiver itself: follow the path, take the address if need be.
	index = append(f.embedding(recv, index), index[len(index)-1])
	x, t := f.path(f.base(e.X), recv, index[:len(index)-1])
	if !types.IsInterface(t) {
		want := m.Type().(*types.Signature).Recv()
		if want != nil && isPointer(want.Type()) && !isPointer(t) {
			x, t = &ast.UnaryExpr{OpPos: f.pos(x.Pos()), Op: token.AND, X: x}, types.NewPointer(t)
		} else if want != nil && !isPointer(want.Type()) && isPointer(t) {
			x, t = &ast.StarExpr{Star: f.pos(x.Pos()), X: x}, t.Underlying().(*types.Pointer).Elem()
		}
	}
	r := f.tmp()
	lit, args := f.forward(sig)
	call := f.callMethod(l.ident(r), t, m, []int{index[len(index)-1]}, args, sig.Variadic())
	setBody(lit, call, sig)
	var pre []ast.Stmt
	if types.IsInterface(t) { // a nil interface panics here
		pre = append(pre, &ast.ExprStmt{X: l.rt("NotNil", l.ident(r))})
	}
	outer := &ast.FuncLit{Type: &ast.FuncType{Func: l.pos, Params: l.params(r, l.typ(t)), Results: l.params("", l.typ(sig))},
		Body: block(append(pre, &ast.ReturnStmt{Return: l.pos, Results: []ast.Expr{lit}}))}
	return &ast.CallExpr{Fun: outer, Args: []ast.Expr{x}}
}

// methodExpr is T.M.
func (f *fn) methodExpr(e *ast.SelectorExpr, s *types.Selection) ast.Expr {
	m, index, recv := f.method(e, s)
	sig := f.typ(e).(*types.Signature)
	lit, args := f.forward(sig)
	setBody(lit, f.callMethod(args[0], recv, m, index, args[1:], sig.Variadic()), sig)
	return lit
}

// forward is a function literal of type sig without a body, and its
// parameters as arguments.
func (f *fn) forward(sig *types.Signature) (*ast.FuncLit, []ast.Expr) {
	ft := f.l.funcType(sig)
	var args []ast.Expr
	for _, fld := range ft.Params.List {
		n := f.l.fresh("a")
		fld.Names = []*ast.Ident{f.l.ident(n)}
		args = append(args, f.l.ident(n))
	}
	return &ast.FuncLit{Type: ft}, args
}

func setBody(lit *ast.FuncLit, call ast.Expr, sig *types.Signature) {
	var st ast.Stmt = &ast.ExprStmt{X: call}
	if sig.Results().Len() > 0 {
		st = &ast.ReturnStmt{Return: call.Pos(), Results: []ast.Expr{call}}
	}
	lit.Body = block([]ast.Stmt{st})
}
