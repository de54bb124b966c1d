package symbols

import (
	"bytes"
	"errors"
	"log"
	"strings"
	"testing"

	"github.com/traefik/yaegi/interp"
)

// newInterpreter knows what cells that import the paths need.
func newInterpreter(t *testing.T, out *bytes.Buffer, paths ...string) *interp.Interpreter {
	t.Helper()
	i := interp.New(interp.Options{Stdout: out, Stderr: out})
	if err := i.Use(MapTypes(i)); err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, path := range paths {
		for _, path := range Closure(path) {
			if !used[path] {
				used[path] = true
				if err := i.Use(Exports(path)); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	return i
}

func TestMapTypes(t *testing.T) {
	const program = `package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

type Celsius int

func (c Celsius) String() string { return "warm" }

type Failure struct{ cause error }

func (f Failure) Error() string { return "failed: " + f.cause.Error() }
func (f Failure) Unwrap() error { return f.cause }

type Point struct{ X, Y int }

func (p Point) MarshalJSON() ([]byte, error) { return []byte(fmt.Sprintf("[%d,%d]", p.X, p.Y)), nil }

type Lines struct{ n int }

func (l *Lines) Write(p []byte) (int, error) {
	l.n += strings.Count(string(p), "\n")
	return len(p), nil
}

func Run() {
	c := Celsius(21)
	fmt.Println(c)
	fmt.Printf("%v %s %d %5d %q %x\n", c, c, c, c, c, c)
	fmt.Println(fmt.Sprint(c), string(fmt.Append(nil, c)))

	base := errors.New("base")
	var f Failure = Failure{base}
	fmt.Println(f)
	fmt.Println(errors.Is(f, base), errors.Unwrap(f) == base)
	wrapped := fmt.Errorf("outer: %w", f)
	fmt.Println(wrapped, errors.Is(wrapped, base))

	b, err := json.Marshal(Point{1, 2})
	fmt.Println(string(b), err)
	b, err = json.MarshalIndent(Point{3, 4}, "", " ")
	fmt.Println(string(b), err)

	l := &Lines{}
	io.Copy(l, strings.NewReader("a\nb\n"))
	fmt.Fprintln(l, "c")
	fmt.Println(l.n)
}
`
	const want = `warm
warm warm 21    21 "warm" 7761726d
warm warm
failed: base
true true
outer: failed: base true
[1,2] <nil>
[
 3,
 4
] <nil>
3
`
	var out bytes.Buffer
	i := newInterpreter(t, &out, "encoding/json", "errors", "fmt", "io", "strings")
	if _, err := i.Eval(program); err != nil {
		t.Fatal(err)
	}
	if _, err := i.Eval("main.Run()"); err != nil {
		t.Fatal(err)
	}
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}

func TestExit(t *testing.T) {
	for code, want := range map[string]Exit{
		`os.Exit(3)`:           {Code: 3},
		`log.Fatal("goodbye")`: {Code: 1},
	} {
		var out bytes.Buffer
		i := newInterpreter(t, &out, "os")
		logged := log.Writer()
		log.SetOutput(&out)
		defer log.SetOutput(logged)
		if err := i.Use(Exports("log")); err != nil {
			t.Fatal(err)
		}
		if _, err := i.Eval("import (\"log\"; \"os\"); var _, _ = log.Print, os.Args"); err != nil {
			t.Fatal(err)
		}
		_, err := i.Eval(code)
		var p interp.Panic
		if !errors.As(err, &p) || p.Value != any(want) {
			t.Errorf("%s: %#v, want a panic with %#v", code, err, want)
		}
		if strings.Contains(code, "log") && !strings.Contains(out.String(), "goodbye") {
			t.Errorf("%s wrote %q, want its message", code, out.String())
		}
	}
}
