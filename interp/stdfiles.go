package interp

import (
	"context"
	"io"
	"os"
	"reflect"
	"sync"

	"cahier/interp/rt"
)

// openFiles makes the files that cells see as os.Stdout and os.Stderr: pipes
// whose text goes to the running cell. What interpreted code prints by package
// fmt or log does not take this way and knows its cell exactly.
func (s *Session) openFiles() error {
	for _, name := range []string{"stdout", "stderr"} {
		r, w, err := os.Pipe()
		if err != nil {
			return err
		}
		p := &pump{s: s, r: r, name: name}
		s.pumps = append(s.pumps, p)
		s.files = append(s.files, w, r)
		if name == "stdout" {
			s.rt.OutFile = w
		} else {
			s.rt.ErrFile = w
		}
		go p.loop()
	}
	return nil
}

// pump takes text out of a pipe. Its goroutine ends when the pipe is closed.
type pump struct {
	s    *Session
	r    *os.File
	name string
	mu   sync.Mutex // held while text is taken out and delivered
	buf  [16 << 10]byte
}

// deliver gives text to the running cell, or to the process's own file.
func (p *pump) deliver(b []byte) {
	s := p.s
	s.mu.Lock()
	run := s.run
	s.mu.Unlock()
	if run == nil {
		run = s.lastRun.Load()
	}
	if run != nil && run.Out != nil {
		run.Out.Stream(p.name, b)
		return
	}
	var w io.Writer = os.Stdout
	if p.name == "stderr" {
		w = os.Stderr
	}
	_, _ = w.Write(b)
}

// drain delivers all text that cells wrote to os.Stdout and os.Stderr.
func (s *Session) drain() {
	for _, p := range s.pumps {
		p.drain()
	}
}

// bindFiles puts the session's files where cells find os.Stdin, os.Stdout and
// os.Stderr.
func (s *Session) bindFiles() {
	m := s.replace["os"]
	m["Stdout"] = reflect.ValueOf(&s.rt.OutFile).Elem()
	m["Stderr"] = reflect.ValueOf(&s.rt.ErrFile).Elem()
}

// readLine asks the front end of the cell that reads.
func (s *Session) readLine(prompt string, password bool) (string, error) {
	d := dataOf(s.rt.Current())
	if d == nil || !d.stdin {
		return "", rt.ErrNoInput
	}
	s.drain()
	return s.rt.Ask(d.ctx, func(ctx context.Context) (string, error) { return d.out.Input(ctx, prompt, password) })
}
