package check

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"sort"
)

// visibleImport is the path that the cell newly imports under name.
func (c *checking) visibleImport(name string) string {
	if p := c.visible[name]; p != c.s.imports[name] {
		return p
	}
	return ""
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
	if old == nil || old.Kind != Type || !c.own[name] {
		return false
	}
	for _, d := range c.nodes {
		if d.kind == Type && d.ident.Name == name {
			return c.file.Text(d.node) == old.File.Text(old.Node)
		}
	}
	return false
}
