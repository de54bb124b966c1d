package lower

import (
	"go/ast"
	"go/constant"
	"go/types"

	"cahier/interp/rt"
)

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
	if b, ok := to.Underlying().(*types.Basic); ok && tv.Value != nil && b.Info()&types.IsNumeric != 0 && tv.Value.Kind() != constant.String {
		return f.constantAt(tv.Value, to, a.Pos()) // to is an argument for a type parameter
	}
	x := f.expr(a)
	if n, ok := types.Unalias(to).(*types.Named); ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "expvar" && n.Obj().Name() == "Func" {
		x = f.l.rt("Twinned", x) // whose results the package looks into
	}
	if f.sameEngine(from, to) {
		return &ast.ParenExpr{Lparen: f.pos(e.Pos()), X: x}
	}
	if f.l.twoNames(from, to) {
		ptr := paren(f.l.typ(to))
		if _, ok := ptr.(*ast.ParenExpr); !ok {
			ptr = &ast.ParenExpr{Lparen: f.l.pos, X: ptr}
		}
		nilPtr := &ast.CallExpr{Fun: ptr, Args: []ast.Expr{f.l.ident("nil")}}
		return &ast.ParenExpr{Lparen: f.pos(e.Pos()), X: &ast.TypeAssertExpr{X: f.l.rt("Reinterpret", x, nilPtr), Type: f.l.typ(to)}}
	}
	if f.l.isRecursive(from) || f.l.isRecursive(to) {
		return f.reshape(x, from, to)
	}
	if f.l.opaqueConversion(from, to) {
		f.l.refuse(e.Pos(), "the conversion from "+rt.TypeText(from)+" to "+rt.TypeText(to), "the two types are laid out as different types by the interpreter", "convert field by field")
	}
	return &ast.CallExpr{Fun: paren(f.l.typ(to)), Args: []ast.Expr{x}}
}

// twoNames reports whether two types are pointers to struct types that the
// engine has under different names but lays out alike.
func (l *Lowerer) twoNames(from, to types.Type) bool {
	fp, ok := from.Underlying().(*types.Pointer)
	if !ok {
		return false
	}
	tp, ok := to.Underlying().(*types.Pointer)
	if !ok {
		return false
	}
	fs, ok := fp.Elem().Underlying().(*types.Struct)
	if !ok {
		return false
	}
	ts, ok := tp.Elem().Underlying().(*types.Struct)
	if !ok || fs.NumFields() != ts.NumFields() {
		return false
	}
	for _, p := range []*types.Pointer{fp, tp} {
		if n, ok := types.Unalias(p.Elem()).(*types.Named); ok && !l.interpreted(n.Obj()) {
			return false
		}
	}
	for i := range fs.NumFields() {
		cut := l.cut(fp.Elem(), fs, i)
		if cut != l.cut(tp.Elem(), ts, i) || !cut && l.engineKey(fs.Field(i).Type()) != l.engineKey(ts.Field(i).Type()) {
			return false
		}
	}
	return true
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
