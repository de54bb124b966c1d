package worker

import (
	"context"
	"fmt"
	"sync"
	"time"

	"cahier/interp"
)

// run is one Execute or Evaluate as interrupts see it.
type run struct {
	out   interp.Output
	grace time.Duration

	// mu guards what follows. It is held while the notice is written, so
	// that none comes after the end.
	mu         sync.Mutex
	ended      bool
	interrupts int
	first      time.Time // of the interrupts
	notice     *time.Timer
	proc       *process // that has the request; nil: none has
	id         uint64
	sent       bool // the request is on its way: an interrupt will come after it
}

// begin makes the run of an Execute or Evaluate.
func (s *Supervisor) begin(out interp.Output) (*run, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ErrClosed
	}
	if s.run != nil {
		return nil, fmt.Errorf("a cell is running: cells run one at a time")
	}
	s.run = &run{out: out, grace: s.opt.Grace}
	return s.run, nil
}

func (s *Supervisor) end(r *run) {
	r.mu.Lock()
	r.ended = true
	if r.notice != nil {
		r.notice.Stop()
	}
	r.mu.Unlock()
	s.mu.Lock()
	s.run = nil
	s.mu.Unlock()
}

// attach says which child has the run's request.
func (r *run) attach(p *process, id uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.proc, r.id, r.sent = p, id, false
}

// isSent says that the request is on its way to the child. An interrupt that
// came before is sent after it.
func (r *run) isSent() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent = true
	if r.interrupts > 0 {
		r.forward()
	}
}

// forward passes the interrupt on to the child. The caller holds mu.
func (r *run) forward() {
	p, id := r.proc, r.id
	go func() {
		ctx, stop := context.WithTimeout(context.Background(), r.grace)
		defer stop()
		_ = p.send(ctx, frameInterrupt, id, nil)
	}()
}

// interrupted says whether anybody interrupted the run.
func (r *run) interrupted() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.interrupts > 0
}

// Interrupt implements [interp.Executor]. The first asks the cell to stop. If it
// still runs after the grace period its standard error says so, and a further
// Interrupt ends its process; before that it asks again. Between cells it asks
// what a comm event has called.
func (s *Supervisor) Interrupt() {
	s.mu.Lock()
	r, p := s.run, s.proc
	s.mu.Unlock()
	if r == nil {
		if p != nil {
			s.interruptComms(p)
		}
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended {
		return
	}
	r.interrupts++
	if r.interrupts == 1 {
		r.first = time.Now()
		r.notice = time.AfterFunc(r.grace, r.warn)
	} else if time.Since(r.first) >= r.grace && r.proc != nil {
		r.proc.kill(&death{
			name:  nameInterrupted,
			value: "the cell did not stop when it was interrupted, so its process was ended",
		})
		return
	}
	if r.proc != nil && r.sent {
		r.forward()
	}
}

// interruptComms asks what comm events have called to stop.
func (s *Supervisor) interruptComms(p *process) {
	for _, id := range p.comms() {
		go func() {
			ctx, stop := context.WithTimeout(context.Background(), s.opt.Grace)
			defer stop()
			_ = p.send(ctx, frameInterrupt, id, nil)
		}()
	}
}

// warn tells the user that the cell goes on.
func (r *run) warn() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended || r.proc == nil {
		return
	}
	r.out.Stream("stderr", []byte("The cell has not stopped yet. Interrupt again to restart the worker: all variables will be lost.\n"))
}
