package lower

import (
	"go/ast"
	"go/token"
	"go/types"

	"cahier/interp/rt"
)

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
			return f.builtinSpread(e, fun, tu)
		}
	}
	plain := func(args ...ast.Expr) ast.Expr {
		return &ast.CallExpr{Fun: f.id(name, e.Pos()), Lparen: e.Lparen, Args: args, Rparen: e.Rparen}
	}
	switch name {
	case "len", "cap":
		t := f.typ(e.Args[0])
		if p, ok := t.Underlying().(*types.Pointer); ok { // of a call, else it were constant
			return l.rt("Second", f.expr(e.Args[0]), intLit(l.pos, p.Elem().Underlying().(*types.Array).Len()))
		}
		return plain(f.expr(e.Args[0]))
	case "append":
		t := f.typ(e)
		st := coreSlice(t)
		args := []ast.Expr{f.exprTo(e.Args[0], t)}
		c := plain()
		call := c.(*ast.CallExpr)
		several := false
		for _, a := range e.Args[1:] {
			if e.Ellipsis.IsValid() {
				at := f.typ(a)
				if b, ok := at.Underlying().(*types.Basic); ok && b.Info()&types.IsString != 0 {
					args = append(args, &ast.CallExpr{Fun: l.typ(types.NewSlice(types.Typ[types.Byte])), Args: []ast.Expr{f.exprTo(a, types.Typ[types.String])}})
				} else if f.info.Types[a].IsNil() {
					return args[0]
				} else {
					if l.loose(t, st.Elem()) && !f.sameEngine(at, t) {
						l.refuse(a.Pos(), "appending a "+rt.TypeText(at)+" to a "+rt.TypeText(t), "the interpreter keeps a type that refers to itself in a form of its own", "append the elements one by one")
					}
					args = append(args, f.expr(a))
				}
				call.Ellipsis = f.pos(e.Ellipsis)
				continue
			}
			args = append(args, f.loosen(f.exprTo(a, st.Elem()), t, st.Elem()))
			several = several || f.info.Types[a].Value == nil && !isIdent(a)
		}
		if several && len(args) > 2 {
			// The engine evaluates one and appends it before the next.
			args = []ast.Expr{args[0], &ast.CompositeLit{Type: l.typ(types.NewSlice(st.Elem())), Elts: args[1:]}}
			if l.loose(t, st.Elem()) {
				args[1].(*ast.CompositeLit).Type = l.typ(t)
			}
			call.Ellipsis = l.pos
		}
		if len(args) == 1 {
			return args[0]
		}
		call.Args = args
		return call
	case "copy":
		src := f.expr(e.Args[1])
		if a, b := f.typ(e.Args[0]), f.typ(e.Args[1]); (l.isRecursive(a) || l.isRecursive(b)) && !f.sameEngine(a, b) {
			l.refuse(e.Pos(), "copying a "+rt.TypeText(b)+" to a "+rt.TypeText(a), "the interpreter keeps a type that refers to itself in a form of its own", "copy the elements one by one")
		}
		if b, ok := f.typ(e.Args[1]).Underlying().(*types.Basic); ok && b.Info()&types.IsString != 0 {
			src = &ast.CallExpr{Fun: l.typ(types.NewSlice(types.Typ[types.Byte])), Args: []ast.Expr{src}}
		}
		return plain(f.expr(e.Args[0]), src)
	case "delete":
		m := f.typ(e.Args[0]).Underlying().(*types.Map)
		return plain(f.expr(e.Args[0]), f.key(e.Args[1], m.Key()))
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
		var made types.Type = t
		c, isChan := t.Underlying().(*types.Chan)
		if isChan && c.Dir() != types.SendRecv {
			made = types.NewChan(types.SendRecv, c.Elem())
		}
		args := []ast.Expr{l.typ(made)}
		for _, a := range e.Args[1:] {
			args = append(args, f.intExpr(a))
		}
		if made != t {
			return &ast.CallExpr{Fun: paren(l.typ(t)), Args: []ast.Expr{plain(args...)}}
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
		return l.rt("Recover", f.panic())
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
		return f.complexOf(f.exprTo(e.Args[0], part), f.exprTo(e.Args[1], part), t)
	case "real", "imag":
		return plain(f.expr(e.Args[0]))
	case "close":
		return plain(f.expr(e.Args[0]))
	}
	l.refuse(e.Pos(), "the function "+name, "the interpreter does not have it", "")
	return nil
}

// builtinSpread lowers a predeclared function of a call with several results:
// they go through variables.
func (f *fn) builtinSpread(e *ast.CallExpr, fun ast.Expr, tu *types.Tuple) ast.Expr {
	c := &ast.CallExpr{Fun: e.Fun, Lparen: e.Lparen, Rparen: e.Rparen}
	var lhs []ast.Expr
	for i := range tu.Len() {
		v := types.NewVar(e.Args[0].Pos(), nil, f.l.fresh("m"), tu.At(i).Type())
		id := &ast.Ident{Name: v.Name(), NamePos: v.Pos()}
		f.info.Uses[id] = v
		f.info.Types[id] = types.TypeAndValue{Type: v.Type()}
		c.Args = append(c.Args, id)
		lhs = append(lhs, f.id(f.name(v), v.Pos()))
	}
	f.info.Types[c] = f.info.Types[e]
	pre := []ast.Stmt{&ast.AssignStmt{Lhs: lhs, Tok: token.DEFINE, Rhs: []ast.Expr{f.expr(e.Args[0])}}}
	x := f.builtin(c, fun)
	if tv := f.info.Types[e]; tv.IsVoid() {
		lit := &ast.FuncLit{Type: &ast.FuncType{Func: f.l.pos, Params: &ast.FieldList{Opening: f.l.pos}}, Body: block(append(pre, &ast.ExprStmt{X: x}))}
		return &ast.CallExpr{Fun: lit}
	}
	return f.thunk(pre, x, f.typ(e))
}

func isIdent(e ast.Expr) bool {
	_, ok := ast.Unparen(e).(*ast.Ident)
	return ok
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
