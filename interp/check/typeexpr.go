package check

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
)

// TypeExpr renders t as an expression; name gives the expression for a
// declared type without its type arguments, or nil, nil to have its underlying
// type rendered.
func TypeExpr(t types.Type, name func(*types.TypeName, types.Type) ast.Expr) ast.Expr {
	r := func(t types.Type) ast.Expr { return TypeExpr(t, name) }
	switch t := t.(type) {
	case *types.Basic:
		if t.Kind() == types.UnsafePointer {
			return name(types.Unsafe.Scope().Lookup("Pointer").(*types.TypeName), t)
		}
		return ast.NewIdent(t.Name())
	case *types.Alias:
		if t.Obj().Pkg() == nil { // any
			return ast.NewIdent(t.Obj().Name())
		}
		return r(types.Unalias(t))
	case *types.Named:
		if t.Obj().Pkg() == nil {
			return ast.NewIdent(t.Obj().Name())
		}
		base := name(t.Obj(), t)
		if base == nil {
			return r(t.Underlying())
		}
		switch n := t.TypeArgs().Len(); n {
		case 0:
			return base
		case 1:
			return &ast.IndexExpr{X: base, Index: r(t.TypeArgs().At(0))}
		default:
			x := &ast.IndexListExpr{X: base}
			for i := range n {
				x.Indices = append(x.Indices, r(t.TypeArgs().At(i)))
			}
			return x
		}
	case *types.TypeParam:
		return ast.NewIdent(t.Obj().Name())
	case *types.Pointer:
		return &ast.StarExpr{X: r(t.Elem())}
	case *types.Slice:
		return &ast.ArrayType{Elt: r(t.Elem())}
	case *types.Array:
		return &ast.ArrayType{Len: &ast.BasicLit{Kind: token.INT, Value: strconv.FormatInt(t.Len(), 10)}, Elt: r(t.Elem())}
	case *types.Map:
		return &ast.MapType{Key: r(t.Key()), Value: r(t.Elem())}
	case *types.Chan:
		dir := ast.SEND | ast.RECV
		switch t.Dir() {
		case types.SendOnly:
			dir = ast.SEND
		case types.RecvOnly:
			dir = ast.RECV
		}
		v := r(t.Elem())
		if c, ok := v.(*ast.ChanType); ok && c.Dir == ast.RECV {
			v = &ast.ParenExpr{X: v}
		}
		return &ast.ChanType{Dir: dir, Value: v}
	case *types.Signature:
		return funcType(t, r)
	case *types.Struct:
		fields := &ast.FieldList{}
		for i := range t.NumFields() {
			v := t.Field(i)
			f := &ast.Field{Type: r(v.Type())}
			if !v.Embedded() {
				f.Names = []*ast.Ident{ast.NewIdent(v.Name())}
			}
			if tag := t.Tag(i); tag != "" {
				f.Tag = &ast.BasicLit{Kind: token.STRING, Value: strconv.Quote(tag)}
			}
			fields.List = append(fields.List, f)
		}
		return &ast.StructType{Fields: fields}
	case *types.Interface:
		list := &ast.FieldList{}
		for i := range t.NumExplicitMethods() {
			m := t.ExplicitMethod(i)
			list.List = append(list.List, &ast.Field{Names: []*ast.Ident{ast.NewIdent(m.Name())}, Type: funcType(m.Type().(*types.Signature), r)})
		}
		for i := range t.NumEmbeddeds() {
			list.List = append(list.List, &ast.Field{Type: r(t.EmbeddedType(i))})
		}
		return &ast.InterfaceType{Methods: list}
	case *types.Union:
		var x ast.Expr
		for i := range t.Len() {
			term := t.Term(i)
			e := r(term.Type())
			if term.Tilde() {
				e = &ast.UnaryExpr{Op: token.TILDE, X: e}
			}
			if x == nil {
				x = e
			} else {
				x = &ast.BinaryExpr{X: x, Op: token.OR, Y: e}
			}
		}
		return x
	}
	return ast.NewIdent("invalid·type")
}

func funcType(sig *types.Signature, r func(types.Type) ast.Expr) *ast.FuncType {
	list := func(t *types.Tuple, variadic bool) *ast.FieldList {
		l := &ast.FieldList{}
		for i := range t.Len() {
			vt := t.At(i).Type()
			var e ast.Expr
			if variadic && i == t.Len()-1 {
				if s, ok := vt.(*types.Slice); ok {
					e = &ast.Ellipsis{Elt: r(s.Elem())}
				}
			}
			if e == nil {
				e = r(vt)
			}
			l.List = append(l.List, &ast.Field{Type: e})
		}
		return l
	}
	ft := &ast.FuncType{Params: list(sig.Params(), sig.Variadic())}
	if sig.Results().Len() > 0 {
		ft.Results = list(sig.Results(), false)
	}
	return ft
}
