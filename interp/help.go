package interp

import (
	"context"
	"go/ast"
	"go/types"

	"cahier/interp/assist"
	"cahier/interp/cell"
	"cahier/interp/check"
	"cahier/interp/symbols"
)

func typeString(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		if p.Path() == check.Path {
			return ""
		}
		return p.Name()
	})
}

// editing is the session as package assist sees it.
type editing struct{ s *Session }

// Import implements [types.Importer].
func (e editing) Import(path string) (*types.Package, error) { return e.s.pkgs.Import(path) }

// Imports implements [assist.Session].
func (e editing) Imports() map[string]string { return e.s.check.Imports() }

// ResolvePackage implements [assist.Session].
func (e editing) ResolvePackage(name string) (string, []string) {
	return e.s.check.ResolvePackage(name)
}

// Declarations implements [assist.Session].
func (e editing) Declarations() []assist.Declaration {
	var list []assist.Declaration
	for _, d := range e.s.check.Decls() {
		if d.Broken == "" {
			list = append(list, declaration(d))
		}
	}
	return list
}

func declaration(d *check.Decl) assist.Declaration {
	a := assist.Declaration{Object: d.Obj, Cell: d.File.Name}
	switch n := d.Node.(type) {
	case *ast.FuncDecl:
		a.Source, a.Doc = d.File.Text(n), cell.DocText(n.Doc)
	case *ast.TypeSpec:
		a.Source, a.Doc = "type "+d.File.Text(n), cell.DocText(n.Doc)
		if a.Doc == "" {
			a.Doc = d.File.DocOf(n)
		}
	case *ast.GenDecl:
		a.Source, a.Doc = d.File.Text(n), cell.DocText(n.Doc)
	}
	for name, m := range d.Methods {
		if a.Methods == nil {
			a.Methods = map[string]assist.Declaration{}
		}
		a.Methods[name] = declaration(m)
	}
	return a
}

func (s *Session) newAssistant() *assist.Assistant {
	return &assist.Assistant{
		Session: editing{s},
		Value: func(name string) (assist.Value, bool) {
			d := s.check.Lookup(name)
			if d == nil || d.Kind != check.Var || d.Broken != "" {
				return assist.Value{}, false
			}
			if s.busy() {
				return assist.Value{}, false // the cell may be changing it
			}
			text, size := s.describe(nowhere{}, d)
			return assist.Value{Text: text, Shape: size}, true
		},
		Keys:        s.keys,
		Packages:    symbols.Packages,
		PackageName: symbols.Name,
		Doc:         symbols.Doc,
		Magics: func() []assist.Magic {
			var list []assist.Magic
			for _, c := range magicTable() {
				list = append(list, assist.Magic{Name: c.name, Line: c.line, Cell: c.cell, Args: c.args, Doc: c.doc + "\n\n" + c.usage})
			}
			return list
		},
	}
}

// Complete implements [Executor].
func (s *Session) Complete(ctx context.Context, code string, cursor int) (Completion, error) {
	c := s.assist.Complete(code, cursor)
	out := Completion{Start: c.Start, End: c.End, Matches: make([]Match, len(c.Matches))}
	for i, m := range c.Matches {
		out.Matches[i] = Match(m)
	}
	return out, nil
}

// Inspect implements [Executor].
func (s *Session) Inspect(ctx context.Context, code string, cursor, detail int) (Inspection, error) {
	in := s.assist.Inspect(code, cursor, detail)
	if !in.Found {
		return Inspection{}, nil
	}
	m := map[string]any{"text/plain": in.Plain}
	if in.Markdown != "" {
		m["text/markdown"] = in.Markdown
	}
	return Inspection{Found: true, MIME: m}, nil
}
