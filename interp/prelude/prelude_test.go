package prelude_test

import (
	stdcmp "cmp"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	stditer "iter"
	stdmaps "maps"
	"math"
	"math/rand/v2"
	stdslices "slices"
	"testing"

	"cahier/interp/prelude"
	"cahier/interp/prelude/atomic"
	"cahier/interp/prelude/cmp"
	"cahier/interp/prelude/iter"
	"cahier/interp/prelude/maps"
	"cahier/interp/prelude/slices"
	"cahier/interp/prelude/sync"
)

// outcome is what a call returned, or the text of its panic.
func outcome(f func() any) (out string) {
	defer func() {
		if r := recover(); r != nil {
			out = fmt.Sprint("panic: ", r)
		}
	}()
	return fmt.Sprintf("%#v", f())
}

// same fails unless ours and the real one end alike.
func same(t *testing.T, what string, ours, real func() any) {
	t.Helper()
	if got, want := outcome(ours), outcome(real); got != want {
		t.Errorf("%s:\n got  %s\n want %s", what, got, want)
	}
}

// whole shows a slice with what lies between its length and its capacity.
func whole(s []int) any {
	if s == nil {
		return "nil"
	}
	return fmt.Sprint(s)
}

func randomInts(r *rand.Rand) []int {
	if r.IntN(12) == 0 {
		return nil
	}
	s := make([]int, r.IntN(9), 16)
	for i := range s {
		s[i] = r.IntN(5)
	}
	return s[: len(s) : len(s)+r.IntN(16-len(s))]
}

func TestSlicesEqualTheRealOnes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	dup := func(s []int) []int { // same contents and capacity, memory of its own
		if s == nil {
			return nil
		}
		c := make([]int, len(s), cap(s))
		copy(c, s)
		return c
	}
	for range 3000 {
		a, b := randomInts(r), randomInts(r)
		i, j, n := r.IntN(11)-1, r.IntN(11)-1, r.IntN(6)-1
		odd := func(v int) bool { return v%2 == 1 }
		near := func(x, y int) bool { return x/2 == y/2 }
		by := func(x, y int) int { return x%3 - y%3 }
		// mutating is the result beside what the call left in its argument.
		type mutating func(s []int) any
		pairs := map[string][2]mutating{
			"Insert":         {func(s []int) any { return slices.Insert(s, i, b...) }, func(s []int) any { return stdslices.Insert(s, i, b...) }},
			"Delete":         {func(s []int) any { return slices.Delete(s, i, j) }, func(s []int) any { return stdslices.Delete(s, i, j) }},
			"DeleteFunc":     {func(s []int) any { return slices.DeleteFunc(s, odd) }, func(s []int) any { return stdslices.DeleteFunc(s, odd) }},
			"Replace":        {func(s []int) any { return slices.Replace(s, i, j, b...) }, func(s []int) any { return stdslices.Replace(s, i, j, b...) }},
			"Compact":        {func(s []int) any { return slices.Compact(s) }, func(s []int) any { return stdslices.Compact(s) }},
			"CompactFunc":    {func(s []int) any { return slices.CompactFunc(s, near) }, func(s []int) any { return stdslices.CompactFunc(s, near) }},
			"Reverse":        {func(s []int) any { slices.Reverse(s); return s }, func(s []int) any { stdslices.Reverse(s); return s }},
			"Sort":           {func(s []int) any { slices.Sort(s); return s }, func(s []int) any { stdslices.Sort(s); return s }},
			"SortStableFunc": {func(s []int) any { slices.SortStableFunc(s, by); return s }, func(s []int) any { stdslices.SortStableFunc(s, by); return s }},
			"Clone":          {func(s []int) any { return slices.Clone(s) }, func(s []int) any { return stdslices.Clone(s) }},
			"Clip":           {func(s []int) any { c := slices.Clip(s); return []any{c, cap(c)} }, func(s []int) any { c := stdslices.Clip(s); return []any{c, cap(c)} }},
			"Grow":           {func(s []int) any { c := slices.Grow(s, n); return []any{c, cap(c) >= len(s)+n} }, func(s []int) any { c := stdslices.Grow(s, n); return []any{c, cap(c) >= len(s)+n} }},
			"Concat":         {func(s []int) any { return slices.Concat(s, b, s) }, func(s []int) any { return stdslices.Concat(s, b, s) }},
			"Repeat":         {func(s []int) any { return slices.Repeat(s, n) }, func(s []int) any { return stdslices.Repeat(s, n) }},
			"Index":          {func(s []int) any { return slices.Index(s, n) }, func(s []int) any { return stdslices.Index(s, n) }},
			"IndexFunc":      {func(s []int) any { return slices.IndexFunc(s, odd) }, func(s []int) any { return stdslices.IndexFunc(s, odd) }},
			"Contains":       {func(s []int) any { return slices.Contains(s, n) }, func(s []int) any { return stdslices.Contains(s, n) }},
			"ContainsFunc":   {func(s []int) any { return slices.ContainsFunc(s, odd) }, func(s []int) any { return stdslices.ContainsFunc(s, odd) }},
			"Equal":          {func(s []int) any { return slices.Equal(s, b) }, func(s []int) any { return stdslices.Equal(s, b) }},
			"EqualFunc":      {func(s []int) any { return slices.EqualFunc(s, b, near) }, func(s []int) any { return stdslices.EqualFunc(s, b, near) }},
			"Compare":        {func(s []int) any { return slices.Compare(s, b) }, func(s []int) any { return stdslices.Compare(s, b) }},
			"CompareFunc":    {func(s []int) any { return slices.CompareFunc(s, b, by) }, func(s []int) any { return stdslices.CompareFunc(s, b, by) }},
			"IsSorted":       {func(s []int) any { return slices.IsSorted(s) }, func(s []int) any { return stdslices.IsSorted(s) }},
			"IsSortedFunc":   {func(s []int) any { return slices.IsSortedFunc(s, by) }, func(s []int) any { return stdslices.IsSortedFunc(s, by) }},
			"Min":            {func(s []int) any { return slices.Min(s) }, func(s []int) any { return stdslices.Min(s) }},
			"Max":            {func(s []int) any { return slices.Max(s) }, func(s []int) any { return stdslices.Max(s) }},
			"MinFunc":        {func(s []int) any { return slices.MinFunc(s, by) }, func(s []int) any { return stdslices.MinFunc(s, by) }},
			"MaxFunc":        {func(s []int) any { return slices.MaxFunc(s, by) }, func(s []int) any { return stdslices.MaxFunc(s, by) }},
			"AppendSeq":      {func(s []int) any { return slices.AppendSeq(s, slices.Values(b)) }, func(s []int) any { return stdslices.AppendSeq(s, stdslices.Values(b)) }},
			"Collect":        {func(s []int) any { return slices.Collect(slices.Values(s)) }, func(s []int) any { return stdslices.Collect(stdslices.Values(s)) }},
			"Sorted":         {func(s []int) any { return slices.Sorted(slices.Values(s)) }, func(s []int) any { return stdslices.Sorted(stdslices.Values(s)) }},
			"SortedStableFunc": {func(s []int) any { return slices.SortedStableFunc(slices.Values(s), by) },
				func(s []int) any { return stdslices.SortedStableFunc(stdslices.Values(s), by) }},
			"All": {func(s []int) any { return fmt.Sprint(pairsOf(slices.All(s), n)) }, func(s []int) any { return fmt.Sprint(pairsOf(stdslices.All(s), n)) }},
			"Backward": {func(s []int) any { return fmt.Sprint(pairsOf(slices.Backward(s), n)) },
				func(s []int) any { return fmt.Sprint(pairsOf(stdslices.Backward(s), n)) }},
			"Chunk": {func(s []int) any { return fmt.Sprint(slices.Collect(slices.Chunk(s, n))) },
				func(s []int) any { return fmt.Sprint(stdslices.Collect(stdslices.Chunk(s, n))) }},
		}
		for name, p := range pairs {
			x, y := dup(a), dup(a)
			what := fmt.Sprintf("%s(%v, i=%d j=%d n=%d, b=%v)", name, a, i, j, n, b)
			same(t, what, func() any { return p[0](x) }, func() any { return p[1](y) })
			same(t, what+" leaves behind", func() any { return whole(x) }, func() any { return whole(y) })
		}
		stdslices.Sort(a)
		same(t, "BinarySearch", func() any { k, ok := slices.BinarySearch(a, n); return []any{k, ok} },
			func() any { k, ok := stdslices.BinarySearch(a, n); return []any{k, ok} })
		same(t, "BinarySearchFunc", func() any {
			k, ok := slices.BinarySearchFunc(a, "x", func(e int, s string) int { return e - n })
			return []any{k, ok}
		}, func() any {
			k, ok := stdslices.BinarySearchFunc(a, "x", func(e int, s string) int { return e - n })
			return []any{k, ok}
		})
		if t.Failed() {
			return
		}
	}
}

// pairsOf takes at most n pairs, all for a negative n.
func pairsOf(seq func(yield func(int, int) bool), n int) (out [][2]int) {
	seq(func(i, v int) bool {
		out = append(out, [2]int{i, v})
		n--
		return n != 0
	})
	return out
}

func TestSortFuncSorts(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	s := make([]int, 1000)
	for i := range s {
		s[i] = r.IntN(100)
	}
	slices.SortFunc(s, func(a, b int) int { return b - a })
	if !stdslices.IsSortedFunc(s, func(a, b int) int { return b - a }) {
		t.Error("not in descending order")
	}
	got := slices.SortedFunc(slices.Values(s), func(a, b int) int { return a - b })
	if !stdslices.IsSorted(got) {
		t.Error("SortedFunc: not in ascending order")
	}
}

func TestFloatsWithNaN(t *testing.T) {
	type celsius float64
	vals := []celsius{3, celsius(math.NaN()), -1, celsius(math.Inf(1)), 0, celsius(math.NaN()), 2, celsius(math.Inf(-1))}
	x, y := stdslices.Clone(vals), stdslices.Clone(vals)
	slices.Sort(x)
	stdslices.Sort(y)
	if fmt.Sprint(x) != fmt.Sprint(y) {
		t.Errorf("Sort: got %v, want %v", x, y)
	}
	if slices.IsSorted(vals) || !slices.IsSorted(x) {
		t.Error("IsSorted disagrees with Sort")
	}
	if !math.IsNaN(float64(slices.Min(vals))) || !math.IsNaN(float64(slices.Max(vals))) {
		t.Error("Min and Max of NaN: want NaN")
	}
	for _, a := range vals {
		for _, b := range vals {
			if got, want := cmp.Compare(a, b), stdcmp.Compare(a, b); got != want {
				t.Errorf("Compare(%v, %v) = %d, want %d", a, b, got, want)
			}
			if got, want := cmp.Less(a, b), stdcmp.Less(a, b); got != want {
				t.Errorf("Less(%v, %v) = %v, want %v", a, b, got, want)
			}
			if got, want := slices.Compare([]celsius{a}, []celsius{b}), stdslices.Compare([]celsius{a}, []celsius{b}); got != want {
				t.Errorf("slices.Compare(%v, %v) = %d, want %d", a, b, got, want)
			}
		}
		i, ok := slices.BinarySearch(x, a)
		j, ok2 := stdslices.BinarySearch(y, a)
		if i != j || ok != ok2 {
			t.Errorf("BinarySearch(%v) = %d %v, want %d %v", a, i, ok, j, ok2)
		}
	}
	if got, want := cmp.Or("", "a", "b"), stdcmp.Or("", "a", "b"); got != want {
		t.Errorf("Or = %q, want %q", got, want)
	}
	if got := cmp.Or[int](); got != 0 {
		t.Errorf("Or() = %d, want 0", got)
	}
}

func TestMapsEqualTheRealOnes(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	random := func() map[string]int {
		if r.IntN(8) == 0 {
			return nil
		}
		m := map[string]int{}
		for range r.IntN(5) {
			m[string(rune('a'+r.IntN(4)))] = r.IntN(3)
		}
		return m
	}
	for range 2000 {
		a, b := random(), random()
		eq := func(x, y int) bool { return x/2 == y/2 }
		del := func(k string, v int) bool { return v == 1 || k == "b" }
		same(t, "Equal", func() any { return maps.Equal(a, b) }, func() any { return stdmaps.Equal(a, b) })
		same(t, "EqualFunc", func() any { return maps.EqualFunc(a, b, eq) }, func() any { return stdmaps.EqualFunc(a, b, eq) })
		same(t, "Clone", func() any { return maps.Clone(a) }, func() any { return stdmaps.Clone(a) })
		same(t, "Copy", func() any { m := stdmaps.Clone(a); maps.Copy(m, b); return m },
			func() any { m := stdmaps.Clone(a); stdmaps.Copy(m, b); return m })
		same(t, "DeleteFunc", func() any { m := stdmaps.Clone(a); maps.DeleteFunc(m, del); return m },
			func() any { m := stdmaps.Clone(a); stdmaps.DeleteFunc(m, del); return m })
		same(t, "Collect", func() any { return maps.Collect(maps.All(a)) }, func() any { return stdmaps.Collect(stdmaps.All(a)) })
		same(t, "Insert", func() any { m := map[string]int{"z": 1}; maps.Insert(m, maps.All(a)); return m },
			func() any { m := map[string]int{"z": 1}; stdmaps.Insert(m, stdmaps.All(a)); return m })
		same(t, "Keys", func() any { return slices.Sorted(maps.Keys(a)) }, func() any { return stdslices.Sorted(stdmaps.Keys(a)) })
		same(t, "Values", func() any { return slices.Sorted(maps.Values(a)) }, func() any { return stdslices.Sorted(stdmaps.Values(a)) })
	}
}

func TestPull(t *testing.T) {
	count := func(yield func(int) bool) {
		for i := 0; i < 3; i++ {
			if !yield(i * i) {
				return
			}
		}
	}
	next, stop := iter.Pull(count)
	rnext, rstop := stditer.Pull(stditer.Seq[int](count))
	for i := range 5 {
		v, ok := next()
		rv, rok := rnext()
		if v != rv || ok != rok {
			t.Errorf("next %d = %d %v, want %d %v", i, v, ok, rv, rok)
		}
	}
	stop()
	rstop()

	// Stopped half way, the iterator ends and runs its deferred calls.
	cleaned := false
	next, stop = iter.Pull(func(yield func(int) bool) {
		defer func() { cleaned = true }()
		for yield(7) {
		}
	})
	if v, ok := next(); v != 7 || !ok {
		t.Errorf("next = %d %v, want 7 true", v, ok)
	}
	stop()
	stop()
	if v, ok := next(); !cleaned || v != 0 || ok {
		t.Errorf("after stop: cleaned %v, next = %d %v; want true, 0 false", cleaned, v, ok)
	}

	// A panic of the iterator comes out of next, once.
	next, stop = iter.Pull(func(yield func(int) bool) { panic("boom") })
	if got := outcome(func() any { next(); return nil }); got != "panic: boom" {
		t.Errorf("next of a panicking iterator: %s", got)
	}
	if _, ok := next(); ok {
		t.Error("next after the panic: want false")
	}
	stop()

	next2, stop2 := iter.Pull2(maps.All(map[string]int{"k": 4}))
	k, v, ok := next2()
	if k != "k" || v != 4 || !ok {
		t.Errorf("next = %q %d %v, want k 4 true", k, v, ok)
	}
	if _, _, ok := next2(); ok {
		t.Error("next at the end: want false")
	}
	stop2()
}

func TestOnce(t *testing.T) {
	n := 0
	f := sync.OnceValue(func() int { n++; return n })
	for range 2 {
		if got := f(); got != 1 {
			t.Errorf("OnceValue = %d, want 1 each time", got)
		}
	}
	g := sync.OnceValues(func() (int, string) { n++; return n, "b" })
	g()
	if a, b := g(); a != 2 || b != "b" {
		t.Errorf("OnceValues = %d %q, want 2 b", a, b)
	}
	h := sync.OnceValue(func() int { panic("boom") })
	for range 2 {
		if got := outcome(func() any { return h() }); got != "panic: boom" {
			t.Errorf("OnceValue of a panicking function: %s", got)
		}
	}
}

func TestAtomicPointer(t *testing.T) {
	var p atomic.Pointer[int]
	a, b := new(int), new(int)
	if p.Load() != nil || p.Swap(a) != nil || p.Load() != a {
		t.Error("Load and Swap")
	}
	if p.CompareAndSwap(b, a) || !p.CompareAndSwap(a, b) || p.Load() != b {
		t.Error("CompareAndSwap")
	}
	p.Store(a)
	if p.Load() != a {
		t.Error("Store")
	}
}

// TestSourceCovers asks the type checker: every generic function and type of
// the real package has one here, with as many type parameters.
func TestSourceCovers(t *testing.T) {
	std := importer.ForCompiler(token.NewFileSet(), "source", nil)
	for _, path := range prelude.Packages() {
		real, err := std.Import(path)
		if err != nil {
			t.Skipf("no source of the standard library here: %v", err)
		}
		src, ok := prelude.Source(path)
		if !ok {
			t.Errorf("%s: no source", path)
			continue
		}
		pkg, err := check(token.NewFileSet(), types.Config{Importer: std}, path, src)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		for _, name := range real.Scope().Names() {
			o := real.Scope().Lookup(name)
			n := typeParams(o)
			if !o.Exported() || n == 0 {
				continue
			}
			ours := pkg.Scope().Lookup(name)
			if ours == nil || typeParams(ours) != n {
				t.Errorf("%s.%s: missing, or other type parameters than %s", path, name, o)
			}
		}
	}
}

func typeParams(o types.Object) int {
	switch o := o.(type) {
	case *types.Func:
		return o.Signature().TypeParams().Len()
	case *types.TypeName:
		if n, ok := o.Type().(*types.Named); ok {
			return n.TypeParams().Len()
		}
	}
	return 0
}

func check(fset *token.FileSet, cfg types.Config, path string, src map[string]string) (*types.Package, error) {
	var files []*ast.File
	for _, n := range stdslices.Sorted(stdmaps.Keys(src)) {
		f, err := parser.ParseFile(fset, n, src[n], parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return cfg.Check(path, fset, files, nil)
}
