package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"cahier/interp/check"
)

// interpreted reports whether t's declaration belongs to a cell (or to the
// prelude) rather than to compiled code.
func (l *Lowerer) interpreted(obj *types.TypeName) bool {
	p := obj.Pkg()
	return p != nil && (p.Path() == check.Path || strings.HasPrefix(p.Path(), preludePath))
}

// compiledInterface reports whether t is an interface type that the engine
// has as such. All others are any to it.
func (l *Lowerer) compiledInterface(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || !types.IsInterface(t) {
		return false
	}
	return !l.interpreted(n.Obj()) && n.TypeArgs().Len() == 0
}

func (l *Lowerer) engineAny(t types.Type) bool {
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return false
	}
	return types.IsInterface(t) && !l.compiledInterface(t)
}

// typ renders t for the engine.
func (l *Lowerer) typ(t types.Type) ast.Expr {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		switch t.Kind() {
		case types.UnsafePointer:
			return &ast.SelectorExpr{X: l.pkg("unsafe"), Sel: l.ident("Pointer")}
		case types.UntypedNil:
			return l.emptyInterface()
		case types.UntypedBool, types.UntypedInt, types.UntypedRune, types.UntypedFloat, types.UntypedComplex, types.UntypedString:
			return l.typ(types.Default(t))
		case types.Byte:
			return l.ident("uint8")
		case types.Rune:
			return l.ident("int32")
		}
		return l.ident(t.Name())
	case *types.Named:
		obj := t.Obj()
		if obj.Pkg() == nil {
			return l.ident(obj.Name()) // error
		}
		if !l.interpreted(obj) {
			if t.TypeArgs().Len() > 0 {
				if obj.Pkg().Path() == "iter" {
					return l.typ(t.Underlying())
				}
				if p := l.prelude.named(t); p != nil {
					return l.typ(p)
				}
				l.refuse(token.NoPos, "the generic type "+obj.Pkg().Name()+"."+obj.Name(), "symbol tables carry no generic types", "")
			}
			if _, ok := l.host.Symbol(obj.Pkg().Path(), obj.Name()); !ok {
				if !obj.Exported() {
					l.refuse(token.NoPos, "a variable of the unexported type "+obj.Pkg().Name()+"."+obj.Name(), "cells cannot name it", "")
				}
				l.refuse(token.NoPos, "the type "+obj.Pkg().Name()+"."+obj.Name(), "the interpreter's table of the package does not have it", "")
			}
			return &ast.SelectorExpr{X: l.pkg(obj.Pkg().Path()), Sel: l.ident(obj.Name())}
		}
		switch u := t.Underlying().(type) {
		case *types.Struct:
			return l.ident(l.structName(t, u))
		case *types.Interface:
			return l.emptyInterface()
		default:
			return l.named(t, u)
		}
	case *types.Pointer:
		return &ast.StarExpr{Star: l.pos, X: l.typ(t.Elem())}
	case *types.Slice:
		return &ast.ArrayType{Lbrack: l.pos, Elt: l.typ(t.Elem())}
	case *types.Array:
		return &ast.ArrayType{Lbrack: l.pos, Len: intLit(l.pos, t.Len()), Elt: l.typ(t.Elem())}
	case *types.Map:
		return &ast.MapType{Map: l.pos, Key: l.typ(t.Key()), Value: l.typ(t.Elem())}
	case *types.Chan:
		dir := ast.SEND | ast.RECV
		switch t.Dir() {
		case types.SendOnly:
			dir = ast.SEND
		case types.RecvOnly:
			dir = ast.RECV
		}
		return &ast.ChanType{Begin: l.pos, Dir: dir, Value: l.typ(t.Elem())}
	case *types.Signature:
		return l.funcType(t)
	case *types.Struct:
		return l.ident(l.structName(t, t))
	case *types.Interface:
		return l.emptyInterface()
	case *types.TypeParam:
		l.refuse(token.NoPos, "a type parameter here", "it has no instance", "")
	}
	l.refuse(token.NoPos, "the type "+t.String(), "it has no engine type", "")
	return nil
}

func (l *Lowerer) emptyInterface() ast.Expr {
	return &ast.InterfaceType{Interface: l.pos, Methods: &ast.FieldList{Opening: l.pos}}
}

func (l *Lowerer) funcType(t *types.Signature) *ast.FuncType {
	list := func(t *types.Tuple, variadic bool) *ast.FieldList {
		fl := &ast.FieldList{Opening: l.pos}
		for i := range t.Len() {
			vt := t.At(i).Type()
			if variadic && i == t.Len()-1 {
				fl.List = append(fl.List, &ast.Field{Type: &ast.Ellipsis{Ellipsis: l.pos, Elt: l.typ(variadicElem(vt))}})
				continue
			}
			fl.List = append(fl.List, &ast.Field{Type: l.typ(vt)})
		}
		return fl
	}
	ft := &ast.FuncType{Func: l.pos, Params: list(t.Params(), t.Variadic())}
	if t.Results().Len() > 0 {
		ft.Results = list(t.Results(), false)
	}
	return ft
}

func variadicElem(t types.Type) types.Type {
	if s, ok := t.Underlying().(*types.Slice); ok {
		return s.Elem()
	}
	return types.Typ[types.Byte] // append([]byte, string...)
}

func intLit(pos token.Pos, n int64) ast.Expr {
	return &ast.BasicLit{Kind: token.INT, Value: strconv.FormatInt(n, 10), ValuePos: pos}
}
