package rt

import (
	"context"
	"errors"
	"io"
	"os"
	"sync"
)

// Input answers a read of standard input: a line without its newline, or an
// error.
type Input func(ctx context.Context, prompt string, password bool) (string, error)

// writer writes to the cell of the goroutine that writes.
type writer struct {
	r    *Runtime
	name string
}

func (w writer) Write(p []byte) (int, error) {
	if run := w.r.Current(); run != nil && run.Out != nil {
		run.Out.Stream(w.name, p)
		return len(p), nil
	}
	if w.name == "stderr" {
		return os.Stderr.Write(p)
	}
	return os.Stdout.Write(p)
}

// WriteString saves a copy where callers look for it.
func (w writer) WriteString(s string) (int, error) { return w.Write([]byte(s)) }

// Stdout and Stderr write to the cell that the calling goroutine belongs to.
func (r *Runtime) Stdout() io.Writer { return writer{r, "stdout"} }

// Stderr is like Stdout.
func (r *Runtime) Stderr() io.Writer { return writer{r, "stderr"} }

// stdin reads lines that the front end is asked for.
type stdin struct {
	r *Runtime

	mu   sync.Mutex // guards rest
	rest []byte
}

// ErrNoInput is what reading standard input gives where nobody can answer.
var ErrNoInput = errors.New("standard input is not available: the front end does not answer input requests")

func (s *stdin) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(p) == 0 {
		return 0, nil
	}
	if len(s.rest) == 0 {
		if s.r.ReadLine == nil {
			return 0, ErrNoInput
		}
		line, err := s.r.ReadLine("", false)
		if err != nil {
			return 0, err
		}
		s.rest = append([]byte(line), '\n')
	}
	n := copy(p, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

// Writer replaces the session's standard files by writers that know the cell.
func (r *Runtime) Writer(w io.Writer) io.Writer {
	if f, ok := w.(*os.File); ok {
		switch f {
		case r.OutFile:
			return r.Stdout()
		case r.ErrFile:
			return r.Stderr()
		}
	}
	return w
}
