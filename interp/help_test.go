package interp

import (
	"context"
	"fmt"
	"slices"
	"strconv"
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

// TestSessionCompleteTyped completes what people type, whole words with what
// they replace: in cells that do not parse, generic code, chains and options.
func TestSessionCompleteTyped(t *testing.T) {
	s := helpSession(t,
		"type Point struct { X, Y int; label string; Next *Point }\nfunc (p Point) Norm() float64 { return 5 }\nfunc (p *Point) Add(q Point) *Point { return p }",
		"origin := Point{X: 3}\nx := ops.Ones(2, 3)\ny := ops.Ones(3, 2)\nm := map[string]int{\"alpha\": 1, \"beta key\": 2, \"quo\\\"te\": 3}",
		"type Stack[T any] struct { items []T }\nfunc (s *Stack[T]) Push(v T) { s.items = append(s.items, v) }\nfunc (s *Stack[T]) Peek() T { return s.items[0] }\nst := &Stack[Point]{}\nfunc Map[T, U any](xs []T, f func(T) U) []U { return nil }",
		"名前 := 5\nvar 世界 = Point{}",
	)
	const point = "Add Next Norm X Y label"
	for _, c := range []struct{ code, span, want string }{
		{"x.MatMul(y).Sof¦", "Sof", "Softmax Softplus"},
		{"ops.MatMul(x, y).Transp¦", "Transp", "Transpose"},
		{"ops.Conv2D(x, y, ops.ConvOptions{Stride: []int{2}, Pa¦})", "Pa", "Pad PadMode"},
		{"ops.Conv2D(x, y, ops.ConvOptions{Dil¦", "Dil", "Dilation"},
		{"st.¦", "", "Peek Push items"},
		{"st.Peek().no¦", "no", "Norm"},
		{"st.items[0].¦", "", point},
		{"Map([]Point{}, func(p Point) int { return p.¦ })", "", point},
		{"Map([]Point{}, func(p Point) int { p.¦", "", point},
		{"origin.Add(origin).Add(origin).No¦", "No", "Norm"},
		{"func f[T any](xs []T) { for _, value := range xs { val¦ } }", "val", "value"},
		{"x := := 3\nfunc broken( {\norigin.¦", "", point},
		{"for i := 0; i < 10; i++ {\n  origin.¦\n}\nfunc (", "", point},
		{"a := \"𝐚𝐛\"; orig¦", "orig", "origin"},
		{"// 注释 𝐚\n世¦", "世", "世界"},
		{"𝐚 := 1; 名¦", "名", "名前"},
		{"s := \"日本\"; 世界.La¦", "La", "label"},
		{"m[\"¦", "", "alpha beta key quo\\\"te"},
		{"m[\"al¦\"]", "al", "alpha"},
		{"fmt.Println(m[`be¦`])", "be", "beta key"},
		{"yaml.¦", "", ""},
		{"json.MarshalI¦", "MarshalI", "MarshalIndent"},
		{"outer:\nfor {\n\tbreak ¦\n}", "", "outer"},
		{"import \"encoding/js¦", "encoding/js", "encoding/json"},
		{"defer origin.¦", "", point},
	} {
		before, after, _ := strings.Cut(c.code, "¦")
		got, err := s.Complete(context.Background(), before+after, len([]rune(before)))
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, m := range got.Matches {
			names = append(names, m.Text)
			if m.Type == "" {
				t.Errorf("%s: %s has no kind", c.code, m.Text)
			}
		}
		slices.Sort(names)
		if list := strings.Join(names, " "); list != c.want {
			t.Errorf("%s: got %s, want %s", c.code, list, c.want)
		}
		if span := string([]rune(before + after)[got.Start:got.End]); span != c.span {
			t.Errorf("%s: replaces %q, want %q", c.code, span, c.span)
		}
	}
}

// TestSessionInspectTexts reads the documentation of declarations in a row, and
// the value of a tensor.
func TestSessionInspectTexts(t *testing.T) {
	s := helpSession(t, "type A struct{}\nfunc (a A) F() {}\n// G is documented.\nfunc (a A) G() {}\nfunc H() {}\nx := ops.Ones(2, 3)\nvar a A")
	for code, want := range map[string]string{
		"a.F": "func (a A) F()\n(cell 1)\n",
		"a.G": "func (a A) G()\n(cell 1)\n\nG is documented.\n",
		"H":   "func H()\n(cell 1)\n",
		"x":   "var x *ops.Tensor\n(cell 1)\n\nshape: [2 3]\nvalue: " + ops23(t, s),
	} {
		in, err := s.Inspect(context.Background(), code, len(code), 0)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := in.MIME["text/plain"].(string); strings.TrimSpace(got) != strings.TrimSpace(want) {
			t.Errorf("%s: got\n%s\nwant\n%s", code, got, want)
		}
	}
}

// ops23 is the tensor's own text.
func ops23(t *testing.T, s *Session) string {
	b, cerr := s.Evaluate(context.Background(), "x.String()", discard{t})
	if cerr != nil {
		t.Fatal(cerr)
	}
	text, err := strconv.Unquote(b.MIME["text/plain"].(string))
	if err != nil {
		text = b.MIME["text/plain"].(string)
	}
	return text
}

// editSession has 500 declarations of all kinds.
func editSession(b *testing.B) *Session {
	var cells []string
	for i := range 100 {
		cells = append(cells, fmt.Sprintf("type R%d struct { ID int; Next *R%d }\nfunc (r *R%d) Value() int { return r.ID }\nfunc new%d(id int) *R%d { return &R%d{ID: id} }\nvar r%d = new%d(%d)\nvar l%d []R%d\nconst c%d = %d", i, i, i, i, i, i, i, i, i, i, i, i, i))
	}
	return helpSession(b, cells...)
}

func BenchmarkComplete(b *testing.B) {
	s := editSession(b)
	for name, code := range map[string]string{
		"Package": "strings.ToUpp", "Field": "r42.", "Name": "ne", "Empty": "", "Ops": "ops.",
		"Chain": "ops.Ones(2, 3).MatMul(ops.Ones(3, 2)).", "Broken": "x := := 3\nfunc f( {\nr42.",
	} {
		b.Run("decls=500/"+name, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Complete(context.Background(), code, len(code)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkInspect(b *testing.B) {
	s := editSession(b)
	for name, code := range map[string]string{"Variable": "r42", "Method": "r42.Value", "Package": "strings.ToUpper", "Op": "ops.Conv2D"} {
		b.Run("decls=500/"+name, func(b *testing.B) {
			for b.Loop() {
				in, err := s.Inspect(context.Background(), code, len(code), 0)
				if err != nil || !in.Found {
					b.Fatal(in, err)
				}
			}
		})
	}
}

func BenchmarkIsComplete(b *testing.B) {
	s := editSession(b)
	long := strings.Repeat("for i := range 10 {\n\tif i > 3 {\n\t\tfmt.Println(i, r42.Value())\n\t}\n}\n", 40)
	for name, code := range map[string]string{"Complete": "x := 1", "Incomplete": "func f(a int) {\n\tif a > 3 {", "Invalid": "x := := 3", "Long": long, "LongOpen": long + "for {"} {
		b.Run("decls=500/"+name, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.IsComplete(context.Background(), code); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
