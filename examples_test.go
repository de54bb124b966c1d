package main

import (
	"context"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"cahier/interp"
)

// notInCells names examples that are not run as cells, with the reason.
var notInCells = map[string]string{}

// TestExamplesInCells types the body of every example of ops and the packages
// below it into a cell: it must print there what it prints when it is compiled.
func TestExamplesInCells(t *testing.T) {
	files, err := filepath.Glob("ops/example*_test.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	below, err := filepath.Glob("ops/*/example*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, below...)
	left := map[string]bool{}
	for _, file := range files {
		t.Run(strings.TrimSuffix(file, "_test.go"), func(t *testing.T) {
			examples := examplesOf(t, file)
			t.Chdir(filepath.Dir(file)) // some read testdata
			s, err := interp.New()
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			for i, e := range examples {
				if _, ok := notInCells[e.name]; ok {
					left[e.name] = true
					continue
				}
				out := &printed{}
				r := s.Execute(context.Background(), interp.Cell{Code: e.code, Number: i + 1, StoreHistory: true}, out)
				if r.Err != nil {
					t.Errorf("Example%s: %s: %s\n%s", e.name, r.Err.Name, r.Err.Value, e.code)
				} else if got := strings.TrimSpace(out.text()); got != e.output {
					t.Errorf("Example%s prints in a cell\n%s\nwant\n%s", e.name, got, e.output)
				}
			}
		})
	}
	for name := range notInCells {
		if !left[name] {
			t.Errorf("Example%s is left out, and not there", name)
		}
	}
}

// example is the body of an Example function, and what it prints.
type example struct{ name, code, output string }

// examplesOf returns the examples of a file. A cell finds the packages that
// they use by itself.
func examplesOf(t *testing.T, file string) []example {
	t.Helper()
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, source, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var all []example
	for _, e := range doc.Examples(parsed) {
		body, ok := e.Code.(*ast.BlockStmt)
		if !ok {
			t.Fatalf("Example%s is not a function's body", e.Name)
		}
		end := set.Position(body.Rbrace).Offset
		for _, c := range e.Comments { // the wanted output ends it
			if c.Pos() > body.Lbrace && c.End() < body.Rbrace && strings.HasPrefix(strings.ToLower(strings.TrimSpace(c.Text())), "output:") {
				end = set.Position(c.Pos()).Offset
			}
		}
		all = append(all, example{e.Name, string(source[set.Position(body.Lbrace).Offset+1 : end]), strings.TrimSpace(e.Output)})
	}
	return all
}

// printed collects what a cell prints.
type printed struct {
	interp.Output
	mu sync.Mutex // guards b
	b  strings.Builder
}

func (p *printed) Stream(_ string, text []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.b.Write(text)
}

func (p *printed) text() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.b.String()
}
