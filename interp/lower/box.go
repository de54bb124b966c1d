package lower

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
)

// faithful reports whether the engine's type for t is no other Go type's.
func (l *Lowerer) faithful(t types.Type) bool {
	return l.isFaithful(t, map[types.Type]bool{})
}

func (l *Lowerer) isFaithful(t types.Type, seen map[types.Type]bool) bool {
	t = types.Unalias(t)
	if seen[t] {
		return true
	}
	seen[t] = true
	tuple := func(tu *types.Tuple) bool {
		for i := range tu.Len() {
			if !l.isFaithful(tu.At(i).Type(), seen) {
				return false
			}
		}
		return true
	}
	switch t := t.(type) {
	case *types.Basic:
		return true
	case *types.Named:
		if t.Obj().Pkg() == nil {
			return true
		}
		if !l.interpreted(t.Obj()) {
			return t.TypeArgs().Len() == 0
		}
		_, ok := t.Underlying().(*types.Struct)
		return ok
	case *types.Pointer:
		return l.isFaithful(t.Elem(), seen)
	case *types.Slice:
		return l.isFaithful(t.Elem(), seen)
	case *types.Array:
		return l.isFaithful(t.Elem(), seen)
	case *types.Chan:
		return l.isFaithful(t.Elem(), seen)
	case *types.Map:
		return l.isFaithful(t.Key(), seen) && l.isFaithful(t.Elem(), seen)
	case *types.Signature:
		return tuple(t.Params()) && tuple(t.Results())
	case *types.Struct:
		for i := range t.NumFields() {
			if !l.isFaithful(t.Field(i).Type(), seen) || !t.Field(i).Exported() || t.Field(i).Embedded() {
				return false
			}
		}
		return true
	case *types.Interface:
		return t.NumMethods() == 0
	}
	return false
}

// boxName is the struct type in which values of t travel in interfaces.
func (l *Lowerer) boxName(t types.Type) string {
	k := l.key(t)
	if name := l.boxes[k]; name != "" {
		return name
	}
	name := l.fresh("B")
	set(l, l.boxes, k, name)
	l.prog.Decls = append(l.prog.Decls, &ast.GenDecl{Tok: token.TYPE, TokPos: l.pos, Specs: []ast.Spec{
		&ast.TypeSpec{Name: l.ident(name), Type: &ast.StructType{Struct: l.pos, Fields: &ast.FieldList{Opening: l.pos, List: []*ast.Field{
			{Names: []*ast.Ident{l.ident("V")}, Type: l.typ(t), Tag: &ast.BasicLit{Kind: token.STRING, ValuePos: l.pos, Value: fmt.Sprintf("`cahier:\"%d\"`", l.typeID(t))}}}}}}}})
	return name
}
