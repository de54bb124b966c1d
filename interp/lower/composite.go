package lower

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
)

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
			v := elem(x, u.Field(k).Type())
			if u.Field(k).Name() == "_" { // Go evaluates what it is given, and leaves it zero
				drop := f.discard(v)
				if f.info.Types[x].Value != nil || len(drop) == 0 {
					continue
				}
				v = f.thunk(drop, f.zero(u.Field(k).Type()), u.Field(k).Type())
			}
			out.Elts = append(out.Elts, &ast.KeyValueExpr{Key: f.id(name, x.Pos()), Value: v})
		}
	case *types.Map:
		for _, x := range e.Elts {
			kv := x.(*ast.KeyValueExpr)
			key := elem(kv.Key, u.Key())
			if types.IsInterface(u.Key()) && f.l.engineAny(u.Key()) { // 0 and T(0) are two keys, the engine says one
				key = f.l.rt("Any", key)
			} else if f.info.Types[kv.Key].IsNil() {
				key = f.key(kv.Key, u.Key())
			}
			key = f.loosen(key, t, u.Key())
			out.Elts = append(out.Elts, &ast.KeyValueExpr{Key: key, Colon: kv.Colon, Value: f.loosen(f.settled(elem(kv.Value, u.Elem()), u.Elem()), t, u.Elem())})
		}
	case *types.Slice:
		f.elements(out, e, u.Elem(), func(x ast.Expr, et types.Type) ast.Expr { return f.loosen(elem(x, et), t, et) })
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
