package cell

import "testing"

func TestIsComplete(t *testing.T) {
	for _, c := range []struct {
		code   string
		want   State
		indent string
	}{
		{"1+1", Complete, ""},
		{`import "fmt"`, Complete, ""},
		{"func f() int {\n\treturn 1\n}", Complete, ""},
		{"x := []int{1,\n2,\n}", Complete, ""},
		{"func f() int {", Incomplete, "\t"},
		{"x := []int{1,", Incomplete, "\t"},
		{"for i := 0; i < 3; i++ {\n", Incomplete, "\t"},
		{"for {\nif x {\n", Incomplete, "\t\t"},
		{"x := `abc", Incomplete, ""},
		{"/* abc", Incomplete, ""},
		{"x :=", Incomplete, "\t"},
		{"f(a,", Incomplete, "\t"},
		{"switch x {\ncase 1:", Incomplete, "\t"},
		{"type T struct {", Incomplete, "\t"},
		{"type T struct {\nA int", Incomplete, "\t"},
		{"import (", Incomplete, "\t"},
		{"func )(", Invalid, ""},
		{"x := }", Invalid, ""},
		{"import 3", Invalid, ""},
		{"x := 5 5", Invalid, ""},
		{"%who", Complete, ""},
		{"!ls", Complete, ""},
		{"", Complete, ""},
	} {
		got, indent := IsComplete(c.code)
		if got != c.want || indent != c.indent {
			t.Errorf("IsComplete(%q) = %v %q, want %v %q", c.code, got, indent, c.want, c.indent)
		}
	}
}

func TestSegments(t *testing.T) {
	segs := Segments("x := 1\n%who a b\ny := `\n%no\n`\n!ls -l | wc\nz := a\n", nil)
	var got []string
	for _, s := range segs {
		if s.Magic != nil {
			got = append(got, s.Magic.Name+"("+s.Magic.Args+")")
		} else {
			got = append(got, s.Go)
		}
	}
	want := []string{"x := 1\n", "who(a b)", "y := `\n%no\n`\n", "!(ls -l | wc)", "z := a\n"}
	if len(got) != len(want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("segment %d: got %q, want %q", i, got[i], want[i])
		}
	}
}

func TestItems(t *testing.T) {
	code := "// Doc of f.\nfunc f() int { return 1 }\nfunc(a int) { }(1); x := 2\nfunc (t T) M() {}\n1 + x"
	want := []Kind{Declaration, Statement, Statement, Declaration, Statement}
	items := Items(code)
	if len(items) != len(want) {
		t.Fatalf("%d items, want %d", len(items), len(want))
	}
	for i, it := range items {
		if it.Kind != want[i] {
			t.Errorf("item %d %q: kind %d, want %d", i, code[it.Start:it.End], it.Kind, want[i])
		}
	}
}

// The semicolons in the header of a for, if or switch end no statement.
func TestItemsKeepHeaders(t *testing.T) {
	for _, code := range []string{
		"for i := 0; ; i++ { break }",
		"for ; ; { break }",
		"for i := 0; i < 3; i++ { for j := 0; ; j++ { break } }",
		"if x := 1; x > 0 { } else if y := 2; y > 0 { }",
		"switch x := 1; { case x > 0: f(); g() }",
		"L: for ; ; { break L }",
	} {
		items := Items(code)
		if len(items) != 1 || items[0].End != len(code) || items[0].Semicolon {
			t.Errorf("%q has %d items: %+v", code, len(items), items)
		}
		if items := Items(code + "; x"); len(items) != 2 || !items[0].Semicolon {
			t.Errorf("%q; x has items %+v", code, items)
		}
	}
}
