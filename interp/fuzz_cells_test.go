package interp

import (
	"context"
	"go/scanner"
	"go/token"
	"go/types"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"cahier/interp/cell"
	"cahier/interp/check"
)

// fuzzTokens are put in where a mutation puts something in.
var fuzzTokens = []string{"x", "0", "\"s\"", "{", "}", "(", ")", "[", "]", ";", ",", ":=", "=", ".", "...", "func", "type", "var", "return", "go",
	"defer", "range", "for", "if", "nil", "any", "*", "&", "<-", "chan", "map", "struct", "interface", "T", "int", "'a'", "1.5", "1i", "-1", "break", "goto", "select", "fallthrough", "_"}

// tokens are the pieces of code between which it may be cut.
func tokens(code string) []string {
	var s scanner.Scanner
	f := token.NewFileSet().AddFile("", -1, len(code))
	s.Init(f, []byte(code), nil, scanner.ScanComments)
	var out []string
	last := 0
	for {
		pos, tok, _ := s.Scan()
		if off := f.Offset(pos); off > last {
			out = append(out, code[last:off])
			last = off
		}
		if tok == token.EOF {
			return append(out, code[last:])
		}
	}
}

// mutate changes code a little: lines or tokens are left out, doubled,
// exchanged, or others put in.
func mutate(rng *rand.Rand, code string) string {
	sep, list := "", tokens(code)
	if rng.IntN(2) == 0 {
		sep, list = "\n", strings.Split(code, "\n")
	}
	if len(list) == 0 {
		return code
	}
	i, j := rng.IntN(len(list)), rng.IntN(len(list))
	switch rng.IntN(5) {
	case 0:
		list = append(list[:i:i], list[i+1:]...)
	case 1:
		list = append(list[:i:i], append([]string{list[j]}, list[i:]...)...)
	case 2:
		list[i], list[j] = list[j], list[i]
	case 3:
		list = append(list[:i:i], append([]string{fuzzTokens[rng.IntN(len(fuzzTokens))] + " "}, list[i:]...)...)
	default:
		list[i] = fuzzTokens[rng.IntN(len(fuzzTokens))] + " "
	}
	return strings.Join(list, sep)
}

// harmless reports whether a mutated cell may run in the process of the test:
// it does not end processes, touch files or run for ever by design.
func harmless(code string) bool {
	for _, s := range []string{"os.", "exec.", "syscall", "unsafe", "Sleep", "http", "net.", "<<", "1e", "Repeat", "println", "SetMax", "debug."} {
		if strings.Contains(code, s) {
			return false
		}
	}
	for line := range strings.Lines(code) { // magics and commands of the shell
		if l := strings.TrimSpace(line); l != "" && (l[0] == '%' || l[0] == '!') {
			return false
		}
	}
	return true
}

// fuzzCells are the cells of the snippets, some of which a seed chooses,
// mutates and mixes.
func fuzzCells(f *testing.F) [][]string {
	var all [][]string
	for _, s := range snippets(f) {
		var cells []string
		for _, c := range s.cells {
			cells = append(cells, c.code)
		}
		all = append(all, cells)
	}
	return all
}

// FuzzSplit splits mutated cells without a panic, and loses no code: what
// stands between the items is space, comments and semicolons.
func FuzzSplit(f *testing.F) {
	all := fuzzCells(f)
	for i := range uint64(40) {
		f.Add(i, uint8(i%5))
	}
	f.Fuzz(func(t *testing.T, seed uint64, n uint8) {
		rng := rand.New(rand.NewPCG(seed, 1))
		cells := all[rng.IntN(len(all))]
		code := cells[rng.IntN(len(cells))]
		for range n % 8 {
			code = mutate(rng, code)
		}
		for _, s := range cell.Segments(code, nil) {
			last := 0
			for _, it := range cell.Items(s.Go) {
				if it.Start < last || it.First < it.Start || it.End < it.First || it.End > len(s.Go) {
					t.Fatalf("item %+v after %d of %q", it, last, s.Go)
				}
				if between := strings.Trim(s.Go[last:it.Start], " \t\r\n;"); between != "" && !strings.HasPrefix(between, "/") && !strings.Contains(between, "\x00") {
					t.Fatalf("lost %q of %q", between, s.Go)
				}
				last = it.End
			}
			if _, errs := cell.Parse(token.NewFileSet(), "cell", s.Go, s.Line); len(errs) > 0 {
				for _, e := range errs {
					if e.Pos.Line < 1 || e.Pos.Line > s.Line+strings.Count(s.Go, "\n")+1 {
						t.Fatalf("an error in line %d of %q", e.Pos.Line, s.Go)
					}
				}
			}
		}
		cell.IsComplete(code)
	})
}

// FuzzNotebook runs the cells of a snippet as somebody does who edits and
// tries: some mutated, some again, some in another order. There is no panic of
// ours; a cell that is refused declares nothing; the session goes on, and does
// what it did before.
func FuzzNotebook(f *testing.F) {
	all := fuzzCells(f)
	for i := range uint64(60) {
		f.Add(i)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		rng := rand.New(rand.NewPCG(seed, 2))
		cells := all[rng.IntN(len(all))]
		if !harmless(strings.Join(cells, "\n")) {
			return
		}
		s, err := New()
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		number := 0
		limit := 300 * time.Millisecond // some block
		run := func(code string) Result {
			number++
			var out recorder
			ctx, cancel := context.WithTimeout(context.Background(), limit)
			defer cancel()
			before := names(s)
			r := s.Execute(ctx, Cell{Code: code, Number: number}, &out)
			if r.Err == nil {
				return r
			}
			text := strings.Join(r.Err.Traceback, "\n")
			for _, bad := range []string{"lowering it failed", "type checker failed", "internal error", "this is valid Go"} {
				if strings.Contains(text, bad) {
					t.Fatalf("%s\n%s", code, text)
				}
			}
			if after := names(s); after != before && r.Err.Name == "CompileError" {
				t.Fatalf("a refused cell declared something: %s then %s\n%s\n%s", before, after, code, text)
			}
			return r
		}
		run(cells[0])
		for range 2 + rng.IntN(6) {
			from := cells
			if rng.IntN(5) == 0 { // of another notebook
				from = all[rng.IntN(len(all))]
			}
			code := from[rng.IntN(len(from))]
			for range rng.IntN(3) {
				code = mutate(rng, code)
			}
			if harmless(code) {
				run(code)
			}
		}
		usable(t, s)
		other := all[rng.IntN(len(all))]
		again(t, s, other[0], other[rng.IntN(len(other))])
		// A cell that stands on its own does the same each time.
		const own = "func own(n int) (s []int) { for i := range n { s = append(s, i*i) }; return }\ntype Own struct{ S []int }\nOwn{own(4)}"
		limit = 20 * time.Second
		for range 2 {
			r := run(own)
			if r.Err != nil {
				if hides(s) {
					return
				}
				t.Fatalf("after all: %v", r.Err.Traceback)
			}
			if got := r.Value.MIME["text/plain"]; got != "{S:[0 1 4 9]}" {
				t.Fatalf("after all: %v", got)
			}
		}
	})
}

// names are what the session has declared.
func names(s *Session) string {
	var b strings.Builder
	for _, d := range s.check.Decls() {
		b.WriteString(d.Name + ":" + d.Kind.String() + " " + types.ObjectString(d.Obj, nil) + ";")
	}
	return b.String()
}

// usable checks that every name the session has declared can be used, or is
// refused in so many words, and that the session can list them.
func usable(t *testing.T, s *Session) {
	t.Helper()
	try := func(code string) Result {
		var out recorder
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		return s.Execute(ctx, Cell{Code: code, Number: 1000}, &out)
	}
	if r := try("%who"); r.Err != nil {
		t.Fatalf("%%who: %v", r.Err.Traceback)
	}
	for _, d := range s.check.Decls() {
		if d.Name == "_" || d.Hidden || d.Kind == check.Method {
			continue
		}
		code := "_ = " + d.Name
		if d.Kind == check.Type {
			code = "var _ " + d.Name
		}
		if r := try(code); r.Err != nil && r.Err.Name != "CompileError" && r.Err.Name != "NotSupported" {
			t.Fatalf("%s of %s: %v", code, names(s), r.Err.Traceback)
		} else if r.Err != nil && strings.Contains(strings.Join(r.Err.Traceback, " "), "failed on this cell") {
			t.Fatalf("%s: %v", code, r.Err.Traceback)
		}
	}
}

// alone reports whether a cell runs in a session that has only what the
// first cell imports, and is one that prints the same each time.
func alone(imports, code string) bool {
	if !strings.HasPrefix(imports, "import") || !harmless(code) {
		return false
	}
	for _, s := range []string{"go ", "time.", "rand.", "sync.", "%p", "range m"} {
		if strings.Contains(code, s) {
			return false
		}
	}
	s, err := New()
	if err != nil {
		return false
	}
	defer s.Close()
	for i, c := range []string{imports, code} {
		var out recorder
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		r := s.Execute(ctx, Cell{Code: c, Number: i + 1}, &out)
		cancel()
		if r.Err != nil {
			return false
		}
	}
	return true
}

// again runs a cell that needs nothing of the session twice: it prints the same.
func again(t *testing.T, s *Session, imports, code string) {
	t.Helper()
	if hides(s) || !alone(imports, code) {
		return
	}
	var seen [2]string
	for i := range seen {
		for _, c := range []string{imports, code} {
			var out recorder
			ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
			r := s.Execute(ctx, Cell{Code: c, Number: 2000 + i}, &out)
			cancel()
			seen[i] += out.text()
			if r.Err != nil {
				seen[i] += r.Err.Name + ": " + r.Err.Value
			}
		}
	}
	if seen[0] != seen[1] {
		t.Fatalf("a cell run again:\n%s\nfirst:\n%s\nthen:\n%s", code, seen[0], seen[1])
	}
}

// hides reports whether the session has declared a name that Go predeclares.
func hides(s *Session) bool {
	for _, n := range []string{"append", "int", "any", "nil", "len"} {
		if s.check.Lookup(n) != nil {
			return true
		}
	}
	return false
}
