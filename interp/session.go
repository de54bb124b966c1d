package interp

import (
	"context"
	"fmt"
	"maps"
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
	"cahier/interp/symbols/widget"
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
	widgets *widget.Home
	lastRun atomic.Pointer[rt.Run] // the latest, also when it has ended
	unpoll  func()                 // ends what OnPoll began

	one     sync.Mutex // held while a cell is executed
	lastDir string     // for %cd -; guarded by one

	mu      sync.Mutex // guards what follows
	run     *rt.Run    // the running cell
	insist  chan struct{}
	shutOff bool // insist is closed
	working bool // in Execute or Evaluate
	early   bool // interrupted there while nothing ran, as while it compiles
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
	"widget": "cahier/notebooks/widget", "progress": "cahier/notebooks/progress", "nn": "cahier/ops/nn", "optim": "cahier/ops/optim", "dataset": "cahier/ops/dataset",
	"metrics": "cahier/ops/metrics", "scanner": "text/scanner",
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
	s.rt.Renew = func(name string) bool { return s.engine.Renew(name) }
	s.rt.Types.Symbol = compiledType()
	s.rt.Recovered = func(g uintptr) { s.engine.Trace(g) }
	s.rt.ReadLine = s.readLine
	if err := s.openFiles(); err != nil {
		return nil, err
	}
	s.replace = s.rt.Values()
	maps.Copy(s.replace, display.Functions(display.Sink{
		Display: func(b display.Bundle) { s.withOutput(func(o Output) { o.Display(Bundle(b)) }) },
		Update: func(b display.Bundle) {
			s.withOutput(func(o Output) { o.Update(Bundle(b)) })
			widget.Updated(s.widgets, b)
		},
		Clear:   func(wait bool) { s.withOutput(func(o Output) { o.ClearOutput(wait) }) },
		AtEnd:   s.atEnd,
		Prepare: s.prepare,
		Bare:    s.rt.Types.Bare,
	}))
	s.bindFiles()
	s.bindWidgets()
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
	s.unpoll = symbols.OnPoll(s.rt.Stopped)
	return s, nil
}

// Check is the typed state of the session, for those who help with editing.
func (s *Session) Check() *check.Session { return s.check }

func (packages) Candidates(name string) []string { return symbols.Candidates(name) }

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

// Close implements [Executor].
func (s *Session) Close() error {
	s.Interrupt()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	s.unpoll()
	for _, f := range s.files {
		_ = f.Close()
	}
	return nil
}

func (s *Session) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
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
