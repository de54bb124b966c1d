package lower

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
)

// inBounds says that index is within base in the loop at hand.
type inBounds struct{ index, base types.Object }

// guards checks the indexes of a simple statement before it runs, so that the
// error names index and length as Go's does; the engine's own does not. Only
// what is cheap to evaluate twice and is evaluated in any case is checked
// here, and nothing when a call might change it before.
func (f *fn) guards(s ast.Stmt) []ast.Stmt {
	var roots []ast.Node
	switch s := s.(type) {
	case *ast.AssignStmt:
		if len(s.Lhs) == 1 {
			roots = []ast.Node{s}
			break
		}
		for _, r := range s.Rhs { // the places on the left are indexed one by one as they are set
			roots = append(roots, r)
		}
	case *ast.ExprStmt, *ast.IncDecStmt, *ast.ReturnStmt, *ast.SendStmt:
		roots = []ast.Node{s}
	case *ast.IfStmt:
		if s.Init == nil {
			roots = []ast.Node{s.Cond}
		}
	case *ast.SwitchStmt:
		if s.Init == nil && s.Tag != nil {
			roots = []ast.Node{s.Tag}
		}
	}
	var calls []*ast.CallExpr
	var found []ast.Expr
	for _, r := range roots {
		f.indexes(r, &found, &calls)
	}
	if len(calls) > 1 {
		return nil
	}
	var out []ast.Stmt
	seen := map[string]bool{}
	for _, ix := range found {
		// A call may change what an index outside its arguments sees.
		if len(calls) == 1 && (calls[0] == nil || ix.Pos() < calls[0].Lparen || ix.End() > calls[0].Rparen) {
			continue
		}
		var g ast.Stmt
		switch ix := ix.(type) {
		case *ast.IndexExpr:
			g = f.guard(ix, seen)
		case *ast.SliceExpr:
			g = f.sliceGuard(ix)
		}
		if g != nil {
			out = append(out, g)
		}
	}
	return out
}

// indexes collects index expressions that are evaluated in any case.
func (f *fn) indexes(n ast.Node, found *[]ast.Expr, calls *[]*ast.CallExpr) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			if tv := f.info.Types[n.Fun]; !tv.IsType() && !tv.IsBuiltin() {
				*calls = append(*calls, n)
			}
		case *ast.UnaryExpr:
			if n.Op == token.ARROW {
				*calls = append(*calls, nil)
			}
		case *ast.BinaryExpr:
			if n.Op == token.LAND || n.Op == token.LOR {
				f.indexes(n.X, found, calls)
				var rest []ast.Expr
				f.indexes(n.Y, &rest, calls)
				return false
			}
		case *ast.IndexExpr:
			*found = append(*found, n)
		case *ast.SliceExpr:
			*found = append(*found, n)
		}
		return true
	})
}

// guard is the check of one index expression, or nil.
func (f *fn) guard(ix *ast.IndexExpr, seen map[string]bool) ast.Stmt {
	if f.info.Types[ix.X].IsType() {
		return nil
	}
	t := f.typ(ix.X)
	switch u := t.Underlying().(type) {
	case *types.Slice, *types.Array:
	case *types.Basic:
		if u.Info()&types.IsString == 0 || f.info.Types[ix.X].Value != nil {
			return nil
		}
	default:
		return nil
	}
	if !f.cheap(ix.X) {
		return nil
	}
	tv := f.info.Types[ix.Index]
	if tv.Value != nil {
		if _, isArray := t.Underlying().(*types.Array); isArray {
			return nil // checked when it was compiled
		}
		n, ok := constant.Int64Val(constant.ToInt(tv.Value))
		if !ok {
			return nil
		}
		length := &ast.CallExpr{Fun: f.l.ident("len"), Args: []ast.Expr{f.expr(ix.X)}}
		return f.failIf(&ast.BinaryExpr{X: length, OpPos: f.l.pos, Op: token.LEQ, Y: intLit(f.l.pos, n)}, ix)
	}
	if !f.cheap(ix.Index) {
		return nil
	}
	it, ok := f.typ(ix.Index).Underlying().(*types.Basic)
	if !ok || it.Info()&types.IsInteger == 0 {
		return nil
	}
	if f.isSafe(ix) {
		return nil
	}
	key := types.ExprString(ix)
	if seen[key] {
		return nil
	}
	seen[key] = true
	length := &ast.CallExpr{Fun: f.l.ident("len"), Args: []ast.Expr{f.expr(ix.X)}}
	cond := &ast.BinaryExpr{X: f.intExpr(ix.Index), OpPos: f.l.pos, Op: token.GEQ, Y: length}
	// An unsigned index may be negative as an int.
	cond = &ast.BinaryExpr{X: &ast.BinaryExpr{X: f.intExpr(ix.Index), OpPos: f.l.pos, Op: token.LSS, Y: intLit(f.l.pos, 0)}, OpPos: f.l.pos, Op: token.LOR, Y: cond}
	return f.failIf(cond, ix)
}

func (f *fn) failIf(cond ast.Expr, ix *ast.IndexExpr) ast.Stmt {
	length := &ast.CallExpr{Fun: f.l.ident("len"), Args: []ast.Expr{f.expr(ix.X)}}
	if b, ok := f.typ(ix.Index).Underlying().(*types.Basic); ok && b.Info()&types.IsUnsigned != 0 && f.info.Types[ix.Index].Value == nil {
		return &ast.IfStmt{If: f.l.pos, Cond: cond, Body: block([]ast.Stmt{&ast.ExprStmt{X: f.l.rt("BadUnsignedIndex",
			&ast.CallExpr{Fun: f.l.ident("uint64"), Args: []ast.Expr{f.expr(ix.Index)}}, length)}})}
	}
	return &ast.IfStmt{If: f.l.pos, Cond: cond, Body: block([]ast.Stmt{
		&ast.ExprStmt{X: f.l.rt("BadIndex", f.intExpr(ix.Index), length)}})}
}

// sliceGuard is the check of one slice expression, or nil.
func (f *fn) sliceGuard(e *ast.SliceExpr) ast.Stmt {
	l := f.l
	kind := 0 // the limit is a capacity
	t := f.typ(e.X)
	switch u := t.Underlying().(type) {
	case *types.Slice:
	case *types.Basic:
		kind = 1
		if f.info.Types[e.X].Value != nil {
			return nil
		}
	case *types.Array:
		kind = 1
	case *types.Pointer:
		return nil // a nil pointer comes first
	default:
		_ = u
		return nil
	}
	if !f.cheap(e.X) {
		return nil
	}
	bounds := make([]ast.Expr, 3)
	risk := false
	for i, b := range []ast.Expr{e.Low, e.High, e.Max} {
		switch {
		case b == nil:
		case f.info.Types[b].Value != nil:
			bounds[i] = f.intExpr(b)
			risk = true
		case f.cheap(b):
			bt, ok := f.typ(b).Underlying().(*types.Basic)
			if !ok {
				return nil
			}
			switch bt.Kind() {
			case types.Uint, types.Uint64, types.Uintptr:
				return nil // may be negative as an int
			}
			bounds[i] = f.intExpr(b)
			if _, length := ast.Unparen(b).(*ast.CallExpr); !length {
				risk = true
			}
		default:
			return nil
		}
	}
	if !risk {
		return nil
	}
	call := func(name string) ast.Expr {
		return &ast.CallExpr{Fun: l.ident(name), Args: []ast.Expr{f.expr(e.X)}}
	}
	limit := "cap"
	if kind == 1 {
		limit = "len"
	}
	again := func(i int) ast.Expr { return f.intExpr([]ast.Expr{e.Low, e.High, e.Max}[i]) }
	if bounds[0] == nil {
		bounds[0] = intLit(l.pos, 0)
	}
	less := func(a, b ast.Expr) ast.Expr { return &ast.BinaryExpr{X: a, OpPos: l.pos, Op: token.LSS, Y: b} }
	or := func(a, b ast.Expr) ast.Expr { return &ast.BinaryExpr{X: a, OpPos: l.pos, Op: token.LOR, Y: b} }
	low := func() ast.Expr {
		if e.Low == nil {
			return intLit(l.pos, 0)
		}
		return again(0)
	}
	high := func() ast.Expr {
		if e.High == nil {
			return call("len")
		}
		return again(1)
	}
	cond := or(less(low(), intLit(l.pos, 0)), less(high(), low()))
	top := call(limit)
	args := []ast.Expr{low(), high(), intLit(l.pos, -1), call(limit), intLit(l.pos, int64(kind))}
	if e.High == nil {
		args[4] = intLit(l.pos, int64(kind|2))
	}
	if e.Max != nil {
		cond = or(cond, less(again(2), high()))
		cond = or(cond, less(call(limit), again(2)))
		args[2], args[4] = again(2), intLit(l.pos, int64(kind|4))
	} else {
		cond = or(cond, less(top, high()))
	}
	return &ast.IfStmt{If: l.pos, Cond: cond, Body: block([]ast.Stmt{&ast.ExprStmt{X: l.rt("BadSlice", args...)}})}
}

// cheap reports whether e can be evaluated twice at little cost and without
// effect or panic: a variable, a field of one, a sum with a constant.
func (f *fn) cheap(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		_, ok := f.info.Uses[e].(*types.Var)
		return ok
	case *ast.SelectorExpr:
		if s := f.info.Selections[e]; s != nil && s.Kind() == types.FieldVal {
			return !s.Indirect() && f.cheap(e.X)
		}
	case *ast.CallExpr:
		return f.builtinName(e.Fun) == "len" && f.info.Types[e.Fun].IsBuiltin() && f.cheap(e.Args[0])
	case *ast.BinaryExpr:
		switch e.Op {
		case token.ADD, token.SUB:
			return (f.cheap(e.X) || f.info.Types[e.X].Value != nil) && (f.cheap(e.Y) || f.info.Types[e.Y].Value != nil)
		}
	}
	return false
}

// isSafe reports whether the loop at hand keeps the index within bounds.
func (f *fn) isSafe(ix *ast.IndexExpr) bool {
	i, ok := ast.Unparen(ix.Index).(*ast.Ident)
	if !ok {
		return false
	}
	b, ok := ast.Unparen(ix.X).(*ast.Ident)
	if !ok {
		return false
	}
	for _, s := range f.safe {
		if s.index == f.info.Uses[i] && s.base == f.info.Uses[b] && s.index != nil {
			return true
		}
	}
	return false
}

// keepsBounds notes what a loop keeps within bounds: its index over base, when
// the body changes neither. The returned function forgets it.
func (f *fn) keepsBounds(index, base types.Object, body ast.Node) func() {
	n := len(f.safe)
	if index != nil && base != nil && f.l.objs[base] == nil {
		vars := map[types.Object]bool{index: true, base: true}
		if !f.captured(vars, body) && !f.reassigned(vars, body) {
			f.safe = append(f.safe, inBounds{index, base})
		}
	}
	return func() { f.safe = f.safe[:n] }
}

// reassigned reports whether body assigns to one of the variables as a whole.
func (f *fn) reassigned(vars map[types.Object]bool, body ast.Node) bool {
	found := false
	is := func(e ast.Expr) {
		if id, ok := ast.Unparen(e).(*ast.Ident); ok && vars[f.info.Uses[id]] {
			found = true
		}
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				is(l)
			}
		case *ast.IncDecStmt:
			is(n.X)
		case *ast.RangeStmt:
			if n.Key != nil {
				is(n.Key)
			}
			if n.Value != nil {
				is(n.Value)
			}
		}
		return !found
	})
	return found
}

// loopBounds recognises for i := 0; i < len(base); i++.
func (f *fn) loopBounds(s *ast.ForStmt) (index, base types.Object) {
	a, ok := s.Init.(*ast.AssignStmt)
	if !ok || a.Tok != token.DEFINE || len(a.Lhs) != 1 {
		return nil, nil
	}
	if v := f.info.Types[a.Rhs[0]].Value; v == nil || constant.Sign(v) < 0 {
		return nil, nil
	}
	c, ok := s.Cond.(*ast.BinaryExpr)
	if !ok || c.Op != token.LSS {
		return nil, nil
	}
	call, ok := c.Y.(*ast.CallExpr)
	if !ok || f.builtinName(call.Fun) != "len" || !f.info.Types[call.Fun].IsBuiltin() {
		return nil, nil
	}
	if p, ok := s.Post.(*ast.IncDecStmt); !ok || p.Tok != token.INC {
		return nil, nil
	}
	i, ok1 := c.X.(*ast.Ident)
	b, ok2 := call.Args[0].(*ast.Ident)
	if !ok1 || !ok2 || f.info.Uses[i] != f.info.Defs[a.Lhs[0].(*ast.Ident)] {
		return nil, nil
	}
	return f.info.Uses[i], f.info.Uses[b]
}
