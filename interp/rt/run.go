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
	"runtime/metrics"
	"runtime/pprof"
	"sync"
	"sync/atomic"
	"time"
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

	done   chan struct{} // closed when the run is to stop
	stop   atomic.Bool
	once   sync.Once
	mu     sync.Mutex // guards reason and failure
	reason error
}

// NewRun makes the execution of a cell. data is the caller's.
func NewRun(number int, out Output, data any) *Run {
	return &Run{Number: number, Out: out, Data: data, done: make(chan struct{})}
}

// Interrupted is why an interrupted goroutine ended.
type Interrupted struct{}

func (Interrupted) Error() string { return "interrupted" }

// StackOverflow is why a goroutine with runaway recursion ended.
type StackOverflow struct{ Bytes uintptr }

func (e StackOverflow) Error() string {
	return fmt.Sprintf("stack overflow: the recursion used %d MB of stack", e.Bytes>>20)
}

// Runtime is the runtime of one session. Its goroutine, which lives as long
// as a cell runs, watches the size of stacks.
type Runtime struct {
	// Stop points to the engine's variable that makes cells call Poll. They
	// read it without synchronisation, at every loop and call; see set.
	Stop *bool

	// Fail reports a panic of a goroutine that a cell started.
	Fail func(r *Run, v any, g uintptr)

	// Recovered is told that goroutine g has recovered from a panic.
	Recovered func(g uintptr)

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

	mu     sync.Mutex // guards runs, panics and recovers
	runs   map[uintptr]*Run
	panics map[uintptr][]*Panicking // by goroutine, innermost deferred call last

	recovers map[int]bool // functions that call recover, by identity

	polling atomic.Int32 // reasons for Stop to be set
	cell    func()       // handed over by the engine
}

// New makes a runtime.
func New() *Runtime {
	r := &Runtime{runs: map[uintptr]*Run{}, panics: map[uintptr][]*Panicking{}, recovers: map[int]bool{}, Types: newRegistry(), Stop: new(bool)}
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

// stackLimit is where recursion ends; the Go runtime's own limit, which is
// fatal, is set higher.
const stackLimit = 256 << 20

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
		r.adopt(run)
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
	quit := make(chan struct{})
	go r.watch(quit)
	defer close(quit)
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

// adopt makes the current goroutine part of run.
func (r *Runtime) adopt(run *Run) {
	ctx := pprof.WithLabels(context.Background(), pprof.Labels("cell", fmt.Sprint(run.Number)))
	pprof.SetGoroutineLabels(ctx)
	p := runtime_getProfLabel()
	key := uintptr(p)
	r.mu.Lock()
	r.runs[key] = run
	r.mu.Unlock()
	// The labels are gone when no goroutine of the run is left.
	runtime.AddCleanup((*labels)(p), func(run *Run) {
		r.mu.Lock()
		if r.runs[key] == run {
			delete(r.runs, key)
		}
		r.mu.Unlock()
	}, run)
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

// Interrupt asks every goroutine of run to end.
func (r *Runtime) Interrupt(run *Run) {
	run.fail(Interrupted{})
	run.once.Do(func() {
		run.stop.Store(true)
		r.wantPoll(1)
		close(run.done)
	})
}

// Settle ends the effect of an interrupt: all that could see it has.
func (r *Runtime) Settle(run *Run) {
	if run.stop.Load() {
		r.wantPoll(-1)
	}
}

// Reason is why a goroutine of the run was made to end, or nil.
func (run *Run) Reason() error {
	run.mu.Lock()
	defer run.mu.Unlock()
	return run.reason
}

func (run *Run) fail(err error) {
	run.mu.Lock()
	defer run.mu.Unlock()
	if run.reason == nil {
		run.reason = err
	}
}

// Poll is called by cells while Stop is set. It does not return in goroutines
// that are to end.
func (r *Runtime) Poll() {
	run := r.Current()
	if run == nil {
		return
	}
	if run.stop.Load() {
		runtime.Goexit()
	}
	if _, used := goroutine(); used > stackLimit {
		run.fail(StackOverflow{used})
		runtime.Goexit()
	}
}

// Done is closed when the current goroutine is to end.
func (r *Runtime) Done() <-chan struct{} {
	if run := r.Current(); run != nil {
		return run.done
	}
	return nil
}

// Go starts f, whose panic becomes its cell's error rather than the end of
// the process.
func (r *Runtime) Go(f func()) {
	if f == nil {
		panic(nilFunc{})
	}
	go func() {
		defer func() {
			if v := recover(); v != nil {
				run := r.Current()
				if run != nil && r.Fail != nil {
					r.Fail(run, v, G())
				}
			}
		}()
		f()
	}()
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

// Sleep is time.Sleep that an interrupt ends.
func (r *Runtime) Sleep(d time.Duration) {
	if d <= 0 {
		runtime.Gosched()
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-r.Done():
		runtime.Goexit()
	}
}

// watch makes cells poll while much memory is in stacks.
func (r *Runtime) watch(quit <-chan struct{}) {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/stacks:bytes"}}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	high := false
	for {
		select {
		case <-quit:
			if high {
				r.wantPoll(-1)
			}
			return
		case <-tick.C:
		}
		metrics.Read(sample)
		if now := sample[0].Value.Uint64() > stackLimit*3/4; now != high {
			high = now
			if high {
				r.wantPoll(1)
			} else {
				r.wantPoll(-1)
			}
		}
	}
}
