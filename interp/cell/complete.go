package cell

import (
	"go/scanner"
	"go/token"
	"strings"
)

// State is what IsComplete found.
type State uint8

// The states of code.
const (
	Complete State = iota
	Incomplete
	Invalid
)

// IsComplete says whether code could be executed, needs more lines (then with
// the indent of the next one), or can never become valid.
func IsComplete(code string) (State, string) {
	if m, _ := cellMagic(code); m != nil {
		// A cell magic's body has no grammar: an empty line ends it.
		if strings.HasSuffix(code, "\n\n") {
			return Complete, ""
		}
		return Incomplete, ""
	}
	for _, seg := range Segments(code, func(string) bool { return false }) {
		if seg.Magic != nil {
			continue
		}
		if st, indent := goComplete(seg.Go); st != Complete {
			return st, indent
		}
	}
	return Complete, ""
}

func goComplete(code string) (State, string) {
	depth, open, broken := brackets(code)
	if broken {
		return Invalid, ""
	}
	if open || depth > 0 || endsOpen(code) {
		// Would it be valid if it were closed here?
		if !open && !couldGoOn(code) {
			return Invalid, ""
		}
		if open {
			return Incomplete, ""
		}
		if depth == 0 {
			depth = 1
		}
		return Incomplete, strings.Repeat("\t", depth)
	}
	if _, errs := Parse(token.NewFileSet(), "", code, 1); len(errs) > 0 {
		return Invalid, ""
	}
	return Complete, ""
}

// brackets counts what is open at the end; open: within a raw string or a
// comment; broken: a bracket closes what is not open, or a token is illegal.
func brackets(code string) (depth int, open, broken bool) {
	var s scanner.Scanner
	var stack []token.Token
	f := token.NewFileSet().AddFile("", -1, len(code))
	s.Init(f, []byte(code), func(_ token.Position, msg string) {
		if strings.Contains(msg, "raw string literal not terminated") || strings.Contains(msg, "comment not terminated") {
			open = true
		} else {
			broken = true
		}
	}, 0)
	for {
		_, tok, _ := s.Scan()
		switch tok {
		case token.EOF:
			return len(stack), open, broken && !open
		case token.LPAREN, token.LBRACE, token.LBRACK:
			stack = append(stack, tok)
		case token.RPAREN, token.RBRACE, token.RBRACK:
			n := len(stack)
			if n == 0 || (tok == token.RPAREN) != (stack[n-1] == token.LPAREN) || (tok == token.RBRACE) != (stack[n-1] == token.LBRACE) {
				return 0, false, true
			}
			stack = stack[:n-1]
		}
	}
}

// endsOpen reports whether the last token asks for more: x :=, a +, f(x).
func endsOpen(code string) bool {
	var s scanner.Scanner
	f := token.NewFileSet().AddFile("", -1, len(code))
	s.Init(f, []byte(code), nil, 0)
	last := token.SEMICOLON
	for {
		_, tok, lit := s.Scan()
		if tok == token.EOF {
			break
		}
		if tok == token.SEMICOLON && lit == "\n" {
			continue
		}
		last = tok
	}
	if last.IsOperator() {
		switch last {
		case token.RPAREN, token.RBRACE, token.RBRACK, token.INC, token.DEC, token.SEMICOLON:
			return false
		}
		return true
	}
	switch last {
	case token.FUNC, token.TYPE, token.VAR, token.CONST, token.IMPORT, token.IF, token.FOR, token.SWITCH, token.SELECT, token.GO, token.DEFER, token.MAP, token.CHAN, token.STRUCT, token.INTERFACE, token.ELSE, token.RANGE, token.CASE:
		return true
	}
	return false
}

// couldGoOn reports whether some closing of what is open makes code parse.
func couldGoOn(code string) bool {
	var s scanner.Scanner
	f := token.NewFileSet().AddFile("", -1, len(code))
	s.Init(f, []byte(code), nil, 0)
	var closers []string
	for {
		_, tok, _ := s.Scan()
		if tok == token.EOF {
			break
		}
		switch tok {
		case token.LPAREN:
			closers = append(closers, ")")
		case token.LBRACE:
			closers = append(closers, "}")
		case token.LBRACK:
			closers = append(closers, "]")
		case token.RPAREN, token.RBRACE, token.RBRACK:
			closers = closers[:len(closers)-1]
		}
	}
	var tail strings.Builder
	for i := len(closers) - 1; i >= 0; i-- {
		tail.WriteString(closers[i])
	}
	// Each of these completes some beginning of an expression, a type, a
	// statement or a declaration.
	var ends []string
	for _, mid := range []string{"", "\n", "x", ": x", " int", "x {}", "{}", "x int", "f() {}", "x := 1", "\"x\"", "() {}", "case x:", "x = 1", "\ncase x:", "int {}", "x x"} {
		ends = append(ends, mid+tail.String(), mid+tail.String()+" {}", mid+tail.String()+" int", mid+tail.String()+"()", mid+tail.String()+" x() {}", mid+tail.String()+"x{}", mid+tail.String()+"\n{}")
	}
	for _, end := range ends {
		if _, errs := Parse(token.NewFileSet(), "", code+end, 1); len(errs) == 0 {
			return true
		}
	}
	return false
}
