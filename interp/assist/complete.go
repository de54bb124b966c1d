package assist

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Complete lists completions at a cursor, which counts code points.
func (h *Assistant) Complete(code string, cursorAt int) Completion {
	h.mu.Lock()
	defer h.mu.Unlock()
	at := offset(code, cursorAt)
	h.decls = h.Session.Declarations()
	c := &completing{h: h, code: code, at: at, start: at, end: at}
	c.run()
	// c.code has the same bytes up to line ends as code, so offsets agree.
	return Completion{
		Start:   cursor(code, c.start),
		End:     cursor(code, c.end),
		Matches: c.matches(),
	}
}

// completing is the work on one request.
type completing struct {
	h          *Assistant
	code       string // with magics blanked out, same length
	at         int    // byte offset of the cursor
	start, end int    // what a match replaces
	candidates []candidate
	seen       map[string]bool
}

// candidate is a match that is still to be compared with what is written.
type candidate struct {
	Match
	rank int    // among equally good matches the lower one comes first
	key  string // what to compare with what is written
	near bool   // only its beginning counts: there are many, and rarely meant
}

// add adds a candidate, if there is none of that text yet. The pointer is for
// changes before the next call.
func (c *completing) add(rank int, kind, text, signature string) *candidate {
	if c.seen == nil {
		c.seen = map[string]bool{}
	}
	if text == "" || text == "_" || c.seen[text] || strings.ContainsAny(text, "·ǃ") {
		return &candidate{}
	}
	c.seen[text] = true
	c.candidates = append(c.candidates, candidate{Match: Match{text, kind, signature}, rank: rank, key: text})
	return &c.candidates[len(c.candidates)-1]
}

// prefix is what is written of the word.
func (c *completing) prefix() string { return c.code[c.start:c.at] }

func (c *completing) run() {
	if c.magic() {
		return
	}
	p, start, end := locate(c.code, c.at)
	switch p {
	case inComment, inNumber:
		return
	case inImport:
		c.start, c.end = start, end
		c.importPaths()
		return
	case inString:
		if !c.mapKeys(start, end) {
			c.files(start, end)
		}
		return
	}
	c.start, c.end = word(c.code, c.at)
	if r, _ := utf8.DecodeRuneInString(c.code[c.start:]); c.start < c.end && '0' <= r && r <= '9' {
		c.start, c.end = c.at, c.at
		return
	}
	text := c.code[:c.start] + placeholder + c.code[c.end:]
	if a := c.h.analyze(text, placeholder, c.start); a != nil && c.syntax(a) {
		return
	}
	// The tree is of no use: take the words before the cursor for themselves.
	if from, ok := operand(c.code, c.start); ok {
		text := "_ = " + c.code[from:c.start] + placeholder
		if a := c.h.analyze(text, placeholder, len(text)-len(placeholder)); a != nil {
			c.syntax(a)
		}
		return
	}
	c.names(nil, everything)
}

// syntax completes by what the syntax tree has around the cursor. It is false
// when a type is missing that would say more.
func (c *completing) syntax(a *analysis) bool {
	id := a.ident()
	switch p := a.parent(1).(type) {
	case *ast.SelectorExpr:
		if p.Sel == id {
			return c.members(a, p)
		}
	case *ast.CompositeLit:
		if p.Type != id {
			if c.fields(a, p) {
				return true
			}
		}
	case *ast.KeyValueExpr:
		if lit, ok := a.parent(2).(*ast.CompositeLit); ok && p.Key == id {
			if c.fields(a, lit) {
				return true
			}
		}
	case *ast.BranchStmt:
		c.labels(a)
		return true
	case *ast.LabeledStmt:
		if p.Label == id {
			return true
		}
	case *ast.FuncDecl, *ast.ImportSpec:
		return true // a new name
	case *ast.TypeSpec:
		if p.Name == id {
			return true
		}
	case *ast.Field:
		if p.Type != id {
			return true
		}
	case *ast.ValueSpec:
		if p.Type != id {
			for _, n := range p.Names {
				if n == id {
					return true
				}
			}
		}
	}
	c.names(a, c.wanted(a))
	return true
}

// want says which names make sense.
type want uint8

const (
	everything want = iota
	typesOnly
	statement // everything, and what begins a statement
)

// wanted tells where only a type can stand.
func (c *completing) wanted(a *analysis) want {
	node := ast.Node(a.ident())
	for i := 1; ; i++ {
		switch p := a.parent(i).(type) {
		case *ast.StarExpr, *ast.ParenExpr, *ast.Ellipsis:
			node = p
			continue
		case *ast.ArrayType:
			if p.Elt == node {
				return typesOnly
			}
		case *ast.MapType, *ast.ChanType, *ast.Field:
			return typesOnly
		case *ast.ValueSpec:
			if p.Type == node {
				return typesOnly
			}
		case *ast.TypeSpec:
			return typesOnly
		case *ast.TypeAssertExpr:
			if p.Type == node {
				return typesOnly
			}
		case *ast.CaseClause:
			if _, ok := a.parent(i + 2).(*ast.TypeSwitchStmt); ok {
				for _, e := range p.List {
					if e == node {
						return typesOnly
					}
				}
			}
		case *ast.CallExpr:
			if f, ok := p.Fun.(*ast.Ident); ok && f.Name == "make" && len(p.Args) > 0 && p.Args[0] == node {
				return typesOnly
			}
		case *ast.ExprStmt:
			if i == 1 {
				return statement
			}
		}
		return everything
	}
}

// members completes x.|
func (c *completing) members(a *analysis, sel *ast.SelectorExpr) bool {
	if id, ok := sel.X.(*ast.Ident); ok {
		if p, ok := a.info.Uses[id].(*types.PkgName); ok {
			c.exported(p.Imported(), c.wantedOf(a, sel))
			return true
		}
	}
	tv, ok := a.info.Types[sel.X]
	if !ok || tv.Type == nil || tv.Type == types.Typ[types.Invalid] {
		return false
	}
	for _, m := range membersOf(tv.Type, tv.Addressable()) {
		if tv.IsType() && m.kind != "method" {
			continue // only method expressions
		}
		c.add(m.depth, m.kind, m.obj.Name(), c.h.signature(m.obj, a.pkg))
	}
	return true
}

// wantedOf is wanted for a selector instead of a plain name.
func (c *completing) wantedOf(a *analysis, sel *ast.SelectorExpr) want {
	switch p := a.parent(2).(type) {
	case *ast.Field:
		if p.Type == sel {
			return typesOnly
		}
	case *ast.ValueSpec:
		if p.Type == sel {
			return typesOnly
		}
	case *ast.ArrayType:
		if p.Elt == sel {
			return typesOnly
		}
	case *ast.MapType, *ast.ChanType, *ast.TypeSpec:
		return typesOnly
	}
	return everything
}

// exported completes a package's names.
func (c *completing) exported(pkg *types.Package, w want) {
	scope := pkg.Scope()
	for _, name := range scope.Names() {
		obj := scope.Lookup(name)
		if !obj.Exported() {
			continue
		}
		_, isType := obj.(*types.TypeName)
		if w == typesOnly && !isType {
			continue
		}
		c.add(0, kindOf(obj), name, c.h.signature(obj, pkg))
	}
}

// fields completes the field names of a struct literal. It is true when
// nothing else can stand there: other elements have names already.
func (c *completing) fields(a *analysis, lit *ast.CompositeLit) bool {
	tv, ok := a.info.Types[lit]
	if !ok || tv.Type == nil {
		return false
	}
	t := tv.Type
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem() // &T{} without its type in a slice literal
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	named := false
	given := map[string]bool{}
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if key, ok := kv.Key.(*ast.Ident); ok && key != a.ident() {
				given[key.Name] = true
				named = true
			}
		}
	}
	for f := range s.Fields() {
		if !given[f.Name()] && (f.Exported() || f.Pkg() != nil && f.Pkg().Path() == cellPath) {
			c.add(-1, "field", f.Name(), c.h.signature(f, a.pkg))
		}
	}
	_, key := a.parent(1).(*ast.KeyValueExpr)
	n, ok := t.(*types.Named)
	foreign := ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() != cellPath
	return named || key || foreign // other packages' fields need their names
}

// mapKeys completes the keys of a variable of the session in name["|. It is false
// where no such index is written.
func (c *completing) mapKeys(start, end int) bool {
	list := tokens(c.code[:start-1])
	n := len(list)
	if c.h.Keys == nil || n < 2 || list[n-1].tok != token.LBRACK || list[n-2].tok != token.IDENT || n > 2 && list[n-3].tok == token.PERIOD {
		return false
	}
	keys := c.h.Keys(list[n-2].lit)
	if len(keys) == 0 {
		return false
	}
	if end > c.at && strings.ContainsAny(c.code[c.at:end], "\n") || end == len(c.code) && !strings.HasSuffix(c.code[:end], "\"") {
		end = c.at // the string is not closed yet
	}
	c.start, c.end = start, end
	for _, k := range keys {
		q := strconv.Quote(k)
		if c.code[start-1] == '`' {
			if strings.ContainsAny(k, "`\r") {
				continue
			}
			q = "`" + k + "`"
		}
		c.add(0, "field", q[1:len(q)-1], "")
	}
	return true
}

// labels completes break, continue and goto.
func (c *completing) labels(a *analysis) {
	ast.Inspect(a.file, func(n ast.Node) bool {
		if l, ok := n.(*ast.LabeledStmt); ok {
			c.add(0, "label", l.Label.Name, "")
		}
		return true
	})
}

// operand finds where the expression begins that stands before a dot at the
// end of code[:at].
func operand(code string, at int) (from int, ok bool) {
	list := tokens(code[:at])
	for len(list) > 0 && list[len(list)-1].tok == token.SEMICOLON {
		list = list[:len(list)-1] // inserted at the end
	}
	i := len(list) - 1
	if i < 0 || list[i].tok != token.PERIOD {
		return 0, false
	}
	from = list[i].pos
	for i >= 0 && list[i].tok == token.PERIOD {
		i--
		// What stands before the dot: names, calls, indices, literals.
		for operand := false; i >= 0 && !operand; {
			switch list[i].tok {
			case token.RPAREN, token.RBRACK, token.RBRACE:
				depth := 0
				for ; i >= 0; i-- {
					switch list[i].tok {
					case token.RPAREN, token.RBRACK, token.RBRACE:
						depth++
					case token.LPAREN, token.LBRACK, token.LBRACE:
						depth--
					}
					if depth == 0 {
						break
					}
				}
				if i < 0 {
					return 0, false
				}
				from = list[i].pos
				i--
				if i < 0 || list[i].end != from {
					return from, true
				}
			case token.IDENT, token.STRING, token.INT, token.FLOAT, token.CHAR, token.IMAG:
				from = list[i].pos
				i--
				operand = true
			default:
				return from, from < at
			}
		}
	}
	return from, true
}
