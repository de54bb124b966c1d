package worker_test

import (
	"strings"
	"testing"
)

func TestExecute(t *testing.T) {
	s := start(t)
	res, out := run(t, s, "set x 5\nprint hello\nvalue 42")
	if res.Err != nil || res.Value == nil || res.Value.MIME["text/plain"] != "42" {
		t.Fatalf("got %+v", res)
	}
	if got, want := out.String(), "stdout \"hello\\n\"\n"; got != want {
		t.Errorf("got %s want %s", got, want)
	}
	res, _ = run(t, s, "get x")
	if res.Err != nil || res.Value.MIME["text/plain"] != "5" {
		t.Fatalf("the variable is gone: %+v", res)
	}
}

func TestDeaths(t *testing.T) {
	for _, c := range []struct{ code, name, value string }{
		{"gopanic boom", "Panic", "in a goroutine: boom"},
		{"goerror bad thing", "Panic", "in a goroutine: bad thing"},
		{"gonil", "Panic", "in a goroutine: runtime error: invalid memory address or nil pointer dereference"},
		{"recurse", "StackOverflow", "called itself without end"},
		{"maps", "ConcurrentMapAccess", "concurrent map writes"},
		{"exit 1", "Exit", "exit code 1"},
		{"exit 0", "Exit", "exit code 0"},
		{"logfatal so long", "Exit", "exit code 1"},
		{"kill 9", "Killed", "SIGKILL"},
		{"kill 11", "Panic", ""},
		{"alloc", "OutOfMemory", "more than the memory limit of 2 GiB"},
		{"allochuge", "OutOfMemory", "memory limit of 2 GiB"},
	} {
		t.Run(c.code, func(t *testing.T) {
			s := start(t)
			mustRun(t, s, "set x 1")
			res, out := run(t, s, "print before\n"+c.code)
			t.Logf("%+v\n%s", res.Err, out)
			if res.Err == nil || res.Err.Name != c.name || !strings.Contains(res.Err.Value, c.value) {
				t.Fatalf("got error %+v", res.Err)
			}
			if got := out.text("stdout"); got != "before\n" {
				t.Errorf("stdout %q", got)
			}
			mustRun(t, s, "print again")
		})
	}
}
