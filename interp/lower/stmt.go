package lower

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

func (f *fn) stmts(list []ast.Stmt) []ast.Stmt {
	var out []ast.Stmt
	for _, s := range list {
		out = append(out, f.stmt(s)...)
	}
	return out
}

func (f *fn) blockStmt(b *ast.BlockStmt) *ast.BlockStmt {
	return &ast.BlockStmt{Lbrace: b.Lbrace, List: f.stmts(b.List), Rbrace: b.Rbrace}
}

// stmt lowers a statement. Where it may panic, it first notes its position:
// the engine knows only that of some like operation of the function.
func (f *fn) stmt(s ast.Stmt) []ast.Stmt {
	f.l.at = s.Pos()
	guards := f.guards(s) // before the statement declares names
	out := f.afterLong(s, f.plainStmt(s))
	if pos := f.risk(s); pos.IsValid() && len(out) > 0 {
		out = append(append(f.mark(pos), guards...), out...)
	}
	return out
}

func (f *fn) plainStmt(s ast.Stmt) []ast.Stmt {
	switch s := s.(type) {
	case *ast.EmptyStmt:
		return nil
	case *ast.ExprStmt:
		return f.exprStmt(s)
	case *ast.AssignStmt:
		return f.assignStmt(s)
	case *ast.IncDecStmt:
		return f.incDec(s)
	case *ast.DeclStmt:
		return f.declStmt(s)
	case *ast.BlockStmt:
		return []ast.Stmt{f.blockStmt(s)}
	case *ast.IfStmt:
		return f.ifStmt(s)
	case *ast.ForStmt:
		return f.forStmt(s)
	case *ast.RangeStmt:
		return f.rangeStmt(s)
	case *ast.SwitchStmt:
		return f.switchStmt(s)
	case *ast.TypeSwitchStmt:
		return f.typeSwitch(s)
	case *ast.SelectStmt:
		return f.selectStmt(s)
	case *ast.LabeledStmt:
		return f.labeled(s)
	case *ast.BranchStmt:
		return f.branch(s)
	case *ast.ReturnStmt:
		return f.returnStmt(s)
	case *ast.SendStmt:
		return []ast.Stmt{f.send(s)}
	case *ast.GoStmt:
		return f.goStmt(s)
	case *ast.DeferStmt:
		return f.deferStmt(s)
	}
	f.l.refuse(s.Pos(), "this statement", "it is of an unknown kind", "")
	return nil
}

func (f *fn) exprStmt(s *ast.ExprStmt) []ast.Stmt {
	if c, ok := ast.Unparen(s.X).(*ast.CallExpr); ok && f.info.Types[c.Fun].IsBuiltin() && f.builtinName(ast.Unparen(c.Fun)) == "panic" && hasCall(c.Args[0]) {
		// What is called for the value has positions of its own.
		n := f.tmp()
		out := append([]ast.Stmt{f.declare(f.l.ident(n), anyInterface, f.exprTo(c.Args[0], anyInterface))}, f.mark(c.Pos())...)
		return append(out, &ast.ExprStmt{X: &ast.CallExpr{Fun: f.id("panic", c.Pos()), Args: []ast.Expr{f.l.rt("Panic", f.l.ident(n))}}})
	}
	x := f.expr(s.X)
	if u, ok := ast.Unparen(s.X).(*ast.UnaryExpr); ok && u.Op == token.ARROW {
		return []ast.Stmt{&ast.ExprStmt{X: x}}
	}
	if p, ok := x.(*ast.ParenExpr); ok {
		x = p.X
	}
	return []ast.Stmt{&ast.ExprStmt{X: x}}
}

func (f *fn) declStmt(s *ast.DeclStmt) []ast.Stmt {
	d := s.Decl.(*ast.GenDecl)
	if d.Tok != token.VAR {
		return nil // constants are values, types are declared where used
	}
	var out []ast.Stmt
	for _, spec := range d.Specs {
		spec := spec.(*ast.ValueSpec)
		if len(spec.Values) == 0 {
			for _, id := range spec.Names {
				if id.Name == "_" {
					continue
				}
				obj := f.info.Defs[id].(*types.Var)
				t := f.objType(obj)
				out = append(out, f.declare(f.id(f.name(obj), id.NamePos), t, f.zero(t)))
			}
			continue
		}
		lhs := make([]ast.Expr, len(spec.Names))
		for i, id := range spec.Names {
			lhs[i] = id
		}
		out = append(out, f.defineStmt(&ast.AssignStmt{Lhs: lhs, TokPos: spec.Pos(), Tok: token.DEFINE, Rhs: spec.Values})...)
	}
	return out
}

func (f *fn) ifStmt(s *ast.IfStmt) []ast.Stmt {
	var pre []ast.Stmt
	if s.Init != nil {
		pre = f.stmt(s.Init)
	}
	out := &ast.IfStmt{If: s.If, Cond: f.cond(s.Cond), Body: f.blockStmt(s.Body)}
	if f.mayTakeLong(&ast.ExprStmt{X: s.Cond}) {
		out.Body.List = append([]ast.Stmt{f.l.poll()}, out.Body.List...)
	}
	if s.Else != nil {
		list := f.stmt(s.Else)
		if len(list) == 1 {
			switch e := list[0].(type) {
			case *ast.BlockStmt, *ast.IfStmt:
				out.Else = e
			}
		}
		if out.Else == nil {
			out.Else = block(list)
		}
	}
	if len(pre) > 0 {
		return []ast.Stmt{block(append(pre, out))}
	}
	return []ast.Stmt{out}
}

// cond lowers a condition. The engine wants no constant there.
func (f *fn) cond(e ast.Expr) ast.Expr {
	if tv := f.info.Types[e]; tv.Value != nil {
		return f.l.rt("Bool", f.constantAt(tv.Value, types.Typ[types.Bool], e.Pos()))
	}
	return f.expr(e)
}

// clause lowers the body of a clause. The engine knows only the labels of
// blocks.
func (f *fn) clause(body []ast.Stmt) []ast.Stmt {
	list := f.stmts(body)
	if !slices.ContainsFunc(list, func(s ast.Stmt) bool { _, ok := s.(*ast.LabeledStmt); return ok }) {
		return list
	}
	n := len(list)
	if isFallthrough(list[n-1]) {
		return []ast.Stmt{block(list[: n-1 : n-1]), list[n-1]}
	}
	return []ast.Stmt{block(list)}
}

func (f *fn) labeled(s *ast.LabeledStmt) []ast.Stmt {
	switch s.Stmt.(type) {
	case *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
		f.label = s.Label.Name
		list := f.stmt(s.Stmt)
		f.label = ""
		// For a goto; break and continue have labels of their own.
		return append([]ast.Stmt{&ast.LabeledStmt{Label: f.id(s.Label.Name, s.Label.Pos()), Stmt: f.l.poll()}}, list...)
	}
	list := f.stmt(s.Stmt)
	if len(list) == 0 {
		list = []ast.Stmt{&ast.ExprStmt{X: f.l.rt("Nop")}}
	}
	first := &ast.LabeledStmt{Label: f.id(s.Label.Name, s.Label.Pos()), Stmt: list[0]}
	// A goto may come back here.
	return append([]ast.Stmt{&ast.LabeledStmt{Label: first.Label, Stmt: f.l.poll()}}, list...)
}

func hasCall(x ast.Expr) bool {
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			found = true
		}
		return !found
	})
	return found
}
