package interp

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

// TestShownValues shows values of cells' types: rows become tables with the
// names of the fields, methods are honoured, nothing shows an address.
func TestShownValues(t *testing.T) {
	s := newTester(t)
	s.must(`import ("fmt"; "errors")
type Celsius float64
func (c Celsius) String() string { return fmt.Sprintf("%.1f °C", float64(c)) }
type Day int
type City struct {
	Name string
	High Celsius
	Days []Day
	secret int
}
type Base struct{ ID int }
type Sub struct { Base; Note string; Of *City }
type Tag struct{ n int }
func (t Tag) String() string { return fmt.Sprint("tag ", t.n) }
type Bad struct{ A, B int }
func (b Bad) String() string { panic("no text <b>") }
type Rich struct{ Text string }
func (r Rich) MIMEBundle() map[string]any { return map[string]any{"text/html": "<i>" + r.Text + "</i>"} }
type Broken struct{ X int }
func (b *Broken) MIMEBundle() map[string]any { var m map[string]int; m["a"] = 1; return nil }
type Ring struct { Name string; Next *Ring }
type Fail struct{ Code int }
func (f *Fail) Error() string { return fmt.Sprint("code ", f.Code) }
type Matrix [][]float64
type Handler func(Day) Celsius
oslo, rome := City{"Oslo", 3.25, []Day{1, 2}, 7}, City{"Rome <b>", 21, nil, 8}
ring := &Ring{Name: "a"}
ring.Next = ring;`)
	for _, c := range []struct{ code, text, html string }{
		{`[]City{oslo, rome}`, "   Name         High  Days\n0  Oslo       3.2 °C  [1 2]\n1  Rome <b>  21.0 °C  []", "<td style=\"text-align: left\">Rome &lt;b&gt;</td>"},
		{`[]*City{&oslo, nil}`, "   Name     High  Days\n0  Oslo   3.2 °C  [1 2]\n1  <nil>", "<th style=\"text-align: left\">Name</th>"},
		{`[]Sub{{Base{1}, "x", &oslo}}`, "   ID  Note  Of\n0   1  x     {Name:Oslo High:3.2 °C Days:[1 2] secret:7}", "<th style=\"text-align: right\">ID</th>"},
		{`map[string]City{"b": rome, "a": oslo}`, "a    Oslo", "<th style=\"text-align: left\">a</th>"},
		{`map[Day]Celsius{2: 1, 1: 2}`, "map[1:2.0 °C 2:1.0 °C]", "<td style=\"text-align: right\">2.0 °C</td>"},
		{`[]map[string]any{{"a": 1, "b": Celsius(2)}, {"a": 30}}`, "    a       b\n0   1  2.0 °C\n1  30", "<table>"},
		{`[]Tag{{1}, {2}}`, "[tag 1 tag 2]", ""},
		{`[]any{Celsius(1), Tag{2}, oslo.Days}`, "[1.0 °C tag 2 [1 2]]", ""},
		{`oslo`, "{Name:Oslo High:3.2 °C Days:[1 2] secret:7}", ""},
		{`&oslo`, "&{Name:Oslo High:3.2 °C Days:[1 2] secret:7}", ""},
		{`Bad{1, 2}`, "PANIC=String method: no text <b>", ""},
		{`[]Bad{{1, 2}}`, "PANIC=String method: no text <b>", ""},
		{`Rich{"x"}`, "{Text:x}", "<i>x</i>"},
		{`&Broken{3}`, "its MIMEBundle method panics: (panic: assignment to entry in nil map)", ""},
		{`ring`, "&{Name:a Next:&…}", ""},
		{`&Fail{3}`, "code 3", "<small style=\"opacity: 0.7\">*main.Fail</small>"},
		{`errors.Join(&Fail{3}, &Fail{4})`, "code 3\ncode 4", "*errors.joinError"},
		{`Matrix{{1, 2.5}, {-3, 4}}`, "2 x 2 matrix\n 1  2.5\n-3    4", "<table>"},
		{`Handler(func(Day) Celsius { return 0 })`, "main.Handler", ""},
		{`func(c City) Day { return 0 }`, "func(main.City) main.Day", ""},
		{`make(chan Day, 3)`, "chan main.Day (0 of 3 queued)", ""},
		{`make(chan fmt.Stringer)`, "chan fmt.Stringer", ""},
		{`struct{ F func(); C chan City }{func() {}, make(chan City)}`, "{F:func() C:chan main.City}", ""},
		{`[]byte("hi <b>")`, "[104 105 32 60 98 62]  \"hi <b>\"", ""},
		{`time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC)`, "2024-02-29 12:00:00 +0000 UTC", ""},
		{`90 * time.Second`, "1m30s", ""},
		{`[][]string{{"a"}, {"b", "c"}}`, "[[a] [b c]]", ""},
	} {
		r := s.exec(c.code)
		if r.Err != nil || r.Value == nil {
			t.Errorf("%s: %v", c.code, r.Err)
			continue
		}
		text, _ := r.Value.MIME["text/plain"].(string)
		page, _ := r.Value.MIME["text/html"].(string)
		if !strings.Contains(text, c.text) {
			t.Errorf("%s\ngot\n%s\nwant\n%s", c.code, text, c.text)
		}
		if !strings.Contains(page, c.html) || c.html == "" && page != "" {
			t.Errorf("%s: HTML %s\nwant %s", c.code, page, c.html)
		}
		if regexp.MustCompile("0x[0-9a-f]+").MatchString(text + page) {
			t.Errorf("%s shows an address: %s", c.code, text)
		}
	}
}

// TestShowIsTheLastExpression renders by the same rules in Show and at the end.
func TestShowIsTheLastExpression(t *testing.T) {
	s := newTester(t)
	s.must("type P struct{ X, Y int }")
	for _, code := range []string{"[]P{{1, 2}}", "P{1, 2}", "&P{1, 2}", "map[string]P{\"a\": {1, 2}}", "[]any{P{1, 2}}", "42", "\"<b>\"",
		"ops.Zeros(2)", "[]byte{1}", "display.Table([]P{{3, 4}}, display.TableOptions{Columns: []string{\"Y\"}})", "display.JSON(P{1, 2})"} {
		r := s.exec(code)
		s.displays = nil
		s.must("display.Show(" + code + ")")
		if r.Value == nil || len(s.displays) != 1 {
			t.Fatalf("%s: %+v, %d displays", code, r, len(s.displays))
		}
		for mime, want := range r.Value.MIME {
			if got := s.displays[0].MIME[mime]; !equalContent(got, want) {
				t.Errorf("%s: Show gives %s %v, the last expression %v", code, mime, got, want)
			}
		}
	}
}

// TestDeepValuesAreShown does not use up the stack for a long list.
func TestDeepValuesAreShown(t *testing.T) {
	s := newTester(t)
	s.must(`type Node struct { V any; Next *Node }
var list *Node
for i := range 200000 { list = &Node{i, list} }`)
	if text := s.must("list"); len(text) > 100_000 || !strings.Contains(text, "199999") {
		t.Errorf("%d bytes: %.100s", len(text), text)
	}
	text := s.must("list := make([]struct{ A, B float64 }, 1000000); list")
	if len(text) > 10_000 || !strings.Contains(text, "… 999,970 rows more …") {
		t.Errorf("%d bytes: %.300s", len(text), text)
	}
}

// TestKindsOfCells passes values of cells' number types to our packages.
func TestKindsOfCells(t *testing.T) {
	s := newTester(t)
	s.must(`type Celsius float64
func (c Celsius) String() string { return "warm" }
type Name string
type Series []Celsius
type Grid [2][2]Celsius
func pair() ([]Name, Series) { return []Name{"p"}, Series{5} }
func heights[T any](xs ...T) []T { return xs };`)
	for _, c := range []struct{ code, want string }{
		{`ops.From([]Celsius{1, 2})`, "Float32 [2], 1 to 2"},
		{`ops.From(Series{1, 2})`, "Float32 [2], 1 to 2"},
		{`ops.From(Celsius(3))`, "3"},
		{`ops.From([][]Celsius{{1}, {2}})`, "[2 1]"},
		{`ops.From(Grid{{1, 2}, {3, 4}})`, "[2 2]"},
		{`ops.Zeros(2).Add(Celsius(3))`, "[3 3]"},
		{`ops.Add(Celsius(3), ops.Zeros(2))`, "[3 3]"},
		{`var x any = Celsius(4); ops.Zeros(2).Add(x)`, "[4 4]"},
		{`c := Celsius(2); ops.Zeros(1).Add(c + 3)`, "[5]"},
		{`ops.Maximum(ops.Zeros(1), heights(Celsius(7))[0])`, "[7]"},
		{`ops.From(heights(Celsius(7), 8))`, "[7 8]"},
		{`plot.Bar([]string{"a"}, []Celsius{1})`, "Bar"},
		{`plot.Bar(pair())`, "Bar"},
		{`plot.Line(Series{1, 2}, []Celsius{3, 4})`, "Line"},
		{`data := []any{Series{1, 2}}; plot.Line(data...)`, "Line"},
		{`plot.Bar([]any{Name("a"), "b"}, []any{Celsius(1), 2.0})`, "Bar"},
		{`plot.HeatMap(Grid{{1, 2}, {3, 4}})`, ""},
		{`display.Table(Series{1, 2})`, "0   warm"},
		{`display.JSON(map[string]any{"a": Celsius(1)})`, "\"a\": 1"},
		{`display.Audio(Series{0, 0.5, 1}, display.AudioOptions{Rate: 1000})`, "WAV sound, 3ms, 1000 Hz, 1 channel"},
	} {
		r := s.exec(c.code)
		if r.Err != nil || r.Value == nil {
			t.Errorf("%s: %+v", c.code, r.Err)
			continue
		}
		if text, _ := r.Value.MIME["text/plain"].(string); !strings.Contains(strings.ToLower(text), strings.ToLower(c.want)) {
			t.Errorf("%s: %s, want %s", c.code, text, c.want)
		}
	}
	s.must(`curve := plot.Live("t"); curve.Push(Celsius(1), Celsius(2))`)
}

func equalContent(a, b any) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}
