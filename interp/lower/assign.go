package lower

import (
	"go/ast"
	"go/token"
	"go/types"
)

// dest is a place to assign to; x is nil for the blank identifier.
type dest struct {
	x     ast.Expr
	t     types.Type
	fresh bool       // a new local variable: declare it
	whole types.Type // what x is an element of, where it is one; see loose
}

// loosen is x as what is stored in d.
func (f *fn) loosenFor(d dest, x ast.Expr) ast.Expr {
	if d.whole == nil {
		return x
	}
	return f.loosen(x, d.whole, d.t)
}

// put makes the statement that sets d to x of type from.
func (f *fn) put(d dest, x ast.Expr, from types.Type) ast.Stmt {
	if d.x == nil {
		if b, ok := from.(*types.Basic); ok && b.Kind() == types.UntypedNil {
			return &ast.EmptyStmt{}
		}
		if _, ok := x.(*ast.Ident); ok {
			return &ast.EmptyStmt{}
		}
		return &ast.ExprStmt{X: f.l.rt("Any", x)}
	}
	x = f.conv(x, from, d.t)
	if d.fresh {
		return f.declare(d.x.(*ast.Ident), d.t, x)
	}
	return assign(d.x, f.loosenFor(d, x))
}

// discard evaluates x, for the blank identifier: the engine leaves out what it
// takes for useless, and with it the panics.
func (f *fn) discard(x ast.Expr) []ast.Stmt {
	switch y := x.(type) {
	case *ast.BasicLit, *ast.FuncLit:
		return nil
	case *ast.Ident:
		if y.Name != "nil" {
			return nil
		}
	}
	return []ast.Stmt{&ast.ExprStmt{X: f.l.rt("Any", x)}}
}

// declare makes the statement that declares a local variable.
func (f *fn) declare(id *ast.Ident, t types.Type, x ast.Expr) ast.Stmt {
	switch t.Underlying().(type) {
	case *types.Basic, *types.Struct, *types.Array:
		return &ast.AssignStmt{Lhs: []ast.Expr{id}, Tok: token.DEFINE, Rhs: []ast.Expr{x}}
	}
	return &ast.DeclStmt{Decl: &ast.GenDecl{Tok: token.VAR, TokPos: id.Pos(), Specs: []ast.Spec{&ast.ValueSpec{Names: []*ast.Ident{id}, Type: f.l.typ(t), Values: []ast.Expr{x}}}}}
}

// assignTo sets destinations to values: one each, or all from one expression
// with several results.
func (f *fn) assignTo(dsts []dest, values []ast.Expr) []ast.Stmt {
	if len(dsts) == 1 && len(values) == 1 {
		d := dsts[0]
		if d.x == nil {
			t := f.info.TypeOf(values[0])
			if f.info.Types[values[0]].IsNil() {
				return nil
			}
			t = types.Default(f.subst(t))
			return f.discard(f.exprTo(values[0], t))
		}
		x := f.exprTo(values[0], d.t)
		if _, ok := d.x.(*ast.IndexExpr); ok {
			x = f.settled(x, d.t)
		}
		if d.fresh {
			return []ast.Stmt{f.declare(d.x.(*ast.Ident), d.t, x)}
		}
		return []ast.Stmt{assign(d.x, f.loosenFor(d, x))}
	}
	if len(values) == 1 {
		return f.assignMulti(dsts, values[0])
	}
	// All values first, then all assignments, from left to right.
	var out, sets []ast.Stmt
	for i, v := range values {
		d := dsts[i]
		if d.x == nil {
			if f.info.Types[v].Value == nil && !f.info.Types[v].IsNil() {
				out = append(out, f.discard(f.expr(v))...)
			}
			continue
		}
		if f.info.Types[v].Value != nil || f.info.Types[v].IsNil() {
			x := f.exprTo(v, d.t)
			if d.fresh {
				sets = append(sets, f.declare(d.x.(*ast.Ident), d.t, x))
			} else {
				sets = append(sets, assign(d.x, f.loosenFor(d, x)))
			}
			continue
		}
		n := f.tmp()
		out = append(out, f.declare(f.id(n, v.Pos()), d.t, f.exprTo(v, d.t)))
		if d.fresh {
			sets = append(sets, f.declare(d.x.(*ast.Ident), d.t, f.id(n, v.Pos())))
		} else {
			sets = append(sets, assign(d.x, f.loosenFor(d, f.id(n, v.Pos()))))
		}
	}
	return append(out, sets...)
}

// multi lowers an expression with several results, or a comma-ok form, and
// tells their types.
func (f *fn) multi(e ast.Expr, n int) (ast.Expr, []types.Type) {
	e = ast.Unparen(e)
	t := f.info.TypeOf(e)
	var ts []types.Type
	if tu, ok := t.(*types.Tuple); ok {
		for i := range tu.Len() {
			ts = append(ts, f.subst(tu.At(i).Type()))
		}
	} else {
		ts = []types.Type{f.subst(t), types.Typ[types.Bool]}
	}
	if len(ts) == 2 {
		if b, ok := ts[1].(*types.Basic); ok && b.Kind() == types.UntypedBool {
			ts[1] = types.Typ[types.Bool]
		}
	}
	switch e := e.(type) {
	case *ast.TypeAssertExpr:
		x, _ := f.assertOK(f.asAny(e.X), f.typ(e.Type))
		if types.IsInterface(ts[0]) {
			return x, ts
		}
		return x, ts
	case *ast.IndexExpr:
		if t := f.typ(e.X); f.l.loose(t, ts[0]) {
			m := t.Underlying().(*types.Map)
			v, ok := f.tmp(), f.tmp()
			at := &ast.IndexExpr{X: f.expr(e.X), Index: f.loosen(f.key(e.Index, m.Key()), t, m.Key())}
			ft := &ast.FuncType{Func: f.l.pos, Params: &ast.FieldList{Opening: f.l.pos}, Results: f.l.params("", f.l.typ(ts[0]), "", f.l.ident("bool"))}
			return &ast.CallExpr{Fun: &ast.FuncLit{Type: ft, Body: block([]ast.Stmt{
				&ast.AssignStmt{Lhs: []ast.Expr{f.l.ident(v), f.l.ident(ok)}, Tok: token.DEFINE, Rhs: []ast.Expr{at}},
				&ast.ReturnStmt{Return: f.l.pos, Results: []ast.Expr{f.tight(f.l.ident(v), t, ts[0]), f.l.ident(ok)}}})}}, ts
		}
	case *ast.UnaryExpr:
		if e.Op == token.ARROW {
			return &ast.CallExpr{Fun: f.id(f.l.receiver(f.typ(e.X), true), e.Pos()), Args: []ast.Expr{f.expr(e.X)}}, ts
		}
	}
	return f.expr(e), ts
}

func (f *fn) assignMulti(dsts []dest, e ast.Expr) []ast.Stmt {
	x, ts := f.multi(e, len(dsts))
	lhs := make([]ast.Expr, len(dsts))
	direct := true
	anyDst := false
	for _, d := range dsts {
		if d.x != nil {
			anyDst = true
		}
	}
	for i, d := range dsts {
		if d.x != nil && !(d.fresh && types.Identical(d.t, ts[i])) {
			direct = false
		}
	}
	if direct && anyDst {
		for i, d := range dsts {
			lhs[i] = d.x
			if d.x == nil {
				lhs[i] = f.id("_", e.Pos())
			}
		}
		return []ast.Stmt{&ast.AssignStmt{Lhs: lhs, Tok: token.DEFINE, Rhs: []ast.Expr{x}}}
	}
	out := []ast.Stmt{nil}
	for i, d := range dsts {
		n := f.tmp()
		lhs[i] = f.id(n, e.Pos())
		if d.x != nil {
			out = append(out, f.put(d, f.id(n, e.Pos()), ts[i]))
		}
	}
	out[0] = &ast.AssignStmt{Lhs: lhs, Tok: token.DEFINE, Rhs: []ast.Expr{x}}
	return out
}

// operand lowers the left side of an assignment. Where hold is set, what it
// refers to is evaluated now, in pre, because something else may change it.
func (f *fn) operand(e ast.Expr, hold bool, pre *[]ast.Stmt) dest {
	e = ast.Unparen(e)
	keep := func(x ast.Expr, t types.Type) ast.Expr {
		if !hold {
			return x
		}
		n := f.tmp()
		*pre = append(*pre, f.declare(f.id(n, x.Pos()), t, x))
		return f.id(n, x.Pos())
	}
	switch e := e.(type) {
	case *ast.Ident:
		if e.Name == "_" {
			return dest{}
		}
		if obj, ok := f.info.Defs[e].(*types.Var); ok {
			return dest{x: f.id(f.name(obj), e.NamePos), t: f.objType(obj), fresh: true}
		}
		return dest{x: f.expr(e), t: f.typ(e)}
	case *ast.IndexExpr:
		t := f.typ(e.X)
		var x ast.Expr
		if _, isArray := t.Underlying().(*types.Array); isArray {
			if f.isCut(e.X) {
				f.l.refuse(e.Pos(), "an array by which struct types refer to each other", "the interpreter keeps such fields in another form", "use a slice")
			}
			x = f.whole(e.X, hold, pre)
		} else if f.isCut(e.X) {
			n := f.tmp()
			*pre = append(*pre, f.declare(f.id(n, e.X.Pos()), t, f.expr(e.X)))
			x = f.id(n, e.X.Pos())
		} else {
			x = keep(f.expr(e.X), t)
		}
		if m, ok := t.Underlying().(*types.Map); ok {
			return dest{x: &ast.IndexExpr{X: x, Lbrack: e.Lbrack, Index: f.loosen(keep(f.key(e.Index, m.Key()), m.Key()), t, m.Key()), Rbrack: e.Rbrack}, t: m.Elem(), whole: t}
		}
		i := f.intExpr(e.Index)
		if f.info.Types[e.Index].Value == nil {
			i = keep(i, types.Typ[types.Int])
		}
		return dest{x: &ast.IndexExpr{X: x, Lbrack: e.Lbrack, Index: i, Rbrack: e.Rbrack}, t: f.typ(e), whole: t}
	case *ast.StarExpr:
		return dest{x: &ast.StarExpr{Star: e.Star, X: keep(f.expr(e.X), f.typ(e.X))}, t: f.typ(e)}
	case *ast.SelectorExpr:
		if sel := f.info.Selections[e]; sel != nil && sel.Kind() == types.FieldVal {
			t, index := f.typ(e.X), f.fieldIndex(e, sel)
			var x ast.Expr
			if isPointer(t) {
				x = keep(f.expr(e.X), t)
			} else {
				x = f.whole(e.X, hold, pre)
			}
			for hold && len(index) > 1 { // embedded pointers on the way
				x, t = f.path(x, t, index[:1])
				if index = index[1:]; isPointer(t) {
					x = keep(x, t)
				}
			}
			return dest{x: f.place(x, t, index), t: f.typ(e)}
		}
		return dest{x: f.expr(e), t: f.typ(e)}
	}
	return dest{x: f.expr(e), t: f.typ(e)}
}

// whole lowers the struct or array of which a part is assigned to.
func (f *fn) whole(e ast.Expr, hold bool, pre *[]ast.Stmt) ast.Expr {
	if !hold {
		return f.expr(e)
	}
	switch ast.Unparen(e).(type) {
	case *ast.IndexExpr, *ast.SelectorExpr, *ast.StarExpr:
		return f.operand(e, hold, pre).x
	}
	return f.expr(e)
}

// indexedAfterCalls reports whether e is an element of a slice or array whose
// index is checked only once the calls of place and value have been made.
func (f *fn) indexedAfterCalls(e, value ast.Expr) bool {
	ix, ok := ast.Unparen(e).(*ast.IndexExpr)
	if !ok || !f.callsOut(ix) && (value == nil || !f.callsOut(value)) || f.isSafe(ix) {
		return false
	}
	switch f.typ(ix.X).Underlying().(type) {
	case *types.Slice, *types.Array:
	default:
		return false
	}
	b, ok := f.typ(ix.Index).Underlying().(*types.Basic)
	return ok && (f.info.Types[ix.Index].Value != nil || b.Info()&types.IsUnsigned == 0)
}

// throughPointer reports whether e is reached by a pointer, which may be nil.
func (f *fn) throughPointer(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.StarExpr:
		return true
	case *ast.SelectorExpr:
		sel := f.info.Selections[e]
		return sel != nil && sel.Kind() == types.FieldVal && sel.Indirect()
	}
	return false
}

// held is x, the lowered form of value, in a variable, unless it is constant.
func (f *fn) held(value ast.Expr, x ast.Expr, t types.Type, pre *[]ast.Stmt) ast.Expr {
	if tv := f.info.Types[value]; tv.Value != nil || tv.IsNil() {
		return x
	}
	n := f.tmp()
	*pre = append(*pre, f.declare(f.id(n, value.Pos()), t, x))
	return f.id(n, value.Pos())
}

// checkPlace fails as Go does when the index of an element is out of range.
func (f *fn) checkPlace(e ast.Expr, d dest, pre *[]ast.Stmt) {
	ix := ast.Unparen(e).(*ast.IndexExpr)
	place, ok := d.x.(*ast.IndexExpr)
	if !ok {
		return
	}
	length := ast.Expr(&ast.CallExpr{Fun: f.l.ident("len"), Args: []ast.Expr{place.X}})
	constant := f.info.Types[ix.Index].Value != nil
	if a, ok := f.typ(ix.X).Underlying().(*types.Array); ok {
		if constant {
			return // checked when it was compiled
		}
		length = intLit(f.l.pos, a.Len())
	}
	cond := ast.Expr(&ast.BinaryExpr{X: place.Index, OpPos: f.l.pos, Op: token.GEQ, Y: length})
	if !constant {
		cond = &ast.BinaryExpr{X: &ast.BinaryExpr{X: place.Index, OpPos: f.l.pos, Op: token.LSS, Y: intLit(f.l.pos, 0)}, OpPos: f.l.pos, Op: token.LOR, Y: cond}
	}
	*pre = append(*pre, &ast.IfStmt{If: f.l.pos, Cond: cond, Body: block([]ast.Stmt{&ast.ExprStmt{X: f.l.rt("BadIndex", place.Index, length)}})})
}

// callsOut is calls, but for built-in functions.
func (f *fn) callsOut(e ast.Expr) bool {
	var found []ast.Expr
	var calls []*ast.CallExpr
	f.indexes(e, &found, &calls)
	return len(calls) > 0
}

func (f *fn) assignStmt(s *ast.AssignStmt) []ast.Stmt {
	switch s.Tok {
	case token.DEFINE, token.ASSIGN:
		var pre []ast.Stmt
		if s.Tok == token.DEFINE {
			// The values do not see the new names.
			return f.defineStmt(s)
		}
		if len(s.Lhs) == 1 && len(s.Rhs) == 1 {
			l, indexed := s.Lhs[0], f.indexedAfterCalls(s.Lhs[0], s.Rhs[0])
			if indexed || f.throughPointer(l) && f.callsOut(s.Rhs[0]) {
				d := f.operand(l, true, &pre)
				x := f.held(s.Rhs[0], f.exprTo(s.Rhs[0], d.t), d.t, &pre)
				if indexed {
					f.checkPlace(l, d, &pre)
				}
				return append(pre, assign(d.x, f.loosenFor(d, x)))
			}
		}
		dsts := make([]dest, len(s.Lhs))
		for i, l := range s.Lhs {
			dsts[i] = f.operand(l, len(s.Lhs) > 1, &pre)
		}
		return append(pre, f.assignTo(dsts, s.Rhs)...)
	}
	// x op= y
	var op token.Token
	switch s.Tok {
	case token.ADD_ASSIGN:
		op = token.ADD
	case token.SUB_ASSIGN:
		op = token.SUB
	case token.MUL_ASSIGN:
		op = token.MUL
	case token.QUO_ASSIGN:
		op = token.QUO
	case token.REM_ASSIGN:
		op = token.REM
	case token.AND_ASSIGN:
		op = token.AND
	case token.OR_ASSIGN:
		op = token.OR
	case token.XOR_ASSIGN:
		op = token.XOR
	case token.SHL_ASSIGN:
		op = token.SHL
	case token.SHR_ASSIGN:
		op = token.SHR
	case token.AND_NOT_ASSIGN:
		op = token.AND_NOT
	}
	var pre []ast.Stmt
	l := ast.Unparen(s.Lhs[0])
	d := f.operand(l, !f.simple(l) || f.calls(s.Rhs[0]), &pre)
	var y ast.Expr
	if op == token.SHL || op == token.SHR {
		y = f.shiftCount(s.Rhs[0])
	} else {
		y = f.exprTo(s.Rhs[0], d.t)
	}
	if f.indexedAfterCalls(l, s.Rhs[0]) {
		if op != token.SHL && op != token.SHR {
			y = f.held(s.Rhs[0], y, d.t, &pre)
		}
		f.checkPlace(l, d, &pre)
	}
	if _, ok := l.(*ast.Ident); ok && op != token.SHL && op != token.SHR {
		return append(pre, &ast.AssignStmt{Lhs: []ast.Expr{d.x}, TokPos: s.TokPos, Tok: s.Tok, Rhs: []ast.Expr{y}})
	}
	return append(pre, assign(d.x, &ast.BinaryExpr{X: d.x, OpPos: f.pos(s.TokPos), Op: op, Y: y}))
}

// simple reports whether evaluating a place twice is the same as once.
func (f *fn) simple(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident, *ast.BasicLit:
		return true
	case *ast.SelectorExpr:
		return f.simple(e.X)
	case *ast.IndexExpr:
		if f.info.Types[e.Index].Value == nil && !f.simple(e.Index) {
			return false
		}
		return f.simple(e.X)
	case *ast.StarExpr:
		return f.simple(e.X)
	}
	return f.info.Types[e].Value != nil
}

func (f *fn) defineStmt(s *ast.AssignStmt) []ast.Stmt {
	var pre []ast.Stmt
	// Lower values before the names are taken: x := x + 1 in an inner block.
	if len(s.Lhs) == 1 && len(s.Rhs) == 1 {
		id := s.Lhs[0].(*ast.Ident)
		obj, _ := f.info.Defs[id].(*types.Var)
		if obj == nil {
			d := f.operand(id, false, &pre)
			return f.assignTo([]dest{d}, s.Rhs)
		}
		t := f.objType(obj)
		x := f.exprTo(s.Rhs[0], t)
		return []ast.Stmt{f.declare(f.id(f.name(obj), id.NamePos), t, x)}
	}
	if len(s.Rhs) == 1 {
		x, ts := f.multi(s.Rhs[0], len(s.Lhs))
		var dsts []dest
		direct, anyDst := true, false
		for i, l := range s.Lhs {
			d := f.operand(l, false, &pre)
			dsts = append(dsts, d)
			if d.x != nil {
				anyDst = true
				if !d.fresh || !types.Identical(d.t, ts[i]) {
					direct = false
				}
			}
		}
		lhs := make([]ast.Expr, len(dsts))
		if direct && anyDst {
			for i, d := range dsts {
				lhs[i] = d.x
				if d.x == nil {
					lhs[i] = f.id("_", s.Pos())
				}
			}
			return []ast.Stmt{&ast.AssignStmt{Lhs: lhs, TokPos: s.TokPos, Tok: token.DEFINE, Rhs: []ast.Expr{x}}}
		}
		out := []ast.Stmt{nil}
		for i, d := range dsts {
			n := f.tmp()
			lhs[i] = f.id(n, s.Pos())
			if d.x != nil {
				out = append(out, f.put(d, f.id(n, s.Pos()), ts[i]))
			}
		}
		out[0] = &ast.AssignStmt{Lhs: lhs, TokPos: s.TokPos, Tok: token.DEFINE, Rhs: []ast.Expr{x}}
		return out
	}
	var out, sets []ast.Stmt
	for i, v := range s.Rhs {
		id := s.Lhs[i].(*ast.Ident)
		if id.Name == "_" {
			if f.info.Types[v].Value == nil && !f.info.Types[v].IsNil() {
				out = append(out, f.discard(f.expr(v))...)
			}
			continue
		}
		var t types.Type
		obj, isNew := f.info.Defs[id].(*types.Var)
		if isNew {
			t = f.objType(obj)
		} else {
			t = f.typ(id)
		}
		n := f.tmp()
		out = append(out, f.declare(f.id(n, v.Pos()), t, f.exprTo(v, t)))
		sets = append(sets, nil)
		k := len(sets) - 1
		defer func() { _ = k }()
		if isNew {
			sets[k] = &ast.DeclStmt{} // named below, after all values are lowered
		} else {
			sets[k] = assign(f.expr(id), f.id(n, v.Pos()))
		}
		if isNew {
			pos := id.NamePos
			sets[k] = &pending{obj: obj, t: t, from: n, pos: pos}
		}
	}
	for i, st := range sets {
		if p, ok := st.(*pending); ok {
			sets[i] = f.declare(f.id(f.name(p.obj), p.pos), p.t, f.id(p.from, p.pos))
		}
	}
	return append(out, sets...)
}

// pending is a declaration whose name is not yet taken.
type pending struct {
	ast.EmptyStmt
	obj  *types.Var
	t    types.Type
	from string
	pos  token.Pos
}

func (f *fn) incDec(s *ast.IncDecStmt) []ast.Stmt {
	x := ast.Unparen(s.X)
	var pre []ast.Stmt
	d := f.operand(x, !f.simple(x), &pre)
	if _, ok := x.(*ast.Ident); ok {
		// The engine cannot count a uintptr up or down.
		if b, ok := d.t.Underlying().(*types.Basic); ok && b.Info()&types.IsInteger != 0 && b.Kind() != types.Uintptr {
			return append(pre, &ast.IncDecStmt{X: d.x, TokPos: s.TokPos, Tok: s.Tok})
		}
	}
	if f.indexedAfterCalls(x, nil) {
		f.checkPlace(x, d, &pre)
	}
	op := token.ADD
	if s.Tok == token.DEC {
		op = token.SUB
	}
	return append(pre, assign(d.x, &ast.BinaryExpr{X: d.x, OpPos: f.pos(s.TokPos), Op: op, Y: f.one(d.t)}))
}
