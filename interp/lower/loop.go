package lower

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
)

func (f *fn) one(t types.Type) ast.Expr {
	return f.constant(constant.MakeInt64(1), t)
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
