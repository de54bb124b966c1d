package interp

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// discard takes output of cells whose output does not matter.
type discard struct{ t testing.TB }

func (discard) Stream(string, []byte) {}
func (discard) Display(Bundle)        {}
func (discard) Update(Bundle)         {}
func (discard) ClearOutput(bool)      {}
func (discard) Comm(CommEvent)        {}
func (discard) Input(context.Context, string, bool) (string, error) {
	return "", fmt.Errorf("no input here")
}

// session has executed the cells.
func helpSession(t testing.TB, cells ...string) *Session {
	t.Helper()
	s, err := New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	for i, code := range cells {
		if r := s.Execute(context.Background(), Cell{Code: code, Number: i + 1}, discard{t}); r.Err != nil {
			t.Fatalf("cell %d: %v\n%s", i+1, r.Err, strings.Join(r.Err.Traceback, "\n"))
		}
	}
	return s
}

func TestSessionComplete(t *testing.T) {
	s := helpSession(t,
		"import h \"net/http\"\n_ = h.StatusOK",
		"// Point is a place.\ntype Point struct { X, Y int; label string }\n// Norm is its distance.\nfunc (p Point) Norm() float64 { return 5 }",
		"origin := Point{X: 3, Y: 4, label: \"o\"}\nnumbers := []float64{1, 2, 3}",
		"numbers := map[string]Point{}",
	)
	for code, want := range map[string][]string{
		"strings.ToUpp¦":                  {"ToUpper", "ToUpperSpecial"},
		"h.StatusTea¦":                    {"StatusTeapot"},
		"origin.¦":                        {"X", "Y", "label", "Norm"},
		"numbers[\"a\"].No¦":              {"Norm"},
		"x := Point{la¦":                  {"label"},
		"func f(größe Point) { größe.No¦": {"Norm"},
		"orig¦":                           {"origin"},
		"%whos orig¦":                     nil,
		"%%writ¦":                         {"%%writefile"},
		"%doc strings.ToUpp¦":             {"ToUpper", "ToUpperSpecial"},
	} {
		before, after, _ := strings.Cut(code, "¦")
		c, err := s.Complete(context.Background(), before+after, len([]rune(before)))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range c.Matches {
			got = append(got, m.Text)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", code, got, want)
		}
	}
}

func TestSessionInspect(t *testing.T) {
	s := helpSession(t,
		"// Point is a place.\ntype Point struct { X, Y int; label string }\n// Norm is its distance.\nfunc (p Point) Norm() float64 { return 5 }",
		"origin := Point{X: 3, Y: 4, label: \"o\"}\nnumbers := []float64{1, 2, 3}",
		"// double is twice x.\nfunc double(x float64) float64 { return 2 * x }",
	)
	for code, want := range map[string][]string{
		"numbers":         {"var numbers []float64\n", "(cell 2)", "value:", "1 2 3", "3"},
		"origin.Norm":     {"func (p Point) Norm() float64\n", "(cell 1)", "Norm is its distance."},
		"Point":           {"type Point struct {", "Point is a place."},
		"double(":         {"func double(x float64) float64\n", "(cell 3)", "double is twice x."},
		"strings.ToUpper": {"func strings.ToUpper(s string) string\n"},
	} {
		in, err := s.Inspect(context.Background(), code, len(code), 0)
		if err != nil || !in.Found {
			t.Errorf("%s: found %v, error %v", code, in.Found, err)
			continue
		}
		plain, _ := in.MIME["text/plain"].(string)
		for _, w := range want {
			if !strings.Contains(plain, w) {
				t.Errorf("%s: lacks %q:\n%s", code, w, plain)
			}
		}
		if in.MIME["text/markdown"] == nil {
			t.Errorf("%s: no text/markdown", code)
		}
	}
	in, err := s.Inspect(context.Background(), "double", 6, 1)
	if plain, _ := in.MIME["text/plain"].(string); err != nil || !strings.Contains(plain, "func double(x float64) float64 { return 2 * x }") {
		t.Errorf("with detail the source is missing (error %v):\n%s", err, plain)
	}
}

func BenchmarkSessionComplete(b *testing.B) {
	var cells []string
	for i := range 100 {
		cells = append(cells, fmt.Sprintf("type R%d struct { ID int; Next *R%d }\nfunc (r *R%d) Value() int { return r.ID }\nfunc new%d(id int) *R%d { return &R%d{ID: id} }\nvar r%d = new%d(%d)\nvar l%d []R%d\nconst c%d = %d", i, i, i, i, i, i, i, i, i, i, i, i, i))
	}
	s := helpSession(b, cells...)
	for name, code := range map[string]string{"Package": "strings.ToUpp", "Field": "r42.", "Name": "ne", "Empty": ""} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Complete(context.Background(), code, len(code)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
