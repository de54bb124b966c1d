package lower

import (
	"go/ast"
	"go/token"
)

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
		if n := len(f.targets); n > 0 { // there are none after a refusal in a function literal
			f.targets = f.targets[:n-1]
		}
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
