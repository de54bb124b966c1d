package assist

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"strings"

	"cahier/interp/cell"
)

// cellPath is the path of the package that cells are checked as. All cells
// have the same, so unexported names are common to them.
const cellPath = "main"

// An analysis is a type-checked cell, as far as it could be.
type analysis struct {
	fset *token.FileSet
	pkg  *types.Package
	info *types.Info
	file *ast.File
	path []ast.Node // from the identifier at the cursor outwards; path[0] is it
	pos  token.Pos  // of that identifier
}

// ident is the identifier at the cursor.
func (a *analysis) ident() *ast.Ident { return a.path[0].(*ast.Ident) }

// parent is the n-th node around the identifier, or nil.
func (a *analysis) parent(n int) ast.Node {
	if n < len(a.path) {
		return a.path[n]
	}
	return nil
}

// placeholder stands where an identifier is yet to be written.
const placeholder = "cursorǃ"

// analyze checks code in which an identifier of that name begins at offset at.
// It returns nil when no repair makes the identifier part of a syntax tree.
func (h *Assistant) analyze(code, name string, at int) *analysis {
	var best *analysis
	bestErrors := 1 << 30
	for _, text := range repairs(code, at, at+len(name)) {
		a, errors := parse(text, name, at)
		if a == nil || errors >= bestErrors {
			continue
		}
		best, bestErrors = a, errors
		if errors == 0 {
			break
		}
	}
	if best != nil {
		h.check(best)
	}
	return best
}

// repairs lists texts to try: the code as it is, then without what follows
// the identifier, which ends at offset end, and with what would end the
// statement at hand.
func repairs(code string, start, end int) []string {
	list := []string{code}
	closers, from := open(code[:end])
	prefix := strings.Repeat(" ", from) + code[from:end]
	if from > start {
		return list
	}
	for _, tail := range []struct{ mid, after string }{
		{"", ""},
		{" {}", ""},       // if x, []T
		{":", ""},         // case x
		{"()", ""},        // go f
		{"", " int"},      // map[x
		{"", "{}"},        // []T(
		{"; ; ", "{}"},    // for i := x
		{"; true {}", ""}, // if i := x
		{" int", ""},      // a parameter's or a field's name
		{":", " {}"},
		{": 0", ""},
		{"", "; {}"},
	} {
		list = append(list, prefix+tail.mid+closers+tail.after)
	}
	return list
}

// open says what would close the brackets that are open at the end of code,
// and from where code is balanced up to there: a closing bracket without its
// partner ends what can be made sense of.
func open(code string) (closers string, from int) {
	var stack []string
	partner := map[token.Token]string{token.LPAREN: ")", token.LBRACK: "]", token.LBRACE: "}"}
	for _, t := range tokens(code) {
		switch t.tok {
		case token.LPAREN, token.LBRACK, token.LBRACE:
			stack = append(stack, partner[t.tok])
		case token.RPAREN, token.RBRACK, token.RBRACE:
			if n := len(stack); n > 0 && stack[n-1] == t.tok.String() {
				stack = stack[:n-1]
			} else {
				stack, from = nil, t.end
			}
		}
	}
	var b strings.Builder
	for i := len(stack) - 1; i >= 0; i-- {
		b.WriteString(stack[i])
	}
	return b.String(), from
}

// parse arranges a cell's text as a Go file, imports and declarations first,
// then a function of the statements, and parses it. It returns nil when the
// identifier at offset at is not part of the tree, and the number of syntax
// errors.
func parse(code, name string, at int) (*analysis, int) {
	items := cell.Items(code)
	for i := range items {
		items[i].End = min(items[i].End, len(code))
	}
	inDecl := false
	for _, it := range items {
		inDecl = inDecl || it.Kind == cell.Declaration && it.First <= at && at < it.End
	}
	var b bytes.Buffer
	b.WriteString("package main\n")
	target := -1
	put := func(it cell.Item, prefix string) {
		b.WriteString(prefix)
		if it.Start <= at && at < it.End {
			target = b.Len() + at - it.Start
		}
		b.WriteString(code[it.Start:it.End])
		b.WriteByte('\n')
	}
	var later []cell.Item // statements of the function
	declared := map[string]bool{}
	for _, it := range items {
		switch {
		case it.Kind == cell.Import:
			put(it, "")
		case it.Kind == cell.Statement && inDecl:
			// A function of the cell sees its variables: they must be at
			// package level then.
			if text, names := packageLevel(code[it.First:it.End]); text != "" {
				fresh := true
				for _, n := range names {
					fresh = fresh && !declared[n]
					declared[n] = true
				}
				if fresh {
					b.WriteString(text)
					b.WriteByte('\n')
					continue
				}
			}
			later = append(later, it)
		case it.Kind == cell.Statement:
			later = append(later, it)
		}
	}
	for _, it := range items {
		if it.Kind == cell.Declaration {
			put(it, "")
		}
	}
	b.WriteString("func _() {\n")
	blocks := 0
	seen := map[string]bool{}
	for _, it := range later {
		prefix := ""
		if _, names := packageLevel(code[it.First:it.End]); names != nil {
			again := false
			for _, n := range names {
				again = again || seen[n]
				seen[n] = true
			}
			if again {
				// A cell may define a name again with another type; in a
				// function that takes a block.
				prefix = "{\n"
				blocks++
			}
		}
		put(it, prefix)
	}
	b.WriteString(strings.Repeat("}\n", blocks+1))
	if target < 0 {
		return nil, 0
	}

	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "cell", b.Bytes(), parser.AllErrors|parser.SkipObjectResolution)
	if file == nil {
		return nil, 0
	}
	errors := 0
	if list, ok := err.(scanner.ErrorList); ok {
		errors = len(list)
	}
	pos := file.FileStart + token.Pos(target)
	path := enclosing(file, pos, name)
	if path == nil {
		return nil, errors
	}
	return &analysis{fset: fset, file: file, path: path, pos: pos}, errors
}

// packageLevel rewrites a definition of variables as a declaration that may
// stand at package level, and names them. The text is empty for other
// statements.
func packageLevel(stmt string) (text string, names []string) {
	list := tokens(stmt)
	if len(list) > 0 && list[0].tok == token.VAR {
		for _, t := range list[1:] {
			if t.tok == token.IDENT {
				return stmt, append(names, t.lit)
			}
			if t.tok != token.LPAREN && t.tok != token.COMMENT {
				break
			}
		}
		return stmt, names
	}
	for i, t := range list {
		switch {
		case i%2 == 0 && t.tok == token.IDENT:
			names = append(names, t.lit)
		case i%2 == 1 && t.tok == token.COMMA:
		case i%2 == 1 && t.tok == token.DEFINE:
			rest := stmt[t.end:]
			for _, u := range list[i:] {
				for _, n := range names {
					if u.tok == token.IDENT && u.lit == n {
						return "", names // x := x + 1 needs the older x
					}
				}
			}
			return "var " + strings.Join(names, ", ") + " = " + rest, names
		default:
			return "", nil
		}
	}
	return "", nil
}

// enclosing lists the nodes from the identifier at pos outwards.
func enclosing(file *ast.File, pos token.Pos, name string) (path []ast.Node) {
	var stack []ast.Node
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return false
		}
		if path != nil {
			return false
		}
		stack = append(stack, n)
		if id, ok := n.(*ast.Ident); ok && id.NamePos == pos && id.Name == name {
			for i := len(stack) - 1; i >= 0; i-- {
				path = append(path, stack[i])
			}
		}
		if path != nil {
			stack = stack[:len(stack)-1]
			return false
		}
		return true
	})
	return path
}

// check type-checks a parsed cell against the session. Errors are of no
// interest.
func (h *Assistant) check(a *analysis) {
	a.pkg = types.NewPackage(cellPath, "main")
	a.info = &types.Info{
		Types:      map[ast.Expr]types.TypeAndValue{},
		Instances:  map[*ast.Ident]types.Instance{},
		Defs:       map[*ast.Ident]types.Object{},
		Uses:       map[*ast.Ident]types.Object{},
		Implicits:  map[ast.Node]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
	}
	declared := map[string]bool{}
	for _, d := range a.file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				declared[d.Name.Name] = true
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					declared[s.Name.Name] = true
				case *ast.ValueSpec:
					for _, n := range s.Names {
						declared[n.Name] = true
					}
				}
			}
		}
	}
	scope := a.pkg.Scope()
	for _, d := range h.decls {
		if obj := d.Object; obj != nil && obj.Type() != nil && !declared[obj.Name()] {
			scope.Insert(obj)
		}
	}
	// Packages need no import.
	ast.Inspect(a.file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if id, ok := sel.X.(*ast.Ident); ok && !declared[id.Name] && scope.Lookup(id.Name) == nil {
			if pkg := h.packageOf(id.Name); pkg != nil {
				scope.Insert(types.NewPkgName(token.NoPos, a.pkg, id.Name, pkg))
			}
		}
		return true
	})
	conf := types.Config{Importer: h.Session, Error: func(error) {}}
	defer func() {
		// The checker is not meant for trees that a parser has patched up.
		_ = recover()
	}()
	_ = types.NewChecker(&conf, a.fset, a.pkg, a.info).Files([]*ast.File{a.file})
}

// packageOf is the package that name means without an import of the cell's
// own; the likeliest one if there are several.
func (h *Assistant) packageOf(name string) *types.Package {
	path, candidates := h.Session.ResolvePackage(name)
	if path == "" && len(candidates) > 0 {
		path = candidates[0]
	}
	if path == "" {
		return nil
	}
	pkg, err := h.Session.Import(path)
	if err != nil {
		return nil
	}
	return pkg
}
