package assist

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// expected is the type that a value at the cursor would be assigned to, or nil
// where nothing speaks for a type.
func (a *analysis) expected() types.Type {
	if a.info == nil {
		return nil
	}
	id := ast.Expr(a.ident())
	var t types.Type
	switch p := a.parent(1).(type) {
	case *ast.CallExpr:
		if sig, ok := under(a.info.TypeOf(p.Fun)).(*types.Signature); ok {
			t = parameter(sig, slices.Index(p.Args, id))
		}
	case *ast.AssignStmt:
		if i := slices.Index(p.Rhs, id); i >= 0 && i < len(p.Lhs) && p.Tok == token.ASSIGN {
			t = a.info.TypeOf(p.Lhs[i])
		}
	case *ast.ValueSpec:
		if p.Type != nil && p.Type != id {
			t = a.info.TypeOf(p.Type)
		}
	case *ast.ReturnStmt:
		t = a.result(slices.Index(p.Results, id))
	case *ast.BinaryExpr:
		other := p.X
		if other == id {
			other = p.Y
		}
		if p.Op != token.SHL && p.Op != token.SHR {
			t = a.info.TypeOf(other)
		}
	case *ast.CompositeLit:
		t = element(a.info.TypeOf(p))
	case *ast.KeyValueExpr:
		lit, ok := a.parent(2).(*ast.CompositeLit)
		if !ok || p.Value != id {
			break
		}
		typ := a.info.TypeOf(lit)
		if s, ok := under(typ).(*types.Struct); ok {
			if key, ok := p.Key.(*ast.Ident); ok {
				for f := range s.Fields() {
					if f.Name() == key.Name {
						t = f.Type()
					}
				}
			}
		} else {
			t = element(typ)
		}
	}
	if t == nil || t == types.Typ[types.Invalid] {
		return nil
	}
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return nil
	}
	if i, ok := t.Underlying().(*types.Interface); ok && i.Empty() {
		return nil // everything goes
	}
	return types.Default(t)
}

// under is the underlying type of t, which may be nil.
func under(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	return t.Underlying()
}

// parameter is the type of the i-th argument of a call, or nil.
func parameter(sig *types.Signature, i int) types.Type {
	n := sig.Params().Len()
	switch {
	case i < 0:
		return nil
	case sig.Variadic() && i >= n-1:
		if s, ok := sig.Params().At(n - 1).Type().(*types.Slice); ok {
			return s.Elem()
		}
		return nil
	case i < n:
		return sig.Params().At(i).Type()
	}
	return nil
}

// element is the type of the elements of a slice, array or map.
func element(t types.Type) types.Type {
	switch u := under(t).(type) {
	case *types.Slice:
		return u.Elem()
	case *types.Array:
		return u.Elem()
	case *types.Map:
		return u.Elem()
	}
	return nil
}

// result is the type of the i-th result of the function around the cursor.
func (a *analysis) result(i int) types.Type {
	for _, n := range a.path {
		var sig types.Type
		switch n := n.(type) {
		case *ast.FuncLit:
			sig = a.info.TypeOf(n)
		case *ast.FuncDecl:
			if obj := a.info.Defs[n.Name]; obj != nil {
				sig = obj.Type()
			}
		default:
			continue
		}
		if s, ok := sig.(*types.Signature); ok && i >= 0 && i < s.Results().Len() {
			return s.Results().At(i).Type()
		}
		return nil
	}
	return nil
}

// fits tells whether obj, or what it returns when called, can be assigned to a
// variable of type t.
func fits(obj types.Object, t types.Type) bool {
	if t == nil || obj.Type() == nil || obj.Type() == types.Typ[types.Invalid] {
		return false
	}
	switch obj.(type) {
	case *types.Var, *types.Const, *types.Func:
	default:
		return false
	}
	if types.AssignableTo(obj.Type(), t) {
		return true
	}
	sig, ok := obj.Type().(*types.Signature)
	return ok && sig.TypeParams().Len() == 0 && sig.Results().Len() > 0 && types.AssignableTo(sig.Results().At(0).Type(), t)
}
