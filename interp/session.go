package interp

import (
	"context"
	"fmt"
	"go/token"
	"go/types"
	"os"
	"reflect"
	"sort"
	"sync"
	"sync/atomic"
	"time"

	"cahier/interp/assist"
	"cahier/interp/cell"
	"cahier/interp/check"
	"cahier/interp/engine"
	"cahier/interp/lower"
	"cahier/interp/rt"
	"cahier/interp/symbols"
	"cahier/interp/symbols/display"
)

// Session runs cells in this process. Execute and Evaluate run one at a time;
// user code runs on goroutines of its own, which Session guards: their panics
// are errors of their cell. What no Go program can survive (a stack overflow
// of compiled code, memory that runs out, concurrent map writes) ends the
// process; see package worker.
type Session struct {
	opt     Options
	rt      *rt.Runtime
	engine  engine.Engine
	check   *check.Session
	lower   *lower.Lowerer
	pkgs    packages
	assist  *assist.Assistant
	replace map[string]map[string]reflect.Value // symbols bound to this session
	used    map[string]bool                     // packages that the engine knows
	tables  map[string]map[string]reflect.Value // of compiled packages; guarded by one
	pumps   []*pump
	lastRun atomic.Pointer[rt.Run] // the latest, also when it has ended

	one sync.Mutex // held while a cell is executed

	mu      sync.Mutex // guards what follows
	run     *rt.Run    // the running cell
	insist  chan struct{}
	shutOff bool // insist is closed
	sources map[string]source
	cells   []executed
	pending []failure // panics of goroutines, by arrival
	files   []*os.File
	closed  bool
}

// source is the text of an executed cell.
type source struct {
	code string
}

// executed is a cell that was executed.
type executed struct {
	number int
	code   string
	ok     bool
}

// failure is a panic of a goroutine that a cell started.
type failure struct {
	run *rt.Run
	err *CellError
}

var _ Executor = (*Session)(nil)

// prefer says what the name of a package means when several have it.
var prefer = map[string]string{"ops": "cahier/ops", "display": "cahier/notebooks/display", "plot": "cahier/notebooks/plot",
	"widget": "cahier/notebooks/widget", "nn": "cahier/ops/nn", "optim": "cahier/ops/optim", "scanner": "text/scanner",
	"heap": "container/heap", "list": "container/list", "ring": "container/ring", "pprof": "runtime/pprof"}

// New starts a session. At most one Options is used.
func New(options ...Options) (*Session, error) {
	s := &Session{sources: map[string]source{}, used: map[string]bool{}, tables: map[string]map[string]reflect.Value{}, rt: rt.New()}
	if len(options) > 1 {
		return nil, fmt.Errorf("interp.New: at most one Options is meant, got %d", len(options))
	}
	if len(options) == 1 {
		s.opt = options[0]
	}
	if s.opt.Grace == 0 {
		s.opt.Grace = 300 * time.Millisecond
	}
	s.engine = engine.NewYaegi(rt.G)
	s.pkgs = packages{symbols.Importer()}
	s.check = check.New(s.engine.FileSet(), s.pkgs, prefer)
	gen := s.engine.FileSet().AddFile("generated/go", -1, 10)
	gen.SetLines([]int{0})
	s.rt.Fail = s.goroutineFailed
	s.rt.Show = s.show
	s.rt.Recovered = func(g uintptr) { s.engine.Trace(g) }
	s.rt.ReadLine = s.readLine
	if err := s.openFiles(); err != nil {
		return nil, err
	}
	s.replace = s.rt.Values()
	s.replace[display.Path] = display.Functions(display.Sink{
		Display: func(b display.Bundle) { s.withOutput(func(o Output) { o.Display(Bundle(b)) }) },
		Update:  func(b display.Bundle) { s.withOutput(func(o Output) { o.Update(Bundle(b)) }) },
		Clear:   func(wait bool) { s.withOutput(func(o Output) { o.ClearOutput(wait) }) },
		Prepare: s.prepare,
	})
	s.bindFiles()
	if err := s.engine.Load(lower.Prelude(gen.Pos(1))); err != nil {
		return nil, err
	}
	stop, ok := s.engine.Value(lower.StopName)
	if !ok {
		return nil, fmt.Errorf("the engine does not show its variables")
	}
	s.rt.Stop = stop.Addr().Interface().(*bool)
	pos, _ := s.engine.Value(lower.PosName)
	top, ok := s.engine.Value(lower.TopName)
	if !ok {
		return nil, fmt.Errorf("the engine does not show its variables")
	}
	s.engine.SetPosition(pos.Addr().Interface().(*int), top.Addr().Interface().(*int))
	s.lower = lower.New(host{s}, s.pkgs, gen.Pos(1), s.engine.FileSet())
	s.assist = s.newAssistant()
	return s, nil
}

// Check is the typed state of the session, for those who help with editing.
func (s *Session) Check() *check.Session { return s.check }

// packages finds the packages of cells.
type packages struct{ types.Importer }

func (packages) Candidates(name string) []string { return symbols.Candidates(name) }

// host is what lowering asks of the session.
type host struct{ s *Session }

// UsePackage implements [lower.Host].
func (h host) UsePackage(path, name string, pos token.Pos) error {
	s := h.s
	if err := s.use(path); err != nil {
		return err
	}
	return s.engine.Load(importFile(path, name, pos))
}

// use makes a package, and those whose interfaces its API mentions, known to
// the engine and the runtime.
func (s *Session) use(path string) error {
	if s.used[path] {
		return nil
	}
	if path == lower.RTPath {
		s.used[path] = true
		return s.engine.Use(path, "rt", s.replace[path])
	}
	values, ok := symbols.Load(path)
	if !ok {
		return fmt.Errorf("the interpreter has no table of it")
	}
	for name, v := range s.replace[path] {
		values[name] = v
	}
	s.rt.Types.Wrappers(values)
	s.used[path] = true
	if err := s.engine.Use(path, symbols.Name(path), values); err != nil {
		return err
	}
	for _, p := range symbols.Closure(path)[1:] {
		if err := s.use(p); err != nil {
			return err
		}
	}
	return nil
}

// Symbol implements [lower.Host].
func (h host) Symbol(path, name string) (reflect.Value, bool) {
	m, ok := h.s.tables[path]
	if !ok {
		m, _ = symbols.Load(path)
		h.s.tables[path] = m
	}
	v, ok := m[name]
	return v, ok
}

// DeclareType implements [lower.Host].
func (h host) DeclareType(id int, t types.Type) { h.s.rt.Types.Declare(id, t) }

// DeclareInterface implements [lower.Host].
func (h host) DeclareInterface(id int, t types.Type) { h.s.rt.Types.DeclareInterface(id, t) }

// NextID implements [lower.Host].
func (h host) NextID() int { return h.s.check.NextID() }

// runData is what a run carries for the session.
type runData struct {
	out   Output
	ctx   context.Context
	stdin bool

	mu    sync.Mutex // guards what follows
	value *Bundle    // of the last expression
	page  *Bundle
	next  *string
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

// Execute implements [Executor].
func (s *Session) Execute(ctx context.Context, c Cell, out Output) Result {
	s.one.Lock()
	defer s.one.Unlock()
	d := &runData{out: out, ctx: ctx, stdin: c.AllowStdin}
	run := rt.NewRun(c.Number, out, d)
	name := cellName(c.Number)
	s.mu.Lock()
	s.sources[name] = source{c.Code}
	s.mu.Unlock()
	err := s.execute(ctx, run, name, c.Code)
	s.drain()
	s.mu.Lock()
	if err == nil || err.Name == "Interrupted" {
		for i, f := range s.pending {
			if f.run == run {
				err = f.err
				s.pending = append(s.pending[:i:i], s.pending[i+1:]...)
				break
			}
		}
	}
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
	if !ended {
		return s.interrupted(true)
	}
	if panicked {
		return s.panicError(rt.Cause(value), s.engine.Trace(g))
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
	if s.run != nil && !s.shutOff {
		s.shutOff = true
		close(s.insist)
	}
}

// Evaluate implements [Executor].
func (s *Session) Evaluate(ctx context.Context, expr string, out Output) (Bundle, *CellError) {
	s.one.Lock()
	defer s.one.Unlock()
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

// IsComplete implements [Executor].
func (s *Session) IsComplete(ctx context.Context, code string) (Completeness, error) {
	st, indent := cell.IsComplete(code)
	switch st {
	case cell.Complete:
		return Completeness{Status: "complete"}, nil
	case cell.Incomplete:
		return Completeness{Status: "incomplete", Indent: indent}, nil
	}
	return Completeness{Status: "invalid"}, nil
}

// Comm implements [Executor]. A session has no comm targets of its own.
func (s *Session) Comm(ctx context.Context, ev CommEvent, out Output) bool { return false }

// Close implements [Executor].
func (s *Session) Close() error {
	s.Interrupt()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	for _, f := range s.files {
		_ = f.Close()
	}
	return nil
}

// isGo reports whether a line that begins with ! is an expression over names
// of the session.
func (s *Session) isGo(line string) bool {
	i := 0
	for i < len(line) && (line[i] == '!' || line[i] == '(' || line[i] == ' ') {
		i++
	}
	j := i
	for j < len(line) && (line[j] == '_' || line[j] >= 'a' && line[j] <= 'z' || line[j] >= 'A' && line[j] <= 'Z' || line[j] >= '0' && line[j] <= '9') {
		j++
	}
	name := line[i:j]
	return name == "true" || name == "false" || name != "" && s.check.Lookup(name) != nil
}

// Variables lists the session's variables by name.
func (s *Session) Variables() []string {
	var names []string
	for _, d := range s.check.Decls() {
		if d.Kind == check.Var {
			names = append(names, d.Name)
		}
	}
	sort.Strings(names)
	return names
}
