package assist

import (
	"testing"
	"unicode/utf8"
)

// FuzzAssist looks for panics and for answers that do not fit the code.
func FuzzAssist(f *testing.F) {
	for _, code := range []string{
		"strings.ToUpp", "origin.", "Point{X: 1, }", "import (\n\t\"net/ht", "%time x", "%%bash\nls", "!cat x",
		"func f(a int) {\n\tfor i := range a {\n\t\tif x.", "größer(1, 2)", "x := := }", "a, b := 1, \"", "`", "/*", "switch x := y.(type) { case ",
		"type T[P any] struct { *T[P]; x P }\nvar t T[int]\nt.x", "\xff\xfe", "func (r *T) m(", "const (\n\ta = iota\n\tb", "var x = x", "goto l\nl: for {}",
		"type A struct{ A }\nvar a A\na.", "type B = B", "[]map[chan<- ", "f(func() { g([", "package main\nimport \"C\"", "_ = 'x", "%", "%%", "!", "x.y.z()[0](1).",
	} {
		f.Add(code, len(code), false)
		f.Add(code, len(code)/2, true)
	}
	h := newAssistant(f, newSession(f, declared))
	f.Fuzz(func(t *testing.T, code string, at int, inspect bool) {
		if len(code) > 2000 {
			return
		}
		if inspect {
			if got := h.Inspect(code, at, at&1); got.Found && (got.Plain == "" || got.Markdown == "") {
				t.Errorf("found without a description: %+v", got)
			}
			return
		}
		got := h.Complete(code, at)
		n := utf8.RuneCountInString(code)
		if cur := min(max(at, 0), n); got.Start < 0 || got.Start > cur || got.End < cur || got.End > n {
			t.Errorf("replaces %d to %d of %d, the cursor is at %d", got.Start, got.End, n, cur)
		}
		for _, m := range got.Matches {
			if m.Text == "" || m.Type == "" {
				t.Errorf("match without text or type: %+v", m)
			}
		}
	})
}
