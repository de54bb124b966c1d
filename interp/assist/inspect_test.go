package assist

import (
	"strings"
	"testing"
)

func TestInspect(t *testing.T) {
	h := newAssistant(t, newSession(t, declared))
	for _, test := range []struct {
		name  string
		code  string
		plain []string // what text/plain holds, the first of them at its beginning; none: not found
	}{
		{"function", "strings.ToUpp¦er(\"x\")", []string{"func strings.ToUpper(s string) string\n", "(package strings)", "ToUpper returns s with all Unicode letters"}},
		{"at its end", "strings.ToUpper¦", []string{"func strings.ToUpper(s string) string\n"}},
		{"at its beginning", "strings.¦ToUpper", []string{"func strings.ToUpper(s string) string\n"}},
		{"after text", "s := \"日本😀\"\nstrings.ToUpper¦(s)", []string{"func strings.ToUpper(s string) string\n"}},
		{"in its arguments", "strings.Repeat(\"x\", ¦)", []string{"func strings.Repeat(s string, count int) string\n"}},
		{"in open arguments", "strings.Repeat(\"x\", ¦", []string{"func strings.Repeat(s string, count int) string\n"}},
		{"in a string argument", "strings.ToUpper(\"he¦llo\")", []string{"func strings.ToUpper(s string) string\n"}},
		{"after an argument that is a call", "strings.Repeat(strings.ToUpper(\"x\"), ¦)", []string{"func strings.Repeat("}},
		{"number argument", "strings.Repeat(\"x\", 3¦)", []string{"func strings.Repeat("}},
		{"argument that is a name", "fmt.Println(numbers¦)", []string{"var numbers []float64\n"}},
		{"instance", "slices.Max[[]float64](¦", []string{"func slices.Max[S ~[]E, E cmp.Ordered](x S) E\n"}},
		{"package", "str¦ings.ToUpper", []string{"package strings // import \"strings\"\n", "Package strings implements"}},
		{"package alone", "strings¦", []string{"package strings // import \"strings\"\n"}},
		{"import path", "import \"net/ht¦tp\"", []string{"package http // import \"net/http\"\n"}},
		{"constant", "math.Pi¦", []string{"const math.Pi = 3.14159\n", "Mathematical constants"}},
		{"typed constant", "time.Second¦", []string{"const time.Second time.Duration = 1000000000\n"}},
		{"variable of a package", "os.Args¦", []string{"var os.Args []string\n", "Args hold the command-line arguments"}},
		{"type", "strings.Builder¦", []string{"type strings.Builder struct {\n", "A Builder is used", "func (b *strings.Builder) WriteString(s string) (int, error)"}},
		{"interface", "io.Reader¦", []string{"type io.Reader interface {\n\tRead(p []byte) (n int, err error)\n}\n", "Reader is the interface"}},
		{"method", "buffer.WriteString¦", []string{"func (b *bytes.Buffer) WriteString(s string) (n int, err error)\n", "WriteString appends"}},
		{"method of a chain", "r, err := load()\nr.Header.Get¦(\"\")", []string{"func (h http.Header) Get(key string) string\n", "Get gets the first value"}},
		{"promoted method", "func f(t *testing.T) { t.Errorf¦ }", []string{"func (c *testing.common) Errorf(format string, args ...any)\n", "Errorf is equivalent to Logf"}},
		{"interface method", "var r io.Reader\nr.Read¦", []string{"func (io.Reader) Read(p []byte) (n int, err error)\n"}},
		{"field of a package", "r, err := load()\nr.StatusCode¦", []string{"field *http.Response.StatusCode int\n"}},
		{"documented field", "var s http.Server\ns.Addr¦", []string{"field http.Server.Addr string\n", "Addr optionally specifies"}},

		{"variable", "numbers¦", []string{"var numbers []float64\n", "(cell 1)", "shape: 3\n", "value: [1 2 3]\n"}},
		{"variable with method", "origin¦.Norm()", []string{"var origin Point\n", "value: {0 0  false}"}},
		{"declared function", "scale¦(origin, 2)", []string{"func scale(p Point, by float64) Point\n", "(cell 1)", "scale multiplies."}},
		{"declared generic", "first¦(points)", []string{"func first[T any](list []T) T\n"}},
		{"declared type", "Point¦{}", []string{"type Point struct {\n\tX int\n\tY int\n\tLabel string\n\tsecret bool\n}\n", "(cell 1)", "Point is a place.", "func (p Point) Norm() float64"}},
		{"declared generic type", "var p Pair¦[string, int]", []string{"type Pair[K comparable, V any] struct {\n"}},
		{"declared method", "origin.Norm¦()", []string{"func (p Point) Norm() float64\n", "(cell 2)", "Norm is its distance."}},
		{"declared field", "origin.Label¦", []string{"field Point.Label string\n", "(cell 1)"}},
		{"declared constant", "answer¦", []string{"const answer = 42\n", "(cell 1)"}},
		{"multi-byte", "größer¦(1, 2)", []string{"func größer(a Größe, b Größe) bool\n"}},
		{"local", "x := 3\nx¦ + 1", []string{"var x int\n", "(this cell)"}},
		{"defined", "x¦ := numbers", []string{"var x []float64\n"}},
		{"local shadows", "origin := 1\norigin¦", []string{"var origin int\n", "(this cell)"}},
		{"function of this cell", "func f(a int) string { return \"\" }\nf(¦)", []string{"func f(a int) string\n"}},
		{"parameter", "func f(abc int) { abc¦ }", []string{"var abc int\n"}},

		{"builtin", "append¦", []string{"func append(slice []Type, elems ...Type) []Type\n", "(predeclared)", "append adds"}},
		{"builtin in arguments", "append(points, ¦)", []string{"func append("}},
		{"predeclared type", "var e error¦", []string{"type error interface {", "nil is no error"}},
		{"keyword", "defer¦ f()", []string{"keyword defer\n", "defer calls"}},
		{"in broken code", "x := := )\nstrings.ToUpper¦(", []string{"func strings.ToUpper("}},
		{"in an open block", "for {\nif true {\nstrings.ToUpper¦(", []string{"func strings.ToUpper("}},

		{"magic", "%ti¦me x", []string{"%time, %%time\n", "Measure how long"}},
		{"Go in a magic", "%time strings.ToUpper¦(\"\")", []string{"func strings.ToUpper("}},

		{"unknown", "nosuch¦", nil},
		{"unknown member", "strings.NoSuch¦", nil},
		{"number", "42¦", nil},
		{"comment", "// strings.ToUpper¦", nil},
		{"nothing", "x := 1 + ¦", nil},
		{"empty", "¦", nil},
		{"body of a function literal", "f(func() { ¦ })", nil},
		{"unknown magic", "%nosuch¦", nil},
		{"shell", "!ls¦", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, at := cut(t, test.code)
			got := h.Inspect(code, at, 0)
			if got.Found != (test.plain != nil) {
				t.Fatalf("found %v:\n%s", got.Found, got.Plain)
			}
			if !got.Found {
				return
			}
			if !strings.HasPrefix(got.Plain, test.plain[0]) {
				t.Errorf("does not begin with %q:\n%s", test.plain[0], got.Plain)
			}
			for _, want := range test.plain {
				if !strings.Contains(got.Plain, want) {
					t.Errorf("lacks %q:\n%s", want, got.Plain)
				}
			}
			if strings.ContainsRune(got.Plain, '\x1b') || strings.Contains(got.Plain, "·") {
				t.Errorf("text/plain has what does not belong there: %q", got.Plain)
			}
			if got.Markdown == "" {
				t.Error("no text/markdown")
			}
		})
	}
}

func TestInspectDetail(t *testing.T) {
	h := newAssistant(t, newSession(t, declared))
	for code, want := range map[string]string{
		"scale¦":       "func scale(p Point, by float64) Point { return p }",
		"Point¦{}":     "type Point struct {\n\tX, Y int\n",
		"origin.Norm¦": "func (p Point) Norm() float64 { return 0 }",
	} {
		code, at := cut(t, code)
		if got := h.Inspect(code, at, 0); strings.Contains(got.Plain, want) {
			t.Errorf("%s: source without detail:\n%s", code, got.Plain)
		}
		got := h.Inspect(code, at, 1)
		if !strings.Contains(got.Plain, "source:\n"+want) || !strings.Contains(got.Markdown, want) {
			t.Errorf("%s: source is missing:\n%s", code, got.Plain)
		}
	}
	if got := h.Inspect("strings", 7, 1); !strings.Contains(got.Plain, "func strings.ToUpper(s string) string") {
		t.Errorf("a package's contents are missing:\n%s", got.Plain)
	}
	if goroot() == "" {
		t.Skip("no Go distribution here whose source could be shown")
	}
	if got := h.Inspect("strings.ToUpper", 15, 1); !strings.Contains(got.Plain, "source:\nfunc ToUpper(s string) string {\n") {
		t.Errorf("source is missing:\n%s", got.Plain)
	}
	if got := h.Inspect("strings.Builder", 15, 1); !strings.Contains(got.Plain, "source:\ntype Builder struct {\n") {
		t.Errorf("source is missing:\n%s", got.Plain)
	}
}

func TestInspectMarkdown(t *testing.T) {
	h := newAssistant(t, newSession(t, declared))
	got := h.Inspect("strings.ToUpper", 15, 0).Markdown
	if want := "```go\nfunc strings.ToUpper(s string) string\n```\n"; !strings.HasPrefix(got, want) {
		t.Errorf("does not begin with %q:\n%s", want, got)
	}
	got = h.Inspect("numbers", 7, 0).Markdown
	if want := "**shape** 3\n\n**value**\n\n```\n[1 2 3]\n```\n"; !strings.Contains(got, want) {
		t.Errorf("lacks %q:\n%s", want, got)
	}
}
