package assist

import (
	"go/types"
)

// member is a field or method that a selector can name.
type member struct {
	obj   types.Object
	kind  string
	depth int // of embedding
}

// membersOf lists the fields and methods that code in a cell can select of a
// value of type t, the shallow ones first.
func membersOf(t types.Type, addressable bool) []member {
	var list []member
	seen := map[string]bool{}
	visible := func(obj types.Object) bool {
		return obj.Exported() || obj.Pkg() == nil || obj.Pkg().Path() == cellPath
	}
	add := func(obj types.Object, kind string, depth int) {
		if seen[obj.Name()] || obj.Name() == "_" || !visible(obj) {
			return
		}
		// Rules out what is ambiguous or hidden.
		if found, _, _ := types.LookupFieldOrMethod(t, true, obj.Pkg(), obj.Name()); found == nil {
			return
		}
		seen[obj.Name()] = true
		list = append(list, member{obj, kind, depth})
	}

	// Fields, breadth first through what is embedded.
	type level struct {
		t     types.Type
		depth int
	}
	queue := []level{{t, 0}}
	visited := map[types.Type]bool{}
	for len(queue) > 0 {
		l := queue[0]
		queue = queue[1:]
		u := l.t
		if p, ok := u.Underlying().(*types.Pointer); ok {
			u = p.Elem()
		}
		if visited[u] || l.depth > 8 {
			continue
		}
		visited[u] = true
		s, ok := core(u).(*types.Struct)
		if !ok {
			continue
		}
		for f := range s.Fields() {
			add(f, "field", l.depth)
			if f.Embedded() {
				queue = append(queue, level{f.Type(), l.depth + 1})
			}
		}
	}

	recv := t
	if _, isPointer := t.Underlying().(*types.Pointer); !isPointer && !types.IsInterface(t) && addressable {
		recv = types.NewPointer(t) // its address is taken as needed
	}
	if p, ok := t.Underlying().(*types.Pointer); ok && types.IsInterface(p.Elem()) {
		return list
	}
	for s := range types.NewMethodSet(recv).Methods() {
		add(s.Obj(), "method", len(s.Index())-1)
	}
	return list
}

// core is the underlying type; of a type parameter the one that its
// constraint's types share, if they do.
func core(t types.Type) types.Type {
	p, ok := types.Unalias(t).(*types.TypeParam)
	if !ok {
		return t.Underlying()
	}
	i, ok := p.Constraint().Underlying().(*types.Interface)
	if ok && i.NumEmbeddeds() == 1 {
		switch e := i.EmbeddedType(0).(type) {
		case *types.Union:
			if e.Len() == 1 {
				return e.Term(0).Type().Underlying()
			}
		default:
			return e.Underlying()
		}
	}
	return t.Underlying()
}

// kindOf is the kind of an object as Match has it.
func kindOf(obj types.Object) string {
	switch o := obj.(type) {
	case *types.PkgName:
		return "package"
	case *types.Const:
		return "constant"
	case *types.TypeName:
		return "type"
	case *types.Func:
		if o.Signature().Recv() != nil {
			return "method"
		}
		return "function"
	case *types.Builtin:
		return "function"
	case *types.Var:
		if o.IsField() {
			return "field"
		}
		return "variable"
	case *types.Label:
		return "label"
	}
	return "constant" // nil
}

// signature is what stands beside a completion: of a function its parameters
// and results, of a variable its type, of a constant its value.
func (h *Assistant) signature(obj types.Object, from *types.Package) string {
	q := qualifier(from)
	switch o := obj.(type) {
	case *types.Func:
		return tuple(o.Signature(), q)
	case *types.Builtin:
		return builtins[o.Name()]
	case *types.PkgName:
		return quote(o.Imported().Path())
	case *types.Const:
		text := o.Val().String()
		if b, ok := o.Type().(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
			return "= " + text
		}
		return types.TypeString(o.Type(), q) + " = " + text
	case *types.TypeName:
		if o.IsAlias() {
			return "= " + short(types.TypeString(types.Unalias(o.Type()), q))
		}
		switch u := o.Type().Underlying().(type) {
		case *types.Struct:
			return "struct"
		case *types.Interface:
			return "interface"
		default:
			return short(types.TypeString(u, q))
		}
	case *types.Var:
		return short(types.TypeString(o.Type(), q))
	case *types.Nil:
		return ""
	}
	return ""
}

// tuple is a signature without "func".
func tuple(s *types.Signature, q types.Qualifier) string {
	return types.TypeString(s, q)[len("func"):]
}

// qualifier names packages as code does, and leaves out from and the cell's.
func qualifier(from *types.Package) types.Qualifier {
	return func(p *types.Package) string {
		if p == from || p.Path() == cellPath || from != nil && p.Path() == from.Path() {
			return ""
		}
		return p.Name()
	}
}

// short cuts long types.
func short(s string) string {
	const limit = 80
	n := 0
	for i := range s {
		if n++; n > limit {
			return s[:i] + "…"
		}
	}
	return s
}

// builtins are the signatures of the predeclared functions, as package builtin
// writes them.
var builtins = map[string]string{
	"append":  "(slice []Type, elems ...Type) []Type",
	"cap":     "(v Type) int",
	"clear":   "[T ~[]Type | ~map[Type]Type1](t T)",
	"close":   "(c chan<- Type)",
	"complex": "(r, i FloatType) ComplexType",
	"copy":    "(dst, src []Type) int",
	"delete":  "(m map[Type]Type1, key Type)",
	"imag":    "(c ComplexType) FloatType",
	"len":     "(v Type) int",
	"make":    "(t Type, size ...IntegerType) Type",
	"max":     "[T cmp.Ordered](x T, y ...T) T",
	"min":     "[T cmp.Ordered](x T, y ...T) T",
	"new":     "(Type) *Type",
	"panic":   "(v any)",
	"print":   "(args ...Type)",
	"println": "(args ...Type)",
	"real":    "(c ComplexType) FloatType",
	"recover": "() any",
}
