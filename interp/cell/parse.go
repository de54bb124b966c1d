package cell

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"strings"
)

// FuncName is the function that holds a cell's statements.
const FuncName = "cell·"

// A File is a parsed piece of Go code of a cell. Its positions, through the
// FileSet that it was parsed with, are those of the cell's text.
type File struct {
	Name      string
	Code      string
	Line      int           // line of the cell on which Code starts
	AST       *ast.File     // as parsed: declarations, then the function FuncName
	Body      *ast.FuncDecl // the function FuncName
	Imports   []*ast.ImportSpec
	Decls     []ast.Decl // types, constants, functions
	Suppress  bool       // the last statement is not the last thing, or a semicolon ends it: show nothing
	Semicolon bool       // a semicolon ends the last statement, which may be any expression

	source []byte // what was parsed
}

// Parse parses code. Errors carry positions of the cell's text.
func Parse(fset *token.FileSet, name, code string, line int) (*File, scanner.ErrorList) {
	if err := balance(name, code, line); err != nil {
		return nil, scanner.ErrorList{err}
	}
	items := Items(code)
	var b bytes.Buffer
	b.WriteString("package main\n")
	put := func(it Item) {
		l, c := position(code, line, it.Start)
		fmt.Fprintf(&b, "/*line go:%d:%d*/%s\n", l, c, code[it.Start:it.End])
	}
	for _, kind := range []Kind{Import, Declaration} {
		for _, it := range items {
			if it.Kind == kind {
				put(it)
			}
		}
	}
	fmt.Fprintf(&b, "func %s() {\n", "cell__")
	for _, it := range items {
		if it.Kind == Statement {
			put(it)
		}
	}
	l, c := position(code, line, len(code))
	fmt.Fprintf(&b, "/*line go:%d:%d*/}\n", l, c)

	f := &File{Name: name, Code: code, Line: line}
	var errs scanner.ErrorList
	tree, err := parser.ParseFile(fset, name+"/go", b.Bytes(), parser.AllErrors|parser.ParseComments)
	if err != nil {
		list, ok := err.(scanner.ErrorList)
		if !ok {
			list.Add(token.Position{Filename: name, Line: line, Column: 1}, err.Error())
		}
		for _, e := range list {
			// A name declared twice is go/types' to say.
			if !strings.Contains(e.Msg, "redeclared in this block") && !strings.HasPrefix(e.Msg, "label ") && !strings.Contains(e.Msg, "no new variables on left side") {
				errs = append(errs, e)
			}
		}
		if len(errs) > 0 {
			errs.RemoveMultiples()
			return nil, errs
		}
	}
	f.AST, f.source = tree, b.Bytes()
	f.Imports = tree.Imports
	for i, d := range tree.Decls {
		if i == len(tree.Decls)-1 {
			f.Body, _ = d.(*ast.FuncDecl)
			break
		}
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			continue
		}
		f.Decls = append(f.Decls, d)
	}
	if f.Body == nil || f.Body.Body == nil {
		errs.Add(token.Position{Filename: name, Line: line, Column: 1}, "the cell is not Go code")
		return nil, errs
	}
	f.Body.Name.Name = FuncName
	if n := len(items); n > 0 {
		f.Semicolon = items[n-1].Semicolon && items[n-1].Kind == Statement
		f.Suppress = f.Semicolon || items[n-1].Kind != Statement
	}
	return f, nil
}

func position(code string, line, off int) (int, int) {
	i := strings.LastIndexByte(code[:off], '\n')
	return line + strings.Count(code[:off], "\n"), off - i
}

// balance reports the first bracket without its partner, which the parser,
// seeing the cell in pieces, could only describe badly.
func balance(name, code string, line int) *scanner.Error {
	type open struct {
		tok token.Token
		off int
	}
	var stack []open
	var s scanner.Scanner
	var first *scanner.Error
	f := token.NewFileSet().AddFile("", -1, len(code))
	at := func(off int, format string, args ...any) *scanner.Error {
		l, c := position(code, line, min(off, len(code)))
		return &scanner.Error{Pos: token.Position{Filename: name, Line: l, Column: c}, Msg: fmt.Sprintf(format, args...)}
	}
	s.Init(f, []byte(code), func(pos token.Position, msg string) {
		if first == nil {
			first = at(pos.Offset, "%s", msg)
		}
	}, 0)
	partner := map[token.Token]token.Token{token.RPAREN: token.LPAREN, token.RBRACE: token.LBRACE, token.RBRACK: token.LBRACK}
	for {
		pos, tok, _ := s.Scan()
		off := f.Offset(pos)
		if first != nil {
			return first
		}
		switch tok {
		case token.EOF:
			if n := len(stack); n > 0 {
				o := stack[n-1]
				l, _ := position(code, line, o.off)
				return at(len(code), "syntax error: unexpected end of cell, %s of line %d is not closed", o.tok, l)
			}
			return nil
		case token.LPAREN, token.LBRACE, token.LBRACK:
			stack = append(stack, open{tok, off})
		case token.RPAREN, token.RBRACE, token.RBRACK:
			n := len(stack)
			if n == 0 || stack[n-1].tok != partner[tok] {
				return at(off, "syntax error: unexpected %s", tok)
			}
			stack = stack[:n-1]
		}
	}
}

// Text is the source of a node of the file, as parsed.
func (f *File) Text(n ast.Node) string {
	base := int(f.AST.FileStart)
	a, b := int(n.Pos())-base, int(n.End())-base
	if a < 0 || b > len(f.source) || a > b {
		return ""
	}
	return string(f.source[a:b])
}

// DocOf is the comment of the declaration that n, a specification, stands in.
func (f *File) DocOf(n ast.Spec) string {
	for _, d := range f.AST.Decls {
		if g, ok := d.(*ast.GenDecl); ok {
			for _, s := range g.Specs {
				if s == n {
					return DocText(g.Doc)
				}
			}
		}
	}
	return ""
}

// Global reports whether an identifier means something that is not local to
// the cell's functions, as far as the parser can tell.
func (f *File) Global(id *ast.Ident) bool {
	return id.Obj == nil || f.AST.Scope.Objects[id.Obj.Name] == id.Obj
}

// DocText is the text of a comment, without the line directives of Parse.
func DocText(g *ast.CommentGroup) string {
	if g == nil {
		return ""
	}
	var own ast.CommentGroup
	for _, c := range g.List {
		if !strings.HasPrefix(c.Text, "/*line go:") {
			own.List = append(own.List, c)
		}
	}
	return own.Text()
}
