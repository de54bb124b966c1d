package assist

import (
	"go/ast"
	"go/types"
	"strings"
)

// names completes a name that stands for itself: what is visible at the
// cursor, packages, what is predeclared, keywords. a may be nil.
func (c *completing) names(a *analysis, w want) {
	var expected types.Type
	if a != nil {
		expected = a.expected()
	}
	add := func(rank int, obj types.Object, pkg *types.Package) {
		if fits(obj, expected) {
			rank -= 10
		}
		switch obj.(type) {
		case *types.TypeName:
			rank++
		case *types.PkgName:
		default:
			if w == typesOnly {
				return
			}
		}
		c.add(rank, kindOf(obj), obj.Name(), c.h.signature(obj, pkg))
	}
	if a != nil && a.pkg != nil {
		rank := 0
		for s := a.pkg.Scope().Innermost(a.pos); s != nil && s != types.Universe; s = s.Parent() {
			for _, name := range s.Names() {
				if _, obj := s.LookupParent(name, a.pos); obj != nil && obj.Parent() != types.Universe {
					add(min(rank, 8), obj, a.pkg)
				}
			}
			rank++
		}
	}
	for _, d := range c.h.decls {
		if d.Object != nil && d.Object.Type() != nil {
			add(8, d.Object, d.Object.Pkg())
		}
	}
	c.packages()
	for _, name := range types.Universe.Names() {
		add(20, types.Universe.Lookup(name), nil)
	}
	if c.prefix() == "" {
		return
	}
	for _, k := range keywords {
		switch k.where {
		case everything:
			c.add(30, "keyword", k.name, "")
		case statement:
			if w == statement || a == nil {
				c.add(30, "keyword", k.name, "")
			}
		}
	}
	if a != nil && w == everything {
		if _, ok := a.parent(1).(*ast.AssignStmt); ok {
			c.add(31, "keyword", "range", "")
		}
	}
}

// keywords are those that begin something.
var keywords = []struct {
	name  string
	where want
}{
	{"break", statement}, {"case", statement}, {"chan", everything}, {"const", statement},
	{"continue", statement}, {"default", statement}, {"defer", statement}, {"else", statement},
	{"fallthrough", statement}, {"for", statement}, {"func", everything}, {"go", statement},
	{"goto", statement}, {"if", statement}, {"import", statement}, {"interface", everything},
	{"map", everything}, {"return", statement}, {"select", statement}, {"struct", everything},
	{"switch", statement}, {"type", statement}, {"var", statement},
}

// packages completes names of packages: imported ones, and with a first letter
// all that can be used.
func (c *completing) packages() {
	for name, path := range c.h.Session.Imports() {
		c.add(10, "package", name, quote(path))
	}
	if c.prefix() == "" || c.h.Packages == nil {
		return
	}
	for _, path := range c.h.Packages() {
		name := c.h.PackageName(path)
		if resolved, candidates := c.h.Session.ResolvePackage(name); resolved != "" {
			path = resolved
		} else if len(candidates) > 0 {
			path = candidates[0]
		}
		c.add(15, "package", name, quote(path)).near = true
	}
}

func quote(path string) string { return `"` + path + `"` }

// importPaths completes the path of an import.
func (c *completing) importPaths() {
	if c.h.Packages == nil {
		return
	}
	for _, path := range c.h.Packages() {
		c.add(strings.Count(path, "/"), "path", path, "package "+c.h.PackageName(path))
	}
}
