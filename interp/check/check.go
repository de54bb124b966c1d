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
func (s *Session) Check(f *cell.File) (unit *Unit, diags []Diagnostic) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer func() {
		if r := recover(); r != nil { // a gap of this package must not end the session
			unit, diags = nil, []Diagnostic{{Pos: s.fset.Position(f.Body.Pos()), Msg: fmt.Sprintf("the type checker failed on this cell: %v", r), File: f}}
		}
	}()
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
		for _, m := range d.lost {
			for n := range m.uses {
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
	foreign := map[string]bool{}
	for n := range need {
		base, old := strings.CutSuffix(n, oldSuffix)
		d := s.decls[base]
		if d == nil || c.broken[d] != "" || d.Broken != "" && !isRedo[base] {
			continue
		}
		if old {
			obj := aliasObject(d.Obj, pkg, n)
			scope.Insert(obj)
			foreign[n] = true
			u.objs[obj] = d
			continue
		}
		if c.own[n] || isRedo[n] || c.visibleImport(n) != "" {
			continue
		}
		scope.Insert(d.Obj)
		foreign[n] = true
		u.objs[d.Obj] = d
	}
	defer fence(files, foreign)()

	var diags []Diagnostic
	unfit := map[*Decl]string{}
	blame := map[*token.File]*Decl{}
	for f, d := range owner {
		blame[s.fset.File(f.Package)] = d
	}
	conf := types.Config{Importer: s.packages, Sizes: types.SizesFor("gc", "amd64"), Error: func(e error) {
		err, ok := e.(types.Error)
		// The checker calls errors soft that are errors in a cell as well, such
		// as a type argument that does not satisfy its constraint.
		if !ok || err.Soft && (strings.HasSuffix(err.Msg, " and not used") || strings.HasPrefix(err.Msg, "declared and not used: ")) {
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
		if n := len(diags); n > 0 && strings.HasPrefix(msg, "\t") { // more about the error before
			diags[n-1].Msg += fmt.Sprintf("\n%s in line %d", msg, s.fset.Position(err.Pos).Line)
			return
		}
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
		if at == nil || strings.Contains(at.(*ast.FuncDecl).Name.Name, "·") { // main and init are called at once
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
	if isCall(x) {
		return &ast.ExprStmt{X: x}
	}
	return &ast.AssignStmt{Lhs: []ast.Expr{&ast.Ident{Name: "_", NamePos: x.Pos()}}, TokPos: x.Pos(), Tok: token.ASSIGN, Rhs: []ast.Expr{x}}
}

// isCall reports whether an expression may be a statement: a call, which may
// have no value, or a receive operation.
func isCall(x ast.Expr) bool {
	switch x := ast.Unparen(x).(type) {
	case *ast.CallExpr:
		return true
	case *ast.UnaryExpr:
		return x.Op == token.ARROW
	}
	return false
}
