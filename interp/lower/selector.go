package lower

import (
	"go/ast"
	"go/token"
	"go/types"
)

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
				return f.packageVar(pn.Imported().Path(), e.Sel.Name, e.Sel.Pos())
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

// PointerName is the name in a package's table for the pointer to a variable.
func PointerName(name string) string { return name + "·p" }

// packageVar is a variable of a compiled package, by a pointer: the engine takes
// the variable itself for a constant when its type is basic, and assigns to a
// copy otherwise.
func (f *fn) packageVar(path, name string, pos token.Pos) ast.Expr {
	p := &ast.SelectorExpr{X: f.l.pkg(path), Sel: f.id(PointerName(name), pos)}
	return &ast.ParenExpr{Lparen: f.pos(pos), X: &ast.StarExpr{Star: f.pos(pos), X: p}}
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
