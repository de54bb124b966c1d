package check

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"sort"
	"strings"

	"cahier/interp/cell"
)

// checking is the work on one cell.
type checking struct {
	s       *Session
	file    *cell.File
	visible map[string]string // imports: the session's and the cell's
	dots    []string

	nodes     []cellDecl      // what the cell declares
	own       map[string]bool // names that it declares, methods not among them
	vars      map[string]bool // those that are variables
	steps     []Step
	uses      map[string]bool // names that the cell mentions
	bases     map[string]bool // those before a dot
	tmp       int             // counts front end variables
	olds      map[string]bool // names with oldSuffix in use
	inits     []*ast.GenDecl  // variable declarations of steps
	diags     []Diagnostic
	plainShow bool                // the last expression is no call
	broken    map[*Decl]string    // session declarations that do not compile any more
	pend      map[ast.Node]string // functions of the cell that use a name that nothing declares yet

	pkg  *types.Package
	info *types.Info
}

// cellDecl is one declaration of the cell.
type cellDecl struct {
	kind  Kind
	ident *ast.Ident
	node  ast.Node
	recv  string // of a method
	uses  map[string]bool
}

// Check checks f against the session. A unit is returned when there are no
// diagnostics. The tree of f is changed.
func (s *Session) Check(f *cell.File) (*Unit, []Diagnostic) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &checking{s: s, file: f, own: map[string]bool{}, vars: map[string]bool{},
		uses: map[string]bool{}, bases: map[string]bool{}, olds: map[string]bool{}, broken: map[*Decl]string{}, pend: map[ast.Node]string{}}
	c.visible = map[string]string{}
	for k, v := range s.imports {
		c.visible[k] = v
	}
	c.dots = slices.Clone(s.dots)
	c.collectImports()
	c.collectDecls()
	if len(c.diags) > 0 {
		return nil, c.diags
	}
	return c.solve()
}

func (c *checking) fail(pos token.Pos, format string, args ...any) {
	c.diags = append(c.diags, Diagnostic{Pos: c.s.fset.Position(pos), Msg: fmt.Sprintf(format, args...), File: c.file})
}

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
			if last && !f.Suppress {
				c.steps = append(c.steps, Step{Show: st.X})
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

// solve checks, finds out what else is affected, and checks again until
// nothing is.
func (c *checking) solve() (*Unit, []Diagnostic) {
	s := c.s
	kept := map[string]bool{}    // types that the cell declares just as they were
	respec := map[string]bool{}  // types and constants that are others now
	resign := map[string]bool{}  // whatever else changed so that its users must be emitted again
	reaches := map[string]bool{} // all of these and types with new methods
	for _, d := range c.nodes {
		old := s.decls[d.ident.Name]
		switch {
		case d.kind == Method:
			if old := s.decls[d.recv]; old != nil && !c.own[d.recv] {
				reaches[d.recv] = true
				if m := old.Methods[d.ident.Name]; m != nil && generic(old.Obj) {
					resign[d.recv] = true
				}
			}
		case old == nil:
		case d.kind == Type && old.Kind == Type && old.Broken == "" && c.file.Text(d.node) == old.File.Text(old.Node):
			kept[d.ident.Name] = true
		case d.kind == Const && old.Kind == Const && old.Broken == "" && c.file.Text(d.node) == old.File.Text(old.Node):
		case d.kind == Type || d.kind == Const:
			respec[d.ident.Name] = true
		case d.kind != old.Kind || generic(old.Obj) || old.Broken != "":
			resign[d.ident.Name] = true
		}
	}
	// What waited for a name of this cell is checked again.
	for _, d := range s.decls {
		if d.Broken != "" {
			for n := range d.uses {
				if c.own[n] {
					resign[n] = true
				}
			}
		}
	}
	for n := range c.vars {
		if old := s.decls[n]; old != nil && (old.Kind != Var || old.Broken != "") {
			resign[n] = true
		}
	}
	for name := range c.visible {
		if old := s.decls[name]; old != nil && s.imports[name] == "" {
			resign[name] = true
		}
	}
	for changed := true; changed; {
		changed = false
		for _, d := range c.nodes {
			if kept[d.ident.Name] && d.kind == Type {
				for n := range d.uses {
					if respec[n] {
						delete(kept, d.ident.Name)
						respec[d.ident.Name] = true
						changed = true
						break
					}
				}
			}
		}
	}
	for round := 0; ; round++ {
		set := map[string]bool{}
		for _, m := range []map[string]bool{kept, respec, resign, reaches} {
			for n := range m {
				set[n] = true
			}
		}
		redo := c.dependents(set)
		u, diags, unfit := c.run(redo, kept)
		if len(unfit) > 0 && round < 100 {
			for d, why := range unfit {
				c.broken[d] = why
			}
			continue
		}
		if len(diags) > 0 {
			if round < 100 && (c.postpone(diags) || c.showsValue(diags)) {
				continue
			}
			return nil, diags
		}
		// Functions and variables with another type now affect their users.
		again := false
		for _, d := range u.Decls {
			old := s.decls[d.Name]
			if d.Kind == Method {
				if t := s.decls[d.Recv.Name]; t != nil && t.Methods[d.Name] != nil && kept[d.Recv.Name] || reaches[d.Recv.Name] {
					m := t.Methods[d.Name]
					if m != nil && !u.same(m.Obj, d.Obj) && !resign[d.Recv.Name] {
						resign[d.Recv.Name] = true
					}
				}
				continue
			}
			if old == nil || resign[d.Name] || old.Kind != d.Kind || d.Kind != Func && d.Kind != Var {
				continue
			}
			if !u.same(old.Obj, d.Obj) {
				resign[d.Name] = true
				again = again || c.hasUsers(d.Name)
			}
		}
		if again && round < 100 {
			continue
		}
		c.identify(u, kept, respec, resign, redo)
		return u, nil
	}
}

func generic(obj types.Object) bool {
	switch t := obj.Type().(type) {
	case *types.Signature:
		return t.TypeParams().Len() > 0
	case *types.Named:
		_, isType := obj.(*types.TypeName)
		return isType && t.TypeParams().Len() > 0
	case *types.Alias:
		_, isType := obj.(*types.TypeName)
		return isType && t.TypeParams().Len() > 0
	}
	return false
}

// same reports whether the type of an earlier object is still that of obj.
func (u *Unit) same(old, obj types.Object) bool {
	a, b := old.Type(), obj.Type()
	if sa, ok := a.(*types.Signature); ok && sa.Recv() != nil {
		a = types.NewSignatureType(nil, nil, nil, sa.Params(), sa.Results(), sa.Variadic())
		if sb, ok := b.(*types.Signature); ok {
			pa, pb := isPointer(sa.Recv().Type()), isPointer(sb.Recv().Type())
			if pa != pb {
				return false
			}
			b = types.NewSignatureType(nil, nil, nil, sb.Params(), sb.Results(), sb.Variadic())
		}
	}
	return types.Identical(u.remap.Type(a), b)
}

func isPointer(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.Pointer)
	return ok
}

func (c *checking) hasUsers(name string) bool {
	for _, d := range c.s.decls {
		if d.uses[name] && !c.own[d.Name] {
			return true
		}
		for _, m := range d.Methods {
			if m.uses[name] {
				return true
			}
		}
	}
	return false
}

// dependents finds the session's declarations, without those that the cell
// declares anew, that use any of the names directly or not. The names
// themselves belong to it where the cell does not declare them.
func (c *checking) dependents(set map[string]bool) map[*Decl]bool {
	redo := map[*Decl]bool{}
	if len(set) == 0 {
		return redo
	}
	reached := map[string]bool{}
	for n := range set {
		reached[n] = true
		if d := c.s.decls[n]; d != nil && !c.own[n] && c.visibleImport(n) == "" {
			redo[d] = true
		}
	}
	touches := func(uses map[string]bool) bool {
		for n := range uses {
			if reached[n] {
				return true
			}
		}
		return false
	}
	for changed := true; changed; {
		changed = false
		for name, d := range c.s.decls {
			if c.own[name] || c.visibleImport(name) != "" {
				continue
			}
			hit := redo[d] || touches(d.uses)
			if !hit {
				for _, m := range d.Methods {
					hit = hit || touches(m.uses)
				}
			}
			if hit && (!redo[d] || !reached[name]) {
				redo[d], reached[name] = true, true
				changed = true
			}
		}
	}
	return redo
}

// visibleImport is the path that the cell newly imports under name.
func (c *checking) visibleImport(name string) string {
	if p := c.visible[name]; p != c.s.imports[name] {
		return p
	}
	return ""
}

// run checks the cell with the declarations in redo.
func (c *checking) run(redo map[*Decl]bool, kept map[string]bool) (*Unit, []Diagnostic, map[*Decl]string) {
	s := c.s
	pkg := types.NewPackage(Path, Path)
	info := newInfo()
	c.pkg, c.info = pkg, info
	u := &Unit{File: c.file, Pkg: pkg, Info: info, s: s, objs: map[types.Object]*Decl{}, Emit: map[*Decl]bool{},
		replaced: map[*Decl]*Decl{}, retyped: map[*Decl]types.Object{}, imports: map[string]string{}}

	// The cell's file.
	pos := c.file.AST.Package
	tree := &ast.File{Package: pos, Name: &ast.Ident{Name: Path, NamePos: pos}, FileStart: c.file.AST.FileStart, FileEnd: c.file.AST.FileEnd}
	need := map[string]bool{} // session names to make visible
	for n := range c.uses {
		need[n] = true
	}
	var files []*ast.File
	owner := map[*ast.File]*Decl{}
	isRedo := map[string]bool{}
	var live []*Decl
	for d := range redo {
		if c.broken[d] == "" {
			live = append(live, d)
			isRedo[d.Name] = true
		}
	}
	sort.Slice(live, func(i, j int) bool { return live[i].ID < live[j].ID })
	aliases := &aliasing{c: c, pkg: pkg, names: map[types.Type]string{}, redo: isRedo}

	// Methods of a type that the cell declares again survive when they come
	// from another cell than the type did.
	var survivors []*Decl
	for _, d := range c.nodes {
		if d.kind != Type {
			continue
		}
		old := s.decls[d.ident.Name]
		if old == nil || old.Kind != Type {
			continue
		}
		for _, m := range sortedMethods(old) {
			if (kept[d.ident.Name] || m.File != old.File) && !c.declaresMethod(d.ident.Name, m.Name) && c.broken[m] == "" {
				survivors = append(survivors, m)
			}
		}
	}
	addRedo := func(d *Decl, node ast.Decl) {
		f := &ast.File{Package: d.File.AST.Package, Name: ast.NewIdent(Path), FileStart: d.File.AST.FileStart, FileEnd: d.File.AST.FileEnd}
		for n := range d.uses {
			need[n] = true
		}
		f.Decls = append(f.Decls, c.importDecls(d.uses, nil, d.imports, d.dots, f.Package)...)
		f.Decls = append(f.Decls, node)
		files = append(files, f)
		owner[f] = d
	}
	for _, m := range survivors {
		addRedo(m, m.Node.(*ast.FuncDecl))
	}
	groups := map[ast.Node]bool{}
	var retype []*Decl
	for _, d := range live {
		switch d.Kind {
		case Func:
			addRedo(d, d.Node.(*ast.FuncDecl))
		case Type:
			addRedo(d, &ast.GenDecl{Tok: token.TYPE, TokPos: d.Node.Pos(), Specs: []ast.Spec{d.Node.(*ast.TypeSpec)}})
			for _, m := range sortedMethods(d) {
				if !c.declaresMethod(d.Name, m.Name) && c.broken[m] == "" {
					addRedo(m, m.Node.(*ast.FuncDecl))
				}
			}
		case Const:
			if !groups[d.Node] {
				groups[d.Node] = true
				addRedo(d, c.liveGroup(d.Node.(*ast.GenDecl), redo))
			}
		case Var:
			retype = append(retype, d)
		}
	}
	for _, d := range retype {
		spec := &ast.ValueSpec{Names: []*ast.Ident{{Name: d.Name, NamePos: d.Obj.Pos()}}, Type: aliases.expr(d.Obj.Type())}
		tree.Decls = append(tree.Decls, &ast.GenDecl{Tok: token.VAR, TokPos: d.Obj.Pos(), Specs: []ast.Spec{spec}})
	}
	tree.Decls = append(append(c.importDecls(c.uses, c.bases, c.visible, c.dots, pos), aliases.imports...), tree.Decls...)
	for _, d := range c.file.Decls {
		if c.pend[d] == "" {
			tree.Decls = append(tree.Decls, d)
		}
	}
	for _, d := range c.inits {
		tree.Decls = append(tree.Decls, d)
	}
	body := &ast.BlockStmt{Lbrace: c.file.Body.Body.Lbrace, Rbrace: c.file.Body.Body.Rbrace}
	for _, st := range c.steps {
		switch {
		case st.Stmt != nil:
			body.List = append(body.List, st.Stmt)
		case st.Show != nil:
			body.List = append(body.List, showStmt(st.Show, c.plainShow))
		}
	}
	tree.Decls = append(tree.Decls, &ast.FuncDecl{Name: c.file.Body.Name, Type: c.file.Body.Type, Body: body})
	files = append([]*ast.File{tree}, files...)

	// What the session contributes.
	scope := pkg.Scope()
	for n := range need {
		base, old := strings.CutSuffix(n, oldSuffix)
		d := s.decls[base]
		if d == nil || c.broken[d] != "" || d.Broken != "" && !isRedo[base] {
			continue
		}
		if old {
			obj := aliasObject(d.Obj, pkg, n)
			scope.Insert(obj)
			u.objs[obj] = d
			continue
		}
		if c.own[n] || isRedo[n] || c.visibleImport(n) != "" {
			continue
		}
		scope.Insert(d.Obj)
		u.objs[d.Obj] = d
	}

	var diags []Diagnostic
	unfit := map[*Decl]string{}
	blame := map[*token.File]*Decl{}
	for f, d := range owner {
		blame[s.fset.File(f.Package)] = d
	}
	conf := types.Config{Importer: s.packages, Sizes: types.SizesFor("gc", "amd64"), Error: func(e error) {
		err, ok := e.(types.Error)
		if !ok || err.Soft {
			return
		}
		// The fields of all cells' types are known to all cells, though each
		// cell is a package to the checker.
		if strings.HasPrefix(err.Msg, "implicit assignment to unexported field ") && strings.Contains(err.Msg, " of type main.") {
			return
		}
		if tf := s.fset.File(err.Pos); tf != nil && tf != s.fset.File(pos) && blame[tf] != nil {
			// An earlier declaration does not go with the new ones.
			if d := c.ownerAt(err.Pos, live, survivors); d != nil {
				if unfit[d] == "" {
					p := s.fset.Position(err.Pos)
					unfit[d] = fmt.Sprintf("%s %s of %s no longer compiles since a later cell redefined what it uses: line %d: %s", d.Kind, d.Name, d.File.Name, p.Line, err.Msg)
				}
				return
			}
		}
		msg := c.improve(err)
		diags = append(diags, Diagnostic{Pos: s.fset.Position(err.Pos), Msg: msg, File: c.file, pos: err.Pos})
	}}
	checker := types.NewChecker(&conf, s.fset, pkg, info)
	if err := c.check(checker, files); err != nil && len(diags) == 0 && len(unfit) == 0 {
		if _, ok := err.(types.Error); !ok { // those were seen by conf.Error
			diags = append(diags, Diagnostic{Pos: s.fset.Position(c.file.Body.Pos()), Msg: err.Error(), File: c.file})
		}
	}
	if len(diags) > 0 || len(unfit) > 0 {
		if len(diags) > 0 && len(unfit) == 0 {
			sort.SliceStable(diags, func(i, j int) bool {
				a, b := diags[i].Pos, diags[j].Pos
				return a.Line < b.Line || a.Line == b.Line && a.Column < b.Column
			})
		}
		return nil, diags, unfit
	}
	c.assemble(u, live, survivors)
	return u, nil, nil
}

// showsValue finds out that the last expression, which looks like a call, is a
// conversion or the call of a built-in function: its value must be used.
func (c *checking) showsValue(diags []Diagnostic) bool {
	if c.plainShow {
		return false
	}
	show := c.steps[max(0, len(c.steps)-1):]
	if len(show) == 0 || show[0].Show == nil {
		return false
	}
	for _, d := range diags {
		if d.pos >= show[0].Show.Pos() && d.pos < show[0].Show.End() && strings.HasSuffix(d.Msg, "is not used") {
			c.plainShow = true
		}
	}
	return c.plainShow
}

// postpone sets functions aside that use names which nothing has declared yet,
// when that is all that is wrong with a cell that only declares.
func (c *checking) postpone(diags []Diagnostic) bool {
	if len(c.steps) > 0 {
		return false
	}
	found := map[ast.Node]string{}
	for _, d := range diags {
		name, ok := strings.CutPrefix(d.Msg, "undefined: ")
		if !ok || !d.pos.IsValid() {
			return false
		}
		name, _, _ = strings.Cut(name, ",")
		if !token.IsIdentifier(name) || c.s.decls[name] != nil && c.s.decls[name].Broken == "" {
			return false
		}
		var at ast.Node
		for _, n := range c.nodes {
			if fd, ok := n.node.(*ast.FuncDecl); ok && n.kind == Func && fd.Body != nil && fd.Body.Pos() <= d.pos && d.pos < fd.Body.End() {
				at = fd
			}
		}
		if at == nil {
			return false
		}
		if found[at] == "" {
			found[at] = d.Msg
		}
	}
	for n, msg := range found {
		c.pend[n] = msg
	}
	return len(found) > 0
}

// check runs the checker; a panic of it is an error rather than the end.
func (c *checking) check(checker *types.Checker, files []*ast.File) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the type checker failed on this cell: %v", r)
		}
	}()
	return checker.Files(files)
}

// showStmt makes a statement of the last expression that the checker accepts
// for any value.
func showStmt(x ast.Expr, plain bool) ast.Stmt {
	if plain {
		return &ast.AssignStmt{Lhs: []ast.Expr{&ast.Ident{Name: "_", NamePos: x.Pos()}}, TokPos: x.Pos(), Tok: token.ASSIGN, Rhs: []ast.Expr{x}}
	}
	switch ast.Unparen(x).(type) {
	case *ast.CallExpr:
		return &ast.ExprStmt{X: x}
	case *ast.UnaryExpr:
		if ast.Unparen(x).(*ast.UnaryExpr).Op == token.ARROW {
			return &ast.ExprStmt{X: x}
		}
	}
	return &ast.AssignStmt{Lhs: []ast.Expr{&ast.Ident{Name: "_", NamePos: x.Pos()}}, TokPos: x.Pos(), Tok: token.ASSIGN, Rhs: []ast.Expr{x}}
}

func sortedMethods(d *Decl) []*Decl {
	list := make([]*Decl, 0, len(d.Methods))
	for _, m := range d.Methods {
		list = append(list, m)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].ID < list[j].ID })
	return list
}

func (c *checking) declaresMethod(recv, name string) bool {
	for _, d := range c.nodes {
		if d.kind == Method && d.recv == recv && d.ident.Name == name {
			return true
		}
	}
	return false
}

// ownerAt finds the earlier declaration in whose text pos lies.
func (c *checking) ownerAt(pos token.Pos, lists ...[]*Decl) *Decl {
	for _, list := range lists {
		for _, d := range list {
			if d.Node != nil && d.Node.Pos() <= pos && pos <= d.Node.End() && d.File != c.file {
				for _, m := range d.Methods {
					if m.Node.Pos() <= pos && pos <= m.Node.End() {
						return m
					}
				}
				return d
			}
			for _, m := range d.Methods {
				if m.Node.Pos() <= pos && pos <= m.Node.End() {
					return m
				}
			}
		}
	}
	return nil
}

// liveGroup is a constant declaration in which only the names to be checked
// again are declared.
func (c *checking) liveGroup(g *ast.GenDecl, redo map[*Decl]bool) ast.Decl {
	out := &ast.GenDecl{Tok: token.CONST, TokPos: g.TokPos, Lparen: g.Lparen, Rparen: g.Rparen}
	for _, spec := range g.Specs {
		v := *spec.(*ast.ValueSpec)
		v.Names = slices.Clone(v.Names)
		for i, id := range v.Names {
			d := c.s.decls[id.Name]
			if d == nil || d.Node != ast.Node(g) || !redo[d] || c.broken[d] != "" {
				v.Names[i] = &ast.Ident{Name: "_", NamePos: id.NamePos}
			}
		}
		out.Specs = append(out.Specs, &v)
	}
	return out
}

// importDecls imports the packages that uses mention: the visible ones, and
// those that need no import. bases, if not nil, are the names that stand
// before a dot; only these are taken for packages without an import.
func (c *checking) importDecls(uses, bases map[string]bool, visible map[string]string, dots []string, pos token.Pos) []ast.Decl {
	var list []ast.Decl
	for _, p := range dots {
		d, _ := importDecl(".", p, pos)
		list = append(list, d)
	}
	names := make([]string, 0, len(uses))
	for n := range uses {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		if c.own[n] || types.Universe.Lookup(n) != nil {
			continue
		}
		if d := c.s.decls[n]; d != nil && c.visibleImport(n) == "" {
			continue
		}
		path := visible[n]
		if path == "" && (bases == nil || bases[n]) {
			path, _ = c.s.resolve(n, visible)
		}
		if path != "" {
			d, _ := importDecl(n, path, pos)
			list = append(list, d)
		}
	}
	return list
}

func aliasObject(obj types.Object, pkg *types.Package, name string) types.Object {
	switch obj := obj.(type) {
	case *types.Var:
		return types.NewVar(obj.Pos(), pkg, name, obj.Type())
	case *types.Const:
		return types.NewConst(obj.Pos(), pkg, name, obj.Type(), obj.Val())
	case *types.Func:
		return types.NewFunc(obj.Pos(), pkg, name, obj.Type().(*types.Signature))
	}
	return types.NewTypeName(obj.Pos(), pkg, name, obj.Type())
}

// aliasing renders types of earlier variables for the package at hand.
type aliasing struct {
	c       *checking
	pkg     *types.Package
	names   map[types.Type]string
	paths   map[string]string
	imports []ast.Decl
	redo    map[string]bool
}

func (a *aliasing) expr(t types.Type) ast.Expr {
	return TypeExpr(t, func(obj *types.TypeName, t types.Type) ast.Expr {
		p := obj.Pkg()
		if p == nil {
			return ast.NewIdent(obj.Name())
		}
		if p.Path() != Path {
			if a.paths == nil {
				a.paths = map[string]string{}
			}
			if a.paths[p.Path()] == "" {
				name := fmt.Sprintf("%s·%d", p.Name(), len(a.paths))
				a.paths[p.Path()] = name
				d, _ := importDecl(name, p.Path(), a.c.file.AST.Package)
				a.imports = append(a.imports, d)
			}
			return &ast.SelectorExpr{X: ast.NewIdent(a.paths[p.Path()]), Sel: ast.NewIdent(obj.Name())}
		}
		if d := a.c.s.decls[obj.Name()]; d != nil && d.Obj == types.Object(obj) && (a.redo[obj.Name()] || a.c.keeps(obj.Name())) {
			return ast.NewIdent(obj.Name())
		}
		// Not visible by name: of an older version, or local to a function.
		origin := obj.Type()
		name := a.names[origin]
		if name == "" {
			name = fmt.Sprintf("%s·v%d", obj.Name(), len(a.names))
			a.names[origin] = name
			a.pkg.Scope().Insert(types.NewTypeName(obj.Pos(), a.pkg, name, origin))
		}
		return ast.NewIdent(name)
	})
}

// keeps reports whether the cell declares the type of this name just as it
// was.
func (c *checking) keeps(name string) bool {
	old := c.s.decls[name]
	if old == nil || !c.own[name] {
		return false
	}
	for _, d := range c.nodes {
		if d.kind == Type && d.ident.Name == name {
			return c.file.Text(d.node) == old.File.Text(old.Node)
		}
	}
	return false
}
