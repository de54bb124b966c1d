package interp

import (
	"context"
	"fmt"
	"sync"
	"time"

	"cahier/interp/cell"
	"cahier/interp/rt"
	"cahier/interp/symbols/widget"
)

// runData is what a run carries for the session.
type runData struct {
	out    Output
	ctx    context.Context
	stdin  bool
	number int // of the cell

	mu    sync.Mutex  // guards what follows
	value *Bundle     // of the last expression
	take  func([]any) // takes the values of an expression instead
	page  *Bundle
	next  *string
	ends  []func() // to be called when the cell has ended
	ended bool
}

func dataOf(run *rt.Run) *runData {
	if run == nil {
		return nil
	}
	d, _ := run.Data.(*runData)
	return d
}

// withOutput calls f with the output of the cell that the current goroutine
// belongs to.
func (s *Session) withOutput(f func(Output)) {
	if d := dataOf(s.rt.Current()); d != nil {
		s.drain()
		f(d.out)
	}
}

// atEnd has f called when the cell of the current goroutine has ended. What
// outlives its cell shows itself.
func (s *Session) atEnd(f func()) {
	d := dataOf(s.rt.Current())
	if d == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.ended {
		d.ends = append(d.ends, f)
	}
}

// end calls what was to be called when the cell has ended.
func (s *Session) end(run *rt.Run, d *runData) {
	d.mu.Lock()
	ends := d.ends
	d.ends, d.ended = nil, true
	d.mu.Unlock()
	for _, f := range ends {
		s.rt.Do(run, f, nil)
	}
	s.widgets.FlushTo(func(e widget.Event) { d.out.Comm(commEvent(e)) })
}

// Execute implements [Executor].
func (s *Session) Execute(ctx context.Context, c Cell, out Output) Result {
	s.one.Lock()
	defer s.one.Unlock()
	defer s.work()()
	d := &runData{out: out, ctx: ctx, stdin: c.AllowStdin, number: c.Number}
	run := rt.NewRun(c.Number, out, d)
	name := cellName(c.Number)
	s.mu.Lock()
	s.sources[name] = source{c.Code}
	s.mu.Unlock()
	err := s.execute(ctx, run, name, c.Code)
	s.end(run, d)
	s.drain()
	if failed := s.failureOf(run); failed != nil && (err == nil || err.Name == "Interrupted") {
		err = failed
	}
	s.mu.Lock()
	if !c.Silent {
		s.cells = append(s.cells, executed{c.Number, c.Code, err == nil})
	}
	s.mu.Unlock()
	d.mu.Lock()
	defer d.mu.Unlock()
	res := Result{Err: err, Page: d.page, SetNextInput: d.next}
	if err == nil {
		res.Value = d.value
	}
	return res
}

// failureOf takes the first panic of a goroutine of a run.
func (s *Session) failureOf(run *rt.Run) *CellError {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.pending {
		if f.run == run {
			s.pending = append(s.pending[:i:i], s.pending[i+1:]...)
			return f.err
		}
	}
	return nil
}

func cellName(n int) string {
	if n <= 0 {
		return "cell"
	}
	return fmt.Sprintf("cell %d", n)
}

// execute runs the pieces of a cell one after the other.
func (s *Session) execute(ctx context.Context, run *rt.Run, name, code string) *CellError {
	for _, seg := range cell.Segments(code, s.isGo) {
		var err *CellError
		if seg.Magic != nil {
			err = s.magic(ctx, run, name, seg)
		} else {
			err = s.runGo(ctx, run, name, seg.Go, seg.Line)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// runGo checks, lowers, loads and runs Go code.
func (s *Session) runGo(ctx context.Context, run *rt.Run, name, code string, line int) *CellError {
	f, cerr := s.compile(run, name, code, line)
	if cerr != nil {
		return cerr
	}
	return s.call(ctx, run, f)
}

// compile makes code part of the session and returns what runs its
// statements.
func (s *Session) compile(run *rt.Run, name, code string, line int) (func(), *CellError) {
	file, errs := cell.Parse(s.engine.FileSet(), name, code, line)
	if len(errs) > 0 {
		return nil, s.syntaxError(errs)
	}
	unit, diags := s.check.Check(file)
	if len(diags) > 0 {
		return nil, s.compileError(diags)
	}
	prog, err := s.lower.Lower(unit)
	if err != nil {
		return nil, s.refusal(err, file)
	}
	if err := s.engine.Load(prog.File); err != nil {
		s.lower.Rollback()
		return nil, s.engineError(err, file)
	}
	unit.Commit()
	for _, n := range unit.Notes {
		if run != nil {
			run.Out.Stream("stderr", []byte("note: "+n+"\n"))
		}
	}
	return s.rt.Take(), nil
}

// call runs f as part of run.
func (s *Session) call(ctx context.Context, run *rt.Run, f func()) *CellError {
	if f == nil {
		return nil
	}
	insist := make(chan struct{})
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return &CellError{Name: "Interrupted", Value: "the session is closed"}
	}
	if s.early {
		s.mu.Unlock()
		return s.interrupted(false)
	}
	s.run, s.insist, s.shutOff = run, insist, false
	s.lastRun.Store(run)
	s.mu.Unlock()
	giveUp := make(chan struct{})
	over := make(chan struct{})
	go s.superviseInterrupt(ctx, run, insist, giveUp, over)
	value, g, panicked, ended := s.rt.Do(run, f, giveUp)
	close(over)
	s.mu.Lock()
	s.run = nil
	s.mu.Unlock()
	s.rt.Settle(run)
	return s.outcome(run, value, g, panicked, ended)
}

// outcome is the error of a run that ended as rt.Do says.
func (s *Session) outcome(run *rt.Run, value any, g uintptr, panicked, ended bool) *CellError {
	if !ended {
		return s.interrupted(true)
	}
	if panicked {
		return s.panicError(s.rt.Types.Cause(value), s.engine.Trace(g))
	}
	switch err := run.Reason().(type) {
	case nil:
		return nil
	case rt.Interrupted:
		return s.interrupted(false)
	case rt.StackOverflow:
		return &CellError{Name: "StackOverflow", Value: err.Error(), Traceback: []string{"StackOverflow: " + err.Error(), "a function calls itself without end, or nearly so"}}
	default:
		return &CellError{Name: "Goexit", Value: err.Error(), Traceback: []string{err.Error()}}
	}
}

// superviseInterrupt turns the end of ctx or a call of Interrupt into the end
// of the run, and gives up waiting for it after a while.
func (s *Session) superviseInterrupt(ctx context.Context, run *rt.Run, insist, giveUp, over chan struct{}) {
	select {
	case <-over:
		return
	case <-ctx.Done():
	case <-insist:
	}
	select {
	case <-over:
		return // ctx ended because the cell had: its goroutines go on
	default:
	}
	s.rt.Interrupt(run)
	t := time.NewTimer(s.opt.Grace)
	defer t.Stop()
	select {
	case <-over:
	case <-t.C:
		close(giveUp)
	}
}

// Interrupt implements [Executor].
func (s *Session) Interrupt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.run == nil:
		s.early = s.working
	case !s.shutOff:
		s.shutOff = true
		close(s.insist)
	}
}

// work notes that Execute or Evaluate has begun, and returns what notes its end.
func (s *Session) work() (end func()) {
	set := func(working bool) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.working, s.early = working, false
	}
	set(true)
	return func() { set(false) }
}

// Evaluate implements [Executor].
func (s *Session) Evaluate(ctx context.Context, expr string, out Output) (Bundle, *CellError) {
	s.one.Lock()
	defer s.one.Unlock()
	defer s.work()()
	d := &runData{out: out, ctx: ctx}
	run := rt.NewRun(0, out, d)
	s.mu.Lock()
	s.sources["expression"] = source{expr}
	s.mu.Unlock()
	err := s.runGo(ctx, run, "expression", expr, 1)
	s.drain()
	if err != nil {
		return Bundle{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.value == nil {
		return Bundle{}, &CellError{Name: "CompileError", Value: "this is no expression with a value", Traceback: []string{"CompileError: this is no expression with a value"}}
	}
	return *d.value, nil
}
