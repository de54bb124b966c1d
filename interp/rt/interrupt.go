package rt

import (
	"runtime"
	"time"
)

// deferTime is how long deferred calls may go on after an interrupt. It is far
// beyond the time that anybody waits for them.
const deferTime = 5 * time.Second

// Interrupted is why an interrupted goroutine ended.
type Interrupted struct{}

func (Interrupted) Error() string { return "interrupted" }

// Interrupt asks every goroutine of run to end. Cells poll from now until none
// of these is left, for one may be in a compiled call that returns much later.
func (r *Runtime) Interrupt(run *Run) {
	run.fail(Interrupted{})
	run.once.Do(func() {
		run.deadline.Store(time.Now().Add(deferTime).UnixNano())
		time.AfterFunc(deferTime, func() { close(run.late) })
		run.stop.Store(true)
		r.mu.Lock()
		run.polled = true
		if run.groups > 0 {
			r.wantPoll(1)
		}
		r.mu.Unlock()
		close(run.done)
	})
}

// Settle is called when nobody waits for run any longer. An interrupted run is
// over when the garbage collector finds its labels unused: so it is asked to
// look, at first soon.
func (r *Runtime) Settle(run *Run) {
	if !run.stop.Load() {
		return
	}
	go func() {
		for pause := time.Millisecond; pause < time.Minute; pause *= 8 {
			time.Sleep(pause)
			if !r.alive(run) {
				return
			}
			runtime.GC()
		}
	}()
}

// alive reports whether run may have goroutines left.
func (r *Runtime) alive(run *Run) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return run.groups > 0
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
	g, used := goroutine()
	if run.stop.Load() && !run.spared(g) {
		runtime.Goexit()
	}
	limit := uintptr(stackLimit)
	if run.isEnding(g) {
		limit *= 2 // deferred calls run on top of the stack that is full
	}
	if used > limit {
		run.fail(StackOverflow{used})
		r.Interrupt(run) // Go would end here
		run.spared(g)
		runtime.Goexit()
	}
}

// spared reports whether goroutine g of a stopped run may go on: it has been
// told to end before and runs deferred calls, for which there is time.
func (run *Run) spared(g uintptr) bool {
	run.mu.Lock()
	defer run.mu.Unlock()
	if run.ending[g] {
		return time.Now().UnixNano() < run.deadline.Load()
	}
	if run.ending == nil {
		run.ending = map[uintptr]bool{}
	}
	run.ending[g] = true
	return false
}

// Stopped is Poll for compiled code that works for long: it costs next to
// nothing while no cell is to end.
//
//go:norace
func (r *Runtime) Stopped() {
	if *r.Stop {
		r.Poll()
	}
}

// Done is closed when the current goroutine is to end.
func (r *Runtime) Done() <-chan struct{} {
	run := r.Current()
	if run == nil {
		return nil
	}
	if run.isEnding(G()) {
		return run.late
	}
	return run.done
}

// isEnding reports whether goroutine g of a stopped run runs deferred calls.
func (run *Run) isEnding(g uintptr) bool {
	if !run.stop.Load() {
		return false
	}
	run.mu.Lock()
	defer run.mu.Unlock()
	return run.ending[g]
}

// exit ends the current goroutine, whose wait an interrupt has ended.
func (r *Runtime) exit() {
	if run := r.Current(); run != nil {
		run.spared(G())
	}
	runtime.Goexit()
}
