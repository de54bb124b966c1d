package generator

import (
	"fmt"
	"go/constant"
	"go/types"
	"sort"
	"strconv"
	"strings"
)

// A tablePkg is one package as its table shows it on one platform.
type tablePkg struct {
	path, name string
	values     []entry
	vars       []entry
	wrappers   []wrapper
	generic    []string
	needs      []string
	imports    []string // what the wrappers mention
}

type entry struct{ name, expr string }

type wrapper struct {
	iface   string // name of the interface type
	methods []method
}

type method struct {
	name    string
	params  []string // types
	results []string
	dotted  bool // the last parameter is variadic; its type is the element's
}

// key is equal for two platforms on which the same source is right.
func (t *tablePkg) key() string { return fmt.Sprintf("%+v", *t) }

// A tabler makes the table of a package.
type tabler struct {
	pkg     *types.Package
	imports map[string]bool // packages that expressions mention
}

func alias(path string) string {
	return strings.NewReplacer("/", "_", ".", "_", "-", "_", "~", "_").Replace(path)
}

func (t *tabler) qualify(p *types.Package) string {
	t.imports[p.Path()] = true
	return "p_" + alias(p.Path())
}

func makeTable(pkg *types.Package) (*tablePkg, error) {
	t := &tabler{pkg: pkg, imports: map[string]bool{}}
	table := &tablePkg{path: pkg.Path(), name: pkg.Name(), needs: needs(pkg)}
	self := "p_" + alias(pkg.Path())
	scope := pkg.Scope()
	for _, name := range scope.Names() {
		obj := scope.Lookup(name)
		if !obj.Exported() {
			continue
		}
		if isGeneric(obj) {
			table.generic = append(table.generic, name)
			continue
		}
		expr := self + "." + name
		if r := replacements[pkg.Path()+"."+name]; r != "" {
			expr = r
		}
		switch obj := obj.(type) {
		case *types.Const:
			c, err := constExpr(expr, obj)
			if err != nil {
				return nil, err
			}
			table.values = append(table.values, entry{name, c})
		case *types.Func:
			table.values = append(table.values, entry{name, expr})
		case *types.Var:
			table.vars = append(table.vars, entry{name, "&" + expr})
		case *types.TypeName:
			table.values = append(table.values, entry{name, "(*" + expr + ")(nil)"})
			if w, ok := t.wrapper(obj); ok {
				table.wrappers = append(table.wrappers, w)
			}
		default:
			return nil, fmt.Errorf("%s.%s is a %T", pkg.Path(), name, obj)
		}
	}
	for path := range t.imports {
		table.imports = append(table.imports, path)
	}
	sort.Strings(table.imports)
	return table, nil
}

// isGeneric tells whether reflection cannot hold the object: it has type
// parameters, or is an interface that is only a constraint.
func isGeneric(obj types.Object) bool {
	switch obj := obj.(type) {
	case *types.Func:
		return obj.Signature().TypeParams().Len() > 0
	case *types.TypeName:
		switch t := obj.Type().(type) {
		case *types.Alias:
			if t.TypeParams().Len() > 0 {
				return true
			}
		case *types.Named:
			if t.TypeParams().Len() > 0 {
				return true
			}
		}
		i, ok := obj.Type().Underlying().(*types.Interface)
		return ok && !i.IsMethodSet()
	}
	return false
}

// constExpr is the expression of a constant. An untyped one is named where a
// named Go type can carry it, so that the compiler computes it for the
// platform at hand; only what fits nowhere is written out.
func constExpr(expr string, c *types.Const) (string, error) {
	b, ok := types.Unalias(c.Type()).(*types.Basic)
	if !ok || b.Info()&types.IsUntyped == 0 {
		return expr, nil
	}
	v := c.Val()
	switch v.Kind() {
	case constant.Bool:
		return expr, nil
	case constant.String:
		return "table.String(" + expr + ")", nil
	}
	switch b.Kind() {
	case types.UntypedInt, types.UntypedRune:
		v = constant.ToInt(v)
		if _, exact := constant.Int64Val(v); exact {
			return "table.Int(" + expr + ")", nil
		}
		if _, exact := constant.Uint64Val(v); exact {
			return "table.Uint(" + expr + ")", nil
		}
		return "table.BigInt(" + strconv.Quote(v.ExactString()) + ")", nil
	case types.UntypedFloat:
		return "table.Float(" + strconv.Quote(constant.ToFloat(v).ExactString()) + ")", nil
	}
	return "", fmt.Errorf("constant %s of type %s: no way to write it", expr, b)
}

// wrapper describes the wrapper of an interface type. There is none for an
// alias (the type has its own name elsewhere), for an interface without
// methods, and where a wrapper could not implement the interface or be
// written: unexported methods, types that other packages cannot name.
func (t *tabler) wrapper(obj *types.TypeName) (wrapper, bool) {
	if obj.IsAlias() {
		return wrapper{}, false
	}
	i, ok := obj.Type().Underlying().(*types.Interface)
	if !ok || i.NumMethods() == 0 {
		return wrapper{}, false
	}
	for f := range i.Methods() {
		if !f.Exported() || !nameable(f.Signature()) {
			return wrapper{}, false
		}
	}
	w := wrapper{iface: obj.Name()}
	for f := range i.Methods() {
		sig := f.Signature()
		m := method{name: f.Name(), dotted: sig.Variadic()}
		for j := range sig.Params().Len() {
			typ := sig.Params().At(j).Type()
			if m.dotted && j == sig.Params().Len()-1 {
				typ = typ.(*types.Slice).Elem()
			}
			m.params = append(m.params, types.TypeString(typ, t.qualify))
		}
		for j := range sig.Results().Len() {
			m.results = append(m.results, types.TypeString(sig.Results().At(j).Type(), t.qualify))
		}
		w.methods = append(w.methods, m)
	}
	return w, true
}

// nameable tells whether code outside of the package can write the type.
func nameable(typ types.Type) bool {
	ok := true
	walk(typ, func(obj *types.TypeName) bool {
		if obj.Pkg() != nil && (!obj.Exported() || obj.Parent() != obj.Pkg().Scope() || isInternal(obj.Pkg().Path())) {
			ok = false
		}
		return false
	})
	return ok
}

func isInternal(path string) bool {
	for _, elem := range strings.Split(path, "/") {
		if elem == "internal" || elem == "vendor" {
			return true
		}
	}
	return false
}

// walk calls f for the type names in typ, and goes into the definition of
// those for which f returns true.
func walk(typ types.Type, f func(*types.TypeName) bool) {
	named := func(obj *types.TypeName, args *types.TypeList, under types.Type) {
		for i := range args.Len() {
			walk(args.At(i), f)
		}
		if f(obj) {
			walk(under, f)
		}
	}
	switch t := typ.(type) {
	case *types.Alias:
		named(t.Obj(), t.TypeArgs(), t.Rhs())
	case *types.Named:
		named(t.Obj(), t.TypeArgs(), t.Underlying())
	case *types.Pointer:
		walk(t.Elem(), f)
	case *types.Slice:
		walk(t.Elem(), f)
	case *types.Array:
		walk(t.Elem(), f)
	case *types.Chan:
		walk(t.Elem(), f)
	case *types.Map:
		walk(t.Key(), f)
		walk(t.Elem(), f)
	case *types.Signature:
		walk(t.Params(), f)
		walk(t.Results(), f)
	case *types.Tuple:
		for i := range t.Len() {
			walk(t.At(i).Type(), f)
		}
	case *types.Struct:
		for i := range t.NumFields() {
			walk(t.Field(i).Type(), f)
		}
	case *types.Interface:
		for i := range t.NumMethods() {
			walk(t.Method(i).Type(), f)
		}
	}
}

// needs lists the packages of the interface types that a user of pkg can meet
// without importing them: in signatures, fields and methods of what pkg
// exports, and of what those mention in turn within pkg.
func needs(pkg *types.Package) []string {
	found := map[string]bool{}
	seen := map[*types.TypeName]bool{}
	var visit func(obj *types.TypeName) bool
	visit = func(obj *types.TypeName) bool {
		if seen[obj] || obj.Pkg() == nil {
			return false
		}
		seen[obj] = true
		if obj.Pkg() != pkg {
			if obj.Exported() && !isInternal(obj.Pkg().Path()) && types.IsInterface(obj.Type()) {
				found[obj.Pkg().Path()] = true
			}
			return obj.IsAlias()
		}
		if named, ok := obj.Type().(*types.Named); ok {
			for i := range named.NumMethods() {
				if m := named.Method(i); m.Exported() {
					walk(m.Type(), visit)
				}
			}
		}
		return true
	}
	for _, name := range pkg.Scope().Names() {
		if obj := pkg.Scope().Lookup(name); obj.Exported() {
			walk(obj.Type(), visit)
		}
	}
	list := make([]string, 0, len(found))
	for path := range found {
		list = append(list, path)
	}
	sort.Strings(list)
	return list
}
