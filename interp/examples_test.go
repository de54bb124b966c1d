package interp

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestExamplesInCells types the examples of our packages into cells, without
// imports, and compares what they print with what they print in Go.
func TestExamplesInCells(t *testing.T) {
	n := 0
	for _, folder := range []string{"nn", "optim", "metrics", "dataset"} {
		files, err := filepath.Glob(filepath.Join("..", "ops", folder, "example_*_test.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no examples of %s: %v", folder, err)
		}
		for _, name := range files {
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			set := token.NewFileSet()
			f, err := parser.ParseFile(set, name, src, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range doc.Examples(f) {
				n++
				t.Run(folder+"."+e.Name, func(t *testing.T) {
					body := e.Code.(*ast.BlockStmt)
					code := string(src[set.Position(body.Lbrace).Offset+1 : set.Position(body.Rbrace).Offset])
					code, _, _ = strings.Cut(code, "// Output:")
					s := newTester(t)
					if r := s.exec(code); r.Err != nil {
						t.Fatalf("%s\n%s", r.Err.Value, strings.Join(r.Err.Traceback, "\n"))
					}
					if got, want := strings.TrimSpace(s.text()), strings.TrimSpace(e.Output); got != want {
						t.Errorf("a cell prints\n%s\nGo prints\n%s", got, want)
					}
				})
			}
		}
	}
	if n < 100 {
		t.Errorf("only %d examples were found", n)
	}
}
