package lower

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"math"
	"math/big"
	"strconv"
)

// conv makes x, of type from, usable where to is wanted, by Go's rules of
// assignability.
func (f *fn) conv(x ast.Expr, from, to types.Type) ast.Expr {
	l := f.l
	if b, ok := from.(*types.Basic); ok && b.Kind() == types.UntypedNil {
		return x
	}
	if types.Identical(from, to) {
		return x
	}
	if types.IsInterface(to) {
		if types.IsInterface(from) {
			switch fa, ta := l.engineAny(from), l.engineAny(to); {
			case fa && ta:
				return x
			case ta:
				return l.rt("Unwrap", x)
			case fa:
				return &ast.CallExpr{Fun: l.ident(l.adapter(to)), Args: []ast.Expr{x}}
			}
			return x
		}
		if l.engineAny(to) {
			return f.toAny(x, from)
		}
		if l.compiled(from) {
			return x
		}
		l.register(from)
		return &ast.CallExpr{Fun: l.ident(l.adapter(to)), Args: []ast.Expr{f.toAny(x, from)}}
	}
	if f.sameEngine(from, to) {
		return x
	}
	if l.isRecursive(from) || l.isRecursive(to) {
		return f.reshape(x, from, to)
	}
	return &ast.CallExpr{Fun: paren(l.typ(to)), Args: []ast.Expr{x}}
}

// compiled reports whether a concrete type and its methods are all compiled.
func (l *Lowerer) compiled(t types.Type) bool {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	if n, ok := t.(*types.Named); ok {
		return !l.interpreted(n.Obj())
	}
	if _, ok := t.(*types.Struct); ok {
		return false
	}
	return true
}

// sameEngine reports whether two types are one to the engine.
func (f *fn) sameEngine(a, b types.Type) bool {
	return f.l.engineKey(a) == f.l.engineKey(b)
}

// engineKey is the key of a type with named types that the engine does not
// see replaced by what it sees.
func (l *Lowerer) engineKey(t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		if l.interpreted(t.Obj()) {
			switch u := t.Underlying().(type) {
			case *types.Struct:
				return l.key(t)
			case *types.Interface:
				return "any"
			default:
				if l.recursive(t) {
					return l.key(t)
				}
				return l.engineKey(u)
			}
		}
		if t.Obj().Pkg() != nil && t.Obj().Pkg().Path() == "iter" {
			return l.engineKey(t.Underlying())
		}
		return l.key(t)
	case *types.Interface:
		return "any"
	case *types.Pointer:
		return "*" + l.engineKey(t.Elem())
	case *types.Slice:
		return "[]" + l.engineKey(t.Elem())
	case *types.Array:
		return "[" + strconv.FormatInt(t.Len(), 10) + "]" + l.engineKey(t.Elem())
	case *types.Map:
		return "map[" + l.engineKey(t.Key()) + "]" + l.engineKey(t.Elem())
	case *types.Chan:
		return "chan" + strconv.Itoa(int(t.Dir())) + " " + l.engineKey(t.Elem())
	case *types.Signature:
		s := "func("
		for i := range t.Params().Len() {
			s += l.engineKey(t.Params().At(i).Type()) + ","
		}
		if t.Variadic() {
			s += "..."
		}
		s += ")("
		for i := range t.Results().Len() {
			s += l.engineKey(t.Results().At(i).Type()) + ","
		}
		return s + ")"
	}
	return l.key(t)
}

// toAny puts x of concrete type t into an interface such that its dynamic
// type can be told later.
func (f *fn) toAny(x ast.Expr, t types.Type) ast.Expr {
	l := f.l
	if types.IsInterface(t) {
		if l.engineAny(t) {
			return x
		}
		return l.rt("Unwrap", x)
	}
	if b, ok := t.(*types.Basic); ok && b.Kind() == types.UntypedNil {
		return x
	}
	l.register(t)
	if l.faithful(t) {
		switch x := x.(type) {
		case *ast.BinaryExpr, *ast.UnaryExpr, *ast.ParenExpr:
			// The engine stores such results as they are, interface or not.
			return l.rt("Any", x)
		}
		return x
	}
	return &ast.CompositeLit{Type: l.ident(l.boxName(t)), Elts: []ast.Expr{&ast.KeyValueExpr{Key: l.ident("V"), Value: x}}}
}

// adapter is the helper that makes an engine any a compiled interface value.
func (l *Lowerer) adapter(to types.Type) string {
	k := "adapt " + l.key(to)
	if n := l.helpers[k]; n != "" {
		return n
	}
	n := l.fresh("A")
	set(l, l.helpers, k, n)
	it := l.typ(to)
	// func A(x any) I { y, ok := rt.Adapt(x, (*I)(nil)); if !ok { return nil }; r, _ := y.(I); return r }
	l.prog.Decls = append(l.prog.Decls, &ast.FuncDecl{Name: l.ident(n),
		Type: &ast.FuncType{Func: l.pos, Params: l.params("x", l.emptyInterface()), Results: l.params("", it)},
		Body: block([]ast.Stmt{
			&ast.AssignStmt{Lhs: []ast.Expr{l.ident("y"), l.ident("ok")}, Tok: token.DEFINE, Rhs: []ast.Expr{
				l.rt("Adapt", l.ident("x"), &ast.CallExpr{Fun: paren(&ast.StarExpr{Star: l.pos, X: l.typ(to)}), Args: []ast.Expr{l.ident("nil")}})}},
			&ast.IfStmt{If: l.pos, Cond: &ast.UnaryExpr{OpPos: l.pos, Op: token.NOT, X: l.ident("ok")}, Body: block([]ast.Stmt{&ast.ReturnStmt{Return: l.pos, Results: []ast.Expr{l.ident("nil")}}})},
			&ast.ReturnStmt{Return: l.pos, Results: []ast.Expr{&ast.TypeAssertExpr{X: l.ident("y"), Type: l.typ(to)}}},
		})})
	return n
}

// params is a field list of names and types by turns.
func (l *Lowerer) params(args ...any) *ast.FieldList {
	fl := &ast.FieldList{Opening: l.pos}
	for i := 0; i < len(args); i += 2 {
		f := &ast.Field{Type: args[i+1].(ast.Expr)}
		if n := args[i].(string); n != "" {
			f.Names = []*ast.Ident{l.ident(n)}
		}
		fl.List = append(fl.List, f)
	}
	return fl
}

func paren(x ast.Expr) ast.Expr {
	switch x.(type) {
	case *ast.Ident, *ast.SelectorExpr, *ast.ArrayType, *ast.MapType:
		return x
	}
	return &ast.ParenExpr{Lparen: x.Pos(), X: x}
}

// zero is the zero value of t.
func (f *fn) zero(t types.Type) ast.Expr {
	l := f.l
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsBoolean != 0:
			return f.constant(constant.MakeBool(false), t)
		case u.Info()&types.IsString != 0:
			return f.constant(constant.MakeString(""), t)
		case u.Info()&types.IsNumeric != 0:
			return f.constant(constant.MakeInt64(0), t)
		}
		if u.Kind() == types.UnsafePointer {
			return &ast.CallExpr{Fun: l.typ(t), Args: []ast.Expr{l.ident("nil")}}
		}
	case *types.Struct, *types.Array:
		return &ast.CompositeLit{Type: l.typ(t), Lbrace: l.pos}
	}
	return l.ident("nil")
}

// constant renders a constant of type t.
func (f *fn) constant(v constant.Value, t types.Type) ast.Expr {
	return f.constantAt(v, t, f.l.pos)
}

func (f *fn) constantAt(v constant.Value, t types.Type, pos token.Pos) ast.Expr {
	l := f.l
	pos = f.pos(pos)
	if types.IsInterface(t) {
		// An untyped constant in an interface has its default type.
		var d types.Type
		switch v.Kind() {
		case constant.Bool:
			d = types.Typ[types.Bool]
		case constant.String:
			d = types.Typ[types.String]
		case constant.Int:
			d = types.Typ[types.Int]
		case constant.Float:
			d = types.Typ[types.Float64]
		default:
			d = types.Typ[types.Complex128]
		}
		return f.constantAt(v, d, pos)
	}
	b, ok := t.Underlying().(*types.Basic)
	if !ok {
		l.refuse(pos, "this constant", "of type "+t.String(), "")
	}
	if b.Info()&types.IsUntyped != 0 {
		t = types.Default(b)
		b = t.(*types.Basic)
	}
	lit := func(kind token.Token, s string) ast.Expr {
		if s[0] == '-' {
			return &ast.UnaryExpr{OpPos: pos, Op: token.SUB, X: &ast.BasicLit{Kind: kind, Value: s[1:], ValuePos: pos}}
		}
		return &ast.BasicLit{Kind: kind, Value: s, ValuePos: pos}
	}
	typed := func(x ast.Expr, plain bool) ast.Expr {
		if plain && types.Identical(f.engineBasic(t), t) || plain && f.sameEngine(t, b) {
			return x
		}
		return &ast.CallExpr{Fun: l.typ(t), Args: []ast.Expr{x}}
	}
	switch info := b.Info(); {
	case info&types.IsBoolean != 0:
		return typed(f.id(strconv.FormatBool(constant.BoolVal(v)), pos), true)
	case info&types.IsString != 0:
		return typed(lit(token.STRING, strconv.Quote(constant.StringVal(v))), true)
	case info&types.IsInteger != 0:
		i := constant.ToInt(v)
		return typed(lit(token.INT, i.ExactString()), b.Kind() == types.Int)
	case info&types.IsFloat != 0:
		return typed(lit(token.FLOAT, f.floatLit(v, b.Kind() == types.Float32, pos)), false)
	case info&types.IsComplex != 0:
		part := types.Typ[types.Float64]
		if b.Kind() == types.Complex64 {
			part = types.Typ[types.Float32]
		}
		return f.complexOf(f.constantAt(constant.ToFloat(constant.Real(v)), part, pos), f.constantAt(constant.ToFloat(constant.Imag(v)), part, pos), t)
	}
	if b.Kind() == types.UnsafePointer {
		return &ast.CallExpr{Fun: l.typ(t), Args: []ast.Expr{lit(token.INT, constant.ToInt(v).ExactString())}}
	}
	l.refuse(pos, "this constant", "of type "+t.String(), "")
	return nil
}

// complexOf is the complex number of type t: the engine forgets the call of its
// own complex where it stands in a return statement, and makes a complex128 of
// two float32.
func (f *fn) complexOf(re, im ast.Expr, t types.Type) ast.Expr {
	name := "Complex128"
	if t.Underlying().(*types.Basic).Kind() == types.Complex64 {
		name = "Complex64"
	}
	x := f.l.rt(name, re, im)
	if types.Identical(t, t.Underlying()) || f.sameEngine(t, t.Underlying()) {
		return x
	}
	return &ast.CallExpr{Fun: f.l.typ(t), Args: []ast.Expr{x}}
}

func (f *fn) engineBasic(t types.Type) types.Type { return t.Underlying() }

// floatLit is the shortest literal with the value of v as a float.
func (f *fn) floatLit(v constant.Value, single bool, pos token.Pos) string {
	v = constant.ToFloat(v)
	var s string
	if single {
		x, _ := constant.Float32Val(v)
		s = strconv.FormatFloat(float64(x), 'g', -1, 32)
	} else {
		x, _ := constant.Float64Val(v)
		if math.IsInf(x, 0) {
			f.l.refuse(pos, "this constant", "it overflows float64", "")
		}
		s = strconv.FormatFloat(x, 'g', -1, 64)
	}
	for _, c := range s {
		if c == '.' || c == 'e' {
			return s
		}
	}
	if n, ok := new(big.Int).SetString(s, 10); ok && n.IsInt64() {
		return s + ".0"
	}
	return s
}
