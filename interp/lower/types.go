package lower

import (
	"fmt"
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

// typeObjID is the identity of a declared type.
func (l *Lowerer) typeObjID(obj *types.TypeName) int {
	if d := l.objs[obj]; d != nil {
		return d.ID
	}
	if id := l.local[obj]; id != 0 {
		return id
	}
	id := l.host.NextID()
	l.local[obj] = id
	return id
}

// key identifies a type: two types have the same key when they are identical
// to the session.
func (l *Lowerer) key(t types.Type) string {
	var b strings.Builder
	l.writeKey(&b, t)
	return b.String()
}

func (l *Lowerer) writeKey(b *strings.Builder, t types.Type) {
	tuple := func(t *types.Tuple) {
		b.WriteByte('(')
		for i := range t.Len() {
			l.writeKey(b, t.At(i).Type())
			b.WriteByte(',')
		}
		b.WriteByte(')')
	}
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		switch t.Kind() {
		case types.Byte:
			b.WriteString("uint8")
		case types.Rune:
			b.WriteString("int32")
		default:
			b.WriteString(t.Name())
		}
	case *types.Named:
		obj := t.Obj()
		switch {
		case obj.Pkg() == nil:
			b.WriteString(obj.Name())
		case l.interpreted(obj):
			fmt.Fprintf(b, "#%d", l.typeObjID(t.Origin().Obj()))
		default:
			fmt.Fprintf(b, "%s.%s", strconv.Quote(obj.Pkg().Path()), obj.Name())
		}
		if n := t.TypeArgs().Len(); n > 0 {
			b.WriteByte('[')
			for i := range n {
				l.writeKey(b, t.TypeArgs().At(i))
				b.WriteByte(',')
			}
			b.WriteByte(']')
		}
	case *types.Pointer:
		b.WriteByte('*')
		l.writeKey(b, t.Elem())
	case *types.Slice:
		b.WriteString("[]")
		l.writeKey(b, t.Elem())
	case *types.Array:
		fmt.Fprintf(b, "[%d]", t.Len())
		l.writeKey(b, t.Elem())
	case *types.Map:
		b.WriteString("map[")
		l.writeKey(b, t.Key())
		b.WriteByte(']')
		l.writeKey(b, t.Elem())
	case *types.Chan:
		fmt.Fprintf(b, "chan%d ", t.Dir())
		l.writeKey(b, t.Elem())
	case *types.Signature:
		b.WriteString("func")
		if t.Variadic() {
			b.WriteString("...")
		}
		tuple(t.Params())
		tuple(t.Results())
	case *types.Struct:
		b.WriteString("struct{")
		for i := range t.NumFields() {
			f := t.Field(i)
			if f.Embedded() {
				b.WriteByte('!')
			}
			if !f.Exported() && f.Pkg() != nil && f.Pkg().Path() != check.Path {
				b.WriteString(f.Pkg().Path() + ".")
			}
			b.WriteString(f.Name() + " ")
			l.writeKey(b, f.Type())
			fmt.Fprintf(b, " %q;", t.Tag(i))
		}
		b.WriteByte('}')
	case *types.Interface:
		b.WriteString("interface{")
		for i := range t.NumMethods() {
			m := t.Method(i)
			b.WriteString(m.Name())
			l.writeKey(b, m.Type())
			b.WriteByte(';')
		}
		b.WriteByte('}')
	case *types.TypeParam:
		fmt.Fprintf(b, "$%s", t.Obj().Name())
	case *types.Tuple:
		tuple(t)
	default:
		fmt.Fprintf(b, "?%T", t)
	}
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

// named renders a declared type that is no struct: its underlying type, or a
// declared one where it contains itself.
func (l *Lowerer) named(t *types.Named, u types.Type) ast.Expr {
	if !l.recursive(t) {
		return l.typ(u)
	}
	k := l.key(t)
	if name := l.structs[k]; name != "" {
		return l.ident(name)
	}
	name := l.fresh("R")
	set(l, l.structs, k, name)
	l.prog.Decls = append(l.prog.Decls, &ast.GenDecl{Tok: token.TYPE, TokPos: l.pos, Specs: []ast.Spec{&ast.TypeSpec{Name: l.ident(name), Type: l.typ(u)}}})
	return l.ident(name)
}

// recursive reports whether t contains itself other than through a struct.
func (l *Lowerer) recursive(t *types.Named) bool {
	seen := map[string]bool{}
	me := l.key(t)
	var walk func(types.Type) bool
	tuple := func(t *types.Tuple) bool {
		for i := range t.Len() {
			if walk(t.At(i).Type()) {
				return true
			}
		}
		return false
	}
	walk = func(x types.Type) bool {
		switch x := types.Unalias(x).(type) {
		case *types.Named:
			if !l.interpreted(x.Obj()) && (x.Obj().Pkg() == nil || x.Obj().Pkg().Path() != "iter") {
				return false
			}
			k := l.key(x)
			if k == me {
				return true
			}
			if seen[k] {
				return false
			}
			seen[k] = true
			switch u := x.Underlying().(type) {
			case *types.Struct, *types.Interface:
				return false
			default:
				return walk(u)
			}
		case *types.Pointer:
			return walk(x.Elem())
		case *types.Slice:
			return walk(x.Elem())
		case *types.Array:
			return walk(x.Elem())
		case *types.Chan:
			return walk(x.Elem())
		case *types.Map:
			return walk(x.Key()) || walk(x.Elem())
		case *types.Signature:
			return tuple(x.Params()) || tuple(x.Results())
		}
		return false
	}
	return walk(t.Underlying())
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
			ft = `json:"-" xml:"-" yaml:"-" toml:"-"`
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

// typeID is the run-time identity of a type.
func (l *Lowerer) typeID(t types.Type) int {
	k := l.key(t)
	id := l.typeIDs[k]
	if id == 0 {
		id = l.host.NextID()
		l.typeIDs[k] = id
	}
	return id
}

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

func intLit(pos token.Pos, n int64) ast.Expr {
	return &ast.BasicLit{Kind: token.INT, Value: strconv.FormatInt(n, 10), ValuePos: pos}
}
