package check

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"cahier/interp/cell"
)

// Unit is a checked cell that is not yet part of the session.
type Unit struct {
	File  *cell.File
	Pkg   *types.Package
	Info  *types.Info
	Decls []*Decl // what the cell declares, in source order; methods with Kind Method
	Redo  []*Decl // new versions of earlier declarations that depend on them
	Emit  map[*Decl]bool
	Steps []Step
	Notes []string // for the user

	s        *Session
	objs     map[types.Object]*Decl // package-level objects of this check
	replaced map[*Decl]*Decl        // session declarations to their new versions
	broken   []*Decl
	retyped  map[*Decl]types.Object // variables whose types were checked again
	imports  map[string]string
	dots     []string
	remap    *Mapper
}

// Step is one step of the cell's function.
type Step struct {
	Stmt ast.Stmt       // a statement, or
	Spec *ast.ValueSpec // variables to set to values, or
	Show ast.Expr       // the last expression
}

// Decl returns the declaration of a package-level object of a cell, or nil.
func (u *Unit) Decl(obj types.Object) *Decl { return u.objs[obj] }

// Broken lists the declarations that no longer compile.
func (u *Unit) Broken() []*Decl { return u.broken }

// Commit makes the unit part of the session.
func (u *Unit) Commit() {
	s := u.s
	s.mu.Lock()
	defer s.mu.Unlock()
	for old, d := range u.replaced {
		if old.Kind == Method {
			continue
		}
		if s.decls[d.Name] == old {
			s.decls[d.Name] = d
		}
	}
	for d, obj := range u.retyped {
		if s.decls[d.Name] == d {
			c := *d
			c.Obj = obj
			s.decls[d.Name] = &c
		}
	}
	for _, d := range u.broken {
		if d.Kind == Method {
			continue // already left out of its type's methods
		}
		c := *d
		s.decls[d.Name] = &c
	}
	// Of a variable its object is all that later cells need: the syntax of its
	// cell, and what was known about it, would be most of what the cell leaves.
	plain := &cell.File{Name: u.File.Name}
	for _, d := range u.Decls {
		if d.Kind == Var {
			d.File, d.Info = plain, nil
		}
		if d.Kind != Method && !d.Hidden {
			s.decls[d.Name] = d
		}
	}
	for name, path := range u.imports {
		s.imports[name] = path
		if d := s.decls[name]; d != nil {
			delete(s.decls, name)
		}
	}
	for _, d := range u.Decls {
		if d.Kind != Method && u.imports[d.Name] == "" {
			delete(s.imports, d.Name)
		}
	}
	for _, p := range u.dots {
		found := false
		for _, q := range s.dots {
			found = found || p == q
		}
		if !found {
			s.dots = append(s.dots, p)
		}
	}
}

// oldSuffix marks a name that means the declaration of an earlier cell while
// the cell declares that name anew: x := x + 1.
const oldSuffix = "·old"

func newInfo() *types.Info {
	return &types.Info{
		Types:      map[ast.Expr]types.TypeAndValue{},
		Instances:  map[*ast.Ident]types.Instance{},
		Defs:       map[*ast.Ident]types.Object{},
		Uses:       map[*ast.Ident]types.Object{},
		Implicits:  map[ast.Node]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
		Scopes:     map[ast.Node]*types.Scope{},
	}
}

// mentions collects the names in n that are not local to it, and the names
// that stand before a dot.
func mentions(n ast.Node, f *cell.File, names, bases map[string]bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if id, ok := n.X.(*ast.Ident); ok && f.Global(id) {
				names[id.Name] = true
				bases[id.Name] = true
				return false
			}
			mentions(n.X, f, names, bases)
			return false
		case *ast.Ident:
			if f.Global(n) {
				names[n.Name] = true
			}
		}
		return true
	})
}

// receiver is the name of a method's receiver type.
func receiver(d *ast.FuncDecl) *ast.Ident {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return nil
	}
	t := d.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.ParenExpr:
			t = x.X
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x
		default:
			return nil
		}
	}
}

func importName(spec *ast.ImportSpec) (name, path string) {
	path = strings.Trim(spec.Path.Value, "\"`")
	if spec.Name != nil {
		name = spec.Name.Name
	}
	return name, path
}

func importDecl(name, path string, pos token.Pos) (*ast.GenDecl, *ast.ImportSpec) {
	spec := &ast.ImportSpec{Path: &ast.BasicLit{Kind: token.STRING, Value: `"` + path + `"`, ValuePos: pos}}
	if name != "" {
		spec.Name = &ast.Ident{Name: name, NamePos: pos}
	}
	return &ast.GenDecl{Tok: token.IMPORT, TokPos: pos, Specs: []ast.Spec{spec}}, spec
}

// Objects maps the package-level objects of the check to their declarations.
// It must not be changed.
func (u *Unit) Objects() map[types.Object]*Decl { return u.objs }

// Remap returns t with types that were checked again replaced by their new
// versions.
func (u *Unit) Remap(t types.Type) types.Type { return u.remap.Type(t) }
