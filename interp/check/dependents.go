package check

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"sort"
)

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
		for _, m := range sortedMethods(d) {
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
				for _, m := range sortedMethods(d) {
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

// sortedMethods are the methods of a type, also those that are lost.
func sortedMethods(d *Decl) []*Decl {
	list := make([]*Decl, 0, len(d.Methods)+len(d.lost))
	for _, m := range d.Methods {
		list = append(list, m)
	}
	for _, m := range d.lost {
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
				for _, m := range sortedMethods(d) {
					if m.Node.Pos() <= pos && pos <= m.Node.End() {
						return m
					}
				}
				return d
			}
			for _, m := range sortedMethods(d) {
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
