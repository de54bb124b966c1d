package interp

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// recorder is an Output that remembers.
type recorder struct {
	mu             sync.Mutex
	stdout, stderr strings.Builder
	events         []string
	displays       []Bundle
	lines          []string
}

func (r *recorder) Stream(name string, p []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if name == "stdout" {
		r.stdout.Write(p)
	} else {
		r.stderr.Write(p)
	}
	r.events = append(r.events, name+":"+string(p))
}

func (r *recorder) Display(b Bundle) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.displays = append(r.displays, b)
	r.events = append(r.events, "display")
}
func (r *recorder) Update(b Bundle)       { r.Display(b) }
func (r *recorder) ClearOutput(wait bool) {}
func (r *recorder) Comm(CommEvent)        {}
func (r *recorder) Input(ctx context.Context, prompt string, password bool) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.lines) == 0 {
		return "", fmt.Errorf("no more input")
	}
	l := r.lines[0]
	r.lines = r.lines[1:]
	return l, nil
}

func (r *recorder) text() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stdout.String()
}

// tester runs cells and counts them.
type tester struct {
	*Session
	t *testing.T
	n int
	recorder
}

func newTester(t *testing.T) *tester {
	t.Helper()
	s, err := New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return &tester{Session: s, t: t}
}

func (t *tester) exec(code string) Result {
	t.n++
	return t.Execute(context.Background(), Cell{Code: code, Number: t.n, AllowStdin: true, StoreHistory: true}, &t.recorder)
}

// must runs a cell that has to succeed and returns the text of its value.
func (t *tester) must(code string) string {
	t.t.Helper()
	r := t.exec(code)
	if r.Err != nil {
		t.t.Fatalf("%s\n%s", code, strings.Join(r.Err.Traceback, "\n"))
	}
	if r.Value == nil {
		return ""
	}
	s, _ := r.Value.MIME["text/plain"].(string)
	return s
}

func TestTimeit(t *testing.T) {
	s := newTester(t)
	// The loop is timed, not the calls into it: sleeping once per run cannot be
	// done more than a thousand times a second, and an expression counts as a statement.
	s.must("runs := 0")
	s.must("%timeit time.Sleep(time.Millisecond); runs++")
	if n, err := strconv.Atoi(s.must("runs")); err != nil || n < 2 || n > 2000 {
		t.Errorf("%d runs of a millisecond fit into a second, want many, and no more than fit; %v", n, err)
	}
	s.must("%timeit runs + 1")
	s.must("%%timeit\nruns++\n_ = len(\"abc\") > 2 || runs > 0")
	r := s.exec("%timeit runs + nope")
	if r.Err == nil || !strings.Contains(strings.Join(r.Err.Traceback, "\n"), "line 1, column 16: undefined: nope") {
		t.Errorf("%v, want undefined: nope at its place", r.Err)
	}
}
