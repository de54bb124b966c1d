package interp

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// The model of a session in which names are redefined: a name means what the
// latest cell says, and a function looks its names up when it is called.

type defined struct {
	kind string // var, const, func, type
	text bool   // a string, of which others make no use
	code string
	body []term // of a function or a type's method
	n    int    // value of a variable or constant, or what a function adds
	spec string // of a type
}

// term is a use of a name in an expression, as a thing of this kind.
type term struct{ name, kind string }

func (t term) String() string {
	switch t.kind {
	case "func":
		return t.name + "()"
	case "type":
		return t.name + "{A: 2}.M()"
	}
	return t.name
}

type model map[string]*defined

// value is what a use of a name gives; ok is false when it does not compile.
func (m model) value(t term) (n int, ok bool) {
	d := m[t.name]
	if d == nil || d.text {
		return 0, false
	}
	switch d.kind {
	case "var", "const":
		return d.n, t.kind == "value"
	}
	if d.kind != t.kind {
		return 0, false
	}
	n = d.n
	if d.kind == "type" {
		n *= 2
	}
	sum, ok := m.sum(d.body)
	return n + sum, ok
}

func (m model) sum(list []term) (int, bool) {
	sum := 0
	for _, t := range list {
		n, ok := m.value(t)
		if !ok {
			return 0, false
		}
		sum += n
	}
	return sum, true
}

func (d *defined) use(name string) term {
	switch d.kind {
	case "var", "const":
		return term{name, "value"}
	}
	return term{name, d.kind}
}

// TestRedefineAtRandom defines and redefines names at random, runs cells again,
// and compares each name's value after each cell with the model's.
func TestRedefineAtRandom(t *testing.T) {
	names := []string{"a", "b", "c", "d", "e", "f"}
	rounds, steps := 6, 25
	if testing.Short() {
		rounds = 2
	}
	for seed := range rounds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(uint64(seed), 1))
			s := newTester(t)
			m := model{}
			type cell struct {
				name string
				d    *defined
				uses []term // when it runs
			}
			var cells []cell
			var history []string
			for range steps {
				var c cell
				if len(cells) > 3 && r.IntN(4) == 0 {
					c = cells[r.IntN(len(cells))] // again
				} else {
					at := r.IntN(len(names))
					c.name = names[at]
					var uses []term // only of names before this one, so that nothing is circular
					for _, n := range names[:at] {
						if d := m[n]; d != nil && r.IntN(2) == 0 {
							if _, ok := m.value(d.use(n)); ok {
								uses = append(uses, d.use(n))
							}
						}
					}
					d := &defined{n: r.IntN(100)}
					expr := fmt.Sprint(d.n)
					for _, u := range uses {
						expr += " + " + u.String()
					}
					switch k := r.IntN(9); {
					case k < 2:
						d.kind, c.uses = "var", uses
						d.code = fmt.Sprintf("%s := %s", c.name, expr)
					case k < 3:
						d.kind = "const"
						d.code = fmt.Sprintf("const %s = %d", c.name, d.n)
					case k < 4:
						d.kind, d.text = []string{"var", "const"}[r.IntN(2)], true
						d.code = fmt.Sprintf("%s %s = \"text\"", d.kind, c.name)
					case k < 7:
						d.kind, d.body = "func", uses
						d.code = fmt.Sprintf("func %s() int { return %s }", c.name, expr)
					default:
						d.kind, d.body = "type", uses
						d.spec = []string{"A int", "A, B int"}[r.IntN(2)]
						d.code = fmt.Sprintf("type %s struct{ %s }\nfunc (x %[1]s) M() int { return x.A*%[3]s }", c.name, d.spec, expr)
					}
					c.d = d
					cells = append(cells, c)
				}
				history = append(history, c.d.code)
				again := func(format string, args ...any) {
					t.Helper()
					t.Fatalf("%s, after\n%s", fmt.Sprintf(format, args...), strings.Join(history, "\n"))
				}
				// What the cell uses must be there; else it is an error and changes nothing.
				needs := append(append([]term(nil), c.uses...), c.d.body...)
				sum, ok := m.sum(needs)
				res := s.exec(c.d.code)
				if (res.Err == nil) != ok {
					again("%v, the model says that it compiles: %v", res.Err, ok)
				}
				if ok {
					d := *c.d
					if d.kind == "var" && !d.text {
						d.n += sum
					}
					m[c.name] = &d
				}
				for _, n := range names {
					d := m[n]
					if d == nil {
						continue
					}
					if d.text {
						if got := s.must(n); got != "text" {
							again("%s is %q, want text", n, got)
						}
						continue
					}
					want, ok := m.value(d.use(n))
					res := s.exec(d.use(n).String())
					switch {
					case res.Err != nil && ok:
						again("%s: %s, want %d", d.use(n), strings.Join(res.Err.Traceback, "\n"), want)
					case res.Err == nil && !ok:
						again("%s is %v, want an error", d.use(n), res.Value.MIME["text/plain"])
					case !ok:
						if text := strings.Join(res.Err.Traceback, "\n"); res.Err.Name != "CompileError" || !strings.Contains(text, "no longer compiles") && !strings.Contains(text, "undefined") {
							again("%s: %s, want it to say that it no longer compiles", d.use(n), text)
						}
					default:
						if got := res.Value.MIME["text/plain"]; got != fmt.Sprint(want) {
							again("%s is %v, want %d", d.use(n), got, want)
						}
					}
				}
			}
		})
	}
}
