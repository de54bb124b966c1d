package engine

import (
	"fmt"
	"go/parser"
	"runtime"
	"testing"
)

// TestLoadForgets: of a loaded file only what its declarations need stays.
func TestLoadForgets(t *testing.T) {
	y := NewYaegi(func() uintptr { return 0 })
	load := func(from, to int) {
		for i := from; i < to; i++ {
			src := fmt.Sprintf("package main\nvar v%d int\nfunc init() { func() { v%d = %d; for v%[1]d < 0 { v%[1]d++; v%[1]d *= 2 } }() }", i, i, i)
			f, err := parser.ParseFile(y.FileSet(), fmt.Sprintf("%d.go", i), src, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			if err := y.Load(f); err != nil {
				t.Fatal(err)
			}
		}
	}
	heap := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	load(0, 100)
	before := heap()
	load(100, 600)
	if each := (heap() - before) / 500; each > 3<<10/2 {
		t.Errorf("each file leaves %d bytes, want at most 1.5 KiB: do the interpreter's fields still have the names that forget looks for?", each)
	}
	if v, ok := y.Value("v599"); !ok || v.Int() != 599 {
		t.Errorf("v599 = %v, want 599", v)
	}
}
