package lower

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"cahier/interp/check"
)

// fn lowers the body of one function (with the literals in it), or the
// statements of a cell.
type fn struct {
	l         *Lowerer
	info      *types.Info
	env       *check.Mapper // type parameters to arguments; nil outside generics
	self      *check.Decl   // the function itself, called directly
	selfName  string
	names     map[types.Object]string
	used      map[string]int
	results   *types.Tuple // of the innermost function
	named     []string     // its result names, when it has any
	inPlace   bool         // return sets them and no more: deferred calls come after
	rangers   []*ranger    // enclosing range-over-func bodies, outermost first
	targets   []*target    // enclosing statements that break or continue can mean
	label     string       // of the statement to come
	defers    string       // variable with the function's deferred calls
	panicking string       // variable with the panic that the function may recover from; empty if it does not
	safe      []inBounds
	top       bool // these are statements of the cell itself
	depth     int  // of loops
}

// target is a statement that break or continue can leave.
type target struct {
	label     string
	loop      bool
	next      func() []ast.Stmt // what continue needs to do first
	depth     int               // len(rangers) outside it
	inner     string            // label in the engine, when it needs one
	needLabel *bool
	ranger    *ranger // it is the body of a range over a function
}

func (l *Lowerer) newFn(info *types.Info, env *check.Mapper) *fn {
	return &fn{l: l, info: info, env: env, names: map[types.Object]string{}, used: map[string]int{}}
}

// typ is the type of an expression, with type parameters replaced.
func (f *fn) typ(e ast.Expr) types.Type {
	t := f.info.TypeOf(e)
	if t == nil {
		f.l.refuse(e.Pos(), "this expression", "its type is not known", "")
	}
	return f.subst(t)
}

func (f *fn) subst(t types.Type) types.Type {
	if f.env != nil {
		t = f.env.Type(t)
	}
	return t
}

// objType is the type of an object, with type parameters replaced.
func (f *fn) objType(o types.Object) types.Type { return f.subst(o.Type()) }

// name is the engine's name of a local object, unlike any other in the
// function.
func (f *fn) name(o types.Object) string {
	if n, ok := f.names[o]; ok {
		return n
	}
	base := o.Name()
	n := base
	if k := f.used[base]; k > 0 || reserved[base] {
		n = fmt.Sprintf("%s··%d", base, k) // fresh names have one dot
	}
	f.used[base]++
	f.names[o] = n
	return n
}

// reserved are names that generated code needs.
var reserved = map[string]bool{"int": true, "int8": true, "int16": true, "int32": true, "int64": true, "uint": true,
	"uint8": true, "uint16": true, "uint32": true, "uint64": true, "uintptr": true, "float32": true, "float64": true,
	"complex64": true, "complex128": true, "string": true, "bool": true, "error": true, "true": true, "false": true,
	"nil": true, "len": true, "cap": true, "append": true, "copy": true, "delete": true, "make": true, "new": true,
	"panic": true, "recover": true, "complex": true, "real": true, "imag": true, "close": true, "main": true, "init": true,
	"any": true, "iota": true, "print": true, "println": true, "byte": true, "rune": true, "min": true, "max": true, "clear": true}

// tmp makes a fresh local name.
func (f *fn) tmp() string { return f.l.fresh("t") }

func (f *fn) id(name string, pos token.Pos) *ast.Ident {
	if !pos.IsValid() {
		pos = f.l.pos
	}
	return &ast.Ident{Name: name, NamePos: pos}
}

// funcDecl lowers a function or method under a new name.
func (f *fn) funcDecl(name string, d *ast.FuncDecl, sig *types.Signature, recv *types.Var) *ast.FuncDecl {
	ft, prologue := f.signature(d.Type, sig, recv, d.Body)
	body := f.body(d.Body, prologue)
	return &ast.FuncDecl{Name: f.id(name, d.Name.Pos()), Type: ft, Body: body}
}

// signature renders a function's type with the engine's parameter names.
//
// Named results are locals: the engine computes results in the place that the
// caller assigns them to, and does not clear it first.
func (f *fn) signature(ft *ast.FuncType, sig *types.Signature, recv *types.Var, body *ast.BlockStmt) (*ast.FuncType, []ast.Stmt) {
	out := &ast.FuncType{Func: f.pos(ft.Pos()), Params: &ast.FieldList{Opening: f.pos(ft.Pos())}}
	param := func(v *types.Var, variadic bool) {
		n := f.l.fresh("_p")
		if v.Name() != "" && v.Name() != "_" {
			n = f.name(v)
		}
		var t ast.Expr
		if vt := f.objType(v); variadic {
			t = &ast.Ellipsis{Ellipsis: f.l.pos, Elt: f.l.typ(variadicElem(vt))}
		} else {
			t = f.l.typ(vt)
		}
		out.Params.List = append(out.Params.List, &ast.Field{Names: []*ast.Ident{f.id(n, v.Pos())}, Type: t})
	}
	if recv != nil {
		param(recv, false)
	}
	for i := range sig.Params().Len() {
		param(sig.Params().At(i), sig.Variadic() && i == sig.Params().Len()-1)
	}
	f.results, f.named, f.inPlace = f.substTuple(sig.Results()), nil, body != nil && hasDefer(body)
	var prologue []ast.Stmt
	if n := sig.Results().Len(); n > 0 {
		out.Results = &ast.FieldList{Opening: f.pos(ft.Pos())}
		isNamed := sig.Results().At(0).Name() != ""
		for i := range n {
			v := sig.Results().At(i)
			fld := &ast.Field{Type: f.l.typ(f.objType(v))}
			if isNamed {
				name := f.l.fresh("_r")
				if v.Name() != "_" {
					name = f.name(v)
				}
				f.named = append(f.named, name)
			} else if f.inPlace {
				f.named = append(f.named, f.l.fresh("_r"))
			}
			if f.named != nil {
				t := f.objType(v)
				prologue = append(prologue, f.declare(f.id(f.named[i], v.Pos()), t, f.zero(t)))
			}
			out.Results.List = append(out.Results.List, fld)
		}
	}
	return out, prologue
}

func (f *fn) substTuple(t *types.Tuple) *types.Tuple {
	if f.env == nil || t.Len() == 0 {
		return t
	}
	vars := make([]*types.Var, t.Len())
	for i := range vars {
		v := t.At(i)
		vars[i] = types.NewParam(v.Pos(), v.Pkg(), v.Name(), f.objType(v))
	}
	return types.NewTuple(vars...)
}

func (f *fn) pos(p token.Pos) token.Pos {
	if p.IsValid() {
		return p
	}
	return f.l.pos
}

// body lowers a function's body.
func (f *fn) body(b *ast.BlockStmt, prologue []ast.Stmt) *ast.BlockStmt {
	entry := f.l.enter()
	f.panicking = ""
	if f.recovers(b) {
		f.panicking = f.l.fresh("q")
		entry = define(f.panicking, f.l.pos, f.l.rt("Enter"))
	}
	list := append(prologue, entry)
	if hasDefer(b) {
		saved := f.defers
		list = append(list, f.withDefers(func() []ast.Stmt { return f.stmts(b.List) })...)
		f.defers = saved
		if len(f.named) > 0 {
			ret := &ast.ReturnStmt{Return: f.pos(b.Rbrace)}
			for _, n := range f.named {
				ret.Results = append(ret.Results, f.id(n, b.Rbrace))
			}
			list = append(list, ret)
		}
	} else {
		list = append(list, f.stmts(b.List)...)
	}
	return &ast.BlockStmt{Lbrace: b.Lbrace, List: list, Rbrace: b.Rbrace}
}

// funcLit lowers a function literal.
func (f *fn) funcLit(e *ast.FuncLit) ast.Expr {
	sig := f.info.TypeOf(e).(*types.Signature)
	saved := *f
	f.top = false
	f.rangers, f.targets, f.label, f.depth = nil, nil, "", 0
	ft, prologue := f.signature(e.Type, sig, nil, e.Body)
	body := f.body(e.Body, prologue)
	f.top = saved.top
	f.results, f.named, f.inPlace, f.rangers, f.targets, f.label, f.depth, f.panicking = saved.results, saved.named, saved.inPlace, saved.rangers, saved.targets, saved.label, saved.depth, saved.panicking
	return &ast.FuncLit{Type: ft, Body: body}
}

// ownFrame lowers a function literal within a loop. The engine keeps the value
// of a literal in the frame of its function, writes there again whenever it has
// been called, and lets an argument share the frame with later iterations: so
// it is made in a frame of its own.
func (f *fn) ownFrame(e *ast.FuncLit) ast.Expr {
	depth := f.depth
	f.depth = 0
	lit := f.funcLit(e)
	f.depth = depth
	n := f.tmp()
	return f.thunk([]ast.Stmt{define(n, f.pos(e.Pos()), lit)}, f.l.ident(n), f.typ(e))
}

// cell lowers the steps of a cell.
func (f *fn) cell(u *check.Unit) []ast.Stmt {
	f.inPlace, f.top = true, true
	for _, st := range u.Steps {
		if st.Stmt != nil && hasDefer(st.Stmt) {
			return f.withDefers(func() []ast.Stmt { return f.steps(u) })
		}
	}
	return f.steps(u)
}

func (f *fn) steps(u *check.Unit) []ast.Stmt {
	var out []ast.Stmt
	for _, st := range u.Steps {
		switch {
		case st.Stmt != nil:
			out = append(out, f.stmt(st.Stmt)...)
		case st.Spec != nil:
			f.l.at = st.Spec.Pos()
			if pos := f.riskIn(st.Spec); pos.IsValid() {
				out = append(out, f.mark(pos)...)
				out = append(out, f.guards(&ast.ReturnStmt{Results: st.Spec.Values})...)
			}
			out = append(out, f.initSpec(u, st.Spec)...)
			if f.mayTakeLong(&ast.ReturnStmt{Results: st.Spec.Values}) {
				out = append(out, f.l.poll())
			}
		case st.Show != nil:
			f.l.at = st.Show.Pos()
			if pos := f.riskIn(st.Show); pos.IsValid() {
				out = append(out, f.mark(pos)...)
				out = append(out, f.guards(&ast.ExprStmt{X: st.Show})...)
			}
			if u.File.Suppress {
				out = append(out, f.evaluate(st.Show)...)
			} else {
				out = append(out, f.show(st.Show)...)
			}
		}
	}
	return out
}

// initSpec sets session variables. One that the session has already is a new
// variable nevertheless: what points to the old one keeps it.
func (f *fn) initSpec(u *check.Unit, spec *ast.ValueSpec) []ast.Stmt {
	var dsts []dest
	var renew []ast.Stmt
	for i, id := range spec.Names {
		if id.Name == "_" {
			dsts = append(dsts, dest{})
			continue
		}
		obj := f.info.Defs[id]
		d := f.l.objs[obj]
		f.l.store(d.ID, "V", obj.Type())
		x := f.id(storeName("V", d.ID), id.Pos())
		dsts = append(dsts, dest{x: x, t: obj.Type()})
		if f.l.declared[d.ID] {
			continue
		}
		again := &ast.ExprStmt{X: f.l.rt("Renew", strLit(f.l, x.Name))}
		if len(spec.Values) == 0 {
			renew = append(renew, again)
			continue
		}
		n := f.tmp() // the values may be the old one's
		dsts[i] = dest{x: f.id(n, id.Pos()), t: obj.Type(), fresh: true}
		renew = append(renew, again, assign(x, f.id(n, id.Pos())))
	}
	if len(spec.Values) == 0 {
		out := renew
		for _, d := range dsts {
			if d.x != nil {
				out = append(out, assign(d.x, f.zero(d.t)))
			}
		}
		return out
	}
	return append(f.assignTo(dsts, spec.Values), renew...)
}

// evaluate lowers the last expression of a cell that shows nothing.
func (f *fn) evaluate(e ast.Expr) []ast.Stmt {
	tv := f.info.Types[e]
	if call, ok := ast.Unparen(e).(*ast.CallExpr); ok {
		if fun := f.info.Types[call.Fun]; !fun.IsType() && (!fun.IsBuiltin() || tv.IsVoid()) {
			return f.stmt(&ast.ExprStmt{X: e})
		}
	}
	if tv.IsNil() {
		return nil
	}
	return f.discard(f.exprTo(e, types.Default(f.typ(e))))
}

// show lowers the last expression of a cell.
func (f *fn) show(e ast.Expr) []ast.Stmt {
	tv := f.info.Types[e]
	if call, ok := ast.Unparen(e).(*ast.CallExpr); ok {
		if tv.IsVoid() || f.quiet(call) {
			return f.stmt(&ast.ExprStmt{X: e})
		}
		if t, ok := tv.Type.(*types.Tuple); ok {
			names := make([]ast.Expr, t.Len())
			args := []ast.Expr{}
			for i := range names {
				n := f.tmp()
				names[i] = f.id(n, e.Pos())
				args = append(args, f.showArgs(f.id(n, e.Pos()), f.subst(t.At(i).Type()))...)
			}
			f.l.prog.Shows = true
			return []ast.Stmt{
				&ast.AssignStmt{Lhs: names, Tok: token.DEFINE, Rhs: []ast.Expr{f.expr(e)}},
				&ast.ExprStmt{X: f.l.rt("Show", args...)},
			}
		}
	}
	if b, ok := tv.Type.(*types.Basic); ok && b.Kind() == types.Invalid {
		return nil
	}
	f.l.prog.Shows = true
	t := f.typ(e)
	if b, ok := t.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
		t = types.Default(t)
	}
	return []ast.Stmt{&ast.ExprStmt{X: f.l.rt("Show", f.showArgs(f.exprTo(e, t), t)...)}}
}

// showArgs passes a value with its static type, by identity.
func (f *fn) showArgs(x ast.Expr, t types.Type) []ast.Expr {
	id := f.l.typeID(t)
	f.l.host.DeclareType(id, t)
	return []ast.Expr{intLit(f.l.pos, int64(id)), f.toAny(x, t)}
}

// quiet reports whether a call's results are never worth showing: those of
// functions that print.
func (f *fn) quiet(call *ast.CallExpr) bool {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	obj, ok := f.info.Uses[sel.Sel].(*types.Func)
	if !ok || obj.Pkg() == nil {
		return false
	}
	switch obj.Pkg().Path() {
	case "fmt":
		switch obj.Name() {
		case "Print", "Printf", "Println", "Fprint", "Fprintf", "Fprintln":
			return true
		}
	case "io":
		return obj.Name() == "WriteString"
	}
	if sig := obj.Type().(*types.Signature); sig.Recv() != nil {
		switch obj.Name() {
		case "Write", "WriteString", "WriteByte", "WriteRune":
			return true
		}
	}
	return false
}
