package lower

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
)

func (f *fn) one(t types.Type) ast.Expr {
	return f.constant(constant.MakeInt64(1), t)
}

// enter begins a statement that break or continue can mean.
func (f *fn) enter(loop bool) (*target, func()) {
	t := &target{label: f.label, loop: loop, depth: len(f.rangers)}
	if f.label != "" {
		t.inner = f.l.fresh("L")
	}
	f.label = ""
	f.targets = append(f.targets, t)
	if loop {
		f.depth++
	}
	return t, func() {
		f.targets = f.targets[:len(f.targets)-1]
		if loop {
			f.depth--
		}
	}
}

// withLabel puts the engine's label before a statement that needs it.
func (f *fn) withLabel(t *target, s ast.Stmt) ast.Stmt {
	if t.inner == "" || t.needLabel == nil {
		return s
	}
	return &ast.LabeledStmt{Label: f.l.ident(t.inner), Stmt: s}
}

func (t *target) use() string {
	yes := true
	t.needLabel = &yes
	return t.inner
}

func (f *fn) branch(s *ast.BranchStmt) []ast.Stmt {
	switch s.Tok {
	case token.FALLTHROUGH:
		return []ast.Stmt{&ast.BranchStmt{TokPos: s.TokPos, Tok: s.Tok}}
	case token.GOTO:
		if len(f.rangers) > 0 {
			f.l.refuse(s.Pos(), "goto within a range over a function", "the body is a function to the interpreter", "use a flag")
		}
		return []ast.Stmt{&ast.BranchStmt{TokPos: s.TokPos, Tok: s.Tok, Label: f.id(s.Label.Name, s.Label.Pos())}}
	}
	var t *target
	for i := len(f.targets) - 1; i >= 0; i-- {
		c := f.targets[i]
		if s.Label != nil && c.label != s.Label.Name {
			continue
		}
		if s.Tok == token.CONTINUE && !c.loop {
			continue
		}
		t = c
		break
	}
	if t == nil {
		f.l.refuse(s.Pos(), "this "+s.Tok.String(), "it has no statement to leave", "")
	}
	if t.ranger != nil || t.depth < len(f.rangers) {
		return f.rangerBranch(s, t)
	}
	var out []ast.Stmt
	if s.Tok == token.CONTINUE && t.next != nil {
		out = t.next()
	}
	b := &ast.BranchStmt{TokPos: s.TokPos, Tok: s.Tok}
	if s.Label != nil {
		b.Label = f.id(t.use(), s.Label.Pos())
	}
	return append(out, b)
}

// captured reports whether a function literal in n uses one of the variables,
// or its address is taken: then each iteration needs its own.
func (f *fn) captured(vars map[types.Object]bool, nodes ...ast.Node) bool {
	found := false
	for _, n := range nodes {
		if n == nil {
			continue
		}
		depth := 0
		var visit func(n ast.Node) bool
		visit = func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				depth++
				ast.Inspect(n.Body, visit)
				depth--
				return false
			case *ast.UnaryExpr:
				if n.Op == token.AND {
					if id := baseIdent(n.X); id != nil && vars[f.info.Uses[id]] {
						found = true
					}
				}
			case *ast.RangeStmt:
				if _, ok := f.typ(n.X).Underlying().(*types.Signature); ok {
					depth++
					ast.Inspect(n.Body, visit)
					depth--
				}
			case *ast.SelectorExpr:
				// A method value or call may take the address.
				if s := f.info.Selections[n]; s != nil && s.Kind() == types.MethodVal {
					if id := baseIdent(n.X); id != nil && vars[f.info.Uses[id]] && !isPointer(f.typ(n.X)) {
						found = true
					}
				}
			case *ast.SliceExpr:
				if id := baseIdent(n.X); id != nil && vars[f.info.Uses[id]] {
					found = true
				}
			case *ast.DeferStmt, *ast.GoStmt:
			case *ast.Ident:
				if depth > 0 && vars[f.info.Uses[n]] {
					found = true
				}
			}
			return !found
		}
		ast.Inspect(n, visit)
	}
	return found
}

// baseIdent is the variable of which e is a part.
func baseIdent(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.ParenExpr:
			e = x.X
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		default:
			return nil
		}
	}
}

// assigned reports whether body assigns to one of the variables.
func (f *fn) assigned(vars map[types.Object]bool, body ast.Node) bool {
	found := false
	is := func(e ast.Expr) bool {
		id := baseIdent(e)
		return id != nil && vars[f.info.Uses[id]]
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				found = found || is(l)
			}
		case *ast.IncDecStmt:
			found = found || is(n.X)
		case *ast.RangeStmt:
			found = found || n.Key != nil && is(n.Key) || n.Value != nil && is(n.Value)
		}
		return !found
	})
	return found
}

func (f *fn) forStmt(s *ast.ForStmt) []ast.Stmt {
	var pre []ast.Stmt
	vars := map[types.Object]bool{}
	var order []*types.Var
	if a, ok := s.Init.(*ast.AssignStmt); ok && a.Tok == token.DEFINE {
		for _, l := range a.Lhs {
			if v, ok := f.info.Defs[l.(*ast.Ident)].(*types.Var); ok {
				vars[v] = true
				order = append(order, v)
			}
		}
	}
	t, leave := f.enter(true)
	defer leave()
	if s.Init != nil {
		pre = f.stmt(s.Init)
	}
	nodes := []ast.Node{s.Body}
	if s.Cond != nil {
		nodes = append(nodes, s.Cond)
	}
	if s.Post != nil {
		nodes = append(nodes, s.Post)
	}
	if len(vars) > 0 && f.captured(vars, nodes...) {
		return []ast.Stmt{block(append(pre, f.perIteration(s, t, order)))}
	}
	var cond ast.Expr
	if s.Cond != nil {
		cond = f.cond(s.Cond)
	}
	var post []ast.Stmt
	if s.Post != nil {
		post = f.stmt(s.Post)
	}
	if len(post) > 1 {
		return []ast.Stmt{block(append(pre, f.whileLoop(t, cond, post, s)))}
	}
	out := &ast.ForStmt{For: s.For, Cond: cond}
	if len(post) == 1 {
		out.Post = post[0]
	}
	index, base := f.loopBounds(s)
	forget := f.keepsBounds(index, base, s.Body)
	body := append([]ast.Stmt{f.l.poll()}, f.stmts(s.Body.List)...)
	forget()
	out.Body = &ast.BlockStmt{Lbrace: s.Body.Lbrace, List: body, Rbrace: s.Body.Rbrace}
	if len(pre) == 0 {
		return []ast.Stmt{f.withLabel(t, out)}
	}
	return []ast.Stmt{block(append(pre, f.withLabel(t, out)))}
}

// whileLoop runs post at the start of every iteration but the first, so that
// continue needs no more than itself.
func (f *fn) whileLoop(t *target, cond ast.Expr, post []ast.Stmt, s *ast.ForStmt) ast.Stmt {
	first := f.tmp()
	body := []ast.Stmt{f.l.poll(),
		&ast.IfStmt{If: f.l.pos, Cond: f.l.ident(first), Body: block([]ast.Stmt{assign(f.l.ident(first), f.l.ident("false"))}), Else: block(post)}}
	if cond != nil {
		body = append(body, &ast.IfStmt{If: f.l.pos, Cond: &ast.UnaryExpr{OpPos: f.l.pos, Op: token.NOT, X: &ast.ParenExpr{X: cond}}, Body: block([]ast.Stmt{&ast.BranchStmt{TokPos: f.l.pos, Tok: token.BREAK}})})
	}
	body = append(body, f.stmts(s.Body.List)...)
	return block([]ast.Stmt{define(first, f.l.pos, f.l.ident("true")), f.withLabel(t, &ast.ForStmt{For: s.For, Body: block(body)})})
}

// perIteration gives every iteration its own copy of the loop variables, as
// Go does: the post statement works on the new copy.
func (f *fn) perIteration(s *ast.ForStmt, t *target, vars []*types.Var) ast.Stmt {
	var outer []string
	var pre []ast.Stmt
	for _, v := range vars {
		n := f.tmp()
		outer = append(outer, n)
		// The initial values are in the variables' own names.
		pre = append(pre, f.declare(f.id(n, v.Pos()), f.objType(v), f.id(f.name(v), v.Pos())))
	}
	var in []ast.Stmt
	for i, v := range vars {
		delete(f.names, v)
		in = append(in, f.declare(f.id(f.name(v), v.Pos()), f.objType(v), f.id(outer[i], v.Pos())))
	}
	back := func() []ast.Stmt {
		var out []ast.Stmt
		for i, v := range vars {
			out = append(out, assign(f.id(outer[i], v.Pos()), f.id(f.name(v), v.Pos())))
		}
		return out
	}
	t.next = back
	first := f.tmp()
	body := append([]ast.Stmt{f.l.poll()}, in...)
	var post []ast.Stmt
	if s.Post != nil {
		post = f.stmt(s.Post)
	}
	body = append(body, &ast.IfStmt{If: f.l.pos, Cond: f.l.ident(first), Body: block([]ast.Stmt{assign(f.l.ident(first), f.l.ident("false"))}), Else: block(post)})
	if s.Cond != nil {
		body = append(body, &ast.IfStmt{If: f.l.pos, Cond: &ast.UnaryExpr{OpPos: f.l.pos, Op: token.NOT, X: &ast.ParenExpr{X: f.cond(s.Cond)}}, Body: block([]ast.Stmt{&ast.BranchStmt{TokPos: f.l.pos, Tok: token.BREAK}})})
	}
	body = append(body, f.stmts(s.Body.List)...)
	body = append(body, back()...)
	pre = append(pre, define(first, f.l.pos, f.l.ident("true")))
	return block(append(pre, f.withLabel(t, &ast.ForStmt{For: s.For, Body: block(body)})))
}

// rangeVars lowers the key and value of a range statement: the names that the
// engine's loop sets, and what the body begins with.
func (f *fn) rangeVar(e ast.Expr, tok token.Token, t types.Type, body ast.Node) (string, []ast.Stmt) {
	if e == nil {
		return "_", nil
	}
	if id, ok := e.(*ast.Ident); ok && id.Name == "_" {
		return "_", nil
	}
	if tok == token.DEFINE {
		v := f.info.Defs[e.(*ast.Ident)].(*types.Var)
		one := map[types.Object]bool{v: true}
		if !f.captured(one, body) && !f.assigned(one, body) && types.Identical(f.objType(v), t) {
			return f.name(v), nil
		}
		n := f.tmp()
		return n, []ast.Stmt{f.declare(f.id(f.name(v), e.Pos()), f.objType(v), f.conv(f.id(n, e.Pos()), t, f.objType(v)))}
	}
	n := f.tmp()
	var pre []ast.Stmt
	d := f.operand(e, false, &pre)
	return n, append(pre, f.put(d, f.id(n, e.Pos()), t))
}

func (f *fn) rangeStmt(s *ast.RangeStmt) []ast.Stmt {
	xt := f.typ(s.X)
	u := xt.Underlying()
	if _, ok := u.(*types.Signature); ok {
		return f.rangeFunc(s, u.(*types.Signature))
	}
	t, leave := f.enter(true)
	defer leave()
	loop := &ast.RangeStmt{For: s.For, Tok: token.DEFINE, X: nil}
	var kt, vt types.Type
	switch u := u.(type) {
	case *types.Basic:
		if u.Info()&types.IsInteger != 0 {
			return f.rangeInt(s, xt, t)
		}
		return f.rangeString(s, t)
	case *types.Slice:
		kt, vt = types.Typ[types.Int], u.Elem()
	case *types.Array:
		kt, vt = types.Typ[types.Int], u.Elem()
	case *types.Pointer:
		kt, vt = types.Typ[types.Int], u.Elem().Underlying().(*types.Array).Elem()
		return f.rangeIndexed(s, t, vt)
	case *types.Map:
		kt, vt = u.Key(), u.Elem()
	case *types.Chan:
		return f.rangeChan(s, u, xt, t)
	}
	switch u.(type) {
	case *types.Slice, *types.Array:
		return f.rangeIndexed(s, t, vt)
	}
	x := f.expr(s.X)
	body := []ast.Stmt{f.l.poll()}
	var k, v string
	if s.Tok == token.ASSIGN {
		k, v = f.rangeAssign(s, kt, vt, &body)
	} else {
		var pre []ast.Stmt
		k, pre = f.rangeVar(s.Key, s.Tok, kt, s.Body)
		body = append(body, pre...)
		v, pre = f.rangeVar(s.Value, s.Tok, vt, s.Body)
		body = append(body, pre...)
	}
	switch {
	case v != "_":
		loop.Key, loop.Value = f.id(k, s.Pos()), f.id(v, s.Pos())
	case k != "_":
		loop.Key = f.id(k, s.Pos())
	default:
		loop.Key = f.id("_", s.Pos())
	}
	loop.X = x
	body = append(body, f.stmts(s.Body.List)...)
	loop.Body = &ast.BlockStmt{Lbrace: s.Body.Lbrace, List: body, Rbrace: s.Body.Rbrace}
	return []ast.Stmt{f.withLabel(t, loop)}
}

// rangeAssign assigns key and value of an iteration to places that exist, as a
// tuple assignment: it returns the variables that the loop sets.
func (f *fn) rangeAssign(s *ast.RangeStmt, kt, vt types.Type, body *[]ast.Stmt) (k, v string) {
	k, v = "_", "_"
	var sets []ast.Stmt
	for _, p := range []struct {
		e ast.Expr
		t types.Type
		n *string
	}{{s.Key, kt, &k}, {s.Value, vt, &v}} {
		if p.e == nil || blank(p.e) {
			continue
		}
		*p.n = f.tmp()
		d := f.operand(p.e, s.Key != nil && s.Value != nil, body)
		sets = append(sets, f.put(d, f.id(*p.n, p.e.Pos()), p.t))
	}
	*body = append(*body, sets...)
	return k, v
}

// rangeIndexed lowers range over a slice, array or pointer to array to a loop
// over indexes: the operand and its length are evaluated once, an array with
// a value variable is copied.
func (f *fn) rangeIndexed(s *ast.RangeStmt, t *target, elem types.Type) []ast.Stmt {
	xt := f.typ(s.X)
	n, i := f.tmp(), f.tmp()
	var pre []ast.Stmt
	hasValue := s.Value != nil && !blank(s.Value)
	var x string
	length := func(e ast.Expr) ast.Expr {
		return &ast.CallExpr{Fun: f.l.ident("len"), Args: []ast.Expr{e}}
	}
	arr, isArray := xt.Underlying().(*types.Array)
	if p, ok := xt.Underlying().(*types.Pointer); ok {
		arr = p.Elem().Underlying().(*types.Array)
	}
	if hasValue || !isArray || f.riskIn(s.X).IsValid() || f.calls(s.X) {
		x = f.tmp()
		pre = append(pre, f.declare(f.id(x, s.X.Pos()), xt, f.expr(s.X)))
	}
	if arr != nil {
		pre = append(pre, define(n, f.l.pos, intLit(f.l.pos, arr.Len())))
	} else {
		pre = append(pre, define(n, f.l.pos, length(f.id(x, s.X.Pos()))))
	}
	body := []ast.Stmt{f.l.poll()}
	if s.Tok == token.ASSIGN {
		var sets []ast.Stmt
		k, v := f.rangeAssign(s, types.Typ[types.Int], elem, &sets)
		if v != "_" {
			body = append(body, f.declare(f.id(v, s.X.Pos()), elem, &ast.IndexExpr{X: f.id(x, s.X.Pos()), Index: f.id(i, s.X.Pos())}))
		}
		if k != "_" {
			body = append(body, define(k, f.l.pos, f.id(i, s.X.Pos())))
		}
		body = append(body, sets...)
	} else {
		k, kpre := f.rangeVar(s.Key, s.Tok, types.Typ[types.Int], s.Body)
		if k != "_" {
			i = k
		}
		body = append(body, kpre...)
		if hasValue {
			at := &ast.IndexExpr{X: f.id(x, s.X.Pos()), Index: f.id(i, s.X.Pos())}
			v := f.info.Defs[s.Value.(*ast.Ident)].(*types.Var)
			body = append(body, f.declare(f.id(f.name(v), s.Value.Pos()), f.objType(v), at))
		}
	}
	var index, base types.Object
	if id, ok := s.Key.(*ast.Ident); ok && s.Tok == token.DEFINE {
		index = f.info.Defs[id]
	}
	if id, ok := ast.Unparen(s.X).(*ast.Ident); ok {
		base = f.info.Uses[id]
	}
	forget := f.keepsBounds(index, base, s.Body)
	body = append(body, f.stmts(s.Body.List)...)
	forget()
	loop := &ast.ForStmt{For: s.For, Init: define(i, f.l.pos, intLit(f.l.pos, 0)),
		Cond: &ast.BinaryExpr{X: f.id(i, s.Pos()), OpPos: f.l.pos, Op: token.LSS, Y: f.id(n, s.Pos())},
		Post: &ast.IncDecStmt{X: f.id(i, s.Pos()), Tok: token.INC},
		Body: &ast.BlockStmt{Lbrace: s.Body.Lbrace, List: body, Rbrace: s.Body.Rbrace}}
	return []ast.Stmt{block(append(pre, f.withLabel(t, loop)))}
}

// calls reports whether evaluating e calls a function or receives.
func (f *fn) calls(e ast.Expr) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			found = found || !f.info.Types[n.Fun].IsType()
		case *ast.UnaryExpr:
			found = found || n.Op == token.ARROW
		}
		return !found
	})
	return found
}

func blank(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "_"
}

// rangeString lowers range over a string: the engine takes every invalid byte
// for three.
func (f *fn) rangeString(s *ast.RangeStmt, t *target) []ast.Stmt {
	l := f.l
	x, next, r, w, i := f.tmp(), f.tmp(), f.tmp(), f.tmp(), f.tmp()
	pre := []ast.Stmt{define(x, l.pos, f.exprTo(s.X, types.Typ[types.String])), define(next, l.pos, intLit(l.pos, 0))}
	if b, ok := f.typ(s.X).Underlying().(*types.Basic); ok && b.Kind() != types.UntypedString && f.info.Types[s.X].Value == nil {
		pre[0] = define(x, l.pos, f.expr(s.X))
	}
	body := []ast.Stmt{l.poll(),
		&ast.IfStmt{If: l.pos, Cond: &ast.BinaryExpr{X: l.ident(next), OpPos: l.pos, Op: token.GEQ, Y: &ast.CallExpr{Fun: l.ident("len"), Args: []ast.Expr{l.ident(x)}}},
			Body: block([]ast.Stmt{&ast.BranchStmt{TokPos: l.pos, Tok: token.BREAK}})},
		define(i, l.pos, l.ident(next)),
		&ast.AssignStmt{Lhs: []ast.Expr{l.ident(r), l.ident(w)}, Tok: token.DEFINE, Rhs: []ast.Expr{l.rt("Rune", l.ident(x), l.ident(i))}},
		assign(l.ident(next), &ast.BinaryExpr{X: l.ident(i), OpPos: l.pos, Op: token.ADD, Y: l.ident(w)}),
	}
	if s.Tok == token.ASSIGN {
		k, v := f.rangeAssign(s, types.Typ[types.Int], types.Typ[types.Rune], &body)
		var sets []ast.Stmt
		if k != "_" {
			sets = append(sets, define(k, l.pos, l.ident(i)))
		}
		if v != "_" {
			sets = append(sets, define(v, l.pos, l.ident(r)))
		}
		// What the loop gives goes before the assignments.
		body = append(body[:5:5], append(sets, body[5:]...)...)
	} else {
		for j, e := range []ast.Expr{s.Key, s.Value} {
			if e == nil || blank(e) {
				continue
			}
			v := f.info.Defs[e.(*ast.Ident)].(*types.Var)
			from := i
			if j == 1 {
				from = r
			}
			body = append(body, f.declare(f.id(f.name(v), e.Pos()), f.objType(v), l.ident(from)))
		}
	}
	body = append(body, f.stmts(s.Body.List)...)
	loop := &ast.ForStmt{For: s.For, Body: &ast.BlockStmt{Lbrace: s.Body.Lbrace, List: body, Rbrace: s.Body.Rbrace}}
	return []ast.Stmt{block(append(pre, f.withLabel(t, loop)))}
}

func (f *fn) rangeInt(s *ast.RangeStmt, xt types.Type, t *target) []ast.Stmt {
	if untyped(xt) {
		xt = types.Typ[types.Int]
		if s.Key != nil && !blank(s.Key) {
			if s.Tok == token.DEFINE {
				xt = f.objType(f.info.Defs[s.Key.(*ast.Ident)])
			} else {
				xt = f.typ(s.Key)
			}
		}
	}
	n := f.tmp()
	pre := []ast.Stmt{f.declare(f.id(n, s.X.Pos()), xt, f.exprTo(s.X, xt))}
	k, kpre := f.rangeVar(s.Key, s.Tok, xt, s.Body)
	if k == "_" {
		k = f.tmp()
	}
	body := append([]ast.Stmt{f.l.poll()}, kpre...)
	body = append(body, f.stmts(s.Body.List)...)
	loop := &ast.ForStmt{For: s.For, Init: f.declare(f.id(k, s.Pos()), xt, f.zero(xt)),
		Cond: &ast.BinaryExpr{X: f.id(k, s.Pos()), OpPos: f.l.pos, Op: token.LSS, Y: f.id(n, s.Pos())},
		Post: &ast.IncDecStmt{X: f.id(k, s.Pos()), Tok: token.INC},
		Body: &ast.BlockStmt{Lbrace: s.Body.Lbrace, List: body, Rbrace: s.Body.Rbrace}}
	return []ast.Stmt{block(append(pre, f.withLabel(t, loop)))}
}

func (f *fn) rangeChan(s *ast.RangeStmt, u *types.Chan, xt types.Type, t *target) []ast.Stmt {
	c, v, ok := f.tmp(), f.tmp(), f.tmp()
	body := []ast.Stmt{f.l.poll(),
		&ast.AssignStmt{Lhs: []ast.Expr{f.l.ident(v), f.l.ident(ok)}, Tok: token.DEFINE, Rhs: []ast.Expr{
			&ast.CallExpr{Fun: f.id(f.l.receiver(xt, true), s.X.Pos()), Args: []ast.Expr{f.l.ident(c)}}}},
		&ast.IfStmt{If: f.l.pos, Cond: &ast.UnaryExpr{OpPos: f.l.pos, Op: token.NOT, X: f.l.ident(ok)}, Body: block([]ast.Stmt{&ast.BranchStmt{TokPos: f.l.pos, Tok: token.BREAK}})}}
	if s.Key != nil && !blank(s.Key) {
		if s.Tok == token.DEFINE {
			o := f.info.Defs[s.Key.(*ast.Ident)].(*types.Var)
			body = append(body, f.declare(f.id(f.name(o), s.Key.Pos()), f.objType(o), f.l.ident(v)))
		} else {
			var pre []ast.Stmt
			d := f.operand(s.Key, false, &pre)
			body = append(append(body, pre...), f.put(d, f.l.ident(v), u.Elem()))
		}
	}
	body = append(body, f.stmts(s.Body.List)...)
	loop := &ast.ForStmt{For: s.For, Body: &ast.BlockStmt{Lbrace: s.Body.Lbrace, List: body, Rbrace: s.Body.Rbrace}}
	return []ast.Stmt{block([]ast.Stmt{f.declare(f.l.ident(c), xt, f.expr(s.X)), f.withLabel(t, loop)})}
}

// ranger is the body of a range over a function: a function literal to the
// engine. How the body was left is in a variable: 0 to the end or by continue,
// 1 by break, 2 by return, more for branches to outer statements.
type ranger struct {
	state   string
	results []string // variables of the function's results; nil: none yet
	target  *target
	exits   []exit
}

type exit struct {
	stmt *ast.BranchStmt
}

// rangeFunc lowers range over a function.
func (f *fn) rangeFunc(s *ast.RangeStmt, sig *types.Signature) []ast.Stmt {
	l := f.l
	ysig := sig.Params().At(0).Type().Underlying().(*types.Signature)
	t, leave := f.enter(true)
	r := &ranger{state: f.tmp(), target: t}
	t.ranger = r
	done := f.tmp()
	yt := l.funcType(ysig)
	var body []ast.Stmt
	body = append(body, &ast.IfStmt{If: l.pos, Cond: l.ident(done), Body: block([]ast.Stmt{&ast.ExprStmt{X: l.rt("RangeExited")}})})
	f.rangers = append(f.rangers, r)
	for i := range ysig.Params().Len() {
		n := l.fresh("_y")
		var e ast.Expr
		switch i {
		case 0:
			e = s.Key
		case 1:
			e = s.Value
		}
		pt := ysig.Params().At(i).Type()
		if e != nil && !blank(e) {
			n = f.tmp()
			if s.Tok == token.DEFINE {
				o := f.info.Defs[e.(*ast.Ident)].(*types.Var)
				body = append(body, f.declare(f.id(f.name(o), e.Pos()), f.objType(o), f.l.ident(n)))
			} else {
				var pre []ast.Stmt
				d := f.operand(e, false, &pre)
				body = append(append(body, pre...), f.put(d, f.l.ident(n), pt))
			}
		}
		yt.Params.List[i].Names = []*ast.Ident{l.ident(n)}
	}
	body = append(body, l.poll())
	body = append(body, f.stmts(s.Body.List)...)
	body = append(body, &ast.ReturnStmt{Return: l.pos, Results: []ast.Expr{l.ident("true")}})
	f.rangers = f.rangers[:len(f.rangers)-1]
	leave()

	var out []ast.Stmt
	out = append(out, define(r.state, l.pos, intLit(l.pos, 0)), define(done, l.pos, l.ident("false")))
	for i, n := range r.results {
		rt := f.results.At(i).Type()
		out = append(out, f.declare(l.ident(n), rt, f.zero(rt)))
	}
	fx := f.expr(s.X)
	if _, ok := fx.(*ast.FuncLit); ok {
		fx = &ast.ParenExpr{X: fx}
	}
	out = append(out, &ast.ExprStmt{X: &ast.CallExpr{Fun: fx, Args: []ast.Expr{&ast.FuncLit{Type: yt, Body: block(body)}}}})
	out = append(out, assign(l.ident(done), l.ident("true")))
	when := func(code int, list []ast.Stmt) {
		out = append(out, &ast.IfStmt{If: l.pos, Cond: &ast.BinaryExpr{X: l.ident(r.state), OpPos: l.pos, Op: token.EQL, Y: intLit(l.pos, int64(code))}, Body: block(list)})
	}
	if r.results != nil || f.results == nil || f.results.Len() == 0 {
		var list []ast.Stmt
		if len(f.rangers) > 0 {
			list = f.rangerLeave(r.results)
		} else {
			ret := &ast.ReturnStmt{Return: l.pos}
			if f.named == nil || !f.inPlace {
				for _, n := range r.results {
					ret.Results = append(ret.Results, l.ident(n))
				}
			} else {
				for i, n := range r.results {
					list = append(list, assign(l.ident(f.named[i]), l.ident(n)))
				}
			}
			list = append(list, ret)
		}
		when(2, list)
	}
	for i, e := range r.exits {
		when(3+i, f.branch(e.stmt))
	}
	return []ast.Stmt{block(out)}
}

// rangerReturn lowers a return statement within the body of a range over a
// function.
func (f *fn) rangerReturn(s *ast.ReturnStmt) []ast.Stmt {
	n := 0
	if f.results != nil {
		n = f.results.Len()
	}
	names := make([]string, n)
	var out []ast.Stmt
	switch {
	case len(s.Results) == 0:
		for i := range names {
			names[i] = f.named[i]
		}
	case len(s.Results) == 1 && n > 1:
		x, ts := f.multi(s.Results[0], n)
		var lhs []ast.Expr
		for i := range names {
			t := f.tmp()
			lhs = append(lhs, f.id(t, s.Pos()))
			names[i] = f.tmp()
			out = append(out, f.declare(f.id(names[i], s.Pos()), f.results.At(i).Type(), f.conv(f.id(t, s.Pos()), ts[i], f.results.At(i).Type())))
		}
		out = append([]ast.Stmt{&ast.AssignStmt{Lhs: lhs, Tok: token.DEFINE, Rhs: []ast.Expr{x}}}, out...)
	default:
		for i, r := range s.Results {
			names[i] = f.tmp()
			out = append(out, f.declare(f.id(names[i], s.Pos()), f.results.At(i).Type(), f.exprTo(r, f.results.At(i).Type())))
		}
	}
	return append(out, f.rangerLeave(names)...)
}

// rangerLeave leaves the innermost body with a return of the named values.
func (f *fn) rangerLeave(values []string) []ast.Stmt {
	r := f.rangers[len(f.rangers)-1]
	var out []ast.Stmt
	if len(values) > 0 {
		if r.results == nil {
			for range values {
				r.results = append(r.results, f.tmp())
			}
		}
		for i, v := range values {
			out = append(out, assign(f.l.ident(r.results[i]), f.l.ident(v)))
		}
	}
	return append(out, assign(f.l.ident(r.state), intLit(f.l.pos, 2)),
		&ast.ReturnStmt{Return: f.l.pos, Results: []ast.Expr{f.l.ident("false")}})
}

// rangerBranch lowers break and continue that leave the body of a range over
// a function.
func (f *fn) rangerBranch(s *ast.BranchStmt, t *target) []ast.Stmt {
	r := f.rangers[len(f.rangers)-1]
	ret := func(v string) ast.Stmt {
		return &ast.ReturnStmt{Return: s.Pos(), Results: []ast.Expr{f.l.ident(v)}}
	}
	if t.ranger == r {
		if s.Tok == token.CONTINUE {
			return []ast.Stmt{ret("true")}
		}
		return []ast.Stmt{assign(f.l.ident(r.state), intLit(f.l.pos, 1)), ret("false")}
	}
	// To a statement outside: the loop that calls the function goes on with it.
	e := &ast.BranchStmt{TokPos: s.TokPos, Tok: s.Tok, Label: s.Label}
	if e.Label == nil {
		f.l.refuse(s.Pos(), "this "+s.Tok.String(), "it leaves the body of a range over a function", "give the outer statement a label")
	}
	code := 3 + len(r.exits)
	for i, x := range r.exits {
		if x.stmt.Tok == e.Tok && x.stmt.Label.Name == e.Label.Name {
			code = 3 + i
		}
	}
	if code == 3+len(r.exits) {
		r.exits = append(r.exits, exit{e})
	}
	return []ast.Stmt{assign(f.l.ident(r.state), intLit(f.l.pos, int64(code))), ret("false")}
}

var _ = fmt.Sprint
