package check

import (
	"go/ast"
	"go/types"
	"maps"
	"slices"
	"strings"
)

// assemble makes the unit's declarations from the checked objects.
func (c *checking) assemble(u *Unit, live, survivors []*Decl) {
	s, scope := c.s, u.Pkg.Scope()
	u.remap = &Mapper{Named: map[*types.TypeName]types.Type{}, Ctx: types.NewContext()}
	byName := map[string]*Decl{}
	add := func(d *Decl) {
		if d.Obj != nil {
			u.objs[d.Obj] = d
		}
		byName[d.Name] = d
	}
	for _, n := range c.nodes {
		if n.kind == Method || n.ident.Name == "_" {
			continue
		}
		if why := c.pend[n.node]; why != "" {
			sig := types.NewSignatureType(nil, nil, nil, nil, nil, false)
			d := &Decl{Name: n.ident.Name, Kind: Func, Obj: types.NewFunc(n.ident.Pos(), u.Pkg, n.ident.Name, sig), Node: n.node, File: c.file,
				Broken: n.ident.Name + " of " + c.file.Name + " cannot be called yet: " + why, uses: n.uses, imports: c.visible, dots: c.dots}
			u.Decls = append(u.Decls, d)
			u.Notes = append(u.Notes, n.ident.Name+" can be called once a later cell declares what it uses ("+why+")")
			continue
		}
		d := &Decl{Name: n.ident.Name, Kind: n.kind, Obj: u.Info.Defs[n.ident], Node: n.node, Info: u.Info, File: c.file, uses: n.uses, imports: c.visible, dots: c.dots}
		if n.kind == Type {
			d.Methods = map[string]*Decl{}
		}
		if strings.HasPrefix(d.Name, "main·") || strings.HasPrefix(d.Name, "init·") {
			d.Hidden = true
		}
		add(d)
		u.Decls = append(u.Decls, d)
	}
	for _, st := range c.steps {
		if st.Spec == nil {
			continue
		}
		for _, id := range st.Spec.Names {
			if id.Name == "_" {
				continue
			}
			obj := u.Info.Defs[id]
			d := &Decl{Name: id.Name, Kind: Var, Obj: obj, Info: u.Info, File: c.file, uses: map[string]bool{}, Hidden: strings.Contains(id.Name, "·")}
			add(d)
			u.Decls = append(u.Decls, d)
		}
	}
	// Earlier declarations, checked again.
	for _, old := range live {
		d := *old
		d.Obj, d.Broken = scope.Lookup(old.Name), ""
		if old.Kind == Var {
			u.retyped[old] = d.Obj
			u.objs[d.Obj] = &d
			continue
		}
		if old.Kind == Type {
			d.Methods, d.lost = map[string]*Decl{}, nil
		}
		d.Info = u.Info
		add(&d)
		u.replaced[old] = &d
		u.Redo = append(u.Redo, &d)
	}
	method := func(recv *Decl, m *Decl) {
		m.Recv = recv
		recv.Methods[m.Name] = m
		if m.Obj != nil {
			u.objs[m.Obj] = m
		}
	}
	for _, old := range live {
		if old.Kind != Type {
			continue
		}
		for _, om := range sortedMethods(old) {
			if c.declaresMethod(old.Name, om.Name) || c.broken[om] != "" {
				continue
			}
			m := *om
			m.Info, m.Broken = u.Info, ""
			m.Obj = u.Info.Defs[om.Node.(*ast.FuncDecl).Name]
			method(byName[old.Name], &m)
			u.replaced[om] = &m
			u.Redo = append(u.Redo, &m)
		}
	}
	for _, om := range survivors {
		m := *om
		m.Info, m.Broken = u.Info, ""
		m.Obj = u.Info.Defs[om.Node.(*ast.FuncDecl).Name]
		method(byName[om.Recv.Name], &m)
		u.replaced[om] = &m
		u.Redo = append(u.Redo, &m)
	}
	for _, n := range c.nodes {
		if n.kind != Method {
			continue
		}
		recv := byName[n.recv]
		if recv == nil || recv.Kind != Type || n.ident.Name == "_" {
			continue
		}
		m := &Decl{Name: n.ident.Name, Kind: Method, Obj: u.Info.Defs[n.ident], Node: n.node, Info: u.Info, File: c.file, uses: n.uses, imports: c.visible, dots: c.dots}
		method(recv, m)
		u.Decls = append(u.Decls, m)
	}
	// The steps, in the order that initialisation asks for.
	u.Steps = c.order(u)
	for d, why := range c.broken {
		b := *d
		b.Broken = why
		if d.Kind == Method { // it is checked again when what it uses changes
			if t := byName[d.Recv.Name]; t != nil && t.Kind == Type && !c.declaresMethod(d.Recv.Name, d.Name) {
				if t.lost == nil {
					t.lost = map[string]*Decl{}
				}
				t.lost[d.Name] = &b
			}
		}
		u.broken = append(u.broken, &b)
	}
	for _, spec := range c.file.Imports {
		name, path := importName(spec)
		if name == "." {
			u.dots = append(u.dots, path)
			continue
		}
		if name == "" {
			if pkg, err := s.packages.Import(path); err == nil {
				name = pkg.Name()
			}
		}
		if name != "_" {
			u.imports[name] = path
		}
	}
	for _, d := range u.Decls {
		if d.Kind == Var {
			namedIn(d.Obj.Type(), func(t *types.TypeName) { d.uses[t.Name()] = true })
		}
	}
	// A type that is redefined as it was keeps its identity: what is of the
	// old type is of the new one.
	for old, d := range u.replaced {
		if d.Kind == Type {
			u.remap.Named[old.Obj.(*types.TypeName)] = d.Obj.Type()
		}
	}
	for _, n := range c.nodes {
		if n.kind == Type && c.keeps(n.ident.Name) {
			u.remap.Named[s.decls[n.ident.Name].Obj.(*types.TypeName)] = u.Info.Defs[n.ident].Type()
		}
	}
}

// order sorts the initialisations of variables as Go's package initialisation
// does, where one needs another that stands later in the cell.
func (c *checking) order(u *Unit) []Step {
	rank := map[ast.Expr]int{} // blank variables have only their values
	for i, in := range u.Info.InitOrder {
		rank[in.Rhs] = i + 1
	}
	at := func(st Step) int {
		for _, x := range st.Spec.Values {
			if r := rank[x]; r > 0 {
				return r
			}
		}
		return 0
	}
	var out []Step
	done := make([]bool, len(c.steps))
	for i, st := range c.steps {
		if done[i] {
			continue
		}
		if st.Spec != nil {
			if r := at(st); r > 0 {
				var before []Step
				for j := i + 1; j < len(c.steps); j++ {
					if o := c.steps[j]; o.Spec != nil && !done[j] {
						if q := at(o); q > 0 && q < r {
							before = append(before, o)
							done[j] = true
						}
					}
				}
				slices.SortFunc(before, func(a, b Step) int { return at(a) - at(b) })
				out = append(out, before...)
			}
		}
		out = append(out, st)
		done[i] = true
	}
	var calls, first []Step
	for _, n := range c.nodes {
		call := Step{Stmt: &ast.ExprStmt{X: &ast.CallExpr{Fun: &ast.Ident{Name: n.ident.Name, NamePos: n.ident.Pos()}}}}
		if n.kind != Func {
			continue
		}
		if strings.HasPrefix(n.ident.Name, "main·") || strings.HasPrefix(n.ident.Name, "init·") {
			id := call.Stmt.(*ast.ExprStmt).X.(*ast.CallExpr).Fun.(*ast.Ident)
			obj := u.Info.Defs[n.ident]
			u.Info.Uses[id] = obj
			u.Info.Types[id] = types.TypeAndValue{Type: obj.Type()}
			if strings.HasPrefix(n.ident.Name, "main·") {
				calls = append(calls, call)
			} else {
				first = append(first, call)
			}
		}
	}
	// init runs when the variables are set and before the first statement.
	if len(first) > 0 {
		i := 0
		for i < len(out) && out[i].Spec != nil {
			i++
		}
		out = append(out[:i:i], append(first, out[i:]...)...)
	}
	return append(out, calls...)
}

// identify gives each declaration its identity and decides what is emitted.
func (c *checking) identify(u *Unit, kept, respec, resign map[string]bool, redo map[*Decl]bool) {
	s := c.s
	// Types and constants that follow from changed ones are others as well.
	others := maps.Clone(respec)
	seeds := maps.Clone(respec)
	maps.Copy(seeds, resign)
	emit := map[string]bool{}
	for d := range c.dependents(seeds) {
		emit[d.Name] = true
	}
	for changed := true; changed; {
		changed = false
		for d := range redo {
			if others[d.Name] || d.Kind != Type && d.Kind != Const {
				continue
			}
			for n := range d.uses {
				if others[n] {
					others[d.Name] = true
					changed = true
					break
				}
			}
		}
	}
	for _, d := range u.Redo {
		if d.Kind == Method {
			continue
		}
		if others[d.Name] || d.Kind == Func && generic(d.Obj) && emit[d.Name] {
			d.ID = s.id()
			if old := s.decls[d.Name]; old != nil && d.Kind == Type {
				delete(u.remap.Named, old.Obj.(*types.TypeName))
			}
		}
		if emit[d.Name] {
			u.Emit[d] = true
		}
	}
	for _, d := range u.Decls {
		if d.Kind == Method {
			continue
		}
		old := s.decls[d.Name]
		switch {
		case old == nil || old.Kind != d.Kind:
			d.ID = s.id()
		case d.Kind == Type && kept[d.Name]:
			d.ID = old.ID
		case (d.Kind == Func && !generic(d.Obj) && !generic(old.Obj) || d.Kind == Var) && u.same(old.Obj, d.Obj):
			d.ID = old.ID
		default:
			d.ID = s.id()
		}
		u.Emit[d] = d.Broken == ""
	}
	for _, list := range [][]*Decl{u.Redo, u.Decls} {
		for _, d := range list {
			switch {
			case d.Kind == Func && d.ID == 0:
				d.ID = s.id()
			case d.Kind == Method:
				var om *Decl
				if old := s.decls[d.Recv.Name]; old != nil && old.Kind == Type && old.ID == d.Recv.ID {
					om = old.Methods[d.Name]
				}
				if om != nil && u.same(om.Obj, d.Obj) && !(generic(d.Recv.Obj) && (d.File == c.file || emit[d.Recv.Name])) {
					d.ID = om.ID
				} else {
					d.ID = s.id()
					u.Emit[d] = true
				}
				if d.File == c.file || emit[d.Recv.Name] || u.Emit[d.Recv] && s.decls[d.Recv.Name] != nil && s.decls[d.Recv.Name].ID != d.Recv.ID {
					u.Emit[d] = true
				}
			}
		}
	}
	// A function that is emitted again under the same identity must still
	// have the same signature.
	for _, d := range u.Redo {
		if d.Kind == Func && u.Emit[d] && !generic(d.Obj) {
			if old := s.decls[d.Name]; old != nil && !u.same(old.Obj, d.Obj) {
				d.ID = s.id()
			}
		}
	}
}
