package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"cahier/interp"
)

// Options say how a [Supervisor] runs its children.
type Options struct {
	// Command is the program that calls [Main], and its arguments.
	Command []string
	// Env is added to this process's environment, as "NAME=value".
	Env []string
	// Dir is the working directory; empty: this process's.
	Dir string
	// MemoryLimit is how many bytes a child may use, resident; 0: no limit.
	// See [ParseMemoryLimit] and [DefaultMemoryLimit].
	MemoryLimit uint64
	// Grace is how long a cell has to stop after an interrupt before a
	// further one ends its process; 0 means one second.
	Grace time.Duration
	// QueryTimeout bounds completion, inspection and the check for
	// completeness, also while a cell runs; 0 means two seconds.
	QueryTimeout time.Duration
	// CommTimeout bounds the handling of a comm event; 0 means ten seconds.
	CommTimeout time.Duration
	// Logger takes what is no business of a cell; nil: nothing is logged.
	Logger *slog.Logger
}

// ErrClosed is returned by a [Supervisor] that was closed.
var ErrClosed = errors.New("the worker's supervisor is closed")

// Supervisor is an [interp.Executor] that runs cells in a child process and
// outlives it. When the child dies, the running cell ends with an error that
// says why, and another child takes its place.
//
// Its goroutines are those of its child (see process), and a timer while a cell
// has not answered an interrupt.
type Supervisor struct {
	opt Options
	log *slog.Logger
	ids atomic.Uint64 // of requests

	// mu guards what follows. It is not held while anything waits.
	mu      sync.Mutex
	proc    *process // the present child; nil: none could be started
	workers uint64   // children started
	closed  bool
	run     *run
	notice  string // for the next cell: what happened while none ran
	history history
}

var _ interp.Executor = (*Supervisor)(nil)

// Start starts a child. It does not wait until the child is ready: requests
// wait for that.
func Start(opt Options) (*Supervisor, error) {
	if len(opt.Command) == 0 {
		return nil, errors.New("worker: Options.Command is empty; want the program that calls Main, and its arguments")
	}
	if opt.MemoryLimit != 0 && opt.MemoryLimit < leastMemory {
		return nil, fmt.Errorf("worker: a memory limit of %s; want at least %s, or 0 for none", formatBytes(opt.MemoryLimit), formatBytes(leastMemory))
	}
	setDefault(&opt.Grace, time.Second)
	setDefault(&opt.QueryTimeout, 2*time.Second)
	setDefault(&opt.CommTimeout, 10*time.Second)
	log := opt.Logger
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	opt.Command = slices.Clone(opt.Command)
	s := &Supervisor{opt: opt, log: log}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.replace(); err != nil {
		return nil, err
	}
	return s, nil
}

func setDefault(d *time.Duration, v time.Duration) {
	if *d <= 0 {
		*d = v
	}
}

// replace starts a child in the place of the last. The caller holds mu.
func (s *Supervisor) replace() error {
	p, err := startProcess(&s.opt, s.log, s.onGone, s.onDeath)
	if err != nil {
		s.proc = nil
		return err
	}
	s.workers++
	p.number = s.workers
	s.proc = p
	return nil
}

// onGone puts another child in the place of one that has ended.
func (s *Supervisor) onGone(p *process) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.proc != p {
		return
	}
	s.proc = nil
	select {
	case <-p.ready:
		if err := s.replace(); err != nil {
			s.log.Error("cannot start a worker", "error", err)
		}
	default:
		// One that dies before it is ready would do so again and again:
		// the next cell tries it once more.
	}
}

// onDeath reports the death of a child that ran no cell.
func (s *Supervisor) onDeath(p *process) {
	d := p.death
	p.mu.Lock()
	running := p.running != nil && (p.running.started.Load() || p.reason != nil)
	p.mu.Unlock()
	s.mu.Lock()
	closed := s.closed
	if !closed && !running && !d.unready {
		s.notice = "The worker process died while no cell was running (" + d.name + ": " + firstLine(d.value) + ").\n" + s.advice() + "\n"
	}
	s.mu.Unlock()
	s.log.Info("worker ended", "worker", p.pid(), "cause", d.name, "detail", firstLine(d.value))
	if closed || running || d.unready {
		return
	}
	if out := p.lastOutput(); out != nil {
		out.Stream("stderr", []byte(d.message()))
	}
}

// advice says what the death of a child means. The caller holds mu.
func (s *Supervisor) advice() string {
	text := "The worker process was replaced: all variables are gone."
	if cells := s.history.lost(0); len(cells) > 0 {
		text += fmt.Sprintf(" %%replay runs the successful cells again (%s).", describe(cells))
	}
	return text
}

// current returns the child, and starts one if there is none.
func (s *Supervisor) current() (*process, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ErrClosed
	}
	if s.proc == nil {
		if err := s.replace(); err != nil {
			return nil, err
		}
	}
	return s.proc, nil
}

// Processes returns the process ids of the children: none or one.
func (s *Supervisor) Processes() []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.proc == nil {
		return nil
	}
	return []int{s.proc.pid()}
}

// Execute implements [interp.Executor]. A cell that is %replay runs the cells
// again that have succeeded; see the package comment.
func (s *Supervisor) Execute(ctx context.Context, cell interp.Cell, out interp.Output) interp.Result {
	r, err := s.begin(out)
	if err != nil {
		return interp.Result{Err: newCellError(nameWorkerDied, err.Error(), nil)}
	}
	defer s.end(r)
	if args, ok := replayArguments(cell.Code); ok {
		return s.replay(ctx, r, cell, args, out)
	}
	result, worker := s.runCell(ctx, r, cell, out)
	if result.Err == nil && !cell.Silent {
		s.mu.Lock()
		s.history.add(cell, worker)
		s.mu.Unlock()
	}
	return result
}

// runCell runs a cell in the child, and returns the number of the child, too.
func (s *Supervisor) runCell(ctx context.Context, r *run, cell interp.Cell, out interp.Output) (interp.Result, uint64) {
	body, worker, cellErr := s.request(ctx, r, frameExecute, executeBody{Cell: cell}, out)
	if cellErr != nil {
		return interp.Result{Err: cellErr}, worker
	}
	return interp.Result{
		Value: body.Value.bundle(), Err: body.Err,
		SetNextInput: body.SetNextInput, Page: body.Page.bundle(),
	}, worker
}

// Evaluate implements [interp.Executor].
func (s *Supervisor) Evaluate(ctx context.Context, expr string, out interp.Output) (interp.Bundle, *interp.CellError) {
	r, err := s.begin(out)
	if err != nil {
		return interp.Bundle{}, newCellError(nameWorkerDied, err.Error(), nil)
	}
	defer s.end(r)
	body, _, cellErr := s.request(ctx, r, frameEvaluate, evaluateBody{Expr: expr}, out)
	switch {
	case cellErr != nil:
		return interp.Bundle{}, cellErr
	case body.Err != nil:
		return interp.Bundle{}, body.Err
	case body.Value == nil:
		return interp.Bundle{}, nil
	}
	return *body.Value.bundle(), nil
}

// request gives an execute or evaluate to the child and waits for its result.
func (s *Supervisor) request(ctx context.Context, r *run, kind frameKind, body any, out interp.Output) (resultBody, uint64, *interp.CellError) {
	// A child that died before it began the cell did not die of it: the cell
	// goes to the next. That this happens twice in a row is a fault.
	for attempt := 0; ; attempt++ {
		p, err := s.current()
		if err != nil {
			return resultBody{}, 0, newCellError(nameWorkerDied, err.Error(), nil)
		}
		s.giveNotice(out)
		c := p.open(s.ids.Add(1), out)
		r.attach(p, c.id)
		p.setBusy(true)
		f, err := s.await(ctx, r, p, c, kind, body)
		p.setBusy(false)
		r.attach(nil, 0)
		switch {
		case err == nil:
			var result resultBody
			if err := f.decode(&result); err != nil {
				return resultBody{}, p.number, newCellError(nameWorkerDied, err.Error(), nil)
			}
			return result, p.number, nil
		case errors.Is(err, errGone):
			if d := p.death; c.started.Load() || d.asked || d.unready || p.reason != nil || attempt == 2 {
				return resultBody{}, p.number, s.deathError(d)
			}
		case ctx.Err() != nil:
			return resultBody{}, p.number, newCellError(nameInterrupted, "nobody waits for the cell any longer", nil)
		default:
			return resultBody{}, p.number, newCellError(nameTooLarge, err.Error(), nil)
		}
	}
}

// deathError is the error of the cell in which a child died.
func (s *Supervisor) deathError(d *death) *interp.CellError {
	if d.unready || d.asked {
		return newCellError(d.name, d.value, d.frames)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return d.cellError(s.advice())
}

// giveNotice tells a cell what happened before it.
func (s *Supervisor) giveNotice(out interp.Output) {
	s.mu.Lock()
	notice := s.notice
	s.notice = ""
	s.mu.Unlock()
	if notice != "" {
		out.Stream("stderr", []byte(notice))
	}
}

// cancelTime is how long a cell has to end when nobody waits for it.
const cancelTime = 250 * time.Millisecond

// await sends a request and waits for its answer. When ctx ends it cancels the
// request, and the child with it if that does not help. When the child dies it
// returns errGone, and p.death is set.
func (s *Supervisor) await(ctx context.Context, r *run, p *process, c *call, kind frameKind, body any) (frame, error) {
	switch err := p.send(ctx, kind, c.id, body); {
	case err == nil:
		r.isSent()
	case !errors.Is(err, errGone) && ctx.Err() == nil:
		return frame{}, err
	}
	select {
	case f := <-c.answer:
		return f, nil
	case <-p.done:
		return p.last(c)
	case <-ctx.Done():
	}
	wait, stop := context.WithTimeout(context.Background(), cancelTime)
	defer stop()
	_ = p.send(wait, frameCancel, c.id, nil)
	_ = p.send(wait, frameInterrupt, c.id, nil)
	select {
	case f := <-c.answer:
		return f, nil
	case <-p.done:
		return p.last(c)
	case <-wait.Done():
		p.kill(&death{name: nameInterrupted, value: "the cell was cancelled and did not stop"})
		return frame{}, ctx.Err()
	}
}

// last returns the answer that a dead child may have sent before its end.
func (p *process) last(c *call) (frame, error) {
	select {
	case f := <-c.answer:
		return f, nil
	default:
		return frame{}, errGone
	}
}

// Close implements [interp.Executor]. The child closes its executor if no cell
// runs; then it is ended with everything that it started.
func (s *Supervisor) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	p, running := s.proc, s.run != nil
	s.mu.Unlock()
	if p == nil {
		return nil
	}
	if !running {
		ctx, stop := context.WithTimeout(context.Background(), closeTime)
		defer stop()
		if p.send(ctx, frameShutdown, 0, nil) == nil {
			select {
			case <-p.gone:
			case <-time.After(closeTime + cancelTime):
			}
		}
	}
	p.kill(&death{name: nameWorkerDied, value: "the kernel is shutting down", asked: true})
	select {
	case <-p.done:
		return nil
	case <-time.After(drainLimit):
		return fmt.Errorf("worker: process %d has not ended %v after it was killed", p.pid(), drainLimit)
	}
}
