//go:build linux || darwin

package worker_test

import (
	"context"
	"strings"
	"testing"

	"cahier/interp"
)

func TestReplay(t *testing.T) {
	s := start(t)
	cell := func(n int, code string) (interp.Result, *record) {
		t.Helper()
		out := newRecord()
		return runTo(s, n, code, out), out
	}
	must := func(n int, code, want string) {
		t.Helper()
		res, out := cell(n, code)
		if res.Err != nil {
			t.Fatalf("cell %d: %v\n%s", n, res.Err, strings.Join(res.Err.Traceback, "\n"))
		}
		if got := out.String(); !strings.HasPrefix(got, want) {
			t.Fatalf("cell %d: got %s want %s", n, got, want)
		}
	}
	must(1, "%replay", `stdout "Nothing to replay: no cell has succeeded yet.\n"`)
	must(2, "set a 1\nprint two", `stdout "two\n"`)
	if res, _ := cell(3, "set b 2\nfail no"); res.Err == nil {
		t.Fatal("no error")
	}
	s.Execute(context.Background(), interp.Cell{Code: "set c 3", Number: 3, Silent: true}, newRecord())
	must(4, "set d 4\ndisplay four\nvalue v", `display "four"`)
	must(5, " %replay\n", `stdout "Nothing to replay: the variables of the successful cells (cells 2, 4) are there. %replay 4 runs one again.\n"`)
	res, _ := cell(6, "exit 1")
	if tb := strings.Join(res.Err.Traceback, "\n"); !strings.HasSuffix(tb, "%replay runs the successful cells again (cells 2, 4).") {
		t.Errorf("got %s", tb)
	}
	if res, _ := cell(7, "get a"); res.Err == nil {
		t.Error("the variable has survived")
	}
	must(8, "set e 8", "")
	// What succeeded since the death is there: only what is lost is run.
	must(9, "%replay", "stdout \"two\\n\"\ndisplay \"four\"\nstdout \"Replayed cells 2, 4 in ")
	must(10, "get a\nget d\nget e", "")
	for _, x := range []string{"b", "c"} {
		if res, _ := cell(11, "get "+x); res.Err == nil {
			t.Errorf("%s was set by a cell that is not replayed", x)
		}
	}
	must(12, "%replay", `stdout "Nothing to replay: the variables`)
	must(13, "%replay 4-7", "display \"four\"\nstdout \"Replayed cell 4 in ")
	must(14, "%replay 8, 2", "stdout \"two\\nReplayed cells 2, 8 in ")

	for args, want := range map[string]string{
		"x":    `"x" is no number of a cell`,
		"3-":   `"3-" is no number`,
		"7-3":  `"7-3" is no number`,
		"3 ;":  `";" is no number`,
		"3\nx": `is no number`,
		"3":    "none of these cells has succeeded; the successful cells are cells 2, 4, 8, 10",
	} {
		res, _ := cell(15, "%replay "+args)
		if res.Err == nil || res.Err.Name != "ReplayError" || !strings.Contains(res.Err.Value, want) {
			t.Errorf("%q: got %v", args, res.Err)
		}
	}
	// It is not the command of that name.
	if res, _ := cell(16, "%replayed"); res.Err == nil || res.Err.Value != "undefined: %replayed" {
		t.Errorf("got %v", res.Err)
	}
}

// A cell that fails when it is replayed ends the replay, and so does one that
// kills the worker.
func TestReplayFails(t *testing.T) {
	s := start(t)
	for i, code := range []string{"set a 1", "set f 1\nget f", "get x1", "set b 1"} {
		if i == 2 {
			// It succeeds now and not later: x1 is set by a silent cell.
			s.Execute(context.Background(), interp.Cell{Code: "set x1 y", Silent: true}, newRecord())
		}
		if res := runTo(s, i+1, code, newRecord()); res.Err != nil {
			t.Fatal(res.Err)
		}
	}
	if res := runTo(s, 5, "kill 9", newRecord()); res.Err == nil {
		t.Fatal("no error")
	}
	res := runTo(s, 6, "%replay", newRecord())
	if res.Err == nil || res.Err.Name != "CompileError" || res.Err.Value != "cell 3, replayed: undefined: x1" {
		t.Fatalf("got %+v", res.Err)
	}
	want := "undefined: x1\n\n%replay stopped at cell 3. It had run cells 1-2; it has not run cell 4: %replay 4 does that, without cell 3."
	if got := strings.Join(res.Err.Traceback, "\n"); got != want {
		t.Errorf("got %s", got)
	}
	// What is replayed counts as replayed.
	out := newRecord()
	if res := runTo(s, 7, "%replay 4", out); res.Err != nil || !strings.HasPrefix(out.text("stdout"), "Replayed cell 4 in") {
		t.Errorf("got %v %s", res.Err, out)
	}
	if res := runTo(s, 8, "get a", newRecord()); res.Err != nil {
		t.Error(res.Err)
	}
}

func TestReplayIsComplete(t *testing.T) {
	s := start(t)
	if c, err := s.IsComplete(context.Background(), "%replay 3"); err != nil || c.Status != "complete" {
		t.Errorf("got %v %v", c, err)
	}
}
