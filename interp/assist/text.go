package assist

import (
	"go/scanner"
	"go/token"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tok is a token with its place in the code.
type tok struct {
	tok      token.Token
	pos, end int
	lit      string
}

// tokens scans code, comments and all. Semicolons are those of the source and
// the inserted ones; the latter have no width.
func tokens(code string) []tok {
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(code))
	s.Init(file, []byte(code), func(token.Position, string) {}, scanner.ScanComments)
	var list []tok
	for {
		pos, t, lit := s.Scan()
		if t == token.EOF {
			return list
		}
		off := min(file.Offset(pos), len(code))
		list = append(list, tok{t, off, off + width(t, lit, code[off:]), lit})
	}
}

// width is the length of a token in the source. The scanner drops carriage
// returns from what it calls the literal.
func width(t token.Token, lit, rest string) int {
	switch {
	case t == token.SEMICOLON:
		if strings.HasPrefix(rest, ";") {
			return 1
		}
		return 0
	case t == token.STRING && strings.HasPrefix(rest, "`"):
		if i := strings.IndexByte(rest[1:], '`'); i >= 0 {
			return i + 2
		}
		return len(rest)
	case t == token.COMMENT && strings.HasPrefix(rest, "/*"):
		if i := strings.Index(rest[2:], "*/"); i >= 0 {
			return i + 4
		}
		return len(rest)
	case t == token.COMMENT:
		if i := strings.IndexByte(rest, '\n'); i >= 0 {
			return i
		}
		return len(rest)
	case t.IsLiteral() || t == token.ILLEGAL || t.IsKeyword():
		return min(max(len(lit), 1), len(rest))
	}
	return min(len(t.String()), len(rest))
}

func isIdent(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// word is the identifier, keyword or number that the offset is in or at an end
// of; start == end when there is none.
func word(code string, at int) (start, end int) {
	start, end = at, at
	for start > 0 {
		r, n := utf8.DecodeLastRuneInString(code[:start])
		if !isIdent(r) {
			break
		}
		start -= n
	}
	for end < len(code) {
		r, n := utf8.DecodeRuneInString(code[end:])
		if !isIdent(r) {
			break
		}
		end += n
	}
	return start, end
}

// place is what kind of text a cursor is in.
type place uint8

const (
	inCode place = iota
	inComment
	inString // text.start is where its content begins
	inImport // the same, of an import path
	inNumber // also a character
)

// locate finds the place of the offset at and, in strings, where the content
// begins and ends.
func locate(code string, at int) (p place, start, end int) {
	list := tokens(code)
	for i, t := range list {
		if t.pos >= at {
			break
		}
		switch t.tok {
		case token.COMMENT:
			if at < t.end || at == t.end && (strings.HasPrefix(code[t.pos:], "//") || !strings.HasSuffix(code[t.pos:t.end], "*/")) {
				return inComment, at, at
			}
		case token.STRING:
			text := code[t.pos:t.end]
			closed := len(text) > 1 && text[len(text)-1] == text[0]
			if at < t.end || at == t.end && !closed {
				end = t.end
				if closed {
					end--
				}
				if importing(list[:i]) {
					return inImport, t.pos + 1, end
				}
				return inString, t.pos + 1, end
			}
		case token.INT, token.FLOAT, token.IMAG, token.CHAR:
			if at <= t.end {
				return inNumber, at, at
			}
		}
	}
	return inCode, at, at
}

// importing tells whether a string after these tokens is an import path.
func importing(before []tok) bool {
	i := len(before) - 1
	skip := func() {
		for i >= 0 && before[i].tok == token.COMMENT {
			i--
		}
	}
	skip()
	if i >= 0 && (before[i].tok == token.IDENT || before[i].tok == token.PERIOD) {
		i--
		skip()
	}
	if i >= 0 && before[i].tok == token.IMPORT {
		return true
	}
	// import ( "a"; x "b"; ...
	for ; i >= 0; i-- {
		switch before[i].tok {
		case token.STRING, token.IDENT, token.PERIOD, token.SEMICOLON, token.COMMENT:
		case token.LPAREN:
			return i > 0 && before[i-1].tok == token.IMPORT
		default:
			return false
		}
	}
	return false
}

// line is the line around an offset: where it begins and ends.
func line(code string, at int) (start, end int) {
	start = strings.LastIndexByte(code[:at], '\n') + 1
	end = len(code)
	if i := strings.IndexByte(code[at:], '\n'); i >= 0 {
		end = at + i
	}
	return start, end
}
