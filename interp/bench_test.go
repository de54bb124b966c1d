package interp

import (
	"fmt"
	"runtime"
	"testing"
	"time"
)

func benchSession(b *testing.B, decls int) *tester {
	s, err := New()
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	t := &tester{Session: s}
	for i := range decls {
		if r := t.exec(fmt.Sprintf("func f%d(x int) int { return x + %d }", i, i)); r.Err != nil {
			b.Fatal(r.Err)
		}
	}
	return t
}

// BenchmarkCell is a trivial cell, end to end, by declarations in the session.
func BenchmarkCell(b *testing.B) {
	for _, n := range []int{0, 500} {
		b.Run(fmt.Sprintf("decls=%d", n), func(b *testing.B) {
			s := benchSession(b, n)
			b.ReportAllocs()
			for b.Loop() {
				if r := s.exec("1 + 1"); r.Err != nil {
					b.Fatal(r.Err)
				}
			}
		})
	}
}

// BenchmarkPrograms are the loops and calls that notebooks are made of.
func BenchmarkPrograms(b *testing.B) {
	for _, p := range []struct{ name, decl, run string }{
		{"fib22", "func fib(n int) int { if n < 2 { return n }; return fib(n-1) + fib(n-2) }", "fib(22);"},
		{"float1e6", "func fl() float64 { s := 0.0; for i := 0; i < 1000000; i++ { s += float64(i) * 0.5 }; return s }", "fl();"},
		{"slice1e6", "func sl() int { a := make([]int, 1000000); for i := range a { a[i] = i }; s := 0; for _, v := range a { s += v }; return s }", "sl();"},
		{"map1e5", "func mp() int { m := map[int]int{}; for i := range 100000 { m[i%1000] += i }; return len(m) }", "mp();"},
		{"string1e4", "func st() int { s := \"\"; for range 10000 { s += \"x\" }; return len(s) }", "st();"},
		{"method1e5", "type P struct { x int }\nfunc (p *P) inc(d int) { p.x += d }\nfunc me() int { p := &P{}; for i := range 100000 { p.inc(i) }; return p.x }", "me();"},
		{"iface1e5", "type Sh interface { Area() float64 }\ntype Sq struct { a float64 }\nfunc (s Sq) Area() float64 { return s.a * s.a }\nfunc ifc() float64 { var sh Sh = Sq{2}; t := 0.0; for range 100000 { t += sh.Area() }; return t }", "ifc();"},
		{"print1e4", "", "for i := range 10000 { fmt.Println(i) }"},
	} {
		b.Run(p.name, func(b *testing.B) {
			s := benchSession(b, 0)
			if r := s.exec(p.decl); r.Err != nil {
				b.Fatal(r.Err)
			}
			for b.Loop() {
				if r := s.exec(p.run); r.Err != nil {
					b.Fatal(r.Err)
				}
			}
		})
	}
}

// BenchmarkGrowth runs 10,000 trivial cells and reports what a cell adds to the
// heap and how the last thousand compare with the first.
func BenchmarkGrowth(b *testing.B) {
	for b.Loop() {
		s := benchSession(b, 0)
		s.exec("1 + 1")
		heap := func() uint64 {
			runtime.GC()
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			return m.HeapAlloc
		}
		before := heap()
		var first, last time.Duration
		const n = 10_000
		for i := range n {
			start := time.Now()
			if r := s.exec("x := 1 + 1\nx"); r.Err != nil {
				b.Fatal(r.Err)
			}
			d := time.Since(start)
			switch {
			case i < 1000:
				first += d
			case i >= n-1000:
				last += d
			}
		}
		b.ReportMetric(float64(heap()-before)/n, "B/cell")
		b.ReportMetric(float64(first.Microseconds())/1000, "first-µs/cell")
		b.ReportMetric(float64(last.Microseconds())/1000, "last-µs/cell")
	}
}
