package lower

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strconv"

	"cahier/interp/check"
)

func quote(s string) string { return strconv.Quote(s) }

// exprTo lowers e and converts it to type to.
func (f *fn) exprTo(e ast.Expr, to types.Type) ast.Expr {
	tv := f.info.Types[e]
	if tv.Value != nil {
		from := f.subst(tv.Type)
		if types.IsInterface(to) {
			if b, ok := from.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
				from = types.Default(from)
			}
			return f.conv(f.constantAt(tv.Value, from, e.Pos()), from, to)
		}
		return f.constantAt(tv.Value, to, e.Pos())
	}
	if tv.IsNil() {
		return f.id("nil", e.Pos())
	}
	if name := f.standardFile(e); name != "" && types.IsInterface(to) && f.l.compiledInterface(to) {
		if s := to.String(); s == "io.Reader" || s == "io.Writer" {
			return f.l.rtName(name) // it knows the cell
		}
	}
	from := f.typ(e)
	if b, ok := from.(*types.Basic); ok && b.Kind() == types.UntypedBool {
		// A comparison: typed by its context.
		return f.conv(f.expr(e), types.Typ[types.Bool], boolOf(to))
	}
	if b, ok := from.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
		from = types.Default(from) // a shift of an untyped constant
	}
	return f.conv(f.expr(e), from, to)
}

// standardFile is the name in package rt of what stands for os.Stdin,
// os.Stdout or os.Stderr when e is one of them.
func (f *fn) standardFile(e ast.Expr) string {
	sel, ok := ast.Unparen(e).(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	v, ok := f.info.Uses[sel.Sel].(*types.Var)
	if !ok || v.Pkg() == nil || v.Pkg().Path() != "os" || v.IsField() {
		return ""
	}
	switch v.Name() {
	case "Stdin", "Stdout", "Stderr":
		return v.Name()
	}
	return ""
}

func boolOf(to types.Type) types.Type {
	return to
}

// expr lowers an expression to one of the engine's type for its type.
func (f *fn) expr(e ast.Expr) ast.Expr {
	if tv, ok := f.info.Types[e]; ok && tv.Value != nil {
		return f.constantAt(tv.Value, f.subst(tv.Type), e.Pos())
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		return &ast.ParenExpr{Lparen: e.Lparen, X: f.expr(e.X), Rparen: e.Rparen}
	case *ast.Ident:
		return f.identExpr(e)
	case *ast.BasicLit:
		return e
	case *ast.FuncLit:
		if f.depth > 0 {
			return f.ownFrame(e)
		}
		return f.funcLit(e)
	case *ast.CompositeLit:
		return f.composite(e, f.typ(e))
	case *ast.SelectorExpr:
		return f.selector(e)
	case *ast.IndexExpr:
		return f.index(e)
	case *ast.IndexListExpr:
		return f.instanceValue(e)
	case *ast.SliceExpr:
		return f.slice(e)
	case *ast.StarExpr:
		return &ast.StarExpr{Star: e.Star, X: f.expr(e.X)}
	case *ast.UnaryExpr:
		return f.unary(e)
	case *ast.BinaryExpr:
		return f.binary(e)
	case *ast.CallExpr:
		return f.call(e)
	case *ast.TypeAssertExpr:
		return f.assertExpr(e)
	}
	f.l.refuse(e.Pos(), "this expression", "it is of an unknown kind", "")
	return nil
}

func (f *fn) identExpr(e *ast.Ident) ast.Expr {
	obj := f.info.Uses[e]
	if obj == nil {
		obj = f.info.Defs[e]
	}
	switch obj := obj.(type) {
	case *types.Nil:
		return f.id("nil", e.NamePos)
	case *types.Var:
		return f.variable(obj, e.NamePos)
	case *types.Func:
		return f.funcValue(obj, e, e.NamePos)
	case nil:
		f.l.refuse(e.Pos(), "the name "+e.Name, "it has no meaning here", "")
	}
	f.l.refuse(e.Pos(), "the name "+e.Name, "it is not a value", "")
	return nil
}

// variable refers to a local, session or compiled variable.
func (f *fn) variable(obj *types.Var, pos token.Pos) ast.Expr {
	if obj.Pkg() != nil && obj.Pkg().Scope() == obj.Parent() || f.l.objs[obj] != nil {
		if f.l.objs[obj] != nil {
			return f.id(storeName("V", f.l.objs[obj].ID), pos)
		}
		return &ast.SelectorExpr{X: f.l.pkg(obj.Pkg().Path()), Sel: f.id(obj.Name(), pos)}
	}
	return f.id(f.name(obj), pos)
}

// funcValue is a function as a value or callee.
func (f *fn) funcValue(obj *types.Func, id *ast.Ident, pos token.Pos) ast.Expr {
	if in, ok := f.info.Instances[id]; ok {
		return f.id(f.l.instance(obj, f.typeArgs(in.TypeArgs), pos), pos)
	}
	if d := f.l.objs[obj]; d != nil {
		if d.File == nil { // of the prelude
			return f.id(f.l.instance(obj, nil, pos), pos)
		}
		return f.id(storeName("F", d.ID), pos)
	}
	if obj.Pkg() == nil {
		f.l.refuse(pos, "the function "+obj.Name(), "it is not known", "")
	}
	if _, ok := f.l.host.Symbol(obj.Pkg().Path(), obj.Name()); !ok {
		f.l.refuse(pos, "the function "+obj.Pkg().Name()+"."+obj.Name(), "the interpreter's table of the package does not have it", "")
	}
	return &ast.SelectorExpr{X: f.l.pkg(obj.Pkg().Path()), Sel: f.id(obj.Name(), pos)}
}

func (f *fn) typeArgs(list *types.TypeList) []types.Type {
	args := make([]types.Type, list.Len())
	for i := range args {
		args[i] = f.subst(list.At(i))
	}
	return args
}

// instanceValue is f[T] or f[T, U] as a value.
func (f *fn) instanceValue(e ast.Expr) ast.Expr {
	var x ast.Expr
	switch e := e.(type) {
	case *ast.IndexExpr:
		x = e.X
	case *ast.IndexListExpr:
		x = e.X
	}
	var id *ast.Ident
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		id = x
	case *ast.SelectorExpr:
		id = x.Sel
	}
	if id != nil {
		if obj, ok := f.info.Uses[id].(*types.Func); ok {
			if _, ok := f.info.Instances[id]; ok {
				return f.funcValue(obj, id, e.Pos())
			}
		}
	}
	f.l.refuse(e.Pos(), "this expression", "it is of an unknown kind", "")
	return nil
}

func (f *fn) selector(e *ast.SelectorExpr) ast.Expr {
	if id, ok := e.X.(*ast.Ident); ok {
		if pn, ok := f.info.Uses[id].(*types.PkgName); ok {
			obj := f.info.Uses[e.Sel]
			switch obj := obj.(type) {
			case *types.Func:
				return f.funcValue(obj, e.Sel, e.Pos())
			default:
				if _, ok := f.l.host.Symbol(pn.Imported().Path(), e.Sel.Name); !ok {
					f.l.refuse(e.Pos(), pn.Imported().Name()+"."+e.Sel.Name, "the interpreter's table of the package does not have it", "")
				}
				return &ast.SelectorExpr{X: f.l.pkg(pn.Imported().Path()), Sel: f.id(e.Sel.Name, e.Sel.Pos())}
			}
		}
	}
	sel := f.info.Selections[e]
	if sel == nil {
		f.l.refuse(e.Pos(), "this selector", "it has no meaning here", "")
	}
	switch sel.Kind() {
	case types.FieldVal:
		x, _ := f.path(f.expr(e.X), f.typ(e.X), f.fieldIndex(e, sel))
		return x
	case types.MethodVal:
		return f.methodValue(e, sel)
	default:
		return f.methodExpr(e, sel)
	}
}

// fieldIndex is the selection's path; within an instance the field is looked
// up in the argument type.
func (f *fn) fieldIndex(e *ast.SelectorExpr, sel *types.Selection) []int {
	if f.env == nil {
		return sel.Index()
	}
	obj, index, _ := types.LookupFieldOrMethod(f.typ(e.X), true, sel.Obj().Pkg(), sel.Obj().Name())
	if _, ok := obj.(*types.Var); !ok {
		return sel.Index()
	}
	return index
}

// path follows a path of field indexes from x of type t.
func (f *fn) path(x ast.Expr, t types.Type, index []int) (ast.Expr, types.Type) {
	for _, i := range index {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		st, ok := t.Underlying().(*types.Struct)
		if !ok {
			f.l.refuse(x.Pos(), "this selector", "of type "+t.String(), "")
		}
		name := st.Field(i).Name()
		if f.l.structIsOurs(t) {
			name = fieldName(st, i)
		}
		x = &ast.SelectorExpr{X: x, Sel: f.id(name, x.Pos())}
		owner := t
		t = st.Field(i).Type()
		if f.l.cut(owner, st, i) {
			x = &ast.CallExpr{Fun: f.id(f.l.takeOut(t), x.Pos()), Args: []ast.Expr{x}}
		}
	}
	return x, t
}

// place is path for what is assigned to: the last field as it is.
func (f *fn) place(x ast.Expr, t types.Type, index []int) ast.Expr {
	x, t = f.path(x, t, index[:len(index)-1])
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		f.l.refuse(x.Pos(), "this selector", "of type "+t.String(), "")
	}
	i := index[len(index)-1]
	name := st.Field(i).Name()
	if f.l.structIsOurs(t) {
		name = fieldName(st, i)
	}
	return &ast.SelectorExpr{X: x, Sel: f.id(name, x.Pos())}
}

// isCut reports whether e selects a field that is an any to the engine.
func (f *fn) isCut(e ast.Expr) bool {
	sel, ok := ast.Unparen(e).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	s := f.info.Selections[sel]
	if s == nil || s.Kind() != types.FieldVal {
		return false
	}
	t := f.typ(sel.X)
	index := f.fieldIndex(sel, s)
	for k, i := range index {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		st, ok := t.Underlying().(*types.Struct)
		if !ok {
			return false
		}
		if k == len(index)-1 {
			return f.l.cut(t, st, i)
		}
		t = st.Field(i).Type()
	}
	return false
}

// structIsOurs reports whether a struct type is declared by emitted code.
func (l *Lowerer) structIsOurs(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		if t.TypeArgs().Len() > 0 {
			return true
		}
		return l.interpreted(t.Obj())
	}
	return true
}

func (f *fn) index(e *ast.IndexExpr) ast.Expr {
	if tv, ok := f.info.Types[e.X]; ok && !tv.IsType() {
		t := f.typ(e.X)
		if _, isFunc := t.Underlying().(*types.Signature); isFunc {
			return f.instanceValue(e)
		}
		if m, ok := t.Underlying().(*types.Map); ok {
			return &ast.IndexExpr{X: f.expr(e.X), Lbrack: e.Lbrack, Index: f.exprTo(e.Index, m.Key()), Rbrack: e.Rbrack}
		}
		return &ast.IndexExpr{X: f.expr(e.X), Lbrack: e.Lbrack, Index: f.intExpr(e.Index), Rbrack: e.Rbrack}
	}
	return f.instanceValue(e)
}

// intExpr lowers an index, of any integer type.
func (f *fn) intExpr(e ast.Expr) ast.Expr {
	tv := f.info.Types[e]
	if tv.Value != nil {
		return f.constantAt(constant.ToInt(tv.Value), types.Typ[types.Int], e.Pos())
	}
	t := f.typ(e)
	x := f.expr(e)
	if b, ok := t.Underlying().(*types.Basic); ok && b.Kind() != types.Int {
		return &ast.CallExpr{Fun: f.l.ident("int"), Args: []ast.Expr{x}}
	}
	return x
}

func (f *fn) slice(e *ast.SliceExpr) ast.Expr {
	s := &ast.SliceExpr{X: f.expr(e.X), Lbrack: e.Lbrack, Slice3: e.Slice3, Rbrack: e.Rbrack}
	if e.Low != nil {
		s.Low = f.intExpr(e.Low)
	}
	if e.High != nil {
		s.High = f.intExpr(e.High)
	}
	if e.Max != nil {
		s.Max = f.intExpr(e.Max)
	}
	if s.Slice3 && s.Low == nil {
		s.Low = intLit(f.l.pos, 0)
	}
	return s
}

func (f *fn) unary(e *ast.UnaryExpr) ast.Expr {
	switch e.Op {
	case token.ARROW:
		t := f.typ(e.X)
		return &ast.CallExpr{Fun: f.id(f.l.receiver(t, false), e.Pos()), Args: []ast.Expr{f.expr(e.X)}}
	case token.AND:
		if c, ok := ast.Unparen(e.X).(*ast.CompositeLit); ok {
			return f.addressOf(c, f.typ(c))
		}
		if f.isCut(e.X) {
			f.l.refuse(e.Pos(), "the address of a field by which struct types refer to each other", "the interpreter keeps such fields in another form", "copy the field to a variable, or take the address of the struct")
		}
		if ix, ok := ast.Unparen(e.X).(*ast.IndexExpr); ok && isPointer(f.typ(ix.X)) {
			return &ast.UnaryExpr{OpPos: e.OpPos, Op: token.AND, X: &ast.IndexExpr{
				X: &ast.ParenExpr{X: &ast.StarExpr{Star: f.pos(ix.Pos()), X: f.expr(ix.X)}}, Index: f.intExpr(ix.Index)}}
		}
		return &ast.UnaryExpr{OpPos: e.OpPos, Op: token.AND, X: f.expr(e.X)}
	}
	return &ast.UnaryExpr{OpPos: e.OpPos, Op: e.Op, X: f.exprTo(e.X, f.typ(e))}
}

// addressOf is &T{...}.
func (f *fn) addressOf(c *ast.CompositeLit, t types.Type) ast.Expr {
	lit := f.composite(c, t)
	if _, ok := t.Underlying().(*types.Struct); ok {
		return &ast.UnaryExpr{OpPos: f.pos(c.Pos()), Op: token.AND, X: lit}
	}
	// The engine takes addresses of struct literals only.
	v := f.tmp()
	return f.thunk([]ast.Stmt{
		define(v, f.l.pos, &ast.CallExpr{Fun: f.l.ident("new"), Args: []ast.Expr{f.l.typ(t)}}),
		assign(&ast.StarExpr{Star: f.l.pos, X: f.l.ident(v)}, lit),
	}, f.l.ident(v), types.NewPointer(t))
}

// thunk is a function literal, called at once, that runs list and returns x.
func (f *fn) thunk(list []ast.Stmt, x ast.Expr, t types.Type) ast.Expr {
	ft := &ast.FuncType{Func: f.l.pos, Params: &ast.FieldList{Opening: f.l.pos}, Results: f.l.params("", f.l.typ(t))}
	return &ast.CallExpr{Fun: &ast.FuncLit{Type: ft, Body: block(append(list, &ast.ReturnStmt{Return: f.l.pos, Results: []ast.Expr{x}}))}}
}

func (f *fn) binary(e *ast.BinaryExpr) ast.Expr {
	out := &ast.BinaryExpr{OpPos: e.OpPos, Op: e.Op}
	switch e.Op {
	case token.LAND, token.LOR:
		out.X, out.Y = f.expr(e.X), f.expr(e.Y)
		return out
	case token.SHL, token.SHR:
		t := f.typ(e)
		if b, ok := t.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
			t = types.Typ[types.Int]
		}
		out.X = f.exprTo(e.X, t)
		out.Y = f.shiftCount(e.Y)
		return out
	case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
		return f.compare(e)
	}
	t := f.typ(e)
	out.X, out.Y = f.exprTo(e.X, t), f.exprTo(e.Y, t)
	return out
}

func (f *fn) shiftCount(e ast.Expr) ast.Expr {
	if tv := f.info.Types[e]; tv.Value != nil {
		return &ast.CallExpr{Fun: f.l.ident("uint"), Args: []ast.Expr{f.constantAt(constant.ToInt(tv.Value), types.Typ[types.Int], e.Pos())}}
	}
	t := f.typ(e)
	if b, ok := t.Underlying().(*types.Basic); ok && b.Info()&types.IsUnsigned == 0 {
		return f.l.rt("ShiftCount", &ast.CallExpr{Fun: f.l.ident("int64"), Args: []ast.Expr{f.expr(e)}})
	}
	return &ast.CallExpr{Fun: f.l.ident("uint"), Args: []ast.Expr{f.expr(e)}}
}

// compare lowers a comparison. Operands of which one is an interface are
// compared as interfaces.
func (f *fn) compare(e *ast.BinaryExpr) ast.Expr {
	x, y := f.info.Types[e.X], f.info.Types[e.Y]
	out := &ast.BinaryExpr{OpPos: e.OpPos, Op: e.Op}
	if x.IsNil() || y.IsNil() {
		if x.IsNil() {
			e = &ast.BinaryExpr{X: e.Y, OpPos: e.OpPos, Op: e.Op, Y: e.X}
		}
		out.X, out.Y = f.expr(e.X), f.id("nil", e.Y.Pos())
		return out
	}
	xt, yt := f.subst(x.Type), f.subst(y.Type)
	xi, yi := types.IsInterface(xt), types.IsInterface(yt)
	switch {
	case xi || yi:
		if xi && yi && !f.l.engineAny(xt) && !f.l.engineAny(yt) || xi != yi || f.l.engineAny(xt) != f.l.engineAny(yt) || xi && yi {
			any := types.NewInterfaceType(nil, nil)
			eq := f.l.rt("Equal", f.exprTo(e.X, any), f.exprTo(e.Y, any))
			if e.Op == token.NEQ {
				return &ast.UnaryExpr{OpPos: f.pos(e.OpPos), Op: token.NOT, X: eq}
			}
			return eq
		}
	case untyped(xt) && untyped(yt):
		xt = types.Default(xt)
		if b, ok := yt.(*types.Basic); ok && b.Kind() == types.UntypedFloat {
			xt = types.Default(yt)
		}
		yt = xt
	case untyped(xt):
		xt = yt
	case untyped(yt):
		yt = xt
	}
	switch xt.Underlying().(type) {
	case *types.Struct, *types.Array:
		if hasBlank(xt) {
			f.l.refuse(e.Pos(), "comparing values of type "+typeText(xt), "it has blank fields, which the interpreter would compare as well", "compare field by field")
		}
		// The engine compares by interface.
		eq := f.l.rt("Equal", f.exprTo(e.X, xt), f.exprTo(e.Y, xt))
		if e.Op == token.NEQ {
			return &ast.UnaryExpr{OpPos: f.pos(e.OpPos), Op: token.NOT, X: eq}
		}
		return eq
	}
	out.X, out.Y = f.exprTo(e.X, xt), f.exprTo(e.Y, xt)
	return out
}

// hasBlank reports whether comparing values of t meets blank fields.
func hasBlank(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for i := range u.NumFields() {
			if u.Field(i).Name() == "_" || hasBlank(u.Field(i).Type()) {
				return true
			}
		}
	case *types.Array:
		return hasBlank(u.Elem())
	}
	return false
}

func untyped(t types.Type) bool {
	b, ok := t.(*types.Basic)
	return ok && b.Info()&types.IsUntyped != 0
}

// composite lowers a composite literal of type t.
func (f *fn) composite(e *ast.CompositeLit, t types.Type) ast.Expr {
	out := &ast.CompositeLit{Type: f.l.typ(t), Lbrace: f.pos(e.Lbrace), Rbrace: e.Rbrace}
	elem := func(x ast.Expr, t types.Type) ast.Expr {
		if c, ok := x.(*ast.CompositeLit); ok && c.Type == nil {
			if p, ok := t.Underlying().(*types.Pointer); ok {
				return f.addressOf(c, p.Elem())
			}
			return f.composite(c, t)
		}
		return f.exprTo(x, t)
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		ours := f.l.structIsOurs(t)
		for i, x := range e.Elts {
			k := i
			if kv, ok := x.(*ast.KeyValueExpr); ok {
				name := kv.Key.(*ast.Ident).Name
				for j := range u.NumFields() {
					if u.Field(j).Name() == name {
						k = j
					}
				}
				x = kv.Value
			}
			name := u.Field(k).Name()
			if ours {
				name = fieldName(u, k)
			}
			out.Elts = append(out.Elts, &ast.KeyValueExpr{Key: f.id(name, x.Pos()), Value: elem(x, u.Field(k).Type())})
		}
	case *types.Map:
		for _, x := range e.Elts {
			kv := x.(*ast.KeyValueExpr)
			out.Elts = append(out.Elts, &ast.KeyValueExpr{Key: elem(kv.Key, u.Key()), Colon: kv.Colon, Value: elem(kv.Value, u.Elem())})
		}
	case *types.Slice:
		f.elements(out, e, u.Elem(), elem)
	case *types.Array:
		f.elements(out, e, u.Elem(), elem)
	}
	return out
}

func (f *fn) elements(out *ast.CompositeLit, e *ast.CompositeLit, t types.Type, elem func(ast.Expr, types.Type) ast.Expr) {
	keyed := false
	next := int64(0)
	var keys []int64
	for _, x := range e.Elts {
		if kv, ok := x.(*ast.KeyValueExpr); ok {
			keyed = true
			if v := f.info.Types[kv.Key].Value; v != nil {
				next, _ = constant.Int64Val(constant.ToInt(v))
			}
		}
		keys = append(keys, next)
		next++
	}
	for i, x := range e.Elts {
		if kv, ok := x.(*ast.KeyValueExpr); ok {
			x = kv.Value
		}
		v := elem(x, t)
		if keyed {
			out.Elts = append(out.Elts, &ast.KeyValueExpr{Key: intLit(f.l.pos, keys[i]), Value: v})
		} else {
			out.Elts = append(out.Elts, v)
		}
	}
}

// assertOK lowers x.(T) to two values, from x of engine type any.
func (f *fn) assertOK(x ast.Expr, t types.Type) (value ast.Expr, call bool) {
	l := f.l
	switch {
	case types.IsInterface(t) && l.engineAny(t):
		return l.rt("AssertInterface", x, intLit(l.pos, int64(l.registerInterface(t)))), true
	case types.IsInterface(t):
		return &ast.CallExpr{Fun: l.ident(l.assertAdapter(t)), Args: []ast.Expr{x}}, true
	}
	l.register(t)
	if l.faithful(t) {
		return &ast.TypeAssertExpr{X: x, Type: l.typ(t)}, false
	}
	return &ast.CallExpr{Fun: l.ident(l.unboxer(t)), Args: []ast.Expr{x}}, true
}

// unboxer is the helper func(x any) (T, bool).
func (l *Lowerer) unboxer(t types.Type) string {
	k := "unbox " + l.key(t)
	if n := l.helpers[k]; n != "" {
		return n
	}
	n := l.fresh("U")
	set(l, l.helpers, k, n)
	l.prog.Decls = append(l.prog.Decls, &ast.FuncDecl{Name: l.ident(n),
		Type: &ast.FuncType{Func: l.pos, Params: l.params("x", l.emptyInterface()), Results: l.params("", l.typ(t), "", l.ident("bool"))},
		Body: block([]ast.Stmt{
			&ast.AssignStmt{Lhs: []ast.Expr{l.ident("b"), l.ident("ok")}, Tok: token.DEFINE, Rhs: []ast.Expr{&ast.TypeAssertExpr{X: l.ident("x"), Type: l.ident(l.boxName(t))}}},
			&ast.ReturnStmt{Return: l.pos, Results: []ast.Expr{&ast.SelectorExpr{X: l.ident("b"), Sel: l.ident("V")}, l.ident("ok")}},
		})})
	return n
}

// assertAdapter is the helper func(x any) (I, bool) for a compiled interface.
func (l *Lowerer) assertAdapter(t types.Type) string {
	k := "assert " + l.key(t)
	if n := l.helpers[k]; n != "" {
		return n
	}
	n := l.fresh("A")
	set(l, l.helpers, k, n)
	l.prog.Decls = append(l.prog.Decls, &ast.FuncDecl{Name: l.ident(n),
		Type: &ast.FuncType{Func: l.pos, Params: l.params("x", l.emptyInterface()), Results: l.params("", l.typ(t), "", l.ident("bool"))},
		Body: block([]ast.Stmt{
			&ast.AssignStmt{Lhs: []ast.Expr{l.ident("y"), l.ident("ok")}, Tok: token.DEFINE, Rhs: []ast.Expr{
				l.rt("Adapt", l.ident("x"), &ast.CallExpr{Fun: paren(&ast.StarExpr{Star: l.pos, X: l.typ(t)}), Args: []ast.Expr{l.ident("nil")}})}},
			&ast.IfStmt{If: l.pos, Cond: &ast.UnaryExpr{OpPos: l.pos, Op: token.NOT, X: l.ident("ok")}, Body: block([]ast.Stmt{&ast.ReturnStmt{Return: l.pos, Results: []ast.Expr{l.ident("nil"), l.ident("false")}}})},
			&ast.ReturnStmt{Return: l.pos, Results: []ast.Expr{&ast.TypeAssertExpr{X: l.ident("y"), Type: l.typ(t)}, l.ident("true")}},
		})})
	return n
}

// asAny lowers an expression of interface type to the engine's any.
func (f *fn) asAny(e ast.Expr) ast.Expr {
	t := f.typ(e)
	x := f.expr(e)
	if f.l.engineAny(t) {
		return x
	}
	return f.l.rt("Unwrap", x)
}

// assertExpr is x.(T) with one value.
func (f *fn) assertExpr(e *ast.TypeAssertExpr) ast.Expr {
	t := f.typ(e.Type)
	return &ast.CallExpr{Fun: f.id(f.l.mustAssert(f, f.typ(e.X), t), e.Pos()), Args: []ast.Expr{f.asAny(e.X)}}
}

// mustAssert is the helper func(x any) T that panics as Go does.
func (l *Lowerer) mustAssert(f *fn, from, t types.Type) string {
	k := "must " + l.key(from) + " " + l.key(t)
	if n := l.helpers[k]; n != "" {
		return n
	}
	n := l.fresh("M")
	set(l, l.helpers, k, n)
	g := l.newFn(nil, nil)
	v, _ := g.assertOK(l.ident("x"), t)
	id := int64(0)
	if types.IsInterface(t) {
		id = -1
		if l.engineAny(t) {
			id = int64(l.registerInterface(t))
		}
	}
	l.prog.Decls = append(l.prog.Decls, &ast.FuncDecl{Name: l.ident(n),
		Type: &ast.FuncType{Func: l.pos, Params: l.params("x", l.emptyInterface()), Results: l.params("", l.typ(t))},
		Body: block([]ast.Stmt{
			&ast.AssignStmt{Lhs: []ast.Expr{l.ident("v"), l.ident("ok")}, Tok: token.DEFINE, Rhs: []ast.Expr{v}},
			&ast.IfStmt{If: l.pos, Cond: &ast.UnaryExpr{OpPos: l.pos, Op: token.NOT, X: l.ident("ok")}, Body: block([]ast.Stmt{
				&ast.ExprStmt{X: l.rt("BadAssert", l.ident("x"), strLit(l, typeText(from)), strLit(l, typeText(t)), intLit(l.pos, id))}})},
			&ast.ReturnStmt{Return: l.pos, Results: []ast.Expr{l.ident("v")}},
		})})
	return n
}

func typeText(t types.Type) string {
	s := types.TypeString(t, func(p *types.Package) string { return p.Name() })
	if s == "any" {
		return "interface {}"
	}
	return s
}

var _ = check.Path
