package lower

import (
	"go/ast"
	"go/token"
	"go/types"

	"cahier/interp/check"
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
	raw := false
	if obj := f.callee(fun); obj != nil && f.l.objs[obj] == nil && obj.Pkg() != nil {
		raw = rawPackages[obj.Pkg().Path()]
		f.checkCallee(e, obj)
	}
	if x := f.spread(e, sig, func(args []ast.Expr) ast.Expr { return f.callTo(fun, e, args, e.Ellipsis) }, raw); x != nil {
		return x
	}
	return f.callTo(fun, e, f.args(e, sig, raw), e.Ellipsis)
}

func (f *fn) callTo(fun ast.Expr, e *ast.CallExpr, args []ast.Expr, ellipsis token.Pos) ast.Expr {
	var fx ast.Expr
	if lit, ok := fun.(*ast.FuncLit); ok {
		fx = f.funcLit(lit) // called at once
	} else {
		fx = f.expr(fun)
	}
	if id, ok := fun.(*ast.Ident); ok && f.self != nil && f.self.Kind == check.Func {
		// A function calls itself directly: the variable costs.
		if d := f.l.objs[f.info.Uses[id]]; d != nil && d.ID == f.self.ID && f.info.Instances[id].TypeArgs == nil {
			fx = f.id(f.selfName, id.NamePos)
		}
	}
	if lit, ok := fx.(*ast.StarExpr); ok {
		fx = &ast.ParenExpr{Lparen: lit.Pos(), X: lit}
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

// rawPackages have functions that look into any arguments by reflection and
// must not see boxes.
var rawPackages = map[string]bool{
	"encoding/json": true, "encoding/xml": true, "encoding/gob": true, "encoding/binary": true, "encoding/asn1": true,
	"encoding/csv": true, "runtime": true, "sort": true, "text/template": true, "html/template": true, "reflect": true,
	"database/sql": true, "flag": true, "expvar": true, "testing/quick": true, "net/rpc": true, "unsafe": true,
}

// args lowers the arguments of a call.
func (f *fn) args(e *ast.CallExpr, sig *types.Signature, raw bool) []ast.Expr {
	var out []ast.Expr
	n := sig.Params().Len()
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
		x := f.exprTo(a, to)
		if raw && types.IsInterface(to) && f.l.engineAny(to) && !f.info.Types[a].IsNil() {
			x = f.l.rt("Raw", x)
		}
		out = append(out, x)
	}
	return out
}

// spread lowers f(g()), where g has several results: they go through
// variables. It returns nil for other calls.
func (f *fn) spread(e *ast.CallExpr, sig *types.Signature, call func([]ast.Expr) ast.Expr, raw bool) ast.Expr {
	if len(e.Args) != 1 {
		return nil
	}
	tu, ok := f.typ(e.Args[0]).(*types.Tuple)
	if !ok {
		return nil
	}
	var lhs, args []ast.Expr
	n := sig.Params().Len()
	for i := range tu.Len() {
		name := f.tmp()
		lhs = append(lhs, f.id(name, e.Pos()))
		var to types.Type
		if sig.Variadic() && i >= n-1 {
			to = variadicElem(sig.Params().At(n - 1).Type())
		} else {
			to = sig.Params().At(i).Type()
		}
		x := f.conv(f.id(name, e.Pos()), tu.At(i).Type(), to)
		if raw && types.IsInterface(to) && f.l.engineAny(to) {
			x = f.l.rt("Raw", x)
		}
		args = append(args, x)
	}
	body := []ast.Stmt{&ast.AssignStmt{Lhs: lhs, Tok: token.DEFINE, Rhs: []ast.Expr{f.expr(e.Args[0])}}}
	ft := &ast.FuncType{Func: f.l.pos, Params: &ast.FieldList{Opening: f.l.pos}}
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

// methodCall lowers x.M(args).
func (f *fn) methodCall(e *ast.CallExpr, sel *ast.SelectorExpr, s *types.Selection, sig *types.Signature) ast.Expr {
	m, index, recv := f.method(sel, s)
	raw := m.Pkg() != nil && rawPackages[m.Pkg().Path()]
	f.checkCallee(e, m)
	if name := f.standardFile(sel.X); name != "" && (m.Name() == "Read" || m.Name() == "Write" || m.Name() == "WriteString") {
		return &ast.CallExpr{Fun: &ast.SelectorExpr{X: f.l.rtName(name), Sel: f.id(m.Name(), sel.Sel.Pos())}, Args: f.args(e, sig, false)}
	}
	if isTemplate(m) && len(e.Args) == sig.Params().Len() {
		args := []ast.Expr{f.exprTo(sel.X, anyInterface), strLit(f.l, m.Name())}
		for i, a := range e.Args {
			args = append(args, f.exprTo(a, sig.Params().At(i).Type()))
		}
		return f.l.rt("Template", args...)
	}
	do := func(args []ast.Expr) ast.Expr {
		x := f.callMethod(f.expr(sel.X), recv, m, index, args, e.Ellipsis.IsValid())
		if c, ok := x.(*ast.CallExpr); ok {
			c.Lparen, c.Rparen = e.Lparen, e.Rparen
		}
		return x
	}
	if x := f.spread(e, sig, do, raw); x != nil {
		return x
	}
	return do(f.args(e, sig, raw))
}

// isTemplate reports whether m executes a template, which looks into its data
// by reflection.
func isTemplate(m *types.Func) bool {
	switch m.FullName() {
	case "(*text/template.Template).Execute", "(*text/template.Template).ExecuteTemplate",
		"(*html/template.Template).Execute", "(*html/template.Template).ExecuteTemplate":
		return true
	}
	return false
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
	x, t = f.path(x, t, index[:len(index)-1])
	dots := token.NoPos
	if ellipsis {
		dots = l.pos
	}
	if types.IsInterface(t) {
		if !l.engineAny(t) {
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
	n, ok := types.Unalias(named).(*types.Named)
	if !ok || !l.interpreted(n.Obj()) && (n.TypeArgs().Len() == 0 || l.prelude.named(n) == nil) {
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
	wantPtr := isPointer(m.Type().(*types.Signature).Recv().Type())
	switch {
	case wantPtr && !isPtr:
		if s, ok := x.(*ast.StarExpr); ok {
			x = s.X
		} else {
			x = &ast.UnaryExpr{OpPos: f.pos(x.Pos()), Op: token.AND, X: x}
		}
	case !wantPtr && isPtr:
		x = &ast.StarExpr{Star: f.pos(x.Pos()), X: x}
	}
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
	x, t := f.path(f.expr(e.X), recv, index[:len(index)-1])
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

// conversion lowers T(x).
func (f *fn) conversion(e *ast.CallExpr, to types.Type) ast.Expr {
	a := e.Args[0]
	tv := f.info.Types[a]
	if tv.IsNil() {
		if types.IsInterface(to) {
			return f.thunk(nil, f.id("nil", a.Pos()), to)
		}
		return &ast.CallExpr{Fun: paren(f.l.typ(to)), Args: []ast.Expr{f.id("nil", a.Pos())}}
	}
	from := f.typ(a)
	if types.IsInterface(to) {
		return f.asInterface(f.exprTo(a, to), to)
	}
	if b, ok := from.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
		if tv.Value != nil {
			from = types.Default(from)
			if b, ok := to.Underlying().(*types.Basic); ok && b.Info()&types.IsNumeric != 0 {
				return f.constantAt(tv.Value, to, a.Pos())
			}
			return &ast.CallExpr{Fun: paren(f.l.typ(to)), Args: []ast.Expr{f.constantAt(tv.Value, from, a.Pos())}}
		}
		if b.Kind() == types.UntypedBool {
			return f.expr(a)
		}
		from = to
	}
	x := f.expr(a)
	if f.sameEngine(from, to) {
		return &ast.ParenExpr{Lparen: f.pos(e.Pos()), X: x}
	}
	if f.l.opaqueConversion(from, to) {
		f.l.refuse(e.Pos(), "the conversion from "+typeText(from)+" to "+typeText(to), "the two types are laid out as different types by the interpreter", "convert field by field")
	}
	return &ast.CallExpr{Fun: paren(f.l.typ(to)), Args: []ast.Expr{x}}
}

// opaqueConversion reports whether a conversion between composite types
// crosses engine types that reflect cannot convert.
func (l *Lowerer) opaqueConversion(from, to types.Type) bool {
	fu, tu := from.Underlying(), to.Underlying()
	if fp, ok := fu.(*types.Pointer); ok {
		if tp, ok := tu.(*types.Pointer); ok {
			return l.engineKey(fp.Elem()) != l.engineKey(tp.Elem())
		}
	}
	return false
}

// asInterface gives x the static type of interface t.
func (f *fn) asInterface(x ast.Expr, t types.Type) ast.Expr {
	if !f.l.engineAny(t) {
		return f.thunk(nil, x, t)
	}
	return f.l.rt("Any", x)
}

// builtin lowers calls of predeclared functions.
func (f *fn) builtin(e *ast.CallExpr, fun ast.Expr) ast.Expr {
	l := f.l
	var name string
	switch fun := fun.(type) {
	case *ast.Ident:
		name = fun.Name
	case *ast.SelectorExpr:
		l.refuse(e.Pos(), "unsafe."+fun.Sel.Name, "the interpreter has no memory layout of its values", "")
	}
	if len(e.Args) == 1 {
		if tu, ok := f.info.TypeOf(e.Args[0]).(*types.Tuple); ok && tu.Len() != 1 {
			l.refuse(e.Pos(), name+" of a call with several results", "its arguments have no names", "assign the results to variables first")
		}
	}
	plain := func(args ...ast.Expr) ast.Expr {
		return &ast.CallExpr{Fun: f.id(name, e.Pos()), Lparen: e.Lparen, Args: args, Rparen: e.Rparen}
	}
	switch name {
	case "len", "cap":
		return plain(f.expr(e.Args[0]))
	case "append":
		t := f.typ(e)
		st := coreSlice(t)
		args := []ast.Expr{f.exprTo(e.Args[0], t)}
		c := plain()
		call := c.(*ast.CallExpr)
		for i, a := range e.Args[1:] {
			if e.Ellipsis.IsValid() {
				at := f.typ(a)
				if b, ok := at.Underlying().(*types.Basic); ok && b.Info()&types.IsString != 0 {
					args = append(args, &ast.CallExpr{Fun: l.typ(types.NewSlice(types.Typ[types.Byte])), Args: []ast.Expr{f.exprTo(a, types.Typ[types.String])}})
				} else if f.info.Types[a].IsNil() {
					return args[0]
				} else {
					args = append(args, f.expr(a))
				}
				call.Ellipsis = f.pos(e.Ellipsis)
				continue
			}
			_ = i
			args = append(args, f.exprTo(a, st.Elem()))
		}
		if len(args) == 1 {
			return args[0]
		}
		call.Args = args
		return call
	case "copy":
		src := f.expr(e.Args[1])
		if b, ok := f.typ(e.Args[1]).Underlying().(*types.Basic); ok && b.Info()&types.IsString != 0 {
			src = &ast.CallExpr{Fun: l.typ(types.NewSlice(types.Typ[types.Byte])), Args: []ast.Expr{src}}
		}
		return plain(f.expr(e.Args[0]), src)
	case "delete":
		m := f.typ(e.Args[0]).Underlying().(*types.Map)
		return plain(f.expr(e.Args[0]), f.exprTo(e.Args[1], m.Key()))
	case "clear":
		t := f.typ(e.Args[0])
		return &ast.CallExpr{Fun: l.ident(l.clearer(t)), Args: []ast.Expr{f.expr(e.Args[0])}}
	case "min", "max":
		t := f.typ(e)
		args := []ast.Expr{}
		for _, a := range e.Args {
			args = append(args, f.exprTo(a, t))
		}
		x := args[0]
		for _, y := range args[1:] {
			x = &ast.CallExpr{Fun: l.ident(l.minmax(name, t)), Args: []ast.Expr{x, y}}
		}
		return x
	case "make":
		t := f.typ(e)
		args := []ast.Expr{l.typ(t)}
		for _, a := range e.Args[1:] {
			args = append(args, f.intExpr(a))
		}
		if len(args) == 3 {
			if _, ok := t.Underlying().(*types.Slice); ok {
				return plain(args...)
			}
		}
		return plain(args...)
	case "new":
		if tv := f.info.Types[e.Args[0]]; tv.IsType() {
			return plain(l.typ(f.subst(tv.Type)))
		}
		t := f.typ(e).Underlying().(*types.Pointer).Elem()
		v := f.tmp()
		return f.thunk([]ast.Stmt{
			define(v, l.pos, &ast.CallExpr{Fun: l.ident("new"), Args: []ast.Expr{l.typ(t)}}),
			assign(&ast.StarExpr{Star: l.pos, X: l.ident(v)}, f.exprTo(e.Args[0], t)),
		}, l.ident(v), types.NewPointer(t))
	case "panic":
		return plain(l.rt("Panic", f.exprTo(e.Args[0], anyInterface)))
	case "recover":
		return l.rt("Recover")
	case "print", "println":
		var args []ast.Expr
		for _, a := range e.Args {
			args = append(args, f.exprTo(a, anyInterface))
		}
		n := "Print"
		if name == "println" {
			n = "Println"
		}
		return l.rt(n, args...)
	case "complex":
		t := f.typ(e)
		part := types.Typ[types.Float64]
		if b := t.Underlying().(*types.Basic); b.Kind() == types.Complex64 {
			part = types.Typ[types.Float32]
		}
		return plain(f.exprTo(e.Args[0], part), f.exprTo(e.Args[1], part))
	case "real", "imag":
		return plain(f.expr(e.Args[0]))
	case "close":
		return plain(f.expr(e.Args[0]))
	}
	l.refuse(e.Pos(), "the function "+name, "the interpreter does not have it", "")
	return nil
}

var anyInterface types.Type = types.NewInterfaceType(nil, nil)

func coreSlice(t types.Type) *types.Slice {
	s, _ := t.Underlying().(*types.Slice)
	return s
}

// clearer is the helper that clears a map or slice.
func (l *Lowerer) clearer(t types.Type) string {
	k := "clear " + l.engineKey(t)
	if n := l.helpers[k]; n != "" {
		return n
	}
	n := l.fresh("C")
	set(l, l.helpers, k, n)
	var body []ast.Stmt
	switch u := t.Underlying().(type) {
	case *types.Map:
		body = []ast.Stmt{&ast.ExprStmt{X: l.rt("ClearMap", l.ident("x"))}}
	case *types.Slice:
		f := l.newFn(nil, nil)
		body = []ast.Stmt{&ast.RangeStmt{For: l.pos, Key: l.ident("i"), Tok: token.DEFINE, X: l.ident("x"), Body: block([]ast.Stmt{
			assign(&ast.IndexExpr{X: l.ident("x"), Index: l.ident("i")}, f.zero(u.Elem()))})}}
	}
	l.prog.Decls = append(l.prog.Decls, &ast.FuncDecl{Name: l.ident(n),
		Type: &ast.FuncType{Func: l.pos, Params: l.params("x", l.typ(t))}, Body: block(body)})
	return n
}

// minmax is the helper for min or max of two values.
func (l *Lowerer) minmax(name string, t types.Type) string {
	k := name + " " + l.engineKey(t)
	if n := l.helpers[k]; n != "" {
		return n
	}
	n := l.fresh("C")
	set(l, l.helpers, k, n)
	op := token.LSS
	if name == "max" {
		op = token.GTR
	}
	var body []ast.Stmt
	ret := func(x ast.Expr) ast.Stmt { return &ast.ReturnStmt{Return: l.pos, Results: []ast.Expr{x}} }
	if b, ok := t.Underlying().(*types.Basic); ok && b.Info()&types.IsFloat != 0 {
		// Package math knows about NaN and the sign of zero.
		fn := "Min"
		if name == "max" {
			fn = "Max"
		}
		x := ast.Expr(&ast.CallExpr{Fun: &ast.SelectorExpr{X: l.pkg("math"), Sel: l.ident(fn)}, Args: []ast.Expr{
			&ast.CallExpr{Fun: l.ident("float64"), Args: []ast.Expr{l.ident("a")}}, &ast.CallExpr{Fun: l.ident("float64"), Args: []ast.Expr{l.ident("b")}}}})
		body = []ast.Stmt{ret(&ast.CallExpr{Fun: l.typ(t), Args: []ast.Expr{x}})}
	} else {
		body = []ast.Stmt{
			&ast.IfStmt{If: l.pos, Cond: &ast.BinaryExpr{X: l.ident("b"), OpPos: l.pos, Op: op, Y: l.ident("a")}, Body: block([]ast.Stmt{ret(l.ident("b"))})},
			ret(l.ident("a"))}
	}
	l.prog.Decls = append(l.prog.Decls, &ast.FuncDecl{Name: l.ident(n),
		Type: &ast.FuncType{Func: l.pos, Params: l.params("a", l.typ(t), "b", l.typ(t)), Results: l.params("", l.typ(t))}, Body: block(body)})
	return n
}
