package assist

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// Inspect describes the name at a cursor, which counts code points: the one
// that the cursor touches, or else the function in whose arguments it stands.
// With detail 1 the description has the source.
func (h *Assistant) Inspect(code string, cursorAt, detail int) Inspection {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.decls = h.Session.Declarations()
	at := offset(code, cursorAt)
	var magics []Magic
	if h.Magics != nil {
		magics = h.Magics()
	}
	text, m := goOnly(code, at, magics)
	if m != nil {
		if m.args == Names {
			if start, end := word(code, at); at > m.nameEnd && start < end {
				return h.inspectWord(code, start, end, detail)
			}
		}
		return describeMagic(code, m, magics)
	}
	switch p, start, end := locate(text, at); p {
	case inImport:
		if pkg, err := h.Session.Import(text[start:end]); err == nil {
			return h.describe(types.NewPkgName(token.NoPos, nil, pkg.Name(), pkg), "", detail)
		}
		return Inspection{}
	case inComment:
		return Inspection{}
	case inString, inNumber:
	case inCode:
		if start, end := word(text, at); start < end {
			if i := h.inspectWord(text, start, end, detail); i.Found {
				return i
			}
		}
	}
	if start, end, ok := calledFunction(text, at); ok {
		return h.inspectWord(text, start, end, detail)
	}
	return Inspection{}
}

// inspectWord describes the identifier code[start:end].
func (h *Assistant) inspectWord(code string, start, end, detail int) Inspection {
	name := code[start:end]
	if token.IsKeyword(name) {
		return describeKeyword(name)
	}
	if !token.IsIdentifier(name) {
		return Inspection{}
	}
	a := h.analyze(code, name, start)
	if a != nil {
		if obj := a.object(); obj != nil {
			return h.describe(obj, a.receiver(), detail)
		}
	}
	// By itself, with what stands before it.
	from := start
	if f, ok := operand(code, start); ok {
		from = f
	}
	text := "_ = " + code[from:end]
	if a := h.analyze(text, name, len(text)-len(name)); a != nil {
		if obj := a.object(); obj != nil {
			return h.describe(obj, a.receiver(), detail)
		}
	}
	if from == start {
		if pkg := h.packageOf(name); pkg != nil {
			return h.describe(types.NewPkgName(token.NoPos, nil, name, pkg), "", detail)
		}
	}
	return Inspection{}
}

// object is what the identifier at the cursor stands for, or nil.
func (a *analysis) object() types.Object {
	id := a.ident()
	if s, ok := a.parent(1).(*ast.SelectorExpr); ok && s.Sel == id {
		if sel := a.info.Selections[s]; sel != nil {
			return sel.Obj()
		}
	}
	obj := a.info.Uses[id]
	if obj == nil {
		obj = a.info.Defs[id]
	}
	switch obj.(type) {
	case *types.Builtin, *types.PkgName, *types.Label:
		// These have no type.
	default:
		if obj == nil || obj.Type() == types.Typ[types.Invalid] {
			return nil
		}
	}
	return obj
}

// receiver is the type through which a field or method was selected, as it is
// to be shown.
func (a *analysis) receiver() string {
	s, ok := a.parent(1).(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	if sel := a.info.Selections[s]; sel != nil {
		return types.TypeString(sel.Recv(), qualifier(nil))
	}
	return ""
}

// calledFunction finds the name before the innermost bracket of a call that is
// open at an offset.
func calledFunction(code string, at int) (start, end int, ok bool) {
	var stack []tok // opening brackets, each with the token before it
	var before []tok
	var last tok
	for _, t := range tokens(code[:at]) {
		switch t.tok {
		case token.LPAREN, token.LBRACK, token.LBRACE:
			stack = append(stack, t)
			before = append(before, last)
		case token.RPAREN, token.RBRACK, token.RBRACE:
			if n := len(stack); n > 0 {
				stack, before = stack[:n-1], before[:n-1]
			}
		}
		last = t
	}
	for i := len(stack) - 1; i >= 0; i-- {
		if stack[i].tok == token.LBRACE && before[i].tok == token.RPAREN {
			return 0, 0, false // the body of a function literal
		}
		if stack[i].tok == token.LPAREN && before[i].tok == token.IDENT {
			return before[i].pos, before[i].end, true
		}
		if stack[i].tok == token.LPAREN && before[i].tok == token.RBRACK {
			// f[T](: the name is before the type arguments.
			depth := 0
			list := tokens(code[:before[i].end])
			for j := len(list) - 1; j > 0; j-- {
				switch list[j].tok {
				case token.RBRACK:
					depth++
				case token.LBRACK:
					depth--
				}
				if depth == 0 && list[j].tok == token.LBRACK {
					if list[j-1].tok == token.IDENT {
						return list[j-1].pos, list[j-1].end, true
					}
					break
				}
			}
		}
	}
	return 0, 0, false
}

func describeMagic(code string, m *magicAt, magics []Magic) Inspection {
	name := strings.TrimLeft(code[max(m.nameStart, 0):max(m.nameEnd, m.nameStart)], "%")
	for _, k := range magics {
		if k.Name == name {
			var forms []string
			if k.Line {
				forms = append(forms, "%"+k.Name)
			}
			if k.Cell {
				forms = append(forms, "%%"+k.Name)
			}
			head := strings.Join(forms, ", ")
			return Inspection{Found: true,
				Plain:    head + "\n\n" + strings.TrimSpace(k.Doc) + "\n",
				Markdown: "`" + head + "`\n\n" + strings.TrimSpace(k.Doc) + "\n"}
		}
	}
	return Inspection{}
}
