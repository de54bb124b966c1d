package engine

import (
	"go/parser"
	"testing"
)

// TestRenew: a renewed variable is another one, also for functions that were
// compiled before.
func TestRenew(t *testing.T) {
	y := NewYaegi(func() uintptr { return 0 })
	load := func(name, src string) {
		t.Helper()
		f, err := parser.ParseFile(y.FileSet(), name, "package main\n"+src, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		if err := y.Load(f); err != nil {
			t.Fatal(err)
		}
	}
	load("a.go", "var x int\nvar p *int\nvar got int\nfunc get() int { return x }\nfunc init() { x = 1; p = &x }")
	if !y.Renew("x") {
		t.Fatal("x was not found: do the interpreter's fields still have the names that Renew looks for?")
	}
	load("b.go", "func init() { x = 2; *p = 5; got = get() }")
	for name, want := range map[string]int64{"x": 2, "got": 2} {
		if v, ok := y.Value(name); !ok || v.Int() != want {
			t.Errorf("%s = %v, want %d", name, v, want)
		}
	}
	if v, _ := y.Value("p"); v.Elem().Int() != 5 {
		t.Errorf("the old variable is %d, want 5", v.Elem().Int())
	}
	if y.Renew("nothing") {
		t.Error("a name that nothing has was renewed")
	}
}
