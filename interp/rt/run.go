// Package rt is what lowered cells call: the identity of the cell that a
// goroutine belongs to, interruption, guarded goroutines, dynamic types with
// methods, and formatting that knows the names of a cell's types.
package rt

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"sync"
	"sync/atomic"
	"unsafe"
)

// Output takes the text of a cell.
type Output interface {
	Stream(name string, p []byte)
}

// Run is one execution of a cell: what its goroutines share.
type Run struct {
	Number int
	Out    Output
	Data   any // the session's

	done     chan struct{} // closed when the run is to stop
	late     chan struct{} // closed when its deferred calls are to stop as well
	groups   int           // of goroutines with labels of their own; guarded by the Runtime
	polled   bool          // it was stopped; guarded by the Runtime
	stop     atomic.Bool
	deadline atomic.Int64 // of deferred calls, in nanoseconds since 1970; 0: none yet
	once     sync.Once
	mu       sync.Mutex // guards what follows
	reason   error
	ending   map[uintptr]bool // goroutines that run deferred calls since they were stopped
}

// NewRun makes the execution of a cell. data is the caller's.
func NewRun(number int, out Output, data any) *Run {
	return &Run{Number: number, Out: out, Data: data, done: make(chan struct{}), late: make(chan struct{})}
}

// Runtime is the runtime of one session. One goroutine watches the size of
// stacks while cells or goroutines of cells run; after an interrupt another one
// waits for the end of those that were interrupted.
type Runtime struct {
	// Stop points to the engine's variable that makes cells call Poll. They
	// read it without synchronisation, at every loop and call; see set.
	Stop *bool

	// Fail reports a panic of a goroutine that a cell started by the go
	// statement, or call, from from to to.
	Fail func(r *Run, v any, g uintptr, from, to int)

	// Recovered is told that goroutine g has recovered from a panic.
	Recovered func(g uintptr)

	// Renew makes a variable of the engine another one of the same name.
	Renew func(name string) bool

	// Show takes the values of a cell's last expression: by turns the
	// identity of a static type and a value.
	Show func(args []any)

	// ReadLine asks for a line of standard input.
	ReadLine func(prompt string, password bool) (string, error)

	// Stdin reads by ReadLine. OutFile and ErrFile are what cells see as
	// os.Stdout and os.Stderr.
	Stdin            *stdin
	OutFile, ErrFile *os.File

	Types *Registry

	mu     sync.Mutex // guards runs, panics and what Runs say
	runs   map[uintptr]*Run
	panics map[uintptr][]*Panicking // by goroutine, innermost deferred call last

	active   int  // cells that run; guarded by mu
	watching bool // a goroutine watches; guarded by mu

	polling atomic.Int32 // reasons for Stop to be set
	cell    func()       // handed over by the engine
}

// New makes a runtime.
func New() *Runtime {
	r := &Runtime{runs: map[uintptr]*Run{}, panics: map[uintptr][]*Panicking{}, Types: newRegistry(), Stop: new(bool)}
	r.Stdin = &stdin{r: r}
	return r
}

//go:linkname runtime_getProfLabel runtime/pprof.runtime_getProfLabel
func runtime_getProfLabel() unsafe.Pointer

// set writes Stop. The race with interpreted readers is meant: they need not
// see it at once, and a bool cannot be torn.
//
//go:norace
func (r *Runtime) set(v bool) { *r.Stop = v }

func (r *Runtime) wantPoll(d int32) { r.set(r.polling.Add(d) > 0) }

// G is the identity of the current goroutine.
func G() uintptr {
	g, _ := goroutine()
	return g
}

var maxStack sync.Once

// Do runs f on a goroutine of its own as part of run, and waits for it or for
// giveUp. Goroutines that f starts, directly or through compiled code, belong
// to run as well. ended is false when f still runs. Its panic is returned as
// value, with the goroutine's identity.
func (r *Runtime) Do(run *Run, f func(), giveUp <-chan struct{}) (value any, g uintptr, panicked, ended bool) {
	maxStack.Do(func() { debug.SetMaxStack(1 << 30) })
	finished := make(chan struct{})
	var end struct { // written before finished is closed
		value    any
		g        uintptr
		panicked bool
	}
	go func() {
		if !r.adopt(run) {
			close(finished)
			return
		}
		debug.SetPanicOnFault(true)
		end.g = G()
		normal := false
		defer func() {
			if v := recover(); v != nil {
				end.value, end.panicked = v, true
			} else if !normal && run.Reason() == nil {
				run.fail(errGoexit)
			}
			close(finished)
		}()
		f()
		normal = true
	}()
	r.watched(1)
	defer r.watched(-1)
	select {
	case <-finished:
		return end.value, end.g, end.panicked, true
	case <-giveUp:
		select {
		case <-finished:
			return end.value, end.g, end.panicked, true
		default:
		}
		return nil, 0, false, false
	}
}

var errGoexit = fmt.Errorf("runtime.Goexit ended the cell")

// adopt makes the current goroutine, and those that it starts, part of run.
// It is false when run has been stopped.
func (r *Runtime) adopt(run *Run) bool {
	ctx := pprof.WithLabels(context.Background(), pprof.Labels("cell", fmt.Sprint(run.Number)))
	pprof.SetGoroutineLabels(ctx)
	p := runtime_getProfLabel()
	key := uintptr(p)
	r.mu.Lock()
	defer r.mu.Unlock()
	if run.polled {
		return false
	}
	r.runs[key] = run
	run.groups++
	// The labels are gone when no goroutine has them any more.
	runtime.AddCleanup((*labels)(p), func(run *Run) {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.runs[key] == run {
			delete(r.runs, key)
		}
		if run.groups--; run.groups == 0 && run.polled {
			r.wantPoll(-1) // nobody is left who has to see it
		}
	}, run)
	return true
}

// labels stands for the runtime's label set, of which only the address counts.
type labels struct{ _ [24]byte }

// Current is the run that the current goroutine belongs to, or nil.
func (r *Runtime) Current() *Run {
	p := uintptr(runtime_getProfLabel())
	if p == 0 {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.runs[p]
}

// Go starts f, whose panic becomes its cell's error rather than the end of
// the process. The go statement stands from from to to.
func (r *Runtime) Go(from, to int, f func()) {
	if f == nil {
		panic(nilFunc{})
	}
	run := r.Current()
	if run == nil || !run.isEnding(G()) {
		go r.guarded(run, from, to, f)
		return
	}
	go func() { // a deferred call may need it
		run.spared(G())
		r.guarded(run, from, to, f)
	}()
}

// guarded calls f on a goroutine of run.
func (r *Runtime) guarded(run *Run, from, to int, f func()) {
	debug.SetPanicOnFault(true)
	defer func() {
		if v := recover(); v != nil && run != nil && r.Fail != nil {
			r.Fail(run, v, G(), from, to)
		}
	}()
	f()
}

type nilFunc struct{}

func (nilFunc) Error() string { return "go of nil func value" }
func (nilFunc) RuntimeError() {}

// Cell takes the function of a loaded cell.
func (r *Runtime) Cell(f func()) { r.cell = f }

// Take gives the function that Cell took.
func (r *Runtime) Take() func() {
	f := r.cell
	r.cell = nil
	return f
}
