package interp

import (
	"context"
	"strings"
	"testing"
	"time"
)

// lastOf is the last text that the display of a cell showed.
func lastOf(t *tester) string {
	t.t.Helper()
	text := ""
	for i, d := range t.displays { // updates among them
		if d.DisplayID == "" || d.DisplayID != t.displays[0].DisplayID {
			t.t.Fatalf("display %d is another one: %v", i, t.displays)
		}
		text, _ = d.MIME["text/plain"].(string)
	}
	t.displays = nil
	return text
}

// TestProgressOfCells runs loops with bars in cells, to their end and not.
func TestProgressOfCells(t *testing.T) {
	s := newTester(t)
	s.must("type P struct{ X any }\ntype Ps []P\nsum := 0")
	for _, c := range []struct{ code, want, not string }{
		{`for i := range progress.Range(1000, "sum") { sum += i }`, "sum  100% |████████████████████| 1,000 of 1,000", "stopped"},
		{`for range progress.Range(3) { }`, "100% |████████████████████| 3 of 3", "stopped"},
		{`for i := range progress.Range(10) { if i == 5 { break } }`, " 50% |██████████          | 5 of 10, stopped after", "100%"},
		{`func() { for i := range progress.Range(10) { if i == 5 { return } } }()`, "5 of 10, stopped after", "100%"},
		{`for i := range progress.Range(10) { if i%2 == 0 { continue }; sum += i }`, "10 of 10", "stopped"},
		{`for i := range progress.Slice(Ps{{1}, {"a"}}, "ps") { sum += i }`, "ps  100% |████████████████████| 2 of 2", ""},
		{`for i := range progress.Slice([]P{{1}, {2}}) { sum += i }`, "2 of 2", ""},
		{"for range progress.Range(2, \"epoch\") {\n\tfor range progress.Range(3, \"batch\") {\n\t}\n}", "epoch  100% |████████████████████| 2 of 2", "batch"},
		{"outer:\nfor range progress.Range(2, \"epoch\") {\n\tfor i := range progress.Range(4, \"batch\") {\n\t\tif i == 1 {\n\t\t\tbreak outer\n\t\t}\n\t}\n}",
			"epoch    0% |                    | 0 of 2, stopped", "epoch  100%"},
		{`b, err := io.ReadAll(progress.Reader(strings.NewReader("abcdef"), 6, "in")); fmt.Println(len(b), err)`, "in  100% |████████████████████| 6 B of 6 B", ""},
		{"bar := progress.New(4, \"four\")\nbar.Add(1)\nbar.Note(\"at %v\", P{3})\nbar.Add(3)\nbar.Done()", "at {3}", "stopped"},
		{"bar := progress.New(4)\nbar.Add(1)", "1 of 4, stopped after", ""},
		{"rows := progress.Table(\"epoch\", \"loss\", \"p\").Lowest(\"loss\")\nfor i := range 3 {\n\trows.Row(i, ops.From(1/float64(i+1)), P{i})\n}", "    2  0.3333*  {X:2}", ""},
	} {
		s.displays = nil
		s.must(c.code)
		if got := lastOf(s); !strings.Contains(got, c.want) || c.not != "" && strings.Contains(got, c.not) {
			t.Errorf("%s\ngot\n%s\nwant\n%s", c.code, got, c.want)
		}
	}
	s.displays = nil
	r := s.exec("for i := range progress.Range(10, \"bad\") {\n\tif i == 7 {\n\t\tpanic(\"no\")\n\t}\n}")
	if r.Err == nil || !strings.Contains(r.Err.Value, "no") {
		t.Errorf("the panic is lost: %+v", r.Err)
	}
	if got := lastOf(s); !strings.Contains(got, "7 of 10, stopped after") {
		t.Errorf("after a panic: %s", got)
	}
	r = s.exec("progress.Slice(3)")
	if r.Err == nil || !strings.Contains(r.Err.Value, "progress.Slice: got a int, want a slice") {
		t.Errorf("%+v", r.Err)
	}
}

// TestProgressInterrupted shows where an interrupted loop was.
func TestProgressInterrupted(t *testing.T) {
	s := newTester(t)
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	r := s.Execute(ctx, Cell{Code: "for range progress.Range(1000000) {\n\ttime.Sleep(time.Millisecond)\n}", Number: 1}, &s.recorder)
	if r.Err == nil || r.Err.Name != "Interrupted" {
		t.Fatalf("%+v", r.Err)
	}
	if got := lastOf(s); !strings.Contains(got, "of 1,000,000, stopped after") {
		t.Errorf("got %s", got)
	}
}

// TestUpdatesOfCellsAreFew counts what a quick loop sends.
func TestUpdatesOfCellsAreFew(t *testing.T) {
	s := newTester(t)
	start := time.Now()
	s.must("for range progress.Range(200000) {\n}")
	if most := int(time.Since(start)/(100*time.Millisecond)) + 3; len(s.displays) > most {
		t.Errorf("%d updates, want at most %d", len(s.displays), most)
	}
}

func BenchmarkProgressOfCells(b *testing.B) {
	s, err := New()
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	var out recorder
	for _, code := range []string{"import \"cahier/notebooks/progress\"", "func loop(n int) {\n\tfor range progress.Range(n) {\n\t}\n}", "loop(1000000)"} {
		start := time.Now()
		if r := s.Execute(context.Background(), Cell{Code: code, Number: 1}, &out); r.Err != nil {
			b.Fatal(r.Err.Value)
		}
		b.ReportMetric(float64(time.Since(start).Nanoseconds())/1e6, "ns/step")
	}
}
