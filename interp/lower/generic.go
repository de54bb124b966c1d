package lower

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"

	"cahier/interp/check"
	source "cahier/interp/prelude"
)

// instance is the engine's name of a function or method for type arguments,
// emitted on first use. With no arguments it is a plain function of the
// prelude.
func (l *Lowerer) instance(obj *types.Func, targs []types.Type, pos token.Pos) string {
	obj = obj.Origin()
	d := l.objs[obj]
	if d == nil {
		var ok bool
		if d, ok = l.prelude.function(obj); !ok {
			l.refuse(pos, "the generic function "+obj.FullName(), "symbol tables carry no generics, and the interpreter has no replacement for this one", "")
		}
		obj = d.Obj.(*types.Func)
	}
	for i, t := range targs {
		targs[i] = l.prelude.typ(t)
	}
	k := fmt.Sprintf("%d", d.ID)
	for _, t := range targs {
		k += "," + l.key(t)
	}
	if n := l.insts[k]; n != "" {
		return n
	}
	if len(l.insts) > 20000 || strings.Count(k, "[") > 200 {
		l.refuse(pos, "the instance of "+obj.Name(), "it leads to ever new instances", "")
	}
	n := l.fresh("G")
	set(l, l.insts, k, n)
	fd := d.Node.(*ast.FuncDecl)
	sig := obj.Type().(*types.Signature)
	env := &check.Mapper{Params: map[*types.TypeParam]types.Type{}, Named: l.prelude.mapped, Ctx: types.NewContext()}
	tp := sig.TypeParams()
	if sig.RecvTypeParams().Len() > 0 {
		tp = sig.RecvTypeParams()
	}
	for i := range tp.Len() {
		env.Params[tp.At(i)] = targs[i]
	}
	if d.File != nil {
		set(l, l.funcs, n, d)
	}
	l.work = append(l.work, func() {
		f := l.newFn(d.Info, env)
		l.prog.Decls = append(l.prog.Decls, f.funcDecl(n, fd, sig, sig.Recv()))
	})
	return n
}

// preludePath begins the import paths of the prelude's packages.
const preludePath = "cahier/interp/prelude/"

// prelude holds the checked sources of generic library code.
type prelude struct {
	l        *Lowerer
	fset     *token.FileSet
	importer types.Importer
	packages map[string]*types.Package      // by the path they stand for
	mapped   map[*types.TypeName]types.Type // library types to the prelude's
	ctx      *types.Context
}

func newPrelude(l *Lowerer, fset *token.FileSet, importer types.Importer) *prelude {
	return &prelude{l: l, fset: fset, importer: importer, packages: map[string]*types.Package{}, mapped: map[*types.TypeName]types.Type{}, ctx: types.NewContext()}
}

// load checks the prelude's package for path and enters its declarations.
func (p *prelude) load(path string) *types.Package {
	if pkg, ok := p.packages[path]; ok {
		return pkg
	}
	p.packages[path] = nil
	src, ok := source.Source(path)
	if !ok {
		return nil
	}
	var files []*ast.File
	for name, text := range src {
		f, err := parser.ParseFile(p.fset, "prelude "+path+"/"+name+"/go", text, parser.SkipObjectResolution)
		if err != nil {
			p.l.refuse(token.NoPos, "package "+path, err.Error(), "")
		}
		files = append(files, f)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Instances: map[*ast.Ident]types.Instance{}, Defs: map[*ast.Ident]types.Object{},
		Uses: map[*ast.Ident]types.Object{}, Implicits: map[ast.Node]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{}}
	conf := types.Config{Importer: p.importer}
	pkg, err := conf.Check(preludePath+path, p.fset, files, info)
	if err != nil {
		p.l.refuse(token.NoPos, "package "+path, err.Error(), "")
	}
	for _, f := range files {
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				obj := info.Defs[d.Name]
				kind := check.Func
				if d.Recv != nil {
					kind = check.Method
				}
				p.l.objs[obj] = &check.Decl{Name: d.Name.Name, Kind: kind, ID: p.l.host.NextID(), Obj: obj, Node: d, Info: info}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					if ts, ok := s.(*ast.TypeSpec); ok {
						obj := info.Defs[ts.Name]
						p.l.objs[obj] = &check.Decl{Name: ts.Name.Name, Kind: check.Type, ID: p.l.host.NextID(), Obj: obj, Node: ts, Info: info}
					}
				}
			}
		}
	}
	p.packages[path] = pkg
	return pkg
}

// function is the prelude's declaration of a library function or method.
func (p *prelude) function(obj *types.Func) (*check.Decl, bool) {
	if obj.Pkg() == nil {
		return nil, false
	}
	pkg := p.load(obj.Pkg().Path())
	if pkg == nil {
		return nil, false
	}
	o := pkg.Scope().Lookup(obj.Name())
	if o == nil {
		return nil, false
	}
	d := p.l.objs[o]
	return d, d != nil && d.Kind == check.Func
}

// named is the prelude's instance for a library's generic type, or nil.
func (p *prelude) named(t *types.Named) *types.Named {
	obj := t.Obj()
	if obj.Pkg() == nil || p.l.interpreted(obj) || t.TypeArgs().Len() == 0 {
		return nil
	}
	pkg := p.load(obj.Pkg().Path())
	if pkg == nil {
		return nil
	}
	tn, ok := pkg.Scope().Lookup(obj.Name()).(*types.TypeName)
	if !ok {
		return nil
	}
	p.mapped[t.Origin().Obj()] = tn.Type()
	n, _ := p.typ(t).(*types.Named)
	return n
}

// typ replaces library types in t by the prelude's.
func (p *prelude) typ(t types.Type) types.Type {
	if len(p.mapped) == 0 {
		return t
	}
	m := check.Mapper{Named: p.mapped, Ctx: p.ctx}
	return m.Type(t)
}

// checkCallee refuses calls of compiled functions that would see the
// interpreter's stack in place of the cell's.
func (f *fn) checkCallee(e *ast.CallExpr, obj *types.Func) {
	if obj == nil || obj.Pkg() == nil || f.l.objs[obj.Origin()] != nil {
		return
	}
	switch path, name := obj.Pkg().Path(), obj.Name(); {
	case path == "runtime" && (name == "Caller" || name == "Callers" || name == "FuncForPC" || name == "Stack"),
		path == "runtime/debug" && (name == "Stack" || name == "PrintStack"):
		f.l.refuse(e.Pos(), path+"."+name, "the stack is the interpreter's, not the cell's", "leave a panic unrecovered to see where in the cells it came from")
	}
}
