package interp

import (
	"reflect"
	"strings"
	"testing"

	"cahier/interp/rt"
	"cahier/interp/rtype"
	"cahier/interp/symbols"
)

// TestTreatments finds every function and method of the standard library that
// takes or gives an any, and asks whether its package is in the table of how
// such values are treated.
func TestTreatments(t *testing.T) {
	found := map[string]bool{}
	for _, path := range symbols.Packages() {
		if strings.Contains(path, ".") || strings.HasPrefix(path, "cahier/") {
			continue
		}
		values, _ := symbols.Load(path)
		for name, v := range values {
			if name[0] == '_' || !v.IsValid() {
				continue
			}
			var types []reflect.Type
			switch {
			case v.Kind() == reflect.Func:
				types = append(types, v.Type())
			case v.Kind() == reflect.Pointer && v.IsNil():
				of := v.Type()
				if of.Elem().Kind() == reflect.Interface {
					of = of.Elem()
				}
				for i := range of.NumMethod() {
					types = append(types, of.Method(i).Type)
				}
			}
			for _, ft := range types {
				if rt.Crosses(ft) {
					found[path] = true
					if _, known := rt.TreatmentOf(path); !known {
						t.Errorf("%s.%s has %s: package %s is not in the table", path, name, ft, path)
					}
				}
			}
		}
	}
	if len(found) < 40 {
		t.Errorf("only %d packages have an any", len(found))
	}
}

// TestRefusedReflection finds what cannot be done rightly refused, with the
// reason and the way round.
func TestRefusedReflection(t *testing.T) {
	const types = `type Shape interface{ Area() int }
type Sq int
func (s Sq) Area() int { return int(s) }
type Open struct { N int; Any any }
type Srv struct { sh Shape }
func (s *Srv) Do(n int, r *int) error { *r = n; return nil }
`
	for _, c := range []struct{ code, what, way string }{
		{"reflect.ValueOf(&Open{1, Sq(2)})", "*main.Open, which leads to interface", "pass what has none"},
		{"reflect.ValueOf([]any{Sq(1)})", "interface {}, which leads to interface", "pass what has none"},
		{"reflect.Swapper([]Shape{Sq(1), Sq(2)})", "reflect.Swapper", "pass what has none"},
		{"rpc.NewServer().Register(&Srv{Sq(1)})", "*main.Srv, which leads to interface", "pass what has none"},
		{"json.Marshal(struct{ C chan Shape }{make(chan Shape)})", "a channel of", "receive in the cell"},
	} {
		s := newTester(t)
		s.must(types)
		s.must("before := reflect.TypeOf(Open{})")
		r := s.exec(c.code)
		if r.Err == nil {
			t.Errorf("%s: not refused", c.code)
			continue
		}
		if r.Err.Name != "NotSupported" || !strings.Contains(r.Err.Value, "not supported by the interpreter") || !strings.Contains(r.Err.Value, c.what) || !strings.Contains(r.Err.Value, c.way) {
			t.Errorf("%s:\n%s: %s", c.code, r.Err.Name, r.Err.Value)
		}
		if got := s.must("reflect.TypeOf(Open{}).Name()"); got != "Open" {
			t.Errorf("after %s: %s", c.code, got)
		}
		if got := s.must("before == reflect.TypeOf(Open{})"); got != "true" {
			t.Errorf("after %s the type is another", c.code)
		}
	}
}

// TestManyTwins declares types with methods until the process has no entry left
// for a method: what was made before goes on, and the rest says why it cannot.
func TestManyTwins(t *testing.T) {
	if rtype.Check() != nil {
		t.Skip("no types can be made on this processor")
	}
	s := newTester(t)
	s.must("type First struct{ A int }\nfunc (f First) MarshalText() ([]byte, error) { return fmt.Appendf(nil, \"<%d>\", f.A), nil }\nfirst := func() string { b, err := json.Marshal(First{1}); return fmt.Sprint(string(b), err) }")
	if got := s.must("first()"); got != `"\u003c1\u003e"<nil>` {
		t.Fatal(got)
	}
	defer rtype.Exhaust()()
	s.must("type Late struct{ A int }\nfunc (Late) MarshalText() ([]byte, error) { return nil, nil }\nfunc (Late) String() string { return \"late\" }")
	if r := s.exec("json.Marshal(Late{})"); r.Err == nil || r.Err.Name != "NotSupported" || !strings.Contains(r.Err.Value, "restart the session") {
		t.Errorf("%+v", r.Err)
	}
	if got := s.must("fmt.Sprint(Late{}, []Late{{}})"); got != "late [late]" {
		t.Errorf("printed %s", got)
	}
	if got := s.must("first()"); got != `"\u003c1\u003e"<nil>` {
		t.Errorf("then %s", got)
	}
}

// TestTwinsFollowCells adds and changes methods and types between calls of
// compiled code.
func TestTwinsFollowCells(t *testing.T) {
	s := newTester(t)
	s.must("type P struct{ X, y int }\ntype Q struct{ P P; L []P }\ntype Other struct{ A int }\nother := reflect.TypeOf(Other{})")
	marshal := func(x string) string {
		s.must("b, err := json.Marshal(" + x + ")")
		return s.must("string(b) + fmt.Sprint(err)")
	}
	for _, step := range []struct{ cell, x, want string }{
		{"", "Q{P: P{1, 2}}", `{"P":{"X":1},"L":null}<nil>`},
		{"func (p P) MarshalText() ([]byte, error) { return fmt.Appendf(nil, \"%d/%d\", p.X, p.y), nil }", "Q{P: P{1, 2}, L: []P{{}}}", `{"P":"1/2","L":["0/0"]}<nil>`},
		{"func (p P) MarshalText() ([]byte, error) { return []byte(\"new\"), nil }", "map[P]Q{{1, 1}: {}}", `{"new":{"P":"new","L":null}}<nil>`},
		{"func (q *Q) MarshalJSON() ([]byte, error) { return []byte(`\"q\"`), nil }", "[]any{Q{}, &Q{}}", `[{"P":"new","L":null},"q"]<nil>`},
		{"type P struct{ Z string `json:\"z\"` }", "Q{P: P{\"s\"}}", `{"P":"new","L":null}<nil>`},
	} {
		if step.cell != "" {
			s.must(step.cell)
		}
		if got := marshal(step.x); got != step.want {
			t.Errorf("after %s\n%s is %s, want %s", step.cell, step.x, got, step.want)
		}
	}
	if got := s.must("other == reflect.TypeOf(Other{})"); got != "true" {
		t.Error("an unrelated type has become another")
	}
}

// TestConcurrentTwins meets compiled code on many goroutines at once.
func TestConcurrentTwins(t *testing.T) {
	s := newTester(t)
	s.must(`type K string
func (k K) MarshalText() ([]byte, error) { return []byte("k" + string(k)), nil }
type V struct { N int; Any any; Next *V }
func (v *V) UnmarshalText(b []byte) error { v.N = len(b); return nil }
var wg sync.WaitGroup
var bad atomic.Int64
for g := range 8 {
	wg.Add(1)
	go func() {
		defer wg.Done()
		for i := range 20 {
			b, err := json.Marshal(map[K]any{K(fmt.Sprint(g)): []any{K("x"), V{N: i, Any: K("in")}}})
			if err != nil || !strings.Contains(string(b), "\"kin\"") { bad.Add(1) }
			v := V{Any: K("kept"), Next: &V{}}
			if err := json.Unmarshal([]byte("\"abc\""), &v); err != nil || v.N != 3 || v.Any != K("kept") { bad.Add(1) }
		}
	}()
}
wg.Wait()`)
	if got := s.must("bad.Load()"); got != "0" {
		t.Errorf("%s were wrong", got)
	}
}
