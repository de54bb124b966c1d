package lower

import (
	"go/ast"
	"go/token"
	"go/types"

	"cahier/interp/rt"
)

// selectStmt lowers to a call that chooses and a switch over what it chose:
// the engine's own select statement is not safe for several goroutines.
func (f *fn) selectStmt(s *ast.SelectStmt) []ast.Stmt {
	l := f.l
	t, leave := f.enter(false)
	defer leave()
	var pre []ast.Stmt
	var clauses []ast.Stmt
	var args []ast.Expr
	hasDefault := false
	chosen, okName := f.tmp(), f.tmp()
	addr := func(name string) ast.Expr {
		return &ast.UnaryExpr{OpPos: l.pos, Op: token.AND, X: l.ident(name)}
	}
	for _, c := range s.Body.List {
		c := c.(*ast.CommClause)
		cc := &ast.CaseClause{Case: c.Case, Colon: c.Colon}
		var first []ast.Stmt
		index := len(args) / 3
		f.selectable(c.Comm)
		switch comm := c.Comm.(type) {
		case nil:
			hasDefault = true
			index = -1
		case *ast.SendStmt:
			ct := f.typ(comm.Chan)
			elem := ct.Underlying().(*types.Chan).Elem()
			cn, vn := f.tmp(), f.tmp()
			pre = append(pre, f.declare(f.id(cn, comm.Pos()), ct, f.expr(comm.Chan)), f.declare(f.id(vn, comm.Pos()), elem, f.exprTo(comm.Value, elem)))
			args = append(args, intLit(l.pos, 1), f.id(cn, comm.Pos()), addr(vn))
		case *ast.ExprStmt:
			u := ast.Unparen(comm.X).(*ast.UnaryExpr)
			cn := f.tmp()
			pre = append(pre, f.declare(f.id(cn, comm.Pos()), f.typ(u.X), f.expr(u.X)))
			args = append(args, intLit(l.pos, 0), f.id(cn, comm.Pos()), l.ident("nil"))
		case *ast.AssignStmt:
			u := ast.Unparen(comm.Rhs[0]).(*ast.UnaryExpr)
			ct := f.typ(u.X)
			elem := ct.Underlying().(*types.Chan).Elem()
			cn, vn := f.tmp(), f.tmp()
			pre = append(pre, f.declare(f.id(cn, comm.Pos()), ct, f.expr(u.X)), f.declare(f.id(vn, comm.Pos()), elem, f.zero(elem)))
			args = append(args, intLit(l.pos, 0), f.id(cn, comm.Pos()), addr(vn))
			for i, lhs := range comm.Lhs {
				d := f.operand(lhs, false, &first)
				if d.x == nil {
					continue
				}
				if i == 0 {
					first = append(first, f.put(d, f.id(vn, comm.Pos()), elem))
				} else {
					first = append(first, f.put(d, f.id(okName, comm.Pos()), types.Typ[types.Bool]))
				}
			}
		}
		cc.List = []ast.Expr{&ast.BinaryExpr{X: l.ident(chosen), OpPos: l.pos, Op: token.EQL, Y: intLit(l.pos, int64(index))}}
		cc.Body = append(first, f.clause(c.Body)...)
		clauses = append(clauses, cc)
	}
	pre = append(pre, &ast.AssignStmt{Lhs: []ast.Expr{l.ident(chosen), l.ident(okName)}, Tok: token.DEFINE,
		Rhs: []ast.Expr{l.rt("Select", append([]ast.Expr{boolLit(l, hasDefault)}, args...)...)}})
	if len(clauses) == 0 {
		return []ast.Stmt{block(pre)}
	}
	out := &ast.SwitchStmt{Switch: s.Select, Body: &ast.BlockStmt{Lbrace: s.Body.Lbrace, List: clauses, Rbrace: s.Body.Rbrace}}
	return []ast.Stmt{block(append(pre, f.withLabel(t, out)))}
}

// selectable refuses channels that select cannot take.
func (f *fn) selectable(comm ast.Stmt) {
	var c ast.Expr
	switch comm := comm.(type) {
	case *ast.SendStmt:
		c = comm.Chan
	case *ast.ExprStmt:
		c = ast.Unparen(comm.X).(*ast.UnaryExpr).X
	case *ast.AssignStmt:
		c = ast.Unparen(comm.Rhs[0]).(*ast.UnaryExpr).X
	default:
		return
	}
	if t := f.typ(c); f.l.isRecursive(t) {
		f.l.refuse(comm.Pos(), "select with a "+rt.TypeText(t), "the interpreter keeps a type that refers to itself in a form of its own", "wrap what the channel carries in a struct")
	}
}

// receiver is the helper func(c C) T, or (T, bool), that receives from c.
func (l *Lowerer) receiver(ct types.Type, two bool) string {
	k := "recv " + l.key(ct)
	if two {
		k = "recv2 " + l.key(ct)
	}
	if n := l.helpers[k]; n != "" {
		return n
	}
	n := l.fresh("H")
	set(l, l.helpers, k, n)
	elem := ct.Underlying().(*types.Chan).Elem()
	f := l.newFn(nil, nil)
	res := l.params("", l.typ(elem))
	recv := l.rt("Recv", l.ident("c"), &ast.UnaryExpr{OpPos: l.pos, Op: token.AND, X: l.ident("v")})
	body := []ast.Stmt{f.declare(l.ident("v"), elem, f.zero(elem))}
	var v ast.Expr = l.ident("v")
	if l.loose(ct, elem) {
		body = []ast.Stmt{f.declare(l.ident("v"), anyInterface, l.ident("nil"))}
		v = f.tight(v, ct, elem)
	}
	if two {
		res = l.params("", l.typ(elem), "", l.ident("bool"))
		body = append(body, define("ok", l.pos, recv), &ast.ReturnStmt{Return: l.pos, Results: []ast.Expr{v, l.ident("ok")}})
	} else {
		body = append(body, &ast.ExprStmt{X: recv}, &ast.ReturnStmt{Return: l.pos, Results: []ast.Expr{v}})
	}
	l.prog.Decls = append(l.prog.Decls, &ast.FuncDecl{Name: l.ident(n),
		Type: &ast.FuncType{Func: l.pos, Params: l.params("c", l.typ(ct)), Results: res}, Body: block(body)})
	return n
}

// sender is the helper func(c C, v T) that sends.
func (l *Lowerer) sender(ct types.Type) string {
	k := "send " + l.key(ct)
	if n := l.helpers[k]; n != "" {
		return n
	}
	n := l.fresh("H")
	set(l, l.helpers, k, n)
	elem := ct.Underlying().(*types.Chan).Elem()
	f := l.newFn(nil, nil)
	w := f.declare(l.ident("w"), elem, l.ident("v"))
	if l.loose(ct, elem) {
		w = f.declare(l.ident("w"), anyInterface, f.loosen(l.ident("v"), ct, elem))
	}
	l.prog.Decls = append(l.prog.Decls, &ast.FuncDecl{Name: l.ident(n),
		Type: &ast.FuncType{Func: l.pos, Params: l.params("c", l.typ(ct), "v", l.typ(elem))},
		Body: block([]ast.Stmt{
			w,
			&ast.ExprStmt{X: l.rt("Send", l.ident("c"), &ast.UnaryExpr{OpPos: l.pos, Op: token.AND, X: l.ident("w")})},
		})})
	return n
}

func (f *fn) send(s *ast.SendStmt) ast.Stmt {
	ct := f.typ(s.Chan)
	elem := ct.Underlying().(*types.Chan).Elem()
	return &ast.ExprStmt{X: &ast.CallExpr{Fun: f.id(f.l.sender(ct), s.Pos()), Args: []ast.Expr{f.expr(s.Chan), f.exprTo(s.Value, elem)}}}
}
