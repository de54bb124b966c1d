package generator

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"cahier/interp/symbols/internal/std"
)

// TestUpToDate generates everything again and compares.
func TestUpToDate(t *testing.T) {
	if testing.Short() {
		t.Skip("type-checks the standard library for every platform")
	}
	if raceEnabled {
		t.Skip("type-checking the standard library takes minutes under the race detector; without it this runs")
	}
	out, err := exec.Command("go", "env", "GOVERSION").Output()
	if err != nil {
		t.Skip("no go command here to generate with")
	}
	if version := strings.TrimSpace(string(out)); version != std.GoVersion || runtime.Version() != std.GoVersion {
		t.Skipf("the files are of %s, the go command is %s, this test of %s", std.GoVersion, version, runtime.Version())
	}
	want, err := generate(groups, false)
	if err != nil {
		t.Fatal(err)
	}
	dir := ".."
	have, err := generated(dir, groups)
	if err != nil {
		t.Fatal(err)
	}
	var stale []string
	for _, name := range have {
		if want[name] == nil {
			stale = append(stale, name+" (is no longer made)")
		}
	}
	for name, data := range want {
		now, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil || !bytes.Equal(now, data) {
			stale = append(stale, name)
		}
	}
	slices.Sort(stale)
	if len(stale) > 0 {
		t.Errorf("%d files are not what the generator makes now; run go generate ./interp/symbols:\n%s", len(stale), strings.Join(stale, "\n"))
	}
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	gs := []group{{name: "std"}}
	gen := func(s string) []byte { return []byte(header + s) }
	if err := write(dir, gs, map[string][]byte{"internal/std/a.go": gen("a"), "internal/std/b.go": gen("b"), "internal/std/c.bin": []byte("c")}); err != nil {
		t.Fatal(err)
	}
	hand := filepath.Join(dir, "internal", "std", "hand.go")
	if err := os.WriteFile(hand, []byte("package std"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := write(dir, gs, map[string][]byte{"internal/std/a.go": gen("A")}); err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(dir, "internal", "std", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range names {
		names[i] = filepath.Base(names[i])
	}
	if want := []string{"a.go", "hand.go"}; !slices.Equal(names, want) {
		t.Errorf("after a second run there are %v, want %v: old files go, hand-written ones stay", names, want)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "internal", "std", "a.go")); err != nil || string(got) != header+"A" {
		t.Errorf("a.go holds %q (error %v)", got, err)
	}
}

func TestDocsOf(t *testing.T) {
	const src = `// Package p is documented.
package p

// A group.
const (
	A = 1 // one
	// B is two.
	B = 2
)

// F does.
//
//go:noinline
func F() {}

// T is a type.
type T[K any] struct {
	// X is a field.
	X int
	Y int // Y too
	z int // not exported
}

// M is a method.
func (t *T[K]) M() {}

type I interface {
	// N is a method.
	N()
}

type hidden struct{}

// Shown is promoted.
func (hidden) Shown() {}

// secret is not.
func secret() {}
`
	f, err := parser.ParseFile(token.NewFileSet(), "p.go", src, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"": "Package p is documented.\n", "A": "one\n\nA group.\n", "B": "B is two.\n", "F": "F does.\n",
		"T": "T is a type.\n", "T.X": "X is a field.\n", "T.Y": "Y too\n", "T.M": "M is a method.\n",
		"I.N": "N is a method.\n", "hidden.Shown": "Shown is promoted.\n",
	}
	got := docsOf([]*ast.File{f})
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("unexpected documentation of %q: %q", name, got[name])
		}
	}
	for name := range want {
		if got[name] != want[name] {
			t.Errorf("documentation of %q is %q, want %q", name, got[name], want[name])
		}
	}
}
