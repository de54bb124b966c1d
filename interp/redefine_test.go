package interp

import (
	"strings"
	"testing"
)

// TestRedefine edits and runs cells again, as people do.
func TestRedefine(t *testing.T) {
	for _, c := range []struct {
		name  string
		cells []string // "-> text" is the value the cell before must show; "!! text" is its error
	}{
		{"callers see the new function", []string{
			"func f() int { return 1 }", "func g() int { return f() }", "g()", "-> 1",
			"func f() int { return 2 }", "g()", "-> 2"}},
		{"stored functions see it too", []string{
			"func f() int { return 1 }\nfunc g() int { return f() }", "h := g", "h()", "-> 1",
			"func f() int { return 2 }", "h()", "-> 2"}},
		{"another signature breaks callers, with a reason", []string{
			"func f(x int) int { return x }", "func g() int { return f(1) }", "g()", "-> 1",
			"func f(x string) string { return x }", "g()", "!! no longer compiles",
			"func g() string { return f(\"a\") }", "g()", "-> a"}},
		{"a broken function comes back", []string{
			"func f(x int) int { return x }", "func g() int { return f(1) }",
			"func f(x string) string { return x }", "g()", "!! no longer compiles",
			"func f(x int) int { return x * 10 }", "g()", "-> 10"}},
		{"variable of another type", []string{
			"x := 1", "func get() string { return fmt.Sprint(x) }", "get()", "-> 1",
			"x := \"two\"", "get()", "-> two", "x := []int{3}", "get()", "-> [3]"}},
		{"variable of the same type is another one", []string{
			"x := 1", "p := &x", "x := 2", "*p", "-> 1", "x", "-> 2"}},
		{"a literal sees the new variable as a function does", []string{
			"x := 1", "func f() int { return x }", "g := func() int { return x }", "x := 2", "f()*10 + g()", "-> 22"}},
		{"x from x", []string{"x := 1", "x := x + 1", "x", "-> 2", "x := fmt.Sprint(x, \"!\")", "x", "-> 2!"}},
		{"constant", []string{"const n = 2", "func f() int { return n * 10 }", "f()", "-> 20", "const n = 3", "f()", "-> 30"}},
		{"constant as array length", []string{"const n = 2", "type T [n]int", "len(T{})", "-> 2", "const n = 5", "len(T{})", "-> 5"}},
		{"type again as it was", []string{
			"type T struct{ A int }\nfunc (t T) M() int { return t.A }", "t := T{7}", "func use(t T) int { return t.M() }",
			"type T struct{ A int }\nfunc (t T) M() int { return t.A * 2 }", "use(t)", "-> 14"}},
		{"type with another field", []string{
			"type T struct{ A int }", "func mk() T { return T{A: 1} }", "type T struct{ A, B int }", "mk()", "-> {A:1 B:0}"}},
		{"old values say so", []string{
			"type T struct{ A int }", "t := T{1}", "func f(t T) any { return t.A }", "type T struct{ A string }", "f(t)", "!! cannot use t"}},
		{"method added later", []string{
			"type T struct{ A int }", "t := T{3}", "func (t T) Double() int { return t.A * 2 }", "t.Double()", "-> 6",
			"var s fmt.Stringer", "func (t T) String() string { return \"T!\" }", "s = t\ns.String()", "-> T!", "t", "-> T!"}},
		{"method of another signature", []string{
			"type T struct{ A int }", "func (t T) M() int { return 1 }", "func f(t T) any { return t.M() }", "f(T{})", "-> 1",
			"func (t T) M() string { return \"s\" }", "f(T{})", "-> s"}},
		{"generic function", []string{
			"func id[T any](x T) T { return x }", "func f() int { return id(1) }", "f()", "-> 1",
			"func id[T any](x T) T { var z T; return z }", "f()", "-> 0"}},
		{"generic method", []string{
			"type S[T any] struct{ v T }", "func (s S[T]) Get() T { return s.v }", "a := S[int]{5}", "a.Get()", "-> 5",
			"func (s S[T]) Get() T { var z T; return z }", "a.Get()", "-> 0"}},
		{"function to variable and back", []string{
			"func f() int { return 1 }", "f := 5", "f", "-> 5", "func f() int { return 2 }", "f()", "-> 2"}},
		{"import hides a variable", []string{
			"strings := 3", "strings", "-> 3", "import \"strings\"", "strings.ToUpper(\"a\")", "-> A"}},
		{"interface with another method", []string{
			"type I interface{ M() int }\ntype T struct{}\nfunc (T) M() int { return 1 }\nfunc (T) N() int { return 2 }",
			"func f(i I) int { return i.M() }", "f(T{})", "-> 1",
			"type I interface{ N() int }", "f(T{})", "!! no longer compiles"}},
		{"mutual use over cells", []string{
			"func even(n int) bool { if n == 0 { return true }; return odd(n - 1) }",
			"func odd(n int) bool { if n == 0 { return false }; return even(n - 1) }", "even(10)", "-> true"}},
		{"a failed cell declares nothing", []string{
			"a := 1\nb := nosuch", "!! undefined", "a", "!! undefined", "func f() int { return nope() }\nf()", "!! undefined", "f()", "!! undefined"}},
		{"the same cell many times", []string{
			"n := 0\nfor i := range 3 { n += i }\nn", "-> 3", "n := 0\nfor i := range 3 { n += i }\nn", "-> 3"}},
		{"goroutines see the new function", []string{
			"func step() int { return 1 }\nin, out := make(chan bool), make(chan int)\ngo func() { for range in { out <- step() } }()",
			"in <- true\n<-out", "-> 1", "func step() int { return 2 }", "in <- true\n<-out", "-> 2", "close(in)"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newTester(t)
			var r Result
			for _, code := range c.cells {
				if want, ok := strings.CutPrefix(code, "-> "); ok {
					if r.Err != nil {
						t.Fatalf("cell %d: %s", s.n, strings.Join(r.Err.Traceback, "\n"))
					}
					got := ""
					if r.Value != nil {
						got, _ = r.Value.MIME["text/plain"].(string)
					}
					if got != want {
						t.Fatalf("cell %d shows %q, want %q", s.n, got, want)
					}
					continue
				}
				if want, ok := strings.CutPrefix(code, "!! "); ok {
					if r.Err == nil || !strings.Contains(strings.Join(r.Err.Traceback, "\n"), want) {
						t.Fatalf("cell %d: %+v, want an error with %q", s.n, r.Err, want)
					}
					r.Err = nil
					continue
				}
				if r.Err != nil {
					t.Fatalf("cell %d: %s", s.n, strings.Join(r.Err.Traceback, "\n"))
				}
				r = s.exec(code)
			}
			if r.Err != nil {
				t.Fatalf("cell %d: %s", s.n, strings.Join(r.Err.Traceback, "\n"))
			}
		})
	}
}
