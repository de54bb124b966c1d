package lower

import (
	"go/ast"
	"go/token"
	"go/types"

	"cahier/interp/rt"
)

// ranger is the body of a range over a function: a function literal to the
// engine. How the body was left is in a variable: 0 to the end or by continue,
// 1 by break, 2 by return, more for branches to outer statements.
type ranger struct {
	state   string
	phase   string   // the variable that holds whether the body may be called
	results []string // variables of the function's results; nil: none yet
	target  *target
	exits   []exit
}

type exit struct {
	stmt *ast.BranchStmt
}

// What rt.RangeExited says of a call of the body.
const (
	rangeReady     = iota // not yet wrong
	rangeDone             // the body returned false
	rangePanic            // the body is at work, or panicked
	rangeExhausted        // the function has returned
	rangeMissing          // the function recovered the body's panic
)

// rangeFunc lowers range over a function.
func (f *fn) rangeFunc(s *ast.RangeStmt, sig *types.Signature) []ast.Stmt {
	l := f.l
	if xt := f.typ(s.X); l.isRecursive(xt) {
		l.refuse(s.Pos(), "range over a "+rt.TypeText(xt), "the interpreter keeps a type that refers to itself in a form of its own", "call it with a function")
	}
	ysig := sig.Params().At(0).Type().Underlying().(*types.Signature)
	t, leave := f.enter(true)
	r := &ranger{state: f.tmp(), phase: f.tmp(), target: t}
	t.ranger = r
	in := func(op token.Token, phase int64) ast.Expr {
		return &ast.BinaryExpr{X: l.ident(r.phase), OpPos: l.pos, Op: op, Y: intLit(l.pos, phase)}
	}
	yt := l.funcType(ysig)
	var body []ast.Stmt
	body = append(body, &ast.IfStmt{If: l.pos, Cond: in(token.NEQ, rangeReady), Body: block([]ast.Stmt{&ast.ExprStmt{X: l.rt("RangeExited", l.ident(r.phase))}})},
		f.enterPhase(r, rangePanic))
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
	panicking := f.panicking
	f.panicking = "" // recover sees nothing here: the deferred function does not call it
	body = append(body, f.stmts(s.Body.List)...)
	f.panicking = panicking
	body = append(body, f.leaveBody(r, l.pos, true)...)
	f.rangers = f.rangers[:len(f.rangers)-1]
	leave()

	var out []ast.Stmt
	out = append(out, define(r.state, l.pos, intLit(l.pos, 0)), define(r.phase, l.pos, intLit(l.pos, rangeReady)))
	for i, n := range r.results {
		rt := f.results.At(i).Type()
		out = append(out, f.declare(l.ident(n), rt, f.zero(rt)))
	}
	fx := f.expr(s.X)
	if _, ok := fx.(*ast.FuncLit); ok {
		fx = &ast.ParenExpr{X: fx}
	}
	out = append(out, &ast.ExprStmt{X: &ast.CallExpr{Fun: fx, Args: []ast.Expr{&ast.FuncLit{Type: yt, Body: block(body)}}}})
	out = append(out, &ast.IfStmt{If: l.pos, Cond: in(token.EQL, rangePanic), Body: block([]ast.Stmt{&ast.ExprStmt{X: l.rt("RangeExited", intLit(l.pos, rangeMissing))}})},
		f.enterPhase(r, rangeExhausted))
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

func (f *fn) enterPhase(r *ranger, phase int64) ast.Stmt {
	return assign(f.l.ident(r.phase), intLit(f.l.pos, phase))
}

// leaveBody ends a call of the body; more says whether it may be called again.
func (f *fn) leaveBody(r *ranger, pos token.Pos, more bool) []ast.Stmt {
	phase, result := int64(rangeDone), "false"
	if more {
		phase, result = rangeReady, "true"
	}
	return []ast.Stmt{f.enterPhase(r, phase), &ast.ReturnStmt{Return: pos, Results: []ast.Expr{f.l.ident(result)}}}
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
	out = append(out, assign(f.l.ident(r.state), intLit(f.l.pos, 2)))
	return append(out, f.leaveBody(r, f.l.pos, false)...)
}

// rangerBranch lowers break and continue that leave the body of a range over
// a function.
func (f *fn) rangerBranch(s *ast.BranchStmt, t *target) []ast.Stmt {
	r := f.rangers[len(f.rangers)-1]
	leave := func(code int) []ast.Stmt {
		return append([]ast.Stmt{assign(f.l.ident(r.state), intLit(f.l.pos, int64(code)))}, f.leaveBody(r, s.Pos(), false)...)
	}
	if t.ranger == r {
		if s.Tok == token.CONTINUE {
			return f.leaveBody(r, s.Pos(), true)
		}
		return leave(1)
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
	return leave(code)
}
