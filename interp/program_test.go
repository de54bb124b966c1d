package interp

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strconv"
	"strings"

	"cahier/interp/cell"
	"cahier/interp/symbols"
)

// goProgram makes the Go program that cells stand for, without a hand in it:
//
//   - imports stand at the top, each once; types, constants, functions and
//     methods at package level
//   - variables that a cell's own statements declare are package variables,
//     set where the cell declares them
//   - every cell's statements are one function, and main calls them in order;
//     a cell's init functions come after the variables that it begins with, its
//     main after its statements
//   - a variable that a later cell declares again is another variable from
//     there on, unless earlier functions would see it
//
// With guard, main prints what a cell panics with and goes on. A bad cell is
// left out, unless it is the one at index bad: then the program is one that
// must not compile.
func goProgram(cells []step, bad int, guard bool) (string, error) {
	g := &generator{fset: token.NewFileSet(), imports: map[string]string{}, now: map[string]string{}, used: map[string]bool{}, files: map[*ast.File]bool{}}
	for i, c := range cells {
		if c.bad && i != bad {
			continue
		}
		if _, errs := cell.Parse(token.NewFileSet(), "cell", c.code, 1); i == bad && len(errs) > 0 {
			return "package main\n\nfunc main() {\n" + c.code + "\n}\n", nil
		}
		if err := g.add(c.code, i+1, i == bad); err != nil {
			return "", fmt.Errorf("cell %d: %v", i+1, err)
		}
		if i == bad {
			break
		}
	}
	return g.program(guard, bad >= 0)
}

type generator struct {
	fset    *token.FileSet
	imports map[string]string // spec to path
	decls   []ast.Decl
	vars    []*ast.Ident
	specs   []ast.Decl // the variables' declarations, to find their types
	cells   []*ast.FuncDecl
	calls   []string
	now     map[string]string // what a name means by now, when it has another
	used    map[string]bool   // names that functions mention
	known   map[string]bool   // names that cells have declared
	files   map[*ast.File]bool
	last    []ast.Stmt // that show a value
}

func (g *generator) add(code string, number int, plain bool) error {
	f, errs := cell.Parse(g.fset, fmt.Sprintf("cell%d", number), code, 1)
	if len(errs) > 0 {
		return errs
	}
	for _, spec := range f.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return err
		}
		key := spec.Path.Value
		if spec.Name != nil {
			key = spec.Name.Name + " " + key
		}
		g.imports[key] = path
	}
	if g.known == nil {
		g.known = map[string]bool{}
	}
	// What the cell declares anew has a name of its own from here on; its
	// statements before the declaration mean the old one, as the parser says.
	renamed := map[string]string{}
	declare := func(id *ast.Ident) error {
		if id.Name == "_" {
			return nil
		}
		if g.known[id.Name] {
			if g.used[id.Name] {
				return fmt.Errorf("%s is declared again and an earlier function mentions it: write the program by hand", id.Name)
			}
			renamed[id.Name] = fmt.Sprintf("%s__%d", id.Name, number)
		}
		g.known[id.Name] = true
		return nil
	}
	before := len(g.vars)
	var inits []string
	main := false
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv != nil {
				continue
			}
			switch d.Name.Name {
			case "init":
				d.Name.Name = fmt.Sprintf("init__%d_%d", number, len(inits))
				inits = append(inits, d.Name.Name)
			case "main":
				d.Name.Name, main = fmt.Sprintf("main__%d", number), true
			default:
				if err := declare(d.Name); err != nil {
					return err
				}
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.TypeSpec:
					if err := declare(s.Name); err != nil {
						return err
					}
				case *ast.ValueSpec:
					for _, id := range s.Names {
						if err := declare(id); err != nil {
							return err
						}
					}
				}
			}
		}
	}
	ast.Inspect(f.AST, func(n ast.Node) bool { // comments would carry positions
		switch n := n.(type) {
		case *ast.GenDecl:
			n.Doc = nil
		case *ast.FuncDecl:
			n.Doc = nil
		case *ast.ValueSpec:
			n.Doc, n.Comment = nil, nil
		case *ast.TypeSpec:
			n.Doc, n.Comment = nil, nil
		case *ast.Field:
			n.Doc, n.Comment = nil, nil
		}
		return true
	})
	body := f.Body.Body
	//lint:ignore SA1019 the parser's objects are enough for one function
	own := map[*ast.Object]string{}
	var list []ast.Stmt
	seen := map[string]bool{}
	leading, begun := 0, false // the variables that the cell begins with
	for i, st := range body.List {
		var names, fresh []*ast.Ident
		var values []ast.Expr
		switch s := st.(type) {
		case *ast.AssignStmt:
			if s.Tok != token.DEFINE || plain {
				break
			}
			for _, l := range s.Lhs {
				id, ok := l.(*ast.Ident)
				if !ok {
					return fmt.Errorf("a := of something that is no name")
				}
				names = append(names, id)
				if id.Name != "_" && !seen[id.Name] {
					fresh = append(fresh, id)
				}
			}
			values = s.Rhs
		case *ast.DeclStmt:
			d := s.Decl.(*ast.GenDecl)
			if d.Tok != token.VAR || plain {
				break
			}
			for _, spec := range d.Specs {
				spec := spec.(*ast.ValueSpec)
				for _, id := range spec.Names {
					if id.Name != "_" {
						fresh = append(fresh, id)
					}
				}
			}
		case *ast.ExprStmt:
			if i == len(body.List)-1 && !plain {
				g.last = append(g.last, st)
			}
		}
		switch s := st.(type) {
		case *ast.AssignStmt:
			begun = begun || s.Tok != token.DEFINE
		case *ast.DeclStmt:
			begun = begun || s.Decl.(*ast.GenDecl).Tok != token.VAR
		default:
			begun = true
		}
		for _, id := range fresh {
			seen[id.Name] = true
			if err := declare(id); err != nil {
				return err
			}
			if id.Obj != nil && renamed[id.Name] != "" {
				own[id.Obj] = renamed[id.Name]
			}
			g.vars = append(g.vars, id)
		}
		switch s := st.(type) {
		case *ast.AssignStmt:
			if names == nil {
				break
			}
			// Names that the cell has already are set, which decides no type.
			spec := &ast.ValueSpec{Values: values}
			for _, id := range names {
				n := id
				if !slices.Contains(fresh, id) {
					n = ast.NewIdent("_")
				}
				spec.Names = append(spec.Names, n)
			}
			g.specs = append(g.specs, &ast.GenDecl{Tok: token.VAR, Specs: []ast.Spec{spec}})
			s.Tok = token.ASSIGN
		case *ast.DeclStmt:
			d := s.Decl.(*ast.GenDecl)
			if d.Tok != token.VAR || plain {
				break
			}
			for _, spec := range d.Specs {
				spec := spec.(*ast.ValueSpec)
				g.specs = append(g.specs, &ast.GenDecl{Tok: token.VAR, Specs: []ast.Spec{spec}})
				set := &ast.AssignStmt{Tok: token.ASSIGN, Rhs: spec.Values}
				for _, id := range spec.Names {
					set.Lhs = append(set.Lhs, id)
				}
				if len(spec.Values) > 0 {
					list = append(list, set)
				}
			}
			if !begun {
				leading = len(list)
			}
			continue
		}
		list = append(list, st)
		if !begun {
			leading = len(list)
		}
	}
	var first []ast.Stmt
	for _, name := range inits {
		first = append(first, &ast.ExprStmt{X: &ast.CallExpr{Fun: ast.NewIdent(name)}})
	}
	list = slices.Insert(list, leading, first...)
	// Names: the statements' own objects, and what no scope of the cell has.
	global := map[string]string{}
	maps.Copy(global, g.now)
	maps.Copy(global, renamed)
	body.List = list
	inBody := func(p token.Pos) bool { return body.Lbrace <= p && p <= body.Rbrace }
	unresolved := map[*ast.Ident]bool{}
	for _, id := range f.AST.Unresolved {
		unresolved[id] = true
		switch {
		case inBody(id.Pos()) && seen[id.Name]:
			if n := g.now[id.Name]; n != "" {
				id.Name = n
			}
		case global[id.Name] != "":
			id.Name = global[id.Name]
		}
	}
	ast.Inspect(f.AST, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Obj != nil {
			if own[id.Obj] != "" {
				id.Name = own[id.Obj]
			} else if f.AST.Scope.Objects[id.Obj.Name] == id.Obj && renamed[id.Obj.Name] != "" && id.Name == id.Obj.Name {
				id.Name = renamed[id.Name]
			}
		}
		return true
	})
	for _, id := range g.vars[before:] { // also those whose declarations are gone
		if n := renamed[id.Name]; n != "" {
			id.Name = n
		}
	}
	maps.Copy(g.now, renamed)
	for _, d := range f.Decls {
		g.decls = append(g.decls, d)
		ast.Inspect(d, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && (unresolved[id] || id.Obj != nil && f.AST.Scope.Objects[id.Obj.Name] == id.Obj && id.Pos() != id.Obj.Pos()) {
				g.used[id.Name] = true
			}
			return true
		})
	}
	ast.Inspect(body, func(n ast.Node) bool {
		if lit, ok := n.(*ast.FuncLit); ok {
			ast.Inspect(lit, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok && (unresolved[id] || seen[id.Name]) {
					g.used[id.Name] = true
				}
				return true
			})
		}
		return true
	})
	f.Body.Name = ast.NewIdent(fmt.Sprintf("cell__%d", number))
	g.cells = append(g.cells, f.Body)
	g.calls = append(g.calls, f.Body.Name.Name)
	if main {
		g.calls = append(g.calls, fmt.Sprintf("main__%d", number))
	}
	return nil
}

// types finds the variables' types.
func (g *generator) types(imports []ast.Decl) (map[*ast.Ident]string, error) {
	file := &ast.File{Name: ast.NewIdent("main"), Decls: append(slices.Clone(imports), g.decls...)}
	file.Decls = append(file.Decls, g.specs...)
	var first error
	conf := types.Config{Importer: symbols.Importer(), Error: func(err error) {
		// Package variables that need one another in a circle are none in the
		// program, which sets them one by one.
		if e := err.(types.Error); !e.Soft && !strings.Contains(e.Msg, "initialization cycle") && first == nil {
			first = fmt.Errorf("%s: %s", g.fset.Position(e.Pos), e.Msg)
		}
	}}
	info := &types.Info{Defs: map[*ast.Ident]types.Object{}}
	_, _ = conf.Check("main", g.fset, []*ast.File{file}, info)
	names := map[string]string{}
	for spec, path := range g.imports {
		if n, _, ok := strings.Cut(spec, " "); ok && n != "_" && n != "." {
			names[path] = n
		}
	}
	out := map[*ast.Ident]string{}
	for _, id := range g.vars {
		obj := info.Defs[id]
		if obj == nil {
			return nil, fmt.Errorf("no type of %s", id.Name)
		}
		out[id] = types.TypeString(obj.Type(), func(p *types.Package) string {
			if p.Path() == "main" {
				return ""
			}
			if n := names[p.Path()]; n != "" {
				return n
			}
			g.imports[strconv.Quote(p.Path())] = p.Path()
			return p.Name()
		})
	}
	return out, first
}

func (g *generator) program(guard, plain bool) (string, error) {
	var b bytes.Buffer
	importDecls := func() (list []ast.Decl) {
		for _, spec := range slices.Sorted(maps.Keys(g.imports)) {
			s := &ast.ImportSpec{}
			name, path, ok := strings.Cut(spec, " ")
			if ok {
				s.Name = ast.NewIdent(name)
			} else {
				path = spec
			}
			s.Path = &ast.BasicLit{Kind: token.STRING, Value: path}
			list = append(list, &ast.GenDecl{Tok: token.IMPORT, Specs: []ast.Spec{s}})
		}
		return list
	}
	typeOf, err := g.types(importDecls())
	if err != nil && !plain {
		return "", err
	}
	if guard {
		g.imports[`fmt__ "fmt"`] = "fmt"
	}
	b.WriteString("package main\n\n")
	var failed error
	put := func(n any) {
		if err := format.Node(&b, g.fset, n); err != nil {
			failed = err
		}
		b.WriteString("\n\n")
	}
	for _, d := range importDecls() {
		put(d)
	}
	// What only a value shows is no statement of Go.
	for _, c := range g.cells {
		for i, st := range c.Body.List {
			if x, ok := st.(*ast.ExprStmt); ok && slices.Contains(g.last, st) && !isStatement(x.X) {
				c.Body.List[i] = &ast.AssignStmt{Lhs: []ast.Expr{ast.NewIdent("_")}, Tok: token.ASSIGN, Rhs: []ast.Expr{x.X}}
			}
		}
	}
	for _, d := range g.decls {
		put(d)
	}
	for _, id := range g.vars {
		fmt.Fprintf(&b, "var %s %s\n", id.Name, typeOf[id])
	}
	b.WriteString("\n")
	for _, c := range g.cells {
		put(c)
	}
	b.WriteString("func main() {\n")
	for _, c := range g.calls {
		if guard {
			fmt.Fprintf(&b, "\tfunc() {\n\t\tdefer func() {\n\t\t\tif e := recover(); e != nil {\n\t\t\t\tfmt__.Println(\"panic:\", e)\n\t\t\t}\n\t\t}()\n\t\t%s()\n\t}()\n", c)
		} else {
			fmt.Fprintf(&b, "\t%s()\n", c)
		}
	}
	b.WriteString("}\n")
	if failed != nil {
		return "", failed
	}
	out, err := format.Source(b.Bytes())
	if err != nil {
		return "", fmt.Errorf("%v in\n%s", err, b.Bytes())
	}
	return string(out), nil
}

// isStatement reports whether an expression may stand as a statement.
func isStatement(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.CallExpr:
		switch f := ast.Unparen(e.Fun).(type) {
		case *ast.Ident:
			switch f.Name {
			case "append", "cap", "complex", "imag", "len", "make", "new", "real", "min", "max":
				return false
			}
			_, isType := types.Universe.Lookup(f.Name).(*types.TypeName)
			return !isType
		case *ast.ArrayType, *ast.MapType, *ast.ChanType, *ast.InterfaceType:
			return false
		}
		return true
	case *ast.UnaryExpr:
		return e.Op == token.ARROW
	}
	return false
}
