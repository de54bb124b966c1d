package check

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

func (c *checking) collectImports() {
	for _, spec := range c.file.Imports {
		name, path := importName(spec)
		pkg, err := c.s.packages.Import(path)
		if err != nil {
			c.fail(spec.Pos(), "could not import %s (%v)", path, err)
			continue
		}
		switch name {
		case "":
			name = pkg.Name()
		case "_":
			continue
		case ".":
			if !slices.Contains(c.dots, path) {
				c.dots = append(c.dots, path)
			}
			continue
		}
		c.visible[name] = path
	}
}

// collectDecls lists what the cell declares, moves its top-level variables to
// package level, and makes the steps of its function.
func (c *checking) collectDecls() {
	f := c.file
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if r := receiver(d); r != nil {
				c.nodes = append(c.nodes, cellDecl{kind: Method, ident: d.Name, node: d, recv: r.Name})
				continue
			}
			if d.Recv == nil && (d.Name.Name == "main" || d.Name.Name == "init") {
				d.Name.Name += "·" + fmt.Sprint(len(c.nodes))
			}
			c.nodes = append(c.nodes, cellDecl{kind: Func, ident: d.Name, node: d})
			c.own[d.Name.Name] = true
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					c.nodes = append(c.nodes, cellDecl{kind: Type, ident: spec.Name, node: spec})
					c.own[spec.Name.Name] = true
				case *ast.ValueSpec:
					for _, id := range spec.Names {
						c.nodes = append(c.nodes, cellDecl{kind: Const, ident: id, node: d})
						c.own[id.Name] = true
					}
				}
			}
		}
	}
	delete(c.own, "_")
	body := f.Body.Body.List
	names := map[string]bool{} // declared by statements
	for _, st := range body {
		switch st := st.(type) {
		case *ast.AssignStmt:
			if st.Tok == token.DEFINE {
				for _, l := range st.Lhs {
					if id, ok := l.(*ast.Ident); ok {
						names[id.Name] = true
					}
				}
			}
		case *ast.DeclStmt:
			if d := st.Decl.(*ast.GenDecl); d.Tok == token.VAR {
				for _, spec := range d.Specs {
					for _, id := range spec.(*ast.ValueSpec).Names {
						names[id.Name] = true
					}
				}
			}
		}
	}
	delete(names, "_")
	c.renameOld(names)
	c.steps = nil
	for i, st := range body {
		last := i == len(body)-1
		switch st := st.(type) {
		case *ast.AssignStmt:
			if st.Tok == token.DEFINE {
				c.define(st)
				continue
			}
		case *ast.DeclStmt:
			if d := st.Decl.(*ast.GenDecl); d.Tok == token.VAR {
				for _, spec := range d.Specs {
					spec := spec.(*ast.ValueSpec)
					for _, id := range spec.Names {
						if c.vars[id.Name] && id.Name != "_" {
							c.fail(id.Pos(), "%s redeclared in this cell", id.Name)
						}
						c.vars[id.Name] = true
					}
					c.steps = append(c.steps, Step{Spec: spec})
					c.inits = append(c.inits, &ast.GenDecl{Tok: token.VAR, TokPos: spec.Pos(), Specs: []ast.Spec{spec}})
				}
				continue
			}
		case *ast.ExprStmt:
			if last && (!f.Suppress || f.Semicolon) {
				c.steps = append(c.steps, Step{Show: st.X})
				continue
			}
			if last && !isCall(st.X) { // a semicolon hides what it is
				c.steps = append(c.steps, Step{Stmt: showStmt(st.X, true)})
				continue
			}
		}
		c.steps = append(c.steps, Step{Stmt: st})
	}
	delete(c.vars, "_")
	for n := range c.vars {
		if c.own[n] {
			for _, d := range c.nodes {
				if d.ident.Name == n {
					c.fail(d.ident.Pos(), "%s redeclared in this cell", n)
				}
			}
		}
		c.own[n] = true
	}
	for i := range c.nodes {
		d := &c.nodes[i]
		d.uses = map[string]bool{}
		mentions(d.node, f, d.uses, c.bases)
		for n := range d.uses {
			c.uses[n] = true
		}
	}
	for _, st := range c.steps {
		var n ast.Node
		switch {
		case st.Stmt != nil:
			n = st.Stmt
		case st.Spec != nil:
			n = st.Spec
		default:
			n = st.Show
		}
		mentions(n, f, c.uses, c.bases)
	}
}

// renameOld marks the identifiers of statements that stand before (or within)
// the declaration of their name in this cell: they mean an earlier cell's.
func (c *checking) renameOld(names map[string]bool) {
	if len(names) == 0 {
		return
	}
	body := c.file.Body.Body
	for _, id := range c.file.AST.Unresolved {
		if !names[id.Name] || id.Pos() < body.Pos() || id.Pos() > body.End() {
			continue
		}
		// Variables of var declarations are initialised in the order that
		// they need, wherever they stand.
		if c.declaredByVar(id.Name) && c.s.decls[id.Name] == nil {
			continue
		}
		if old := c.s.decls[id.Name]; old != nil && (old.Kind == Var || old.Kind == Const || old.Kind == Func && old.Obj.Type().(*types.Signature).TypeParams() == nil) && old.Broken == "" {
			c.olds[id.Name] = true
			id.Name += oldSuffix
		} else if p, _ := c.s.resolve(id.Name, c.visible); p == "" && types.Universe.Lookup(id.Name) == nil {
			c.fail(id.Pos(), "undefined: %s (it is declared later in this cell)", id.Name)
		}
	}
}

// declaredByVar reports whether a var declaration of the cell declares name.
func (c *checking) declaredByVar(name string) bool {
	for _, st := range c.file.Body.Body.List {
		if d, ok := st.(*ast.DeclStmt); ok {
			if g := d.Decl.(*ast.GenDecl); g.Tok == token.VAR {
				for _, spec := range g.Specs {
					for _, id := range spec.(*ast.ValueSpec).Names {
						if id.Name == name {
							return true
						}
					}
				}
			}
		}
	}
	return false
}

// define turns a short variable declaration into package-level variables, and
// assignments to those that the cell has already.
func (c *checking) define(st *ast.AssignStmt) {
	spec := &ast.ValueSpec{Values: st.Rhs}
	var post []Step
	fresh := 0
	for _, l := range st.Lhs {
		id, ok := l.(*ast.Ident)
		if !ok {
			c.fail(l.Pos(), "non-name %s on left side of :=", types.ExprString(l))
			return
		}
		if id.Name == "_" {
			spec.Names = append(spec.Names, id)
			continue
		}
		if !c.vars[id.Name] {
			c.vars[id.Name] = true
			fresh++
			spec.Names = append(spec.Names, id)
			continue
		}
		c.tmp++
		tmp := &ast.Ident{Name: fmt.Sprintf("%s·%d", id.Name, c.tmp), NamePos: id.NamePos}
		spec.Names = append(spec.Names, tmp)
		post = append(post, Step{Stmt: &ast.AssignStmt{Lhs: []ast.Expr{id}, TokPos: st.TokPos, Tok: token.ASSIGN, Rhs: []ast.Expr{&ast.Ident{Name: tmp.Name, NamePos: id.NamePos}}}})
	}
	if fresh == 0 {
		c.fail(st.TokPos, "no new variables on left side of :=")
		return
	}
	c.steps = append(c.steps, Step{Spec: spec})
	c.steps = append(c.steps, post...)
	c.inits = append(c.inits, &ast.GenDecl{Tok: token.VAR, TokPos: st.Pos(), Specs: []ast.Spec{spec}})
}
