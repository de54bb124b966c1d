package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"sort"

	"cahier/interp/check"
)

// register makes t, with its methods, known to the run-time registry, so that
// a value in an interface can be asked for its type and methods.
func (l *Lowerer) register(t types.Type) {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		if n, ok := types.Unalias(p.Elem()).(*types.Named); ok && l.interpreted(n.Obj()) {
			l.register(n)
		}
		if it, ok := p.Elem().Underlying().(*types.Interface); ok && it.NumMethods() > 0 && l.engineAny(p.Elem()) {
			l.registerInterface(p.Elem()) // for errors.As
		}
		if l.faithful(t) {
			return
		}
	}
	n, isNamed := t.(*types.Named)
	if isNamed && !l.interpreted(n.Obj()) || types.IsInterface(t) {
		return
	}
	if !isNamed && l.faithful(t) {
		l.registerParts(t)
		return
	}
	id := l.typeID(t)
	if l.regs[id] != nil {
		return
	}
	box := !l.faithful(t)
	r := &registered{typ: t, box: box, methods: map[string]int{}}
	set(l, l.regs, id, r)
	l.host.DeclareType(id, t)
	var zero ast.Expr
	if box {
		zero = &ast.CompositeLit{Type: l.ident(l.boxName(t)), Lbrace: l.pos}
	} else {
		zero = &ast.CompositeLit{Type: l.typ(t), Lbrace: l.pos}
	}
	l.prog.Init = append(l.prog.Init, &ast.ExprStmt{X: l.rt("Register", intLit(l.pos, int64(id)), zero, boolLit(l, box))})
	l.registerMethods(id, r)
	l.registerParts(t)
}

// registerParts registers what t is made of: formatting meets it there.
func (l *Lowerer) registerParts(t types.Type) {
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		l.registerPart(u.Elem())
	case *types.Slice:
		l.registerPart(u.Elem())
	case *types.Array:
		l.registerPart(u.Elem())
	case *types.Chan:
		l.registerPart(u.Elem())
	case *types.Map:
		l.registerPart(u.Key())
		l.registerPart(u.Elem())
	case *types.Struct:
		for i := range u.NumFields() {
			l.registerPart(u.Field(i).Type())
		}
	}
}

func (l *Lowerer) registerPart(t types.Type) {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		if l.interpreted(t.Obj()) && !types.IsInterface(t) {
			l.register(t)
		}
	case *types.Pointer, *types.Slice, *types.Array, *types.Map, *types.Chan:
		l.registerParts(t)
	case *types.Signature:
		for _, tu := range []*types.Tuple{t.Params(), t.Results()} {
			for i := range tu.Len() {
				l.registerPart(tu.At(i).Type())
			}
		}
	case *types.Struct:
		l.register(t)
	}
}

func boolLit(l *Lowerer, b bool) ast.Expr {
	if b {
		return l.ident("true")
	}
	return l.ident("false")
}

// registerMethods hands the methods of a registered type that it does not
// have yet to the registry.
func (l *Lowerer) registerMethods(id int, r *registered) {
	switch u := r.typ.(type) {
	case *types.Named, *types.Struct:
	case *types.Pointer: // of a type that is no struct: it has a box of its own
		switch types.Unalias(u.Elem()).(type) {
		case *types.Named, *types.Struct:
		default:
			return
		}
	default:
		return
	}
	inValue := types.NewMethodSet(r.typ)
	for _, ptr := range []bool{false, true} {
		recv := r.typ
		if ptr {
			if isPointer(r.typ) {
				continue
			}
			recv = types.NewPointer(recv)
		}
		ms := types.NewMethodSet(recv)
		for i := range ms.Len() {
			sel := ms.At(i)
			m := sel.Obj().(*types.Func)
			name := m.Name()
			if !m.Exported() && m.Pkg().Path() != check.Path {
				continue // of a compiled type that is embedded
			}
			if ptr && r.box && inValue.Lookup(m.Pkg(), name) != nil {
				continue // the twin's pointer calls the value's
			}
			key := name
			if ptr {
				key = "*" + name
			}
			version := -1
			if d := l.methodDecl(m); d != nil {
				version = d.ID
			}
			if v, ok := r.methods[key]; ok && v == version {
				continue
			}
			set(l, r.methods, key, version)
			if m.Exported() { // what a twin's method takes and gives
				l.registerPart(m.Type())
			}
			if f := l.methodClosure(recv, r, ptr, sel); f != nil {
				l.prog.Init = append(l.prog.Init, &ast.ExprStmt{X: l.rt("Method", intLit(l.pos, int64(id)), boolLit(l, ptr), strLit(l, name), f)})
			}
		}
	}
}

func strLit(l *Lowerer, s string) ast.Expr {
	return &ast.BasicLit{Kind: token.STRING, Value: quote(s), ValuePos: l.pos}
}

// methodDecl is the declaration of a cell's method, or nil for a compiled one.
func (l *Lowerer) methodDecl(m *types.Func) *check.Decl {
	return l.objs[m.Origin()]
}

// methodClosure is func(r any, args...) that calls the method on r's value.
func (l *Lowerer) methodClosure(recv types.Type, r *registered, ptr bool, sel *types.Selection) ast.Expr {
	m := sel.Obj().(*types.Func)
	sig, ok := sel.Type().(*types.Signature)
	if !ok {
		return nil
	}
	if !l.expressible(sig) {
		return nil
	}
	f := l.newFn(nil, nil)
	ft := &ast.FuncType{Func: l.pos, Params: l.params("r", l.emptyInterface())}
	var args []ast.Expr
	for i := range sig.Params().Len() {
		n := l.fresh("a")
		var t ast.Expr = nil
		if vt := sig.Params().At(i).Type(); sig.Variadic() && i == sig.Params().Len()-1 {
			t = &ast.Ellipsis{Ellipsis: l.pos, Elt: l.typ(variadicElem(vt))}
		} else {
			t = l.typ(vt)
		}
		ft.Params.List = append(ft.Params.List, &ast.Field{Names: []*ast.Ident{l.ident(n)}, Type: t})
		args = append(args, l.ident(n))
	}
	if sig.Results().Len() > 0 {
		ft.Results = &ast.FieldList{Opening: l.pos}
		for i := range sig.Results().Len() {
			ft.Results.List = append(ft.Results.List, &ast.Field{Type: l.typ(sig.Results().At(i).Type())})
		}
	}
	v := l.fresh("v")
	var x ast.Expr
	switch {
	case r.box && !ptr:
		x = &ast.SelectorExpr{X: &ast.TypeAssertExpr{X: l.ident("r"), Type: l.ident(l.boxName(r.typ))}, Sel: l.ident("V")}
	default:
		x = &ast.TypeAssertExpr{X: l.ident("r"), Type: l.typ(recv)}
	}
	call := f.callMethod(l.ident(v), recv, m, sel.Index(), args, sig.Variadic())
	body := []ast.Stmt{define(v, l.pos, x)}
	if sig.Results().Len() > 0 {
		body = append(body, &ast.ReturnStmt{Return: l.pos, Results: []ast.Expr{call}})
	} else {
		body = append(body, &ast.ExprStmt{X: call})
	}
	return &ast.FuncLit{Type: ft, Body: block(body)}
}

// expressible reports whether the engine can spell a signature; methods of
// compiled types that use unexported ones are left out.
func (l *Lowerer) expressible(sig *types.Signature) bool {
	ok := true
	check := func(t types.Type) {
		defer func() {
			if r := recover(); r != nil {
				if _, is := r.(*Refusal); !is {
					panic(r)
				}
				ok = false
			}
		}()
		l.typ(t)
	}
	for _, tu := range []*types.Tuple{sig.Params(), sig.Results()} {
		for i := range tu.Len() {
			check(tu.At(i).Type())
		}
	}
	return ok
}

// remapRegistered brings the registered types up to the unit's versions.
func (l *Lowerer) remapRegistered(u *check.Unit) {
	for id, r := range l.regs {
		if t := u.Remap(r.typ); t != r.typ {
			old := r.typ
			r.typ = t
			l.undo = append(l.undo, func() { r.typ = old; l.host.DeclareType(id, old) })
			l.host.DeclareType(id, t)
		}
	}
}

// refreshMethods registers methods that the unit added to registered types.
func (l *Lowerer) refreshMethods(u *check.Unit) {
	any := false
	for _, list := range [][]*check.Decl{u.Redo, u.Decls} {
		for _, d := range list {
			any = any || d.Kind == check.Method && u.Emit[d]
		}
	}
	if !any {
		return
	}
	ids := make([]int, 0, len(l.regs))
	for id := range l.regs {
		ids = append(ids, id)
	}
	sort.Ints(ids)
	for _, id := range ids {
		l.registerMethods(id, l.regs[id])
	}
}

// registerInterface makes an interface type known at run time.
func (l *Lowerer) registerInterface(t types.Type) int {
	id := l.typeID(t)
	key := "iface " + l.key(t)
	if l.helpers[key] != "" {
		return id
	}
	set(l, l.helpers, key, "x")
	l.host.DeclareInterface(id, t)
	it := t.Underlying().(*types.Interface)
	for i := range it.NumMethods() {
		m := it.Method(i)
		l.prog.Init = append(l.prog.Init, &ast.ExprStmt{X: l.rt("InterfaceMethod", intLit(l.pos, int64(id)), strLit(l, m.Name()),
			&ast.CallExpr{Fun: paren(l.dispatchType(m.Type().(*types.Signature))), Args: []ast.Expr{l.ident("nil")}})})
	}
	return id
}

// dispatchType is func(any, ...), the form in which methods are dispatched.
func (l *Lowerer) dispatchType(sig *types.Signature) *ast.FuncType {
	ft := l.funcType(sig)
	ft.Params.List = append([]*ast.Field{{Type: l.emptyInterface()}}, ft.Params.List...)
	return ft
}
