package assist

import (
	"go/types"
	"sort"
	"strings"
)

// description is what is known of a name.
type description struct {
	head    string // as Go source
	from    string // where it is from
	value   Value
	has     bool   // value is known
	doc     string // comment text
	members string // of a type or package, as Go source
	source  string
}

// describe describes an object. recv is the type through which it was
// selected.
func (h *Assistant) describe(obj types.Object, recv string, detail int) Inspection {
	var d description
	pkg := obj.Pkg()
	d.head = header(obj, recv)
	switch {
	case isPkgName(obj):
		imported := obj.(*types.PkgName).Imported()
		d.head = "package " + imported.Name() + " // import " + quote(imported.Path())
		d.doc = h.Doc(imported.Path(), "")
		if detail > 0 {
			d.members = contents(imported)
		}
	case pkg == nil:
		d.head = universe(obj)
		d.from = "predeclared"
		d.doc = predeclared[obj.Name()]
	case pkg.Path() == cellPath:
		h.describeOwn(&d, obj, detail)
	default:
		d.from = "package " + pkg.Path()
		name := obj.Name()
		if owner := ownerOf(obj); owner != "" {
			name = owner + "." + name
		}
		d.doc = h.Doc(pkg.Path(), name)
		if detail > 0 {
			d.source = sourceOf(pkg.Path(), name)
		}
	}
	if t, ok := obj.(*types.TypeName); ok && d.source == "" {
		d.members = methodsOf(t)
	}
	return Inspection{Found: true, Plain: d.plain(), Markdown: d.markdown()}
}

func isPkgName(obj types.Object) bool { _, ok := obj.(*types.PkgName); return ok }

// describeOwn describes what a cell declared, this one or an earlier one.
func (h *Assistant) describeOwn(d *description, obj types.Object, detail int) {
	var decl Declaration
	found := false
	for _, c := range h.decls {
		if c.Object == nil {
			continue
		}
		if c.Object == obj {
			decl, found = c, true
			break
		}
		// Methods and fields belong to their type.
		t, ok := c.Object.(*types.TypeName)
		if !ok {
			continue
		}
		if m, ok := c.Methods[obj.Name()]; ok && m.Object == obj {
			decl, found = m, true
			if decl.Cell == "" {
				decl.Cell = c.Cell
			}
			break
		}
		if s, ok := t.Type().Underlying().(*types.Struct); ok {
			for f := range s.Fields() {
				if f == obj {
					decl, found = Declaration{Object: obj, Cell: c.Cell, Source: c.Source}, true
				}
			}
		}
	}
	if !found {
		d.from = "this cell"
		return
	}
	d.from, d.doc = decl.Cell, decl.Doc
	if detail > 0 {
		d.source = decl.Source
	}
	if v, ok := obj.(*types.Var); ok && !v.IsField() && h.Value != nil {
		d.value, d.has = h.Value(obj.Name())
	}
}

// header is the declaration of an object without its body.
func header(obj types.Object, recv string) string {
	q := qualifier(nil)
	name := obj.Name()
	if obj.Pkg() != nil && obj.Pkg().Path() != cellPath && ownerOf(obj) == "" {
		name = obj.Pkg().Name() + "." + name
	}
	switch o := obj.(type) {
	case *types.Func:
		sig := o.Signature()
		if sig.Recv() == nil {
			return "func " + name + tuple(sig, q)
		}
		r := types.TypeString(sig.Recv().Type(), q)
		if types.IsInterface(sig.Recv().Type()) && recv != "" {
			r = recv
		}
		if n := sig.Recv().Name(); n != "" && n != "_" {
			r = n + " " + r
		}
		return "func (" + r + ") " + name + tuple(sig, q)
	case *types.Var:
		if o.IsField() {
			if recv != "" {
				recv += "."
			}
			return "field " + recv + name + " " + types.TypeString(o.Type(), q)
		}
		return "var " + name + " " + types.TypeString(o.Type(), q)
	case *types.Const:
		typ := " "
		if b, ok := o.Type().(*types.Basic); !ok || b.Info()&types.IsUntyped == 0 {
			typ = " " + types.TypeString(o.Type(), q) + " "
		}
		text := o.Val().ExactString()
		if len(text) > 40 {
			text = o.Val().String()
		}
		return "const " + name + typ + "= " + text
	case *types.TypeName:
		if o.IsAlias() {
			rhs := types.Unalias(o.Type())
			if a, ok := o.Type().(*types.Alias); ok {
				rhs = a.Rhs()
			}
			return "type " + name + " = " + types.TypeString(rhs, q)
		}
		params := ""
		if n, ok := o.Type().(*types.Named); ok && n.TypeParams().Len() > 0 {
			var list []string
			for p := range n.TypeParams().TypeParams() {
				list = append(list, p.Obj().Name()+" "+types.TypeString(p.Constraint(), q))
			}
			params = "[" + strings.Join(list, ", ") + "]"
		}
		if _, ok := o.Type().(*types.TypeParam); ok {
			return "type parameter " + name + " " + types.TypeString(o.Type().Underlying(), q)
		}
		return "type " + name + params + " " + definition(o, q)
	case *types.Label:
		return "label " + name
	}
	return types.ObjectString(obj, q)
}

// definition is a type's underlying type, a struct or interface over several
// lines.
func definition(t *types.TypeName, q types.Qualifier) string {
	own := t.Pkg() != nil && t.Pkg().Path() == cellPath
	var lines []string
	hidden := false
	var word string
	switch u := t.Type().Underlying().(type) {
	case *types.Struct:
		word = "struct"
		for i := range u.NumFields() {
			f := u.Field(i)
			if !f.Exported() && !own {
				hidden = true
				continue
			}
			text := f.Name() + " " + types.TypeString(f.Type(), q)
			if f.Embedded() {
				text = types.TypeString(f.Type(), q)
			}
			if tag := u.Tag(i); tag != "" {
				text += " `" + tag + "`"
			}
			lines = append(lines, text)
		}
	case *types.Interface:
		word = "interface"
		for m := range u.ExplicitMethods() {
			if !m.Exported() && !own {
				hidden = true
				continue
			}
			lines = append(lines, m.Name()+tuple(m.Signature(), q))
		}
		for e := range u.EmbeddedTypes() {
			lines = append(lines, types.TypeString(e, q))
		}
	default:
		return types.TypeString(u, q)
	}
	if hidden {
		lines = append(lines, "// unexported names left out")
	}
	if len(lines) == 0 {
		return word + "{}"
	}
	return word + " {\n\t" + strings.Join(lines, "\n\t") + "\n}"
}

// methodsOf lists the methods that are declared on a type.
func methodsOf(t *types.TypeName) string {
	named, ok := t.Type().(*types.Named)
	if !ok {
		return ""
	}
	var list []string
	for m := range named.Methods() {
		if m.Exported() || t.Pkg() != nil && t.Pkg().Path() == cellPath {
			list = append(list, header(m, ""))
		}
	}
	sort.Strings(list)
	return strings.Join(list, "\n")
}

// contents lists the exported names of a package.
func contents(pkg *types.Package) string {
	var list []string
	for _, name := range pkg.Scope().Names() {
		obj := pkg.Scope().Lookup(name)
		if !obj.Exported() {
			continue
		}
		h := header(obj, "")
		h, _, more := strings.Cut(h, "\n")
		if more {
			h += " … }"
		}
		list = append(list, h)
	}
	return strings.Join(list, "\n")
}

// ownerOf is the type that a method or field belongs to, as its documentation
// is filed; "" for others and where it is not known.
func ownerOf(obj types.Object) string {
	switch o := obj.(type) {
	case *types.Func:
		recv := o.Signature().Recv()
		if recv == nil {
			return ""
		}
		t := types.Unalias(recv.Type())
		if p, ok := t.(*types.Pointer); ok {
			t = types.Unalias(p.Elem())
		}
		if n, ok := t.(*types.Named); ok {
			return n.Obj().Name()
		}
		return ownerIn(obj)
	case *types.Var:
		if o.IsField() {
			return ownerIn(obj)
		}
	}
	return ""
}

// ownerIn searches the types of the object's package for a field or method.
func ownerIn(obj types.Object) string {
	if obj.Pkg() == nil {
		return ""
	}
	origin := obj
	switch o := obj.(type) {
	case *types.Var:
		origin = o.Origin()
	case *types.Func:
		origin = o.Origin()
	}
	scope := obj.Pkg().Scope()
	for _, name := range scope.Names() {
		t, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || t.IsAlias() {
			continue
		}
		switch u := t.Type().Underlying().(type) {
		case *types.Struct:
			for f := range u.Fields() {
				if f == origin {
					return name
				}
			}
		case *types.Interface:
			for m := range u.ExplicitMethods() {
				if m == origin {
					return name
				}
			}
		}
	}
	return "?" // of a type without a name
}
