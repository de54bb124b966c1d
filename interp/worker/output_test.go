//go:build linux || darwin

package worker_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// Text and displays of one cell keep their order, whatever way the text takes.
func TestOrder(t *testing.T) {
	s := start(t)
	for range 20 {
		out := mustRun(t, s, `raw 1
print 2
display 3
print 4
raw 5
println 6
eprint 7
print 8
rawerr 9
display 10
shell echo 11; echo 12 >&2
display 13
eprint 14
raw 15
log 16
value 17`)
		want := `stdout "1\n2\n"
display "3"
stdout "4\n5\n6\n"
stderr "7\n"
stdout "8\n"
stderr "9\n"
display "10"
stdout "11\n"
stderr "12\n"
display "13"
stderr "14\n"
stdout "15\n"
stderr "16\n"
`
		// Two streams that are written by different ways between two
		// displays have no order: bring it into one.
		if got := sortStreams(out.String()); got != sortStreams(want) {
			t.Fatalf("got\n%swant\n%s", got, sortStreams(want))
		}
	}
}

// sortStreams joins the text of each stream between two displays.
func sortStreams(s string) string {
	var b strings.Builder
	var out, err string
	flush := func() {
		fmt.Fprintf(&b, "out %s err %s\n", out, err)
		out, err = "", ""
	}
	for l := range strings.Lines(s) {
		kind, text, _ := strings.Cut(strings.TrimSpace(l), " ")
		switch kind {
		case "stdout":
			out += strings.Trim(text, `"`)
		case "stderr":
			err += strings.Trim(text, `"`)
		default:
			flush()
			b.WriteString(l)
		}
	}
	flush()
	return b.String()
}

// The two streams of an Output keep their order, too.
func TestStreamsAlternate(t *testing.T) {
	s := start(t)
	out := mustRun(t, s, "alternate 1000")
	if len(out.events) != 1000 {
		t.Fatalf("%d events", len(out.events))
	}
	for i, e := range out.events {
		if e.kind != []string{"stdout", "stderr"}[i%2] || e.text != fmt.Sprintf("%d ", i) {
			t.Fatalf("event %d is %s %q", i, e.kind, e.text)
		}
	}
}

// A goroutine that outlives its cell goes on writing to that cell's output, and
// the cells that run meanwhile keep theirs.
func TestOutputAfterTheCell(t *testing.T) {
	s := start(t)
	old := mustRun(t, s, "after a")
	for i := 0; old.text("display") == ""; i++ {
		code := fmt.Sprintf("print p%d\nraw r%d\ndisplay d%d\nsleep 1\neprint e%d", i, i, i, i)
		want := fmt.Sprintf("stdout \"p%d\\nr%d\\n\"\ndisplay \"d%d\"\nstderr \"e%d\\n\"\n", i, i, i, i)
		if got := mustRun(t, s, code).String(); got != want {
			t.Fatalf("got\n%swant\n%s", got, want)
		}
		if i > 5000 {
			t.Fatal("the goroutine does not end")
		}
	}
	var want strings.Builder
	for i := range 200 {
		fmt.Fprintf(&want, "<a %d>", i)
	}
	if got := old.text("stdout"); got != want.String() {
		t.Errorf("got %q", got)
	}
}

// Raw text that comes while no cell runs belongs to the last.
func TestRawOutputAfterTheCell(t *testing.T) {
	s := start(t)
	out := mustRun(t, s, "rawafter late")
	out.waitFor(t, "the text", func(r *record) bool { return r.text("stdout") == "late" })
}

func TestMuch(t *testing.T) {
	var lines strings.Builder
	for i := range 1_000_000 {
		fmt.Fprintln(&lines, i)
	}
	big := strings.Repeat("0123456789", 1_000_000)
	s := start(t)
	for code, want := range map[string]string{
		"big 10000000":     big,
		"bigraw 10000000":  big,
		"lines 1000000":    lines.String(),
		"rawlines 1000000": lines.String(),
	} {
		t.Run(code, func(t *testing.T) {
			out := mustRun(t, s, code+"\nprint end")
			if got := out.text("stdout"); got != want+"end\n" {
				t.Errorf("%d bytes, want %d", len(got), len(want)+4)
			}
		})
	}
}

// A reader that takes its time holds the cell back; nothing is lost, and the
// rest goes on.
func TestSlowReader(t *testing.T) {
	s := start(t)
	out := newRecord()
	out.delay = 5 * time.Millisecond
	res := runTo(s, 1, "big 10000000\nalternate 10\ndisplay d", out)
	if res.Err != nil {
		t.Fatal(res.Err)
	}
	if n := len(out.text("stdout")); n != 10_000_000+10 {
		t.Errorf("%d bytes", n)
	}
	if out.events[len(out.events)-1].kind != "display" {
		t.Error("the display did not come last")
	}
}

// Text that looks like a crash report is text.
func TestNoCrashReport(t *testing.T) {
	s := start(t)
	out := mustRun(t, s, "eprint I say panic: this is not one\nrawerr fatal error: neither is this\nrawerr SIGNAL: x\nrawerr SIGHUP: y\nsleep 400\neprint end")
	want := "I say panic: this is not one\nfatal error: neither is this\nSIGNAL: x\nSIGHUP: y\nend\n"
	if got := out.text("stderr"); got != want {
		t.Errorf("got %q", got)
	}
	res, out := run(t, s, "rawerr panic: on purpose\nkill 9")
	if res.Err == nil || res.Err.Name != "Killed" || out.text("stderr") != "panic: on purpose\n" {
		t.Errorf("got %v %s", res.Err, out)
	}
	res, out = run(t, s, "rawerr panic: on purpose\nrawerr cell4.go:3:2: panic: main.work(...)\nrawerr last\ngopanic really")
	if res.Err == nil || res.Err.Value != "in a goroutine: really" || out.text("stderr") != "panic: on purpose\nlast\n" {
		t.Errorf("got %v %s", res.Err, out)
	}
	if tb := res.Err.Traceback; len(tb) < 2 || tb[1] != "    at main.work (cell 4, line 3, column 2)" {
		t.Errorf("got %q", tb)
	}
}
