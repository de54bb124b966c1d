package main

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rule says which packages of this module, and which of other modules, the
// packages below a folder may import. The longest folder that fits wins.
type rule struct {
	folder string
	ours   []string // folders of this module; "*" is everything
	others []string // modules; nil is everything
}

// The wings of ARCHITECTURE.md.
var rules = []rule{
	{folder: "", ours: []string{"*"}},
	{folder: "kernel", ours: []string{"kernel"}},
	{folder: "kernel/wire", ours: []string{"kernel/wire"}, others: []string{"github.com/google/uuid"}},
	{folder: "kernel/zmtp", ours: []string{"kernel/zmtp"}},
	{folder: "interp", ours: []string{"interp"}},
	{folder: "interp/symbols", ours: []string{"interp", "ops", "notebooks"}},
	{folder: "ops", ours: []string{"ops"}, others: []string{"gonum.org/v1/gonum", "golang.org/x/sys"}},
	{folder: "examples/library", ours: []string{"ops"}, others: []string{}},
	{folder: "notebooks", ours: []string{"notebooks", "kernel/client", "kernel/wire"}},
	{folder: "notebooks/display", ours: []string{"notebooks/display", "notebooks/internal/colorscale", "ops"}},
	{folder: "notebooks/plot", ours: []string{"notebooks/display", "notebooks/internal/colorscale", "notebooks/plot", "ops"}},
	{folder: "notebooks/progress", ours: []string{"notebooks/display", "notebooks/progress"}, others: []string{"golang.org/x/term"}},
	{folder: "notebooks/widget", ours: []string{"notebooks/display", "notebooks/widget", "ops"}},
}

// What a package may not reach even through others.
var unreachable = []struct{ from, to, why string }{
	{"kernel", "interp", "the kernel knows messages, not Go source; main gives it an Executor"},
	{"kernel", "ops", "the kernel serves any language"},
	{"kernel", "notebooks", "documents are the clients' business"},
	{"interp", "kernel", "the interpreter knows no Jupyter; main adapts its output"},
	{"ops", "interp", "ops is a plain library"},
	{"ops", "kernel", "ops is a plain library"},
	{"ops", "notebooks", "ops is a plain library"},
	{"notebooks", "interp", "notebooks run in a kernel of their own process"},
}

// Packages of the standard library that a pure codec does not need. Only the
// connection file, which is a file, may be read and written there.
var impure = []string{"net", "net/http", "os", "os/exec", "syscall"}

const module = "cahier"

// edge is one import statement.
type edge struct {
	from, to string // folders of this module, or an import path of another
	ours     bool
	test     bool
	at       string
}

// TestOpsStandsAlone asks the go command for everything that ops is built
// from, in other modules too.
func TestOpsStandsAlone(t *testing.T) {
	list := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", "./ops/...")
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	packages := strings.Fields(string(out))
	if !slices.Contains(packages, module+"/ops") {
		t.Fatalf("go list gave %q", packages)
	}
	for _, p := range packages {
		if !allowed([]string{module + "/ops", "gonum.org/v1/gonum", "golang.org/x/sys"}, p) {
			t.Errorf("ops is built from %s; it may use only the standard library, gonum and x/sys", p)
		}
	}
}

func TestImportRules(t *testing.T) {
	edges := imports(t)
	for _, e := range edges {
		r := ruleFor(e.from)
		switch {
		case e.to == "C":
			t.Errorf("%s: imports C; cahier is built without cgo", e.at)
		case e.ours && !allowed(r.ours, e.to):
			t.Errorf("%s: %s imports %s; it may import only %s", e.at, show(e.from), show(e.to), strings.Join(r.ours, ", "))
		case !e.ours && !e.test && r.others != nil && isModule(e.to) && !allowed(r.others, e.to):
			t.Errorf("%s: %s imports %s; of other modules it may import only %s", e.at, show(e.from), e.to, strings.Join(r.others, ", "))
		case e.from == "kernel/wire" && !e.test && slices.Contains(impure, e.to) && !strings.Contains(e.at, "connection.go"):
			t.Errorf("%s: %s imports %s; it is a codec without input or output", e.at, show(e.from), e.to)
		}
	}

	direct := map[string][]edge{}
	for _, e := range edges {
		if e.ours && !e.test {
			direct[e.from] = append(direct[e.from], e)
		}
	}
	for _, u := range unreachable {
		for from := range direct {
			if !below(from, u.from) {
				continue
			}
			if way := reach(direct, from, u.to); way != nil {
				t.Errorf("%s reaches %s: %s; %s", show(from), u.to, strings.Join(way, " -> "), u.why)
			}
		}
	}
}

// TestImportRulesFindsViolations makes sure that the test above would notice.
func TestImportRulesFindsViolations(t *testing.T) {
	for from, to := range map[string]string{"kernel": "interp", "interp/check": "kernel/wire", "ops": "notebooks", "notebooks": "interp/cell",
		"notebooks/display": "kernel/client", "kernel/wire": "kernel/zmtp"} {
		if allowed(ruleFor(from).ours, to) {
			t.Errorf("the rules let %s import %s", from, to)
		}
	}
	if allowed(ruleFor("ops/nn").others, "github.com/spf13/cobra") {
		t.Error("the rules let ops/nn import cobra")
	}
	direct := map[string][]edge{"interp/symbols": {{to: "notebooks"}}, "notebooks": {{to: "kernel/client"}}}
	if got := reach(direct, "interp/symbols", "kernel"); len(got) != 3 {
		t.Errorf("the way from interp/symbols to kernel is %v; it should have three stations", got)
	}
}

// imports lists every import of every Go file of the module.
func imports(t *testing.T) []edge {
	t.Helper()
	var edges []edge
	files := token.NewFileSet()
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if file != "." && (strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata" || name == "vendor") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		src, err := parser.ParseFile(files, file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		from := path.Dir(filepath.ToSlash(file))
		if from == "." {
			from = ""
		}
		for _, i := range src.Imports {
			to, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			e := edge{from: from, to: to, test: strings.HasSuffix(name, "_test.go"), at: files.Position(i.Pos()).String()}
			if to == module || strings.HasPrefix(to, module+"/") {
				e.ours, e.to = true, strings.TrimPrefix(strings.TrimPrefix(to, module), "/")
			}
			edges = append(edges, e)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(edges) < 50 {
		t.Fatalf("only %d imports were found: the test must run in the module's root", len(edges))
	}
	return edges
}

func ruleFor(folder string) rule {
	best := rules[0]
	for _, r := range rules {
		if below(folder, r.folder) && len(r.folder) > len(best.folder) {
			best = r
		}
	}
	return best
}

func below(folder, parent string) bool {
	return parent == "" || folder == parent || strings.HasPrefix(folder, parent+"/")
}

func allowed(list []string, to string) bool {
	return slices.ContainsFunc(list, func(one string) bool { return one == "*" || below(to, one) })
}

// isModule tells other modules from the standard library, as the go command
// does: their first element has a dot.
func isModule(importPath string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	return strings.Contains(first, ".")
}

// reach is the shortest way from one package to a folder, nil if there is none.
func reach(direct map[string][]edge, from, to string) []string {
	ways := [][]string{{from}}
	seen := map[string]bool{from: true}
	for len(ways) > 0 {
		way := ways[0]
		ways = ways[1:]
		for _, e := range direct[way[len(way)-1]] {
			if seen[e.to] {
				continue
			}
			seen[e.to] = true
			next := append(slices.Clone(way), e.to)
			if below(e.to, to) {
				return next
			}
			ways = append(ways, next)
		}
	}
	return nil
}

func show(folder string) string {
	if folder == "" {
		return "main"
	}
	return fmt.Sprintf("%q", folder)
}
