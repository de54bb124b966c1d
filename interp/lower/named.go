package lower

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"cahier/interp/rt"
)

// named renders a declared type that is no struct: its underlying type, as far
// as it does not contain itself.
func (l *Lowerer) named(t *types.Named, u types.Type) ast.Expr {
	if l.recursive(t) {
		return l.looseType(t)
	}
	return l.typ(u)
}

// recursive reports whether t contains itself other than through a struct.
func (l *Lowerer) recursive(t *types.Named) bool {
	return l.leads(t.Underlying(), l.key(t), map[string]bool{})
}

// structName is the engine's name of a struct type, declared on first use.
func (l *Lowerer) structName(t types.Type, st *types.Struct) string {
	k := l.key(t)
	if name := l.structs[k]; name != "" {
		return name
	}
	name := l.fresh("T")
	set(l, l.structs, k, name)
	fields := &ast.FieldList{Opening: l.pos}
	tag := ""
	if n, ok := types.Unalias(t).(*types.Named); ok {
		l.localInGeneric(n)
		tag = fmt.Sprintf(`cahier:"%d"`, l.typeID(n))
	}
	for i := range st.NumFields() {
		v := st.Field(i)
		ft := st.Tag(i)
		if !v.Exported() || v.Name() == "_" {
			// The first of two tags with one key counts: the user's own cannot
			// make the field visible.
			ft = strings.TrimSpace(`json:"-" xml:"-" yaml:"-" toml:"-" ` + ft)
		}
		if v.Name() == "_" {
			ft += " " + rt.BlankTag
		}
		if tag != "" {
			ft, tag = strings.TrimSpace(ft+" "+tag), ""
		}
		f := &ast.Field{Names: []*ast.Ident{l.ident(fieldName(st, i))}}
		if l.cut(t, st, i) {
			f.Type = l.emptyInterface()
		} else {
			f.Type = l.typ(v.Type())
		}
		if ft != "" {
			f.Tag = &ast.BasicLit{Kind: token.STRING, Value: strconv.Quote(ft), ValuePos: l.pos}
		}
		fields.List = append(fields.List, f)
	}
	if tag != "" { // no fields
		fields.List = append(fields.List, &ast.Field{Names: []*ast.Ident{l.ident("Z_")},
			Type: &ast.ArrayType{Lbrack: l.pos, Len: intLit(l.pos, 0), Elt: l.ident("int")},
			Tag:  &ast.BasicLit{Kind: token.STRING, Value: strconv.Quote(`json:"-" xml:"-" yaml:"-" ` + tag), ValuePos: l.pos}})
	}
	l.prog.Decls = append(l.prog.Decls, &ast.GenDecl{Tok: token.TYPE, TokPos: l.pos, Specs: []ast.Spec{
		&ast.TypeSpec{Name: l.ident(name), Type: &ast.StructType{Struct: l.pos, Fields: fields}}}})
	return name
}

// localInGeneric refuses a type declared within a generic function that
// depends on its parameters: each instance would need its own.
func (l *Lowerer) localInGeneric(t *types.Named) {
	obj := t.Obj()
	if obj.Parent() == nil || obj.Pkg() == nil || obj.Parent() == obj.Pkg().Scope() {
		return
	}
	if mentionsParam(t.Underlying(), map[types.Type]bool{}) {
		l.refuse(obj.Pos(), "the type "+obj.Name()+", declared within a generic function from its type parameters,", "each instance would need a type of its own", "declare it outside with type parameters")
	}
}

func mentionsParam(t types.Type, seen map[types.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	switch t := types.Unalias(t).(type) {
	case *types.TypeParam:
		return true
	case *types.Named:
		for i := range t.TypeArgs().Len() {
			if mentionsParam(t.TypeArgs().At(i), seen) {
				return true
			}
		}
	case *types.Pointer:
		return mentionsParam(t.Elem(), seen)
	case *types.Slice:
		return mentionsParam(t.Elem(), seen)
	case *types.Array:
		return mentionsParam(t.Elem(), seen)
	case *types.Chan:
		return mentionsParam(t.Elem(), seen)
	case *types.Map:
		return mentionsParam(t.Key(), seen) || mentionsParam(t.Elem(), seen)
	case *types.Struct:
		for i := range t.NumFields() {
			if mentionsParam(t.Field(i).Type(), seen) {
				return true
			}
		}
	case *types.Signature:
		for _, tu := range []*types.Tuple{t.Params(), t.Results()} {
			for i := range tu.Len() {
				if mentionsParam(tu.At(i).Type(), seen) {
					return true
				}
			}
		}
	}
	return false
}

// fieldName is the engine's name of a field. The engine exports every name;
// the prefix keeps an unexported one apart from an exported.
func fieldName(st *types.Struct, i int) string {
	f := st.Field(i)
	switch {
	case f.Name() == "_":
		return fmt.Sprintf("B_%d", i)
	case f.Exported():
		return asciiName(f.Name())
	}
	return "P_" + asciiName(f.Name())
}

// asciiName avoids letters that reflect does not take in field names.
func asciiName(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < 0x80 {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "U%X_", r)
		}
	}
	return b.String()
}
