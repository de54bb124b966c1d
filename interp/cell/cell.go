// Package cell takes the text of a notebook cell apart: magic lines, imports,
// declarations, statements and the last expression. It parses and knows no
// types; package check does.
package cell

import (
	"go/scanner"
	"go/token"
	"strings"
	"unicode/utf8"
)

// A Segment is a run of Go code or one magic.
type Segment struct {
	Line  int    // 1 for the cell's first line
	Go    string // Go source; empty for a magic
	Magic *Magic
}

// A Magic is a line that starts with % or !, or a whole cell that starts with
// %%.
type Magic struct {
	Name string // without its signs; "!" for a shell command
	Args string // the rest of the line
	Cell bool   // it began with %%, and Body is what follows
	Body string
	// Assign is what a shell command's lines are assigned to, with the
	// operator: "out :=". Empty for others.
	Assign string
}

// Segments splits code into Go and magics, in order. A line is a magic only
// where a statement can begin: not within brackets, raw strings or comments.
// A line !x is an expression rather than a shell command when isGo says so of
// its text.
func Segments(code string, isGo func(line string) bool) []Segment {
	if m, line := cellMagic(code); m != nil {
		return []Segment{{Line: line, Magic: m}}
	}
	var segs []Segment
	start, from := 0, 0 // of the Go code at hand; of the scan
	flush := func(end int) {
		if text := code[start:end]; strings.TrimSpace(text) != "" {
			segs = append(segs, Segment{Line: 1 + strings.Count(code[:start], "\n"), Go: text})
		}
	}
	for {
		at, ok := nextMagic(code, from, isGo)
		if !ok {
			break
		}
		flush(at)
		end := len(code)
		if i := strings.IndexByte(code[at:], '\n'); i >= 0 {
			end = at + i
		}
		segs = append(segs, Segment{Line: 1 + strings.Count(code[:at], "\n"), Magic: lineMagic(code[at:end])})
		start = min(end+1, len(code))
		from = start
	}
	flush(len(code))
	return segs
}

// cellMagic recognises %%name as the first thing of a cell.
func cellMagic(code string) (*Magic, int) {
	trimmed := strings.TrimLeft(code, " \t\r\n")
	if !strings.HasPrefix(trimmed, "%%") {
		return nil, 0
	}
	line := 1 + strings.Count(code[:len(code)-len(trimmed)], "\n")
	head, body, _ := strings.Cut(trimmed[2:], "\n")
	name, args, _ := strings.Cut(strings.TrimSpace(head), " ")
	return &Magic{Name: name, Args: strings.TrimSpace(args), Cell: true, Body: body}, line
}

func lineMagic(line string) *Magic {
	line = strings.TrimSpace(line)
	if i := strings.Index(line, "!"); i > 0 && line[0] != '%' {
		return &Magic{Name: "!", Args: strings.TrimSpace(line[i+1:]), Assign: strings.TrimSpace(line[:i])}
	}
	if rest, ok := strings.CutPrefix(line, "!"); ok {
		return &Magic{Name: "!", Args: strings.TrimSpace(rest)}
	}
	name, args, _ := strings.Cut(strings.TrimLeft(line, "%"), " ")
	return &Magic{Name: name, Args: strings.TrimSpace(args)}
}

// nextMagic finds the first magic line at or after from, where a statement
// begins.
func nextMagic(code string, from int, isGo func(string) bool) (int, bool) {
	if !strings.ContainsAny(code[from:], "%!") {
		return 0, false
	}
	var s scanner.Scanner
	f := token.NewFileSet().AddFile("", -1, len(code)-from)
	s.Init(f, []byte(code[from:]), nil, 0)
	depth, begin := 0, true
	assign, name := 0, 0 // how much of NAME := has been read; where it began
	for {
		pos, tok, _ := s.Scan()
		off := from + f.Offset(pos)
		switch {
		case begin && tok == token.IDENT && depth == 0 && startsLine(code, off):
			assign, name = 1, off
		case assign == 1 && (tok == token.DEFINE || tok == token.ASSIGN):
			assign = 2
		case assign == 2 && tok == token.NOT:
			line, _, _ := strings.Cut(code[name:], "\n")
			if i := off - name; i < len(line) && isCommand(line[i:], code[:name]+code[name+len(line):], isGo) {
				return name, true
			}
			assign = 0
		default:
			assign = 0
		}
		switch tok {
		case token.EOF:
			return 0, false
		case token.LPAREN, token.LBRACE, token.LBRACK:
			depth++
		case token.RPAREN, token.RBRACE, token.RBRACK:
			depth--
		case token.REM, token.NOT, token.REM_ASSIGN, token.NEQ:
			if depth == 0 && begin && startsLine(code, off) {
				line, _, _ := strings.Cut(code[off:], "\n")
				if tok == token.REM || tok == token.REM_ASSIGN || isGo == nil || !isGo(line) {
					return off, true
				}
			}
		}
		begin = tok == token.SEMICOLON
	}
}

// isCommand reports whether text, which begins with !, is a shell command rather
// than an expression of Go: nothing has the name that follows, neither in the
// session nor in the rest of the cell, and it is not written as a call or a
// selector.
func isCommand(text, rest string, isGo func(string) bool) bool {
	word := text[1:]
	n := 0
	for n < len(word) && (word[n] == '_' || word[n] >= 0x80 || '0' <= word[n] && word[n] <= '9' || 'a' <= word[n]|0x20 && word[n]|0x20 <= 'z') {
		n++
	}
	name, after := word[:n], word[n:]
	if name == "" || strings.HasPrefix(after, "(") || strings.HasPrefix(after, ".") || strings.HasPrefix(after, "[") {
		return n == 0 && strings.HasPrefix(word, "/")
	}
	if name == "true" || name == "false" || isGo != nil && isGo(text) {
		return false
	}
	var s scanner.Scanner
	f := token.NewFileSet().AddFile("", -1, len(rest))
	s.Init(f, []byte(rest), nil, 0)
	for {
		_, tok, lit := s.Scan()
		if tok == token.EOF {
			return true
		}
		if tok == token.IDENT && lit == name {
			return false
		}
	}
}

func startsLine(code string, off int) bool {
	i := strings.LastIndexByte(code[:off], '\n')
	return strings.TrimSpace(code[i+1:off]) == ""
}

// Kind says what an Item is.
type Kind uint8

// The kinds of Item.
const (
	Statement Kind = iota
	Import
	Declaration // type, const, func with a name
)

// An Item is one top-level piece of a cell: a declaration or a statement. Code
// from Start to End includes comments before it.
type Item struct {
	Kind       Kind
	Start, End int  // offsets in the code
	First      int  // offset of its first token
	Semicolon  bool // an explicit semicolon ends it
}

// Items splits Go code at the semicolons (also inserted ones) outside
// brackets.
func Items(code string) []Item {
	var s scanner.Scanner
	f := token.NewFileSet().AddFile("", -1, len(code))
	s.Init(f, []byte(code), nil, 0)
	var items []Item
	var toks []token.Token // of the item at hand
	depth, start, first, last := 0, 0, -1, 0
	header := false // of a for, if or switch, whose semicolons end no statement
	for {
		pos, tok, lit := s.Scan()
		off := f.Offset(pos)
		explicit := tok == token.SEMICOLON && lit == ";"
		if tok == token.EOF || tok == token.SEMICOLON && depth <= 0 && !(header && explicit) {
			if first >= 0 {
				items = append(items, Item{Kind: classify(toks), Start: start, End: last, First: first, Semicolon: explicit})
			} else if explicit && len(items) > 0 {
				items[len(items)-1].Semicolon = true
			}
			if tok == token.EOF {
				return items
			}
			toks, first, depth, header = toks[:0], -1, 0, false
			start = off
			if explicit {
				start++
			}
			continue
		}
		switch tok {
		case token.FOR, token.IF, token.SWITCH:
			header = header || depth <= 0
		case token.LPAREN, token.LBRACE, token.LBRACK:
			if tok == token.LBRACE && depth <= 0 {
				header = false
			}
			depth++
		case token.RPAREN, token.RBRACE, token.RBRACK:
			depth--
		}
		if first < 0 {
			first = off
		}
		toks = append(toks, tok)
		last = off + tokenLen(tok, lit, code[off:])
	}
}

// tokenLen is the length of a token in the source; the scanner drops carriage
// returns of raw strings from lit.
func tokenLen(tok token.Token, lit, rest string) int {
	switch {
	case tok == token.STRING && strings.HasPrefix(rest, "`"):
		if i := strings.IndexByte(rest[1:], '`'); i >= 0 {
			return i + 2
		}
		return len(rest)
	case tok == token.ILLEGAL && !strings.HasPrefix(rest, lit): // of a byte that is no UTF-8
		_, n := utf8.DecodeRuneInString(rest)
		return n
	case tok.IsLiteral() || tok == token.ILLEGAL:
		return min(max(len(lit), 1), len(rest))
	case tok == token.SEMICOLON: // there may be none at the end
		return min(len(lit), len(rest))
	}
	return min(len(tok.String()), len(rest))
}

// classify tells declarations from statements by their tokens. A func with a
// name is a declaration, a function literal is not:
//
//	func (r T) Name(          a method
//	func (a int) int {        a literal
func classify(toks []token.Token) Kind {
	switch toks[0] {
	case token.IMPORT:
		return Import
	case token.TYPE, token.CONST:
		return Declaration
	case token.FUNC:
		if len(toks) > 1 && toks[1] != token.LPAREN {
			return Declaration
		}
		depth := 0
		for i, t := range toks[1:] {
			switch t {
			case token.LPAREN:
				depth++
			case token.RPAREN:
				depth--
			}
			if depth == 0 {
				rest := toks[i+2:]
				if len(rest) >= 2 && rest[0] == token.IDENT && (rest[1] == token.LPAREN || rest[1] == token.LBRACK) {
					return Declaration
				}
				return Statement
			}
		}
		return Declaration
	}
	return Statement
}
