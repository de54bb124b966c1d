//go:build linux || darwin

package worker_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"cahier/interp/worker"
)

func TestDeaths(t *testing.T) {
	small := func(o *worker.Options) { o.MemoryLimit = 192 << 20 }
	middle := func(o *worker.Options) { o.MemoryLimit = 1 << 30 }
	for _, c := range []struct {
		code, name, value string
		option            func(*worker.Options)
		stderr            string
		frame             string
	}{
		{code: "gopanic boom", name: "Panic", value: "in a goroutine: boom", frame: "cahier/interp/worker_test."},
		{code: "goerror bad thing", name: "Panic", value: "in a goroutine: bad thing"},
		{code: "gonil", name: "Panic", value: "in a goroutine: runtime error: invalid memory address or nil pointer dereference"},
		{code: "eprint open end\nrawerr yes\ngopanic boom", name: "Panic", value: "in a goroutine: boom", stderr: "open end\nyes\n"},
		{code: "recurse", name: "StackOverflow", value: "a function called itself without end: the goroutine's stack is full", frame: "cahier/interp/worker_test.recurse (worker/main_test.go:", option: middle},
		{code: "maps", name: "ConcurrentMapAccess", value: "concurrent map writes: goroutines used one map at the same time; guard it with a sync.Mutex", frame: "cahier/interp/worker_test."},
		{code: "exit 1", name: "Exit", value: "the worker process ended with exit code 1: code of a cell called os.Exit, log.Fatal or the like"},
		{code: "exit 2", name: "Exit", value: "the worker process ended with exit code 2: code of a cell called os.Exit, log.Fatal or the like"},
		{code: "exit 0", name: "Exit", value: "the worker process ended with exit code 0: code of a cell called os.Exit(0)"},
		{code: "logfatal so long", name: "Exit", value: "the worker process ended with exit code 1: code of a cell called os.Exit, log.Fatal or the like", stderr: "so long\n"},
		{code: "kill 9", name: "Killed", value: "the worker process was ended by SIGKILL: by code of a cell, by hand, or by the system because memory ran out"},
		{code: "kill 11", name: "Killed", value: "the worker process was ended by SIGSEGV (segmentation violation), which came from compiled code, from C or from outside"},
		{code: "kill 15", name: "Killed", value: "the worker process was ended by SIGKILL: by code of a cell, by hand, or by the system because memory ran out"},
		{code: "alloc", name: "OutOfMemory", value: "", option: small},
		{code: "allochuge", name: "OutOfMemory", value: "an allocation would go far beyond the memory limit of 192 MiB (set it with --memory-limit or CAHIER_MEMORY_LIMIT)", option: small},
		{code: "close\ngopanic boom", name: "Panic", value: "in a goroutine: boom"},
		{code: "close\nmaps", name: "ConcurrentMapAccess", value: "concurrent map access: goroutines used one map at the same time; guard it with a sync.Mutex"},
		{code: "closeall", name: "", value: ""},
	} {
		t.Run(strings.ReplaceAll(c.code, "\n", ";"), func(t *testing.T) {
			s := start(t, func(o *worker.Options) {
				o.MemoryLimit = 2 << 30
				if c.option != nil {
					c.option(o)
				}
			})
			mustRun(t, s, "set x 1")
			res, out := run(t, s, "print before\n"+c.code)
			if res.Err == nil {
				t.Fatal("no error")
			}
			if c.name != "" && res.Err.Name != c.name || c.value != "" && res.Err.Value != c.value {
				t.Fatalf("got error %+v", res.Err)
			}
			if got := out.text("stdout"); got != "before\n" {
				t.Errorf("stdout %q", got)
			}
			if got := out.text("stderr"); raceEnabled && strings.HasSuffix(c.code, "maps") {
				t.Log("the race detector writes to standard error, too")
			} else if c.name != "" && got != c.stderr {
				t.Errorf("stderr %q, want %q", got, c.stderr)
			}
			tb := strings.Join(res.Err.Traceback, "\n")
			if !strings.HasPrefix(tb, res.Err.Name+": ") || !strings.HasSuffix(tb, "\nThe worker process was replaced: all variables are gone. %replay runs the successful cells again ("+onlyCell()+").") {
				t.Errorf("traceback:\n%s", tb)
			}
			if !strings.Contains(tb, "    at "+c.frame) && c.frame != "" {
				t.Errorf("no frame %q in\n%s", c.frame, tb)
			}
			if n := len(res.Err.Traceback); n > 16 {
				t.Errorf("%d lines of traceback:\n%s", n, tb)
			}
			if res, _ := run(t, s, "get x"); res.Err == nil || res.Err.Value != "undefined: x" {
				t.Errorf("the next cell: %+v", res)
			}
			if got := mustRun(t, s, "print again").String(); got != "stdout \"again\\n\"\n" {
				t.Errorf("the cell after that: %s", got)
			}
		})
	}
}

// onlyCell names the cell before the last.
func onlyCell() string { return "cell " + itoa(cellNumber.Load()-1) }

// A child that dies while no cell runs: the cell that left the goroutine behind
// shows the death, the next cell says that it happened, the one after does not.
func TestDeathWhileIdle(t *testing.T) {
	s := start(t)
	out := mustRun(t, s, "set x 1\nlater of the past")
	before := s.Processes()
	out.waitFor(t, "the report", func(r *record) bool { return strings.Contains(r.text("stderr"), "of the past") })
	if got := out.text("stderr"); !strings.HasPrefix(got, "Panic: in a goroutine: of the past\n") || strings.Contains(got, "goroutine 1 [") {
		t.Errorf("the old cell shows %q", got)
	}
	res, next := run(t, s, "print next")
	if res.Err != nil {
		t.Fatal(res.Err)
	}
	want := "stderr \"The worker process died while no cell was running (Panic: in a goroutine: of the past).\\n" +
		"The worker process was replaced: all variables are gone. %replay runs the successful cells again (cell " + itoa(cellNumber.Load()-1) + ").\\n\"\n" +
		"stdout \"next\\n\"\n"
	if got := next.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if slices.Equal(before, s.Processes()) {
		t.Error("the same process")
	}
	if got := mustRun(t, s, "print more").String(); got != "stdout \"more\\n\"\n" {
		t.Errorf("got %s", got)
	}
}

// The executor's own goroutine is guarded: the variables stay.
func TestPanicInTheExecutor(t *testing.T) {
	s := start(t)
	mustRun(t, s, "set x 1")
	for code, want := range map[string]string{"panic boom": "Panic: boom", "goexit": "Goexit: the cell called runtime.Goexit"} {
		res, _ := run(t, s, code)
		if res.Err == nil || res.Err.Error() != want {
			t.Errorf("got %v want %s", res.Err, want)
		}
	}
	mustRun(t, s, "get x")
}

func TestClosedDescriptors(t *testing.T) {
	s := start(t)
	pid := s.Processes()
	for _, code := range []string{"close", "closefiles", "nonblock"} {
		if got := mustRun(t, s, code+"\nprint to the executor").text("stdout"); got != "to the executor\n" {
			t.Errorf("%s: in the cell itself: %q", code, got)
		}
		out := mustRun(t, s, "raw a\nrawerr b\nprintln c\nlog d\nshell echo e")
		if got := out.text("stdout"); got != "a\nc\ne\n" {
			t.Errorf("%s: stdout of the next cell: %q", code, got)
		}
		if got := out.text("stderr"); got != "b\nd\n" {
			t.Errorf("%s: stderr of the next cell: %q", code, got)
		}
	}
	if !slices.Equal(pid, s.Processes()) {
		t.Error("the worker died of it")
	}
}

// Goroutines that spin for ever leave room for the next cells.
func TestSpinningGoroutine(t *testing.T) {
	s := start(t)
	mustRun(t, s, "set x 1\ngospin\ngospin\ngospin")
	for range 3 {
		mustRun(t, s, "get x")
	}
}

// A program that left the worker's group and holds its pipes costs no waiting.
func TestDeathWithADaemon(t *testing.T) {
	s := start(t)
	mustRun(t, s, "daemon")
	begin := time.Now()
	res, out := run(t, s, "print a\nkill 9")
	if res.Err == nil || res.Err.Name != "Killed" || out.text("stdout") != "a\n" {
		t.Errorf("got %v %s", res.Err, out)
	}
	if d := time.Since(begin); d > 20*time.Second { // the program takes 30
		t.Errorf("it took %v: the pipes were waited for", d)
	}
}
