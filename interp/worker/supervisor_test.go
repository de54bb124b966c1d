//go:build linux || darwin

package worker_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cahier/interp"
	"cahier/interp/worker"
)

func TestExecute(t *testing.T) {
	s := start(t)
	res, out := run(t, s, "set x 5\nprint hello\nnext more\npage long\nvalue 42")
	if res.Err != nil || res.Value == nil || res.Value.MIME["text/plain"] != "42" {
		t.Fatalf("got %+v", res)
	}
	if res.SetNextInput == nil || *res.SetNextInput != "more" || res.Page == nil || res.Page.MIME["text/plain"] != "long" {
		t.Errorf("got %+v", res)
	}
	if got, want := out.String(), "stdout \"hello\\n\"\n"; got != want {
		t.Errorf("got %s want %s", got, want)
	}
	res, _ = run(t, s, "get x")
	if res.Err != nil || res.Value.MIME["text/plain"] != "5" {
		t.Errorf("the variable is gone: %+v", res)
	}
	res, _ = run(t, s, "print a\nfail of my own\nprint b")
	want := &interp.CellError{Name: "Panic", Value: "of my own", Traceback: []string{"Panic: of my own"}}
	if res.Err == nil || res.Err.Name != want.Name || res.Err.Value != want.Value || !slices.Equal(res.Err.Traceback, want.Traceback) {
		t.Errorf("got %+v want %+v", res.Err, want)
	}
	out = newRecord()
	s.Execute(context.Background(), interp.Cell{Code: "stat", Number: 77, AllowStdin: true}, out)
	if got := out.text("stdout"); got != "77 true" {
		t.Errorf("the cell arrived as %q", got)
	}
}

func TestEvaluate(t *testing.T) {
	s := start(t)
	mustRun(t, s, "set x 5")
	out := newRecord()
	b, err := s.Evaluate(context.Background(), "x", out)
	if err != nil || b.MIME["text/plain"] != "5" || out.text("stdout") != "evaluated x" {
		t.Errorf("got %v %v %s", b, err, out)
	}
	if _, err := s.Evaluate(context.Background(), "y", out); err == nil || err.Value != "undefined: y" {
		t.Errorf("got %v", err)
	}
	if _, err := s.Evaluate(context.Background(), "die", out); err == nil || err.Name != "Killed" {
		t.Errorf("got %v", err)
	}
	mustRun(t, s, "print again")
}

// Numbers keep their digits, and what is no JSON is said to be none.
func TestBundles(t *testing.T) {
	s := start(t)
	out := mustRun(t, s, "json\nupdate u\nclear wait\nclear now\nunshowable")
	want := `display "text"
update "u"
clear "true"
clear "false"
stderr "application/json cannot be shown: json: unsupported type: func()\n"
display "application/json cannot be shown: json: unsupported type: func()"
`
	if got := out.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	b := out.events[0].data.(interp.Bundle)
	raw, err := json.Marshal(b.MIME["application/json"])
	if err != nil || string(raw) != `{"n":9007199254740993}` {
		t.Errorf("got %s %v", raw, err)
	}
	if raw, _ := json.Marshal(b.Metadata); string(raw) != `{"width":3}` {
		t.Errorf("metadata %s", raw)
	}
	if b := out.events[1].data.(interp.Bundle); b.DisplayID != "d" {
		t.Errorf("display id %q", b.DisplayID)
	}
}

func TestInput(t *testing.T) {
	s := start(t)
	out := newRecord()
	out.input = func(_ context.Context, prompt string, password bool) (string, error) {
		return fmt.Sprint(prompt, password, out.text("stdout")), nil
	}
	if res := runTo(s, 1, "raw first\ninput name? ", out); res.Err != nil {
		t.Fatal(res.Err)
	}
	if got, want := out.text("stdout"), "first\n\"name? false"+`first\n" <nil>`; got != want {
		t.Errorf("got %q want %q", got, want)
	}
	out = newRecord()
	if res := runTo(s, 2, "input password", out); res.Err != nil {
		t.Fatal(res.Err)
	}
	if got, want := out.text("stdout"), `"" no input here`; got != want {
		t.Errorf("got %q want %q", got, want)
	}
	// An interrupt takes the question back.
	out = newRecord()
	asked := make(chan bool)
	taken := make(chan error, 1)
	out.input = func(ctx context.Context, _ string, _ bool) (string, error) {
		asked <- true
		<-ctx.Done()
		taken <- ctx.Err()
		return "", ctx.Err()
	}
	go func() { <-asked; s.Interrupt() }()
	if res := runTo(s, 3, "input", out); res.Err != nil {
		t.Fatal(res.Err)
	}
	if err := <-taken; err == nil {
		t.Error("the question was not taken back")
	}
	if got, want := out.text("stdout"), `"" context canceled`; got != want {
		t.Errorf("got %q want %q", got, want)
	}
	// So does the death of the worker.
	out.input = func(ctx context.Context, _ string, _ bool) (string, error) {
		s.Interrupt()
		<-ctx.Done()
		taken <- ctx.Err()
		return "", ctx.Err()
	}
	out2 := newRecord()
	out2.input = func(ctx context.Context, _ string, _ bool) (string, error) {
		<-ctx.Done()
		taken <- ctx.Err()
		return "", ctx.Err()
	}
	mustRun(t, s, "later gone")
	if res := runTo(s, 4, "input", out2); res.Err == nil || res.Err.Name != "Panic" {
		t.Errorf("got %v", res.Err)
	}
	if err := <-taken; err == nil {
		t.Error("the question was not taken back")
	}
}

func TestStdinIsEmpty(t *testing.T) {
	if got := mustRun(t, start(t), "stdin").text("stdout"); got != "0 EOF" {
		t.Errorf("got %q", got)
	}
}

func TestQueries(t *testing.T) {
	s := start(t, func(o *worker.Options) { o.QueryTimeout = time.Minute })
	ctx := context.Background()
	ask := func(t *testing.T) {
		t.Helper()
		if c, err := s.Complete(ctx, "Print", 5); err != nil || c.End != 5 || len(c.Matches) != 1 || c.Matches[0].Text != "Println" || c.Matches[0].Type != "function" {
			t.Errorf("complete: %v %v", c, err)
		}
		if i, err := s.Inspect(ctx, "Print", 2, 1); err != nil || !i.Found || i.MIME["text/plain"] != "Print 2 1" {
			t.Errorf("inspect: %v %v", i, err)
		}
		if c, err := s.IsComplete(ctx, "x"); err != nil || c.Status != "incomplete" || c.Indent != "\tx" {
			t.Errorf("is_complete: %v %v", c, err)
		}
	}
	ask(t)
	if _, err := s.Complete(ctx, "error", 0); err == nil || err.Error() != "cannot complete" {
		t.Errorf("got %v", err)
	}
	if _, err := s.Complete(ctx, "panic", 0); err == nil || err.Error() != "panic: no completion" {
		t.Errorf("got %v", err)
	}
	if _, err := s.Complete(ctx, "goexit", 0); err == nil || !strings.Contains(err.Error(), "Goexit") {
		t.Errorf("got %v", err)
	}
	short, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := s.Complete(short, "hang", 0); err != context.Canceled {
		t.Errorf("got %v", err)
	}

	done := make(chan interp.Result)
	out := newRecord()
	go func() { done <- runTo(s, 1, "print on\nspin", out) }()
	out.waitFor(t, "the cell", func(r *record) bool { return r.text("stdout") != "" })
	t.Run("while a cell spins", ask)
	time.Sleep(250 * time.Millisecond)
	s.Interrupt()
	time.Sleep(250 * time.Millisecond)
	s.Interrupt()
	if res := <-done; res.Err == nil || res.Err.Name != "Interrupted" {
		t.Errorf("got %v", res.Err)
	}
	t.Run("after it", ask)
}

func TestQueryTimeout(t *testing.T) {
	s := start(t, func(o *worker.Options) { o.QueryTimeout = 300 * time.Millisecond })
	if _, err := s.Complete(context.Background(), "hang", 0); err == nil || !strings.Contains(err.Error(), "300ms") {
		t.Errorf("got %v", err)
	}
}

// Queries that are never answered do not pile up.
func TestQueriesUnanswered(t *testing.T) {
	s := start(t, func(o *worker.Options) { o.QueryTimeout = 100 * time.Millisecond })
	mustRun(t, s, "print ready")
	var wg sync.WaitGroup
	for range 40 {
		wg.Go(func() {
			if _, err := s.Complete(context.Background(), "ignore", 0); err == nil {
				t.Error("an answer")
			}
		})
	}
	wg.Wait()
	if _, err := s.Complete(context.Background(), "Print", 0); err == nil || !strings.Contains(err.Error(), "earlier queries") {
		t.Errorf("got %v", err)
	}
	mustRun(t, s, "print fine")
}

func TestComm(t *testing.T) {
	s := start(t, func(o *worker.Options) { o.CommTimeout = time.Second })
	ctx := context.Background()
	ev := interp.CommEvent{Kind: interp.CommOpen, ID: "c1", Target: "echo", Data: json.RawMessage(`{"a":1}`), Buffers: [][]byte{{0, 1, 255}, {}}}
	out := newRecord()
	if !s.Comm(ctx, ev, out) {
		t.Error("not known")
	}
	if got, want := out.String(), "stdout \"before \"\ncomm \"c1\"\nstdout \"after\"\n"; got != want {
		t.Errorf("got %s want %s", got, want)
	}
	back := out.events[1].data.(interp.CommEvent)
	if string(back.Data) != `{"a":1}` || len(back.Buffers) != 3 || string(back.Buffers[0]) != "\x00\x01\xff" || len(back.Buffers[1]) != 0 || string(back.Buffers[2]) != "more" {
		t.Errorf("got %+v", back)
	}
	for _, target := range []string{"nobody's", "slow", "panic"} {
		out := newRecord()
		if s.Comm(ctx, interp.CommEvent{Kind: interp.CommOpen, ID: "c2", Target: target}, out) {
			t.Errorf("%s is known", target)
		}
		if target == "panic" && !strings.Contains(out.text("stderr"), "in a handler") {
			t.Errorf("got %s", out)
		}
	}
	// A message whose handling takes long is handled all the same.
	if !s.Comm(ctx, interp.CommEvent{Kind: interp.CommMsg, ID: "c1", Target: "slow"}, newRecord()) {
		t.Error("the comm was given up")
	}
}

func TestOptions(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, func(o *worker.Options) {
		o.Dir = dir
		o.Env = append(o.Env, "CAHIER_TEST_VALUE=v7", "CAHIER_TEST_GREETING=hi ")
	})
	// What is written before the first cell belongs to it.
	if got, want := mustRun(t, s, "env CAHIER_TEST_VALUE\nprint ,\npwd").text("stdout"), "hi v7,\n"+dir; got != want {
		t.Errorf("got %q want %q", got, want)
	}
	for _, opt := range []worker.Options{
		{},
		{Command: []string{os.Args[0]}, MemoryLimit: 1 << 20},
		{Command: []string{filepath.Join(dir, "nothing")}},
	} {
		if s, err := worker.Start(opt); err == nil {
			s.Close()
			t.Errorf("%+v was started", opt)
		}
	}
}

func TestChildCannotStart(t *testing.T) {
	for mode, want := range map[string]string{
		"refuses": "the symbols are broken",
		"dies":    "ended before it was ready",
	} {
		t.Run(mode, func(t *testing.T) {
			s := start(t, func(o *worker.Options) { o.Env = []string{envWorker + "=" + mode} })
			for range 2 {
				res, _ := run(t, s, "print hello")
				if res.Err == nil || res.Err.Name != "WorkerDied" || !strings.Contains(res.Err.Value, want) {
					t.Fatalf("got %v", res.Err)
				}
				if mode == "dies" && !strings.Contains(strings.Join(res.Err.Traceback, "\n"), "no such library") {
					t.Errorf("got %q", res.Err.Traceback)
				}
			}
		})
	}
}

func TestOneCellAtATime(t *testing.T) {
	s := start(t)
	out := newRecord()
	done := make(chan interp.Result)
	go func() { done <- runTo(s, 1, "print on\ndeadlock", out) }()
	out.waitFor(t, "the cell", func(r *record) bool { return r.text("stdout") != "" })
	if res, _ := run(t, s, "print too"); res.Err == nil || !strings.Contains(res.Err.Value, "one at a time") {
		t.Errorf("got %v", res.Err)
	}
	s.Interrupt()
	if res := <-done; res.Err == nil || res.Err.Name != "Interrupted" {
		t.Errorf("got %v", res.Err)
	}
}

func TestCancel(t *testing.T) {
	for _, c := range []struct {
		cell, name string
		kept       bool
	}{
		{"deadlock", "Interrupted", true},
		{"spin", "Interrupted", false},
	} {
		s := start(t, func(o *worker.Options) {
			if c.kept {
				patient(o)
			}
		})
		mustRun(t, s, "set x 1")
		ctx, cancel := context.WithCancel(context.Background())
		out := newRecord()
		go func() {
			out.waitFor(t, "the cell", func(r *record) bool { return r.text("stdout") != "" })
			cancel()
		}()
		res := s.Execute(ctx, interp.Cell{Code: "print on\n" + c.cell, Number: 1}, out)
		if res.Err == nil || res.Err.Name != c.name {
			t.Errorf("%s: got %v", c.cell, res.Err)
		}
		if res, _ := run(t, s, "get x"); (res.Err == nil) != c.kept {
			t.Errorf("%s: variable kept: %v", c.cell, res.Err == nil)
		}
	}
}
