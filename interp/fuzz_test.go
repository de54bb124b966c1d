package interp

import (
	"context"
	"strings"
	"testing"
	"time"

	"cahier/interp/cell"
)

// FuzzItems splits anything without a panic, and loses nothing but space,
// comments and semicolons.
func FuzzItems(f *testing.F) {
	for _, s := range []string{"x := 1; y := 2", "func f() {}\nf()", "`a\r\nb`; 3", "%who\nx", "/* c */ import \"fmt\"", "func(", "\"\x00", "type T struct{}\nfunc (T) M() {}", "}{", "'a", "f(x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, code string) {
		last := 0
		for _, it := range cell.Items(code) {
			if it.Start > it.First || it.First > it.End || it.Start < last || it.End > len(code) {
				t.Fatalf("item %+v of %q", it, code)
			}
			last = it.End
		}
		cell.IsComplete(code)
		cell.Segments(code, nil)
	})
}

// FuzzSession runs cells made of pieces in any order: no panic of ours, no
// half-declared cell, and the session goes on.
func FuzzSession(f *testing.F) {
	pieces := []string{
		"x := 1", "x := \"s\"", "x = 2", "var y = x", "y++", "func f() int { return 1 }", "func f(a string) string { return a }", "f()", "f(\"a\")",
		"type T struct{ A int }", "type T struct{ A string; b []T }", "func (t T) M() int { return 3 }", "func (t *T) M() string { return \"m\" }", "t := T{}", "t.M()", "t.A",
		"type I interface{ M() int }", "var i I = t", "i.M()", "func g[E any](e E) []E { return []E{e} }", "g(x)", "g(t)", "const c = 3", "const c = \"c\"", "c",
		"for k := range 3 { defer fmt.Sprint(k) }", "defer func() { recover() }()", "panic(x)", "import \"strings\"", "strings := 2", "strings.ToUpper(\"a\")",
		"type N int", "func (n N) String() string { return \"n\" }", "N(3)", "[]any{N(1), x, t}", "switch v := any(x).(type) { case int: _ = v; case string: }", "x", "_ = f", "x, z := 1, 2", "if x := 3; x > 2 { return }",
		"ch := make(chan int, 1)", "ch <- 1", "<-ch", "select { case v := <-ch: _ = v; default: }", "go func() { }()", "a := [3]int{}", "a[x]", "m := map[string]T{}", "m[\"k\"] = t", "%who", "!", "func ( {", "x :=", "goto l\nl:", "func main() {}", "func init() {}",
	}
	for i := range pieces {
		f.Add([]byte{byte(i), 255, byte(i * 7), byte(i + 3), 255, byte(i * 13)})
	}
	f.Fuzz(func(t *testing.T, order []byte) {
		if len(order) > 24 {
			return
		}
		s, err := New()
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		var out recorder
		var b strings.Builder
		n := 0
		run := func() {
			n++
			ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond) // some block
			defer cancel()
			code := b.String()
			b.Reset()
			before := names(s)
			r := s.Execute(ctx, Cell{Code: code, Number: n}, &out)
			if r.Err != nil {
				text := strings.Join(r.Err.Traceback, "\n")
				if strings.Contains(text, "lowering it failed") || strings.Contains(text, "type checker failed") || strings.Contains(text, "internal") {
					t.Fatalf("%s\n%s", code, text)
				}
				if (r.Err.Name == "CompileError" || r.Err.Name == "NotSupported") && !strings.Contains(code, "%") && !strings.Contains(code, "!") {
					if after := names(s); after != before {
						t.Fatalf("a refused cell declared something: %s then %s\n%s", before, after, code)
					}
				}
				if r.Err.Name == "NotSupported" {
					t.Fatalf("%s\n%s", code, text)
				}
			}
		}
		for _, o := range order {
			if o == 255 {
				run()
				continue
			}
			b.WriteString(pieces[int(o)%len(pieces)] + "\n")
		}
		run()
		usable(t, s)
		var last recorder
		r := s.Execute(context.Background(), Cell{Code: "40 + 2", Number: 999}, &last)
		if r.Err != nil || r.Value.MIME["text/plain"] != "42" {
			t.Fatalf("after %v: %+v", order, r)
		}
	})
}
