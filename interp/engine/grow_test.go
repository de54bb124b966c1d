package engine

import (
	"fmt"
	"go/parser"
	"testing"
)

// TestGrow: variables come while a goroutine uses others, also under the race
// detector.
func TestGrow(t *testing.T) {
	y := NewYaegi(func() uintptr { return 0 }).(*yaegi)
	load := func(src string) {
		t.Helper()
		f, err := parser.ParseFile(y.FileSet(), "", "package main\n"+src, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		if err := y.Load(f); err != nil {
			t.Fatal(err)
		}
	}
	if !y.grow() {
		t.Fatal("nothing was found: do the interpreter's fields still have the names that grow looks for?")
	}
	load("var x = 3\nvar sum = func(n int) int { s := 0; for i := 0; i < n; i++ { s += x }; return s }")
	v, ok := y.Value("sum")
	if !ok {
		t.Fatal("no sum")
	}
	sum, done := v.Interface().(func(int) int), make(chan int)
	go func() { done <- sum(100_000) }()
	for i := range 300 {
		load(fmt.Sprintf("var y%d = %d", i, i))
	}
	if got := <-done; got != 300_000 {
		t.Errorf("the sum is %d, want 300000", got)
	}
	for _, i := range []int{0, 150, 299} {
		if v, ok := y.Value(fmt.Sprintf("y%d", i)); !ok || v.Int() != int64(i) {
			t.Errorf("y%d = %v", i, v)
		}
	}
}
