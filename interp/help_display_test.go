package interp

import (
	"strings"
	"testing"

	"cahier/interp/symbols"
)

// TestHelpDisplay runs every example that %help display gives, and looks for
// what the packages have and the page does not tell of.
func TestHelpDisplay(t *testing.T) {
	s := newTester(t)
	s.must("%help display")
	if len(s.displays) != 1 {
		t.Fatalf("%d displays", len(s.displays))
	}
	text := s.displays[0].MIME["text/plain"].(string)
	page := s.displays[0].MIME["text/html"].(string)
	if strings.Contains(page, "<b>bold") || strings.Contains(page, "<svg") {
		t.Error("the examples are not escaped")
	}
	for _, topic := range displayHelp {
		for _, e := range topic.examples {
			first, _, _ := strings.Cut(e.code, "\n")
			if !strings.Contains(text, first) || !strings.Contains(text, e.does) {
				t.Errorf("%s: not on the page", e.code)
			}
			if r := s.exec(e.code); r.Err != nil {
				t.Errorf("%s: %s", e.code, strings.Join(r.Err.Traceback, "\n"))
			}
		}
	}
	known := strings.Join(strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" .,(){};\"\n", r) }), " ") + " "
	for _, path := range []string{"cahier/notebooks/display", "cahier/notebooks/progress"} {
		values, ok := symbols.Load(path)
		if !ok {
			t.Fatalf("no table of %s", path)
		}
		for name, v := range values {
			// What is for other packages and for types of one's own.
			if name[0] == '_' || !v.IsValid() || v.Kind().String() != "func" || strings.Contains(" Bind Here On Render Format ", " "+name+" ") {
				continue
			}
			if !strings.Contains(known, " "+name+" ") {
				t.Errorf("%s.%s is not on the page", path, name)
			}
		}
	}
}
