package assist

import (
	"os"
	"path/filepath"
	"sort"
	"strings"
	"unicode/utf8"

	"cahier/interp/cell"
)

// magic completes within magic lines and takes them out of the code. It is
// true when nothing more is to be done.
func (c *completing) magic() bool {
	var magics []Magic
	if c.h.Magics != nil {
		magics = c.h.Magics()
	}
	code, m := goOnly(c.code, c.at, magics)
	if m == nil {
		c.code = code
		return false
	}
	if c.at <= m.nameEnd && !m.shell {
		c.start, c.end = m.nameStart, m.nameEnd
		sign := "%"
		if m.cell {
			sign = "%%"
		}
		for _, k := range magics {
			if m.cell && k.Cell || !m.cell && k.Line {
				c.add(0, "magic", sign+k.Name, firstLine(k.Doc))
			}
			if !m.cell && k.Cell && strings.TrimSpace(c.code[:m.nameStart]) == "" {
				c.add(1, "magic", "%%"+k.Name, firstLine(k.Doc)).key = "%" + k.Name
			}
		}
		return true
	}
	switch m.args {
	case Path:
		if c.at < m.nameEnd {
			return true // before the sign
		}
		start := c.at
		for start > m.nameEnd && !strings.ContainsRune(" \t\n='\"", rune(c.code[start-1])) {
			start--
		}
		end := c.at
		for end < len(c.code) && !strings.ContainsRune(" \t\r\n'\"", rune(c.code[end])) {
			end++
		}
		c.files(start, end)
	case Names:
		c.start, c.end = word(c.code, c.at)
		if from, ok := operand(c.code, c.start); ok && from > m.nameEnd {
			text := "_ = " + c.code[from:c.start] + placeholder
			if a := c.h.analyze(text, placeholder, len(text)-len(placeholder)); a != nil {
				c.syntax(a)
			}
			return true
		}
		c.packages()
		for _, d := range c.h.decls {
			if d.Object != nil {
				c.add(0, kindOf(d.Object), d.Object.Name(), c.h.signature(d.Object, d.Object.Pkg()))
			}
		}
	}
	return true
}

// magicAt is the magic line that a cursor is in.
type magicAt struct {
	nameStart, nameEnd int // with its signs
	cell               bool
	shell              bool // !command
	args               Args
}

// goOnly replaces what is not Go in a cell by spaces. If the offset at is
// within such text, the magic comes back instead, unless Go code stands there.
func goOnly(code string, at int, magics []Magic) (string, *magicAt) {
	find := func(name string) Args {
		for _, k := range magics {
			if k.Name == name {
				return k.Args
			}
		}
		return None
	}
	text := []byte(code)
	for _, s := range cell.Segments(code, nil) {
		if s.Magic == nil {
			continue
		}
		start := lineStart(code, s.Line)
		_, end := line(code, start)
		head := code[start:end]
		start += len(head) - len(strings.TrimLeft(head, " \t\r"))
		m := &magicAt{nameStart: start, nameEnd: start, cell: s.Magic.Cell, args: Path}
		goFrom := end // where Go code begins
		if s.Magic.Name != "!" {
			for m.nameEnd < end && !strings.ContainsRune(" \t\r", rune(code[m.nameEnd])) {
				m.nameEnd++
			}
			if m.args = find(s.Magic.Name); m.args == Go {
				goFrom = m.nameEnd
			}
		} else {
			m.shell = true
			m.nameEnd++
		}
		last := end
		if s.Magic.Cell {
			last = len(code)
		}
		if start <= at && at <= last && (m.args != Go || at <= goFrom && at <= m.nameEnd) {
			return "", m
		}
		if m.args == Go {
			if s.Magic.Cell {
				last = goFrom
			} else {
				last = min(goFrom, end)
			}
		}
		for i := start; i < last; i++ {
			if text[i] != '\n' && text[i] != '\r' {
				text[i] = ' '
			}
		}
	}
	return string(text), nil
}

// lineStart is the offset of a line, counted from 1.
func lineStart(code string, n int) int {
	at := 0
	for ; n > 1; n-- {
		i := strings.IndexByte(code[at:], '\n')
		if i < 0 {
			return at
		}
		at += i + 1
	}
	return at
}

// files completes the name of a file in code[start:end].
func (c *completing) files(start, end int) {
	written := c.code[start:c.at]
	if len(written) > 4096 || strings.ContainsAny(written, "\n\x00") || written == "" && c.code[max(start-1, 0)] == '"' {
		return
	}
	dir, base := filepath.Split(written)
	look := dir
	if look == "" {
		look = "."
	} else if rest, ok := strings.CutPrefix(look, "~/"); ok {
		home, err := os.UserHomeDir()
		if err != nil {
			return
		}
		look = filepath.Join(home, rest)
	}
	entries, err := os.ReadDir(look)
	if err != nil {
		return
	}
	sort.Slice(entries, func(i, j int) bool { return entries[i].Name() < entries[j].Name() })
	c.start, c.end = c.at-len(base), end
	const most = 500
	for _, e := range entries {
		name := e.Name()
		if strings.HasPrefix(name, ".") && !strings.HasPrefix(base, ".") || !utf8.ValidString(name) {
			continue
		}
		if !hasPrefixFold(name, base) {
			continue // files are not guessed
		}
		if e.IsDir() {
			name += "/"
		}
		if c.add(0, "path", name, ""); len(c.candidates) >= most {
			return
		}
	}
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	return s
}
