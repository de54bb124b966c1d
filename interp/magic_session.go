package interp

import (
	"fmt"
	"go/parser"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"cahier/interp/check"
	"cahier/interp/symbols"
	"cahier/interp/symbols/operations"
)

func magicWho(m *magicCall) *CellError {
	byKind := map[check.Kind][]string{}
	for _, d := range m.s.check.Decls() {
		byKind[d.Kind] = append(byKind[d.Kind], d.Name)
	}
	any := false
	for _, k := range []check.Kind{check.Var, check.Const, check.Func, check.Type} {
		if names := byKind[k]; len(names) > 0 {
			m.print("%-10s %s\n", k.String()+"s", strings.Join(names, " "))
			any = true
		}
	}
	if !any {
		m.print("nothing is declared\n")
	}
	return nil
}

func magicWhos(m *magicCall) *CellError {
	rows := [][]string{{"name", "type", "size", "value"}}
	for _, d := range m.s.check.Decls() {
		if d.Kind != check.Var {
			continue
		}
		text, size := m.s.describe(m.run.Out, d)
		if utf8.RuneCountInString(text) > 50 {
			text = string([]rune(text)[:49]) + "…"
		}
		rows = append(rows, []string{d.Name, typeString(d.Obj.Type()), size, strings.ReplaceAll(text, "\n", " ")})
	}
	if len(rows) == 1 {
		m.print("no variables are declared\n")
		return nil
	}
	var width [4]int
	for _, r := range rows {
		for i, c := range r {
			width[i] = max(width[i], utf8.RuneCountInString(c))
		}
	}
	for _, r := range rows {
		m.print("%s\n", strings.TrimRight(fmt.Sprintf("%-*s  %-*s  %-*s  %s", width[0], r[0], width[1], r[1], width[2], r[2], r[3]), " "))
	}
	return nil
}

func magicTime(m *magicCall) *CellError {
	code, line := m.Args, m.line
	if m.Cell {
		code, line = m.Body, m.line+1
		if m.Args != "" {
			code, line = m.Args+"\n"+m.Body, m.line
		}
	}
	f, cerr := m.s.compile(m.run, m.name, code, line)
	if cerr != nil {
		return cerr
	}
	start := time.Now()
	err := m.s.call(m.ctx, m.run, f)
	d := time.Since(start)
	m.s.drain()
	m.print("time: %s\n", shortDuration(d))
	return err
}

func magicTimeit(m *magicCall) *CellError {
	code, indent := m.Args, len("%timeit ")
	if m.Cell {
		code, indent = m.Args+"\n"+m.Body, len("%%timeit ")
	}
	// The loop is compiled with the code: a call from here costs more than many
	// a statement takes.
	loop := func(n int) (func(), *CellError) {
		return m.s.compile(m.run, m.name, fmt.Sprintf("for range %d { /*line :%d:%d*/%s\n}", n, m.line, indent+1, code), m.line)
	}
	f, cerr := loop(1)
	if cerr != nil {
		if _, err := parser.ParseExpr(strings.TrimSpace(code)); err != nil {
			return cerr
		}
		// An expression whose value nobody uses, which Go refuses.
		code, indent = "_ = "+code, indent-len("_ = ")
		if f, _ = loop(1); f == nil {
			return cerr
		}
	}
	// Runs for about a second, in batches of about a tenth.
	n, total := 0, time.Duration(0)
	best := time.Duration(-1)
	for batch := 1; total < time.Second && n < 100_000_000; {
		start := time.Now()
		if err := m.s.call(m.ctx, m.run, f); err != nil {
			return err
		}
		d := time.Since(start)
		total += d
		n += batch
		if per := d / time.Duration(batch); best < 0 || per < best {
			best = per
		}
		if d < 50*time.Millisecond {
			batch *= 2
			if f, cerr = loop(batch); cerr != nil {
				return cerr
			}
		}
	}
	m.print("%s per run (best of batches: %s; %d runs)\n", shortDuration(total/time.Duration(n)), shortDuration(best), n)
	return nil
}

func shortDuration(d time.Duration) string {
	switch {
	case d >= time.Second:
		return fmt.Sprintf("%.3g s", d.Seconds())
	case d >= time.Millisecond:
		return fmt.Sprintf("%.3g ms", float64(d)/1e6)
	case d >= time.Microsecond:
		return fmt.Sprintf("%.3g µs", float64(d)/1e3)
	}
	return fmt.Sprintf("%d ns", d)
}

func magicReset(m *magicCall) *CellError {
	if m.Args != "" && m.Args != "-f" {
		return m.fail("%%reset takes no argument but -f, got %q", m.Args)
	}
	m.s.check.Reset()
	return nil
}

// magicReplay runs the cells of an earlier session again. In a session that
// lost nothing there is nothing to replay.
func magicReplay(m *magicCall) *CellError {
	if m.s.opt.History == nil {
		return m.fail("there is nothing to replay: this session has lost no cells")
	}
	for i, code := range m.s.opt.History() {
		name := fmt.Sprintf("replayed cell %d", i+1)
		m.s.mu.Lock()
		m.s.sources[name] = source{code}
		m.s.mu.Unlock()
		if err := m.s.execute(m.ctx, m.run, name, code); err != nil {
			return err
		}
	}
	return nil
}

func magicRun(m *magicCall) *CellError {
	text, err := os.ReadFile(m.Args)
	if err != nil {
		return m.fail("%v", err)
	}
	code := string(text)
	// A file of package main is a cell but for its package clause.
	if i := packageClause(code); i >= 0 {
		end := strings.IndexByte(code[i:], '\n')
		if end < 0 {
			end = len(code) - i
		}
		code = code[:i] + strings.Repeat(" ", end) + code[i+end:]
	}
	m.s.mu.Lock()
	m.s.sources[m.Args] = source{code}
	m.s.mu.Unlock()
	return m.s.runGo(m.ctx, m.run, m.Args, code, 1)
}

// packageClause is the offset of the package clause, or -1.
func packageClause(code string) int {
	off := 0
	for _, line := range strings.SplitAfter(code, "\n") {
		if strings.HasPrefix(line, "package ") {
			return off
		}
		off += len(line)
	}
	return -1
}

func magicLoad(m *magicCall) *CellError {
	text, err := os.ReadFile(m.Args)
	if err != nil {
		return m.fail("%v", err)
	}
	s := string(text)
	m.data.mu.Lock()
	m.data.next = &s
	m.data.mu.Unlock()
	return nil
}

func magicDoc(m *magicCall) *CellError {
	in, err := m.s.Inspect(m.ctx, m.Args, utf8.RuneCountInString(m.Args), 0)
	if err != nil {
		return m.fail("%v", err)
	}
	if !in.Found {
		return m.fail("nothing is known of %s", m.Args)
	}
	text, _ := in.MIME["text/plain"].(string)
	m.print("%s\n", strings.TrimRight(text, "\n"))
	return nil
}

func magicOps(m *magicCall) *CellError {
	if m.Args == "" {
		m.print("%s", operations.List())
		return nil
	}
	text, err := operations.Describe(m.Args, func(fn string) string { return symbols.Doc("cahier/ops", fn) })
	if err != nil {
		return m.fail("%v", err)
	}
	m.print("%s", text)
	return nil
}
