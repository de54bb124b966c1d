package interp

import (
	"go/token"
	"strings"

	"cahier/interp/engine"
	"cahier/interp/rt"
)

// goroutineFailed takes the panic of a goroutine that a cell started: it is
// that cell's error, or if the cell has ended, text on its standard error.
func (s *Session) goroutineFailed(run *rt.Run, v any, g uintptr, from, to int) {
	e := s.panicError(s.rt.Types.Cause(v), s.inGoroutine(s.engine.Trace(g), token.Pos(from), token.Pos(to)))
	e.Traceback = append([]string{"a goroutine that " + cellName(run.Number) + " started has panicked"}, e.Traceback...)
	s.mu.Lock()
	current := s.run == run
	if current {
		s.pending = append(s.pending, failure{run, e})
	}
	s.mu.Unlock()
	if current {
		s.rt.Interrupt(run) // Go would end here
	} else if d := dataOf(run); d != nil {
		d.out.Stream("stderr", []byte(strings.Join(e.Traceback, "\n")+"\n"))
	}
}

// inGoroutine corrects the places of frames of a goroutine that the go statement
// from from to to has started. The engine notes the position at work for all
// goroutines together: it is only true where it lies in the goroutine's code.
func (s *Session) inGoroutine(frames []engine.Frame, from, to token.Pos) []engine.Frame {
	if !from.IsValid() {
		return frames
	}
	if len(frames) == 0 {
		return []engine.Frame{{Func: "init", Pos: from}}
	}
	f := &frames[0]
	within := from <= f.Pos && f.Pos < to
	for _, other := range frames {
		name, _, _ := strings.Cut(other.Func, ".")
		if d := s.lower.Function(name); d != nil && d.Node.Pos() <= f.Pos && f.Pos < d.Node.End() {
			within = true
		}
	}
	if !within {
		f.Pos = token.NoPos
	}
	f.Top = from
	return frames
}
