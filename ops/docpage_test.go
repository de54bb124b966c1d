package ops_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cahier/ops"
)

var updatePage = flag.Bool("update", false, "write docs/ops.md anew")

var (
	groupLine = regexp.MustCompile(`^//   - ([A-Z][a-z ]+): (.*)$`)
	linked    = regexp.MustCompile(`\[([\w.]+)\]`)
)

// group is a line of the list of operations in the package's documentation.
type group struct {
	title string
	funcs []string
}

// groups reads that list.
func groups(t *testing.T) []group {
	t.Helper()
	b, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	_, text, ok := strings.Cut(string(b), "// # Operations\n")
	if !ok {
		t.Fatal("doc.go has no list of operations")
	}
	text, _, _ = strings.Cut(text, "// # ")
	var list []group
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if m := groupLine.FindStringSubmatch(line); m != nil {
			list, line = append(list, group{title: m[1]}), m[2]
		} else if !strings.HasPrefix(line, "//     ") {
			continue
		}
		g := &list[len(list)-1]
		for _, m := range linked.FindAllStringSubmatch(line, -1) {
			g.funcs = append(g.funcs, m[1])
		}
	}
	return list
}

// TestOverview fails if the list of operations in the package's documentation
// lacks one, has one twice, or names what is not there.
func TestOverview(t *testing.T) {
	funcs, _ := exported(t)
	listed := map[string]int{}
	for _, g := range groups(t) {
		for _, name := range g.funcs {
			listed[name]++
			if funcs[name] == nil {
				t.Errorf("%s: there is no function %s", g.title, name)
			}
		}
	}
	for name, f := range funcs {
		if strings.Contains(name, ".") {
			continue
		}
		if n := listed[name]; n > 1 || n == 0 && (isOp(f) || strings.Contains(f.Doc, "  - Formula:")) {
			t.Errorf("the list of operations has %s %d times, want once", name, n)
		}
	}
}

// TestPage compares docs/ops.md with the documentation of the functions. The
// flag -update writes it.
func TestPage(t *testing.T) {
	funcs, _ := exported(t)
	registered := map[string]string{}
	for _, op := range builtins() {
		registered[strings.TrimPrefix(op.Function(), "ops.")] = op.Name
	}
	section := func(doc, name string) string {
		_, text, _ := strings.Cut(doc, "  - "+name+": ")
		text, _, _ = strings.Cut(text, "\n")
		text = linked.ReplaceAllString(text, "$1")
		return strings.NewReplacer("|", `\|`, "*", `\*`, "<", "&lt;").Replace(text)
	}
	var page strings.Builder
	page.WriteString(`# Operations

What package ` + "`ops`" + ` computes: for each function its formula and its gradient, the cotangent of each input (∂x) for that of the
result (∂y). A function with a name in the second column is a primitive that ` + "`ops.Call`" + ` runs by it, and that ` + "`ops.All`" + ` lists with
its attributes; the others are composed of these. ` + "`go doc ./ops Conv2D`" + ` says the rest: shapes, element types, options, panics, cost,
the paper, and what differs from PyTorch, NumPy and ONNX. ` + "`go test ./ops -run TestPage -update`" + ` writes this page.
`)
	seen := 0
	for _, g := range groups(t) {
		var rows []string
		for _, name := range g.funcs {
			f := funcs[name]
			if f == nil || !strings.Contains(f.Doc, "  - Formula:") {
				continue
			}
			call := ""
			if op := registered[name]; op != "" {
				call = "`" + op + "`"
				seen++
			}
			rows = append(rows, fmt.Sprintf("| `%s` | %s | %s | %s |", name, call, section(f.Doc, "Formula"), section(f.Doc, "Gradient")))
		}
		if len(rows) > 0 {
			fmt.Fprintf(&page, "\n## %s\n\n| Function | Primitive | Formula | Gradient |\n| --- | --- | --- | --- |\n%s\n", g.title, strings.Join(rows, "\n"))
		}
	}
	if n := len(builtins()); seen != n {
		t.Errorf("the page has %d primitives, want %d: %v", seen, n, missing(funcsOf(groups(t)), builtins()))
	}
	name := filepath.Join("..", "docs", "ops.md")
	if *updatePage {
		temporary := name + ".new"
		if err := os.WriteFile(temporary, []byte(page.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(temporary, name); err != nil {
			t.Fatal(err)
		}
		return
	}
	have, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	old, want := strings.Split(string(have), "\n"), strings.Split(page.String(), "\n")
	for i := range max(len(old), len(want)) {
		if i >= len(old) || i >= len(want) || old[i] != want[i] {
			t.Fatalf("docs/ops.md differs from the functions' documentation from line %d on: run the test with -update", i+1)
		}
	}
}

func funcsOf(list []group) (names []string) {
	for _, g := range list {
		names = append(names, g.funcs...)
	}
	return names
}

// missing are the operations whose functions are not among names.
func missing(names []string, all []ops.Op) (out []string) {
	for _, op := range all {
		if !slices.Contains(names, strings.TrimPrefix(op.Function(), "ops.")) {
			out = append(out, op.Name)
		}
	}
	return out
}
