// Package doctest checks that the API of a package is documented: in tests.
package doctest

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strings"
	"testing"
)

// Check fails unless everything exported of the package in the current folder
// has documentation, exported functions have an example with checked output,
// and so has each exported type or a function that makes it. It returns the
// documentation of the functions, by name.
func Check(t *testing.T, importPath string) map[string]string {
	t.Helper()
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	set := token.NewFileSet()
	var parsed []*ast.File
	var examples []string
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") {
			continue
		}
		file, err := parser.ParseFile(set, f.Name(), nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(f.Name(), "_test.go") {
			parsed = append(parsed, file)
			continue
		}
		for _, e := range doc.Examples(file) {
			if e.Output == "" && !e.EmptyOutput {
				t.Errorf("Example%s has no checked output", e.Name)
			}
			examples = append(examples, e.Name)
		}
	}
	p, err := doc.NewFromFiles(set, parsed, importPath)
	if err != nil {
		t.Fatal(err)
	}
	if len(strings.Split(p.Doc, "\n")) < 5 {
		t.Errorf("package %s says little about itself: %q", p.Name, p.Doc)
	}
	docs := map[string]string{}
	has := func(name string) bool { return slices.Contains(examples, name) }
	funcs := func(list []*doc.Func) {
		for _, f := range list {
			docs[f.Name] = f.Doc
			if !has(f.Name) {
				t.Errorf("%s.%s has no Example", p.Name, f.Name)
			}
		}
	}
	said := func(name, text string) {
		if strings.TrimSpace(text) == "" {
			t.Errorf("%s.%s has no documentation", p.Name, name)
		}
	}
	funcs(p.Funcs)
	for _, ty := range p.Types {
		said(ty.Name, ty.Doc)
		funcs(ty.Funcs)
		for _, m := range ty.Methods {
			said(ty.Name+"."+m.Name, m.Doc)
		}
	}
	for name, text := range docs {
		said(name, text)
	}
	return docs
}
