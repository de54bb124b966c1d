package worker

import (
	"slices"
	"strings"
	"testing"
)

func TestParseTrace(t *testing.T) {
	for name, c := range map[string]struct {
		text, name, value string
		frames            []string
	}{
		"panic": {
			"panic: boom\n\tsecond line\n\ngoroutine 7 [running]:\nmain.work(0x1, {0x2, 0x3})\n\t/home/u/cell3.go:12:5 +0x25\nruntime.goexit({})\n\t/go/src/runtime/asm.s:1 +0x1\ncreated by main.main in goroutine 1\n\t/home/u/cell2.go:8 +0xf2\n\ngoroutine 8 [running]:\nmain.other()\n\t/home/u/cell1.go:1 +0x1\n",
			"Panic", "boom\nsecond line",
			[]string{"main.work (cell 3, line 12, column 5)", "main.main (cell 2, line 8)"},
		},
		"interpreted": {
			"cell1.go:2:6: panic: main.boom(...)\npanic: boom\n\ngoroutine 7 [running]:\nreflect.Value.Call({0x1}, {0x2})\n\t/go/src/reflect/value.go:12 +0x25\n",
			"Panic", "boom", nil,
		},
		"chain": {
			"panic: one [recovered]\n\tpanic: two [recovered, repanicked]\n\ngoroutine 7 gp=0x1 m=0 mp=0x2 [running]:\nexample.org/lib.F(...)\n\t/mod/lib/f.go:9\n",
			"Panic", "two", []string{"example.org/lib.F (lib/f.go:9)"},
		},
		"typed": {
			"panic: main.Reason(\"why\")\n\ngoroutine 1 [running]:\nmain.main()\n\t/x/cell1.go:2 +0x1\n",
			"Panic", "why", []string{"main.main (cell 1, line 2)"},
		},
		"nil": {
			"panic: runtime error: invalid memory address or nil pointer dereference\n[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x48c522]\n\ngoroutine 7 [running]:\nmain.f()\n\t/x/cell1.go:2 +0x1\n",
			"Panic", "runtime error: invalid memory address or nil pointer dereference", []string{"main.f (cell 1, line 2)"},
		},
		"stack": {
			"runtime: goroutine stack exceeds 1000000000-byte limit\nruntime: sp=0x1 stack=[0x2, 0x3]\nfatal error: stack overflow\n\nruntime stack:\nruntime.throw({0x1, 0x2})\n\t/go/src/runtime/panic.go:1 +0x48\n\ngoroutine 1 gp=0x1 m=0 mp=0x2 [running]:\nmain.rec(0x2)\n\t/x/cell4.go:4 +0x2b fp=0x1\nmain.rec(0x2)\n\t/x/cell4.go:4 +0x2b fp=0x1\n...additional frames elided...\nmain.main()\n\t/x/cell4.go:9 +0x1\n",
			"StackOverflow", "a function called itself without end: the goroutine's stack is full",
			[]string{"main.rec (cell 4, line 4)", "main.main (cell 4, line 9)"},
		},
		"maps": {
			"fatal error: concurrent map read and map write\n\ngoroutine 14 [running]:\ninternal/runtime/maps.fatal({0x1, 0x2})\n\t/go/src/runtime/panic.go:1 +0x18\n",
			"ConcurrentMapAccess", "concurrent map read and map write: goroutines used one map at the same time; guard it with a sync.Mutex", nil,
		},
		"deadlock": {"fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [select (no cases)]:\nmain.main()\n\t/x/cell1.go:12 +0x2c5\n",
			"Deadlock", "all goroutines are asleep - deadlock!", []string{"main.main (cell 1, line 12)"}},
		"memory":        {"fatal error: runtime: out of memory\n\nruntime stack:\n", "OutOfMemory", "runtime: out of memory", nil},
		"memory 2":      {"runtime: out of memory: cannot allocate 5-byte block (1 in use)\nfatal error: out of memory\n", "OutOfMemory", "out of memory", nil},
		"other":         {"unexpected fault address 0x1\nfatal error: fault\n[signal SIGBUS]\n", "FatalError", "fault", nil},
		"signal":        {"SIGBUS: bus error\nPC=0x1 m=0\n\ngoroutine 0 [idle]:\n", "Killed", "the worker process was ended by SIGBUS (bus error), which came from compiled code, from C or from outside", nil},
		"headless":      {"\ngoroutine 14 [running]:\ninternal/runtime/maps.fatal({0x1, 0x2})\n\t/go/src/runtime/panic.go:1 +0x18\n", "ConcurrentMapAccess", "concurrent map access: goroutines used one map at the same time; guard it with a sync.Mutex", nil},
		"headless 2":    {"\nruntime stack:\nruntime.throw({0x1, 0x2})\n\t/x.go:1\nruntime.newstack()\n\t/x.go:1\n", "StackOverflow", "a function called itself without end: the goroutine's stack is full", nil},
		"headless 3":    {"\nruntime stack:\nruntime.throw({0x1, 0x2})\n\t/x.go:1\n", "FatalError", "the Go runtime gave up", nil},
		"nothing":       {"", "", "", nil},
		"not of a cell": {"panic: x\n\ngoroutine 1 [running]:\npanic({0x1, 0x2})\n\t/go/panic.go:1 +0x1\ngithub.com/traefik/yaegi/interp.runCfg(0x1)\n\t/mod/run.go:1 +0x1\nsort.insertionSort(0x1)\n\t/go/src/sort/zsort.go:12 +0x1\n", "Panic", "x", []string{"sort.insertionSort (sort/zsort.go:12)"}},
	} {
		got := parseTrace(c.text)
		if got.name != c.name || got.value != c.value || !slices.Equal(got.frames, c.frames) {
			t.Errorf("%s: got %q %q %q", name, got.name, got.value, got.frames)
		}
	}
}

func TestInterpretedFrames(t *testing.T) {
	text := "some text\ncell1.go:2:6: panic: main.boom(...)\ncell2.go:4:1: panic: main.caller(...)\nx.go: panic: no\ncell2.go:4:1: panic: main.caller(...)\n"
	want := []string{"main.boom (cell 1, line 2, column 6)", "main.caller (cell 2, line 4, column 1)"}
	if got := interpretedFrames(text); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestSplitReport(t *testing.T) {
	trace := "\ngoroutine 1 [running]:\nmain.f()\n\t/x.go:1\n"
	frame := "cell1.go:2:6: panic: main.f(...)\n"
	for _, c := range []struct {
		text, copied, report, rest string
		frames                     []string
	}{
		{text: "panic: x\n" + trace, copied: "panic: x\n" + trace, report: "panic: x\n" + trace},
		{text: "panic: x\nother\n" + trace, copied: "panic: x\n" + trace, report: "panic: x\n" + trace, rest: "other\n"},
		{text: "panic: said so\npanic: x\n" + trace, copied: "panic: x\n" + trace, report: "panic: x\n" + trace, rest: "panic: said so\n"},
		{text: "fatal error: y\nother\n" + trace, copied: trace, report: "fatal error: y\n" + trace, rest: "other\n"},
		{text: "panic: x\n" + trace, report: "panic: x\n" + trace},
		{copied: trace, report: trace},
		{text: frame + "other\npanic: x\n" + trace, copied: "panic: x\n" + trace, report: "panic: x\n" + trace, rest: "other\n", frames: []string{"main.f (cell 1, line 2, column 6)"}},
	} {
		report, frames, rest := splitReport(c.text, c.copied)
		if report != c.report || rest != c.rest || !slices.Equal(frames, c.frames) {
			t.Errorf("%q %q: got %q %q %q", c.text, c.copied, report, frames, rest)
		}
	}
}

func TestBeginOfReport(t *testing.T) {
	for _, c := range []struct {
		text string
		want int
	}{
		{"", -1}, {"hello", -1}, {"SIGNAL: x", 0}, {"SIGN", -1}, {"a SIG b\nSIGHUP: c", 8},
		{"xx panic: a", 3}, {"fatal error: a panic: b", 0}, {"panic: b fatal error: a", 0},
		{"runtime: goroutine stack exceeds", 0}, {"yes\ncell1.go:2:6: panic: main.f(...)\n", 4}, {"1:43: panic: f(...)\n", 0}, {"a\nunexpected fault address 0x", 2},
	} {
		if got := beginOfReport([]byte(c.text)); got != c.want {
			t.Errorf("%q: got %d want %d", c.text, got, c.want)
		}
	}
	for _, s := range []string{"panic: ", "fatal error: ", "SIGSEGV: x"} {
		if !crashBegin.MatchString(strings.Repeat("x", 10) + s) {
			t.Errorf("%q begins no report", s)
		}
	}
}

func FuzzParseTrace(f *testing.F) {
	f.Add("panic: boom\n\ngoroutine 7 [running]:\nmain.f()\n\t/x/cell3.go:12:5 +0x25\n")
	f.Add("fatal error: stack overflow\n")
	f.Fuzz(func(t *testing.T, text string) {
		tr := parseTrace(text)
		e := newCellError(tr.name, tr.value, tr.frames)
		if strings.Contains(e.Value, "\n") || len(tr.frames) > maxFrames {
			t.Fatalf("%+v", e)
		}
		splitReport(text, text)
		interpretedFrames(text)
		beginOfReport([]byte(text))
	})
}
