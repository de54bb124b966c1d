package interp

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"cahier/interp/rt"
)

// panicTypes are what the cells of panicTexts use.
const panicTypes = `type E struct{ A int; b string }
type S int
func (s S) String() string { return "S!" }
type ER struct{ msg string }
func (e *ER) Error() string { return e.msg }
type M interface{ Foo() }
type K struct{ f []int }
type W struct{ M }`

// panicTexts are cells that panic, with what Go says of it. Where Go prints an
// address after the type, the value stands here.
var panicTexts = []struct{ code, text string }{
	{`panic(E{1,"x"})`, `(main.E) {A:1 b:x}`},
	{`panic(&E{1,"x"})`, `(*main.E) &{A:1 b:x}`},
	{`panic(S(3))`, `S!`},
	{`panic(&ER{"bad"})`, `bad`},
	{`panic([]S{1})`, `([]main.S) [S!]`},
	{`type L float64
panic(L(1.5))`, `main.L(1.5)`},
	{`panic(1.5)`, `1.5`},
	{`panic(uint8(3))`, `3`},
	{`type Str string
panic(Str("hello"))`, `main.Str("hello")`},
	{`panic(fmt.Errorf("x: %w", &ER{"q"}))`, `x: q`},
	{`panic(nil)`, `panic called with nil argument`},
	{`var e error
panic(e)`, `panic called with nil argument`},
	{`var a any = E{}
_ = a.(string)`, `interface conversion: interface {} is main.E, not string`},
	{`var a any = E{}
_ = a.(M)`, `interface conversion: main.E is not main.M: missing method Foo`},
	{`var a any
_ = a.(M)`, `interface conversion: interface is nil, not main.M`},
	{`var a any
_ = a.(E)`, `interface conversion: interface {} is nil, not main.E`},
	{`var m M
_ = m.(fmt.Stringer)`, `interface conversion: interface is nil, not fmt.Stringer`},
	{`var st fmt.Stringer = S(1)
_ = st.(M)`, `interface conversion: main.S is not main.M: missing method Foo`},
	{`var st fmt.Stringer = S(1)
_ = st.(error)`, `interface conversion: main.S is not error: missing method Error`},
	{`var a any = S(1)
_ = a.(int)`, `interface conversion: interface {} is main.S, not int`},
	{`var a any = 1
_ = a.(S)`, `interface conversion: interface {} is int, not main.S`},
	{`var a any = []S{}
_ = a.([]int)`, `interface conversion: interface {} is []main.S, not []int`},
	{`var er error = &ER{"x"}
_ = er.(M)`, `interface conversion: *main.ER is not main.M: missing method Foo`},
	{`m := map[any]int{}
m[K{}] = 1`, `runtime error: hash of unhashable type main.K`},
	{`m := map[any]int{}
m[[]int{1}] = 1`, `runtime error: hash of unhashable type []int`},
	{`var a, b any = K{}, K{}
_ = a == b`, `runtime error: comparing uncomparable type main.K`},
	{`var a, b any = []int{}, []int{}
_ = a == b`, `runtime error: comparing uncomparable type []int`},
	{`x := []int{1,2,3}
i := 5
_ = x[i]`, `runtime error: index out of range [5] with length 3`},
	{`x := []int{1,2,3}
i := -1
_ = x[i]`, `runtime error: index out of range [-1]`},
	{`x := [3]int{}
i := 3
x[i] = 1`, `runtime error: index out of range [3] with length 3`},
	{`s := "abc"
i := 3
_ = s[i]`, `runtime error: index out of range [3] with length 3`},
	{`x := []int{1,2,3}
i, j := 2, 1
_ = x[i:j]`, `runtime error: slice bounds out of range [2:1]`},
	{`x := []int{1,2,3}
j := 10
_ = x[:j]`, `runtime error: slice bounds out of range [:10] with capacity 3`},
	{`x := []int{1,2,3}
j := 10
_ = x[j:]`, `runtime error: slice bounds out of range [10:3]`},
	{`s := "abc"
j := 10
_ = s[j:]`, `runtime error: slice bounds out of range [10:3]`},
	{`s := "abc"
i, j := 2, 1
_ = s[i:j]`, `runtime error: slice bounds out of range [2:1]`},
	{`x := []int{1,2,3}
i, j, k := 0, 2, 9
_ = x[i:j:k]`, `runtime error: slice bounds out of range [::9] with capacity 3`},
	{`x := []int{1,2,3}
i, j, k := 0, 3, 2
_ = x[i:j:k]`, `runtime error: slice bounds out of range [:3:2]`},
	{`x := []int{1,2,3}
i := -2
_ = x[i:]`, `runtime error: slice bounds out of range [-2:]`},
	{`x := []int{1,2,3}
_ = [4]int(x)`, `runtime error: cannot convert slice with length 3 to array or pointer to array with length 4`},
	{`n := -1
_ = make([]int, n)`, `runtime error: makeslice: len out of range`},
	{`n := 2
_ = make([]int, 3, n)`, `runtime error: makeslice: cap out of range`},
	{`n := -1
_ = make(chan int, n)`, `makechan: size out of range`},
	{`var c chan int
close(c)`, `close of nil channel`},
	{`c := make(chan int)
close(c)
close(c)`, `close of closed channel`},
	{`c := make(chan int, 1)
close(c)
c <- 1`, `send on closed channel`},
	{`var m map[string]int
m["a"]++`, `assignment to entry in nil map`},
	{`var m map[S]E
m[1] = E{}`, `assignment to entry in nil map`},
	{`var p *E
fmt.Println(p.A)`, `runtime error: invalid memory address or nil pointer dereference`},
	{`var w W
w.Foo()`, `runtime error: invalid memory address or nil pointer dereference`},
	{`var f func()
f()`, `runtime error: invalid memory address or nil pointer dereference`},
	{`a, b := 1, 0
_ = a % b`, `runtime error: integer divide by zero`},
	{`x := int8(1)
s := -1
_ = x << s`, `runtime error: negative shift amount`},
	{`func idx(xs []int, i int) int {
	return xs[i]
}
func outer(n int) int {
	v := n * 2
	return idx([]int{1}, v)
}
fmt.Println(outer(4))`, `runtime error: index out of range [8] with length 1`},
	{`var e error
_ = e.Error()`, `runtime error: invalid memory address or nil pointer dereference`},
	{`var p *S
_ = p.String()`, `runtime error: invalid memory address or nil pointer dereference`},
	{`var ps *E = nil
_ = *ps`, `runtime error: invalid memory address or nil pointer dereference`},
	{`type Big [10]int
var bp *Big
_ = bp[2]`, `runtime error: invalid memory address or nil pointer dereference`},
}

// TestPanicTexts panics in every way, and finds Go's words and the line.
func TestPanicTexts(t *testing.T) {
	s := newTester(t)
	s.must(panicTypes)
	for i, c := range panicTexts {
		r := s.exec(c.code)
		if r.Err == nil {
			t.Errorf("%s\nno panic", c.code)
			continue
		}
		if r.Err.Name != "Panic" || r.Err.Value != c.text {
			t.Errorf("%s\ngot  %s: %s\nwant Panic: %s", c.code, r.Err.Name, r.Err.Value, c.text)
		}
		lines := strings.Split(c.code, "\n")
		trace := r.Err.Traceback
		last := "cell " + strconv.Itoa(i+2) + ", line " + strconv.Itoa(len(lines))
		found := false
		for k, l := range trace {
			if l == last {
				found = k+1 < len(trace) && strings.HasSuffix(trace[k+1], "| "+lines[len(lines)-1])
			}
			if strings.Contains(l, ".go:") || strings.Contains(l, "reflect.") || strings.Contains(l, "goroutine") {
				t.Errorf("%s\nthe traceback shows the machinery: %s", c.code, l)
			}
		}
		if !found && !rt.RaceEnabled { // with which positions are not noted
			t.Errorf("%s\nthe traceback has no %q with its source:\n%s", c.code, last, strings.Join(trace, "\n"))
		}
	}
}

// TestPanicTextsOracle asks Go for its words.
func TestPanicTextsOracle(t *testing.T) {
	if os.Getenv("CAHIER_ORACLE") == "" {
		t.Skip("CAHIER_ORACLE is not set: a build for each cell takes a minute")
	}
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no Go toolchain")
	}
	dir := t.TempDir()
	for i, c := range panicTexts {
		decls, body := "", c.code
		if strings.HasPrefix(c.code, "func ") {
			j := strings.LastIndex(c.code, "\n}\n") + 3
			decls, body = c.code[:j], c.code[j:]
		}
		src := "package main\nimport \"fmt\"\nvar _ = fmt.Sprint\n" + panicTypes + "\n" + decls + "\nfunc main() {\n" + body + "\n}\n"
		file := filepath.Join(dir, "p"+strconv.Itoa(i)+".go")
		if err := os.WriteFile(file, []byte(src), 0o666); err != nil {
			t.Fatal(err)
		}
		out, _ := exec.Command(goTool, "run", file).CombinedOutput()
		got, _, _ := strings.Cut(string(out), "\n")
		want := "panic: " + c.text
		if strings.HasPrefix(c.text, "(") { // then an address
			want = want[:strings.Index(want, ")")+2]
			got = got[:min(len(got), len(want))]
		}
		if got != want {
			t.Errorf("%s\nGo says:      %s\nthe test says: %s", c.code, got, want)
		}
	}
}
