package check_test

import (
	"fmt"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cahier/interp/cell"
	"cahier/interp/check"
	"cahier/interp/symbols"
)

type packages struct{ types.Importer }

func (packages) Candidates(name string) []string { return symbols.Candidates(name) }

type session struct {
	t *testing.T
	*check.Session
	n int
}

func newSession(t *testing.T) *session {
	return &session{t: t, Session: check.New(token.NewFileSet(), packages{symbols.Importer()}, map[string]string{"rand": "math/rand"})}
}

// check checks a cell and makes it part of the session if nothing is wrong.
func (s *session) check(code string) []string {
	s.t.Helper()
	s.n++
	f, errs := cell.Parse(s.FileSet(), fmt.Sprintf("cell %d", s.n), code, 1)
	if len(errs) > 0 {
		s.t.Fatal(errs)
	}
	u, diags := s.Check(f)
	var list []string
	for _, d := range diags {
		if !strings.HasPrefix(d.Pos.Filename, fmt.Sprintf("cell %d", s.n)) {
			s.t.Errorf("%q is said of %s", d.Msg, d.Pos)
		}
		list = append(list, fmt.Sprintf("%d:%d: %s", d.Pos.Line, d.Pos.Column, d.Msg))
	}
	if len(diags) == 0 {
		u.Commit()
	} else if u != nil {
		s.t.Errorf("diagnostics and a unit")
	}
	return list
}

func (s *session) must(code string) {
	s.t.Helper()
	if list := s.check(code); len(list) > 0 {
		s.t.Fatalf("%s\n%s", code, strings.Join(list, "\n"))
	}
}

// TestAsTheCompiler: all errors of a program at once, each at the compiler's line
// and column and in its words. The compiler itself is asked.
func TestAsTheCompiler(t *testing.T) {
	const program = `import "fmt"

type T struct {
	a int
}

func (t T) M() int { return "x" }

type I interface{ M() string }

var i I = T{}

func f(a int, b string) (int, error) {
	if a > "x" {
		return 1
	}
	for n := range b {
		a += n.x
	}
	switch a {
	case 1, 1:
	}
	var c chan<- int
	<-c
	return a, nil, b
}

func g() {
	x := 1
	x = "s"
	f(1)
	f("a", 2)
	y, z := f(1, "b")
	y.foo()
	fmt.Println(undefinedName, z)
	fmt.Printl()
	T{}.b = 3
	const k int8 = 300
	var p *T = T{}
	_ = p.a + "x"
	_ = []int{1, 2, "c"}
	_ = map[string]int{"a": 1, "a": 2}
	_ = x.(int)
	_ = 1 << -1
	_ = [2]int{1, 2, 3}
	break
	func() int {}()
	var e error = T{}
	_ = e
	h[int](1)
	h("a", 1)
	_ = T.N
	return 1
}

func h[A any](a, b A) A { return a }

func missing() int {
	for {
		break
	}
}

type C struct{ c C }

func (t T) M() {}
`
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no go command: ", err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "main.go")
	if err := os.WriteFile(file, []byte("package main;"+program+"\nfunc main() {}\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(goTool, "build", "-gcflags=-e", "-o", os.DevNull, file)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Fatal("the compiler has no objection")
	}
	line := regexp.MustCompile(`(?m)^.*main\.go:(\d+):(\d+): (.*(?:\n\t.*)*)$`)
	var want []string
	for _, m := range line.FindAllStringSubmatch(string(out), -1) {
		col := m[2]
		if m[1] == "1" {
			continue
		}
		if strings.HasPrefix(m[3], "declared and not used") || strings.Contains(m[3], "imported and not used") {
			continue // cells may
		}
		first, _, _ := strings.Cut(m[3], "\n")
		want = append(want, fmt.Sprintf("%s:%s: %s", m[1], col, first))
	}
	// The checker counts a missing argument's place from the closing parenthesis.
	missing := regexp.MustCompile(`^(\d+):\d+: (not enough arguments in call)`)
	file0 := regexp.MustCompile(` at \./main\.go:(\d+):\d+$`)
	for i, w := range want {
		w = missing.ReplaceAllString(w, "$1: $2")
		want[i] = file0.ReplaceAllString(w, " at cell 1, line $1")
	}
	if len(want) < 25 {
		t.Fatalf("the compiler names %d errors only:\n%s", len(want), out)
	}
	got := newSession(t).check(program)
	suggestion := regexp.MustCompile(`, did you mean [^ ]*\?$`)
	for i, g := range got {
		first, _, _ := strings.Cut(g, "\n")
		got[i] = missing.ReplaceAllString(suggestion.ReplaceAllString(first, ""), "$1: $2")
	}
	for _, w := range want {
		if !slices.Contains(got, w) {
			t.Errorf("the compiler says %q", w)
		}
	}
	for _, g := range got {
		if !slices.Contains(want, g) {
			t.Errorf("the compiler does not say %q", g)
		}
	}
}

// TestSuggestions: what may have been meant.
func TestSuggestions(t *testing.T) {
	s := newSession(t)
	s.must("total := 1\nfunc average(x []float64) float64 { return x[0] }\ntype Point struct{ X, Y int }")
	for _, c := range []struct{ code, want string }{
		{"totl", "1:1: undefined: totl, did you mean total?"},
		{"1 + tottal", "1:5: undefined: tottal, did you mean total?"},
		{"avrage(nil)", "1:1: undefined: avrage, did you mean average?"},
		{"var p Pont", "1:7: undefined: Pont, did you mean Point?"},
		{"fmt.Printn(1)", "1:5: undefined: fmt.Printn, did you mean fmt.Print?"},
		{"func f(width int) int { return widht }\nf(1)", "1:32: undefined: widht, did you mean width?"},
		{"zzzzzz", "1:1: undefined: zzzzzz"},
	} {
		if got := s.check(c.code); len(got) != 1 || got[0] != c.want {
			t.Errorf("%s: %q, want %q", c.code, got, c.want)
		}
	}
	got := s.check("template.New(\"x\")")
	if len(got) != 1 || !strings.Contains(got[0], "\"text/template\"") || !strings.Contains(got[0], "\"html/template\"") {
		t.Errorf("a name of several packages: %q", got)
	}
}

// TestUnused: a cell may leave variables and imports unused.
func TestUnused(t *testing.T) {
	s := newSession(t)
	s.must("import (\n\t\"os\"\n\tstr \"strings\"\n)\nx := 1\nfunc f() { y := 2 }\nif true {\n\tz := 3\n}")
	s.must("str.ToUpper(\"a\")")
}

// TestNothingHalf: a cell with an error leaves the session as it was.
func TestNothingHalf(t *testing.T) {
	s := newSession(t)
	s.must("const c = 1\nvar v = \"a\"\nfunc f() int { return c }\ntype T struct{ A int }\nfunc (t T) M() int { return f() }\nimport \"os\"")
	state := func() string {
		var b strings.Builder
		for _, d := range s.Decls() {
			fmt.Fprintf(&b, "%s %s %d %v %q;", d.Kind, d.Name, d.ID, d.Obj.Type(), d.Broken)
			for _, m := range slices.Sorted(func(yield func(string) bool) {
				for n := range d.Methods {
					if !yield(n) {
						return
					}
				}
			}) {
				fmt.Fprintf(&b, " %s", m)
			}
		}
		fmt.Fprint(&b, s.Imports())
		return b.String()
	}
	before := state()
	for _, code := range []string{
		"const c = \"x\"\nbroken",
		"v := 3\nw := nosuch",
		"func f() string { return 1 }",
		"type T struct{ B int }\nvar t T = 5",
		"func (t T) N() int { return nope }\nnope2()",
		"import \"bytes\"\nbytes.Nope()",
		"import \"strings\"\nx := strings.ToUpper(1)",
		"f := 3\nf()",
	} {
		if got := s.check(code); len(got) == 0 {
			t.Errorf("%s\nis right", code)
		}
		if after := state(); after != before {
			t.Fatalf("%s\nleft\n%s\nwas\n%s", code, after, before)
		}
	}
	s.must("v + fmt.Sprint(f(), T{}.M())")
}

// TestBroken: what no longer compiles says why, and comes back.
func TestBroken(t *testing.T) {
	s := newSession(t)
	s.must("func f(x int) int { return x }")
	s.must("func g() int { return f(1) }")
	s.must("func h() int { return g() }")
	s.must("func f(x string) string { return x }")
	want := "function g of cell 2 no longer compiles since a later cell redefined what it uses: line 1: "
	if got := s.check("g()"); len(got) != 1 || !strings.Contains(got[0], want) {
		t.Errorf("g() says %q, want %q", got, want)
	}
	if got := s.check("h()"); len(got) != 1 || !strings.Contains(got[0], "no longer compiles") {
		t.Errorf("h() says %q", got)
	}
	s.must("func f(x int) int { return -x }")
	s.must("h() + g()")
}

// TestIdentity: a declaration keeps its identity as long as old code can use the
// new one.
func TestIdentity(t *testing.T) {
	id := func(s *session, name string) int {
		t.Helper()
		d := s.Lookup(name)
		if d == nil {
			t.Fatalf("%s is not declared", name)
		}
		return d.ID
	}
	for _, c := range []struct {
		first, second string
		same          bool
	}{
		{"func x() int { return 1 }", "func x() int { return 2 }", true},
		{"func x() int { return 1 }", "func x() string { return \"\" }", false},
		{"x := 1", "x := 2", true},
		{"x := 1", "x := \"a\"", false},
		{"type x struct{ A int }", "type x struct{ A int }", true},
		{"type x struct{ A int }", "type x struct{ B int }", false},
		{"x := 1", "func x() {}", false},
		{"func x[T any](t T) T { return t }", "func x[T any](t T) T { var z T; return z }", false},
	} {
		s := newSession(t)
		s.must(c.first)
		a := id(s, "x")
		s.must(c.second)
		if b := id(s, "x"); (a == b) != c.same {
			t.Errorf("%s; %s: identities %d and %d", c.first, c.second, a, b)
		}
	}
}

// TestPending: a function may use what a later cell declares.
func TestPending(t *testing.T) {
	s := newSession(t)
	s.must("func even(n int) bool { return n == 0 || odd(n-1) }")
	if got := s.check("even(2)"); len(got) != 1 || !strings.Contains(got[0], "cannot be called yet: undefined: odd") {
		t.Errorf("even(2) says %q", got)
	}
	s.must("func odd(n int) bool { return n != 0 && even(n-1) }")
	s.must("even(2)")
}
