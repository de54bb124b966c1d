package lower

import (
	"go/ast"
	"go/token"
	"go/types"
)

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
		return f.packageVar(obj.Pkg().Path(), obj.Name(), pos)
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
