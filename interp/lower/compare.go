package lower

import (
	"go/ast"
	"go/token"
	"go/types"
)

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
	if !types.AssignableTo(yt, xt) { // x is a channel of both directions
		xt = yt
	}
	switch xt.Underlying().(type) {
	case *types.Struct, *types.Array:
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

func untyped(t types.Type) bool {
	b, ok := t.(*types.Basic)
	return ok && b.Info()&types.IsUntyped != 0
}
