//go:build linux || darwin

package worker_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"cahier/interp"
	"cahier/interp/worker"
)

const warning = "The cell has not stopped yet. Interrupt again to restart the worker: all variables will be lost.\n"

// patient gives cells that do stop the time for it that a busy machine takes.
func patient(o *worker.Options) { o.Grace = time.Minute }

func isOn(r *record) bool { return r.text("stdout") != "" }

// A cell that can be stopped keeps its worker and variables.
func TestInterrupt(t *testing.T) {
	s := start(t, patient)
	mustRun(t, s, "set x 1")
	for range 5 {
		out := newRecord()
		done := make(chan interp.Result)
		go func() { done <- runTo(s, 1, "print on\ndeadlock", out) }()
		out.waitFor(t, "the cell", isOn)
		s.Interrupt()
		if res := <-done; res.Err == nil || res.Err.Value != "stopped" {
			t.Fatalf("got %v", res.Err)
		}
		if got := out.text("stderr"); got != "" {
			t.Errorf("stderr %q", got)
		}
	}
	s.Interrupt() // nothing runs: nothing happens
	mustRun(t, s, "get x")
}

// A cell that cannot be stopped is warned about, and a further interrupt ends
// its process.
func TestInterruptHard(t *testing.T) {
	for _, code := range []string{"spin", "block", "sleep 60000"} {
		t.Run(code, func(t *testing.T) {
			s := start(t, func(o *worker.Options) { o.Grace = time.Second })
			mustRun(t, s, "set x 1")
			before := s.Processes()
			out := newRecord()
			done := make(chan interp.Result)
			go func() { done <- runTo(s, 1, "print on\n"+code, out) }()
			out.waitFor(t, "the cell", isOn)
			s.Interrupt()
			s.Interrupt() // too early: it asks once more
			out.waitFor(t, "the warning", func(r *record) bool { return r.text("stderr") != "" })
			select {
			case res := <-done:
				t.Fatalf("the cell has ended: %v", res.Err)
			default:
			}
			s.Interrupt()
			res := <-done
			if res.Err == nil || res.Err.Name != "Interrupted" {
				t.Fatalf("got %v", res.Err)
			}
			if tb := strings.Join(res.Err.Traceback, "\n"); !strings.Contains(tb, "did not stop") || !strings.Contains(tb, "all variables are gone. %replay") {
				t.Errorf("traceback %s", tb)
			}
			if got := out.text("stderr"); got != warning {
				t.Errorf("stderr %q", got)
			}
			if slices.Equal(before, s.Processes()) {
				t.Error("the same process")
			}
			if out := mustRun(t, s, "print next"); out.String() != "stdout \"next\\n\"\n" {
				t.Errorf("the next cell: %s", out)
			}
		})
	}
}

// An interrupt that comes before the child has the cell counts.
func TestInterruptEarly(t *testing.T) {
	for range 20 {
		s := start(t)
		out := newRecord()
		done := make(chan interp.Result)
		stop := make(chan bool)
		go func() { done <- runTo(s, 1, "deadlock", out) }()
		go func() {
			for {
				s.Interrupt()
				select {
				case <-stop:
					return
				case <-time.After(time.Millisecond):
				}
			}
		}()
		res := <-done
		close(stop)
		if res.Err == nil || res.Err.Name != "Interrupted" {
			t.Fatalf("got %v", res.Err)
		}
		s.Close()
	}
}

func TestInterruptReplay(t *testing.T) {
	s := start(t)
	for i, code := range []string{"print on\nsleep 1000", "print x", "print y"} {
		if res := runTo(s, i+1, code, newRecord()); res.Err != nil {
			t.Fatal(res.Err)
		}
	}
	out := newRecord()
	done := make(chan interp.Result)
	go func() { done <- runTo(s, 4, "%replay 1-3", out) }()
	out.waitFor(t, "the first cell", isOn)
	s.Interrupt()
	res := <-done
	if res.Err == nil || res.Err.Name != "Interrupted" || !strings.Contains(strings.Join(res.Err.Traceback, "\n"), "%replay stopped at cell 2. It had run cell 1; it has not run cell 3") {
		t.Errorf("got %+v", res.Err)
	}
}
