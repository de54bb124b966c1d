package lower

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strconv"
	"strings"
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

// key lowers e as the key of a map: the engine takes a bare nil for an
// interface.
func (f *fn) key(e ast.Expr, t types.Type) ast.Expr {
	x := f.exprTo(e, t)
	if f.info.Types[e].IsNil() && !types.IsInterface(t) {
		return &ast.CallExpr{Fun: &ast.ParenExpr{X: f.l.typ(t)}, Args: []ast.Expr{x}}
	}
	return x
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
	x := f.operator(e)
	if id, ok := x.(*ast.Ident); ok && strings.HasPrefix(id.Name, "G·") {
		// A declared function is a node to the engine until it is in a
		// variable.
		n, t := f.tmp(), f.typ(e)
		return f.thunk([]ast.Stmt{f.declare(f.l.ident(n), t, x)}, f.l.ident(n), t)
	}
	return x
}

// operator is expr for what is called.
func (f *fn) operator(e ast.Expr) ast.Expr {
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
		return f.deref(e)
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

// deref is *p as a value. The engine reads other strings and false through a nil
// pointer.
func (f *fn) deref(e *ast.StarExpr) ast.Expr {
	x := f.expr(e.X)
	t := f.typ(e)
	if b, ok := t.Underlying().(*types.Basic); ok && f.sameEngine(t, b) {
		switch {
		case b.Kind() == types.String:
			return f.l.rt("DerefString", x)
		case b.Kind() == types.Bool:
			return f.l.rt("DerefBool", x)
		}
	}
	return &ast.StarExpr{Star: e.Star, X: x}
}

// base lowers what a method is called on: *p stays so, for the pointer.
func (f *fn) base(e ast.Expr) ast.Expr {
	if s, ok := ast.Unparen(e).(*ast.StarExpr); ok {
		return &ast.StarExpr{Star: s.Star, X: f.expr(s.X)}
	}
	return f.expr(e)
}

// settled is x such that its panic is not forgotten: the engine sets an element
// of a map to what a nil pointer leads to by deleting it.
func (f *fn) settled(x ast.Expr, t types.Type) ast.Expr {
	if _, ok := ast.Unparen(x).(*ast.StarExpr); !ok {
		return x
	}
	n := f.tmp()
	return f.thunk([]ast.Stmt{f.declare(f.l.ident(n), t, x)}, f.l.ident(n), t)
}

func (f *fn) index(e *ast.IndexExpr) ast.Expr {
	if tv, ok := f.info.Types[e.X]; ok && !tv.IsType() {
		t := f.typ(e.X)
		if _, isFunc := t.Underlying().(*types.Signature); isFunc {
			return f.instanceValue(e)
		}
		if m, ok := t.Underlying().(*types.Map); ok {
			k := f.loosen(f.key(e.Index, m.Key()), t, m.Key())
			return f.tight(&ast.IndexExpr{X: f.expr(e.X), Lbrack: e.Lbrack, Index: k, Rbrack: e.Rbrack}, t, m.Elem())
		}
		x := &ast.IndexExpr{X: f.expr(e.X), Lbrack: e.Lbrack, Index: f.intExpr(e.Index), Rbrack: e.Rbrack}
		if s, ok := t.Underlying().(*types.Slice); ok {
			return f.tight(x, t, s.Elem())
		}
		return x
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
		if ix, ok := ast.Unparen(e.X).(*ast.IndexExpr); ok && f.l.loose(f.typ(ix.X), f.typ(ix)) {
			f.l.refuse(e.Pos(), "the address of an element of a type that refers to itself", "the interpreter keeps such elements in another form", "copy the element to a variable")
		}
		if ix, ok := ast.Unparen(e.X).(*ast.IndexExpr); ok && isPointer(f.typ(ix.X)) {
			return &ast.UnaryExpr{OpPos: e.OpPos, Op: token.AND, X: &ast.IndexExpr{
				X: &ast.ParenExpr{X: &ast.StarExpr{Star: f.pos(ix.Pos()), X: f.expr(ix.X)}}, Index: f.intExpr(ix.Index)}}
		}
		if s, ok := ast.Unparen(e.X).(*ast.StarExpr); ok { // &*p
			n, t := f.tmp(), f.typ(e)
			return f.thunk([]ast.Stmt{f.declare(f.l.ident(n), t, f.expr(s.X)),
				&ast.IfStmt{If: f.l.pos, Cond: &ast.BinaryExpr{X: f.l.ident(n), OpPos: f.l.pos, Op: token.EQL, Y: f.l.ident("nil")}, Body: block([]ast.Stmt{
					&ast.ExprStmt{X: f.l.rt("NilPointer")}})}}, f.l.ident(n), t)
		}
		return &ast.UnaryExpr{OpPos: e.OpPos, Op: token.AND, X: f.expr(e.X)}
	}
	return &ast.UnaryExpr{OpPos: e.OpPos, Op: e.Op, X: f.exprTo(e.X, f.typ(e))}
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
