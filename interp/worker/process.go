package worker

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// process is one child and all that belongs to it. Its goroutines: one that
// starts the child, waits for its end and then for the others; one for each of
// the three pipes; one that reads frames and one that hands those on that have
// a place in the order of outputs; one that writes frames; one that watches
// memory; one for each input that is asked for. All end with the child.
type process struct {
	opt    *Options
	log    *slog.Logger
	number uint64 // of the children of its supervisor, from 1
	cmd    *exec.Cmd
	nonce  []byte

	control  *os.File
	pipes    [2]*pipeReader
	crash    *os.File
	crashed  atomic.Bool
	report   []byte // from the crash pipe; the reader's until the end
	order    *order
	outgoing chan []byte
	ready    chan struct{}  // closed when the executor is there
	gone     chan struct{}  // closed when the child has died
	done     chan struct{}  // closed when all it wrote has been handed on
	death    *death         // set before done is closed
	onGone   func(*process) // called when the child has ended
	onDeath  func(*process) // called when all it wrote has been handed on

	tail tailBuffer // what last came on standard error

	busy atomic.Bool   // an execute or evaluate runs
	kick chan struct{} // wakes the watcher

	// mu guards what follows.
	mu      sync.Mutex
	calls   map[uint64]*call
	sinks   map[uint64]*sink
	inputs  map[uint64]context.CancelFunc
	queries int       // calls that are queries
	running *call     // the execute or evaluate whose result has not come
	owner   uint64    // whose the text is that names no request
	early   [2][]byte // text from before the first request
	reason  *death    // why the supervisor ended it
	refused string    // why there is no executor
}

// startProcess starts a child. onGone is called once when it has ended, onDeath
// once after that, when everything that it wrote has been handed on and before
// done is closed.
func startProcess(opt *Options, log *slog.Logger, onGone, onDeath func(*process)) (*process, error) {
	p := &process{
		opt: opt, log: log,
		nonce:    append([]byte{0xff}, make([]byte, nonceSize-1)...),
		order:    newOrder(),
		outgoing: make(chan []byte, 16),
		ready:    make(chan struct{}),
		gone:     make(chan struct{}),
		done:     make(chan struct{}),
		kick:     make(chan struct{}, 1),
		onGone:   onGone,
		onDeath:  onDeath,
		calls:    make(map[uint64]*call),
		sinks:    make(map[uint64]*sink),
		inputs:   make(map[uint64]context.CancelFunc),
	}
	if _, err := rand.Read(p.nonce[1:]); err != nil {
		return nil, err
	}
	var ours, theirs []*os.File
	fail := func(err error) (*process, error) {
		for _, f := range append(ours, theirs...) {
			f.Close()
		}
		return nil, err
	}
	control, other, err := socketPair()
	if err != nil {
		return fail(err)
	}
	ours, theirs = append(ours, control), append(theirs, other)
	for range 3 {
		r, w, err := os.Pipe()
		if err != nil {
			return fail(err)
		}
		ours, theirs = append(ours, r), append(theirs, w)
	}
	p.control, p.crash = control, ours[3]
	for i := range p.pipes {
		widenPipe(ours[1+i])
		p.pipes[i] = &pipeReader{i: i, file: ours[1+i], text: p.text, order: p.order, crashed: &p.crashed}
	}
	p.cmd = exec.Command(opt.Command[0], opt.Command[1:]...)
	p.cmd.Dir = opt.Dir
	p.cmd.Env = append(os.Environ(), "GOTRACEBACK=single")
	p.cmd.Env = append(p.cmd.Env, opt.Env...)
	p.cmd.Stdout, p.cmd.Stderr = theirs[1], theirs[2]
	p.cmd.ExtraFiles = []*os.File{theirs[0], theirs[3]}
	prepare(p.cmd)

	hello, err := newFrame(frameHello, 0, helloBody{Version: protocolVersion, Nonce: p.nonce, MemoryLimit: opt.MemoryLimit})
	if err != nil {
		return fail(err)
	}
	p.outgoing <- hello.append(nil)

	started := make(chan error)
	go p.live(started)
	if err := <-started; err != nil {
		return fail(fmt.Errorf("worker: starting %s: %w", opt.Command[0], err))
	}
	for _, f := range theirs {
		f.Close()
	}
	return p, nil
}

// live starts the child and stays with it to the end. The thread is locked:
// the child gets a signal when the thread that started it ends.
func (p *process) live(started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := p.cmd.Start(); err != nil {
		started <- err
		return
	}
	var readers, frames sync.WaitGroup
	for _, r := range p.pipes {
		readers.Go(func() { r.run(p.nonce) })
	}
	readers.Go(p.readCrash)
	ordered := make(chan frame, 8)
	frames.Go(func() {
		p.readFrames(ordered)
		close(ordered)
	})
	frames.Go(func() {
		for f := range ordered {
			p.order.frame(f.sync)
			p.deliver(f)
			p.order.release(f.sync)
		}
		p.order.endFrames()
	})
	var others sync.WaitGroup
	others.Go(p.writeFrames)
	others.Go(p.watch)
	started <- nil

	awaitExit(p.pid())
	killGroup(p.pid()) // what the child started and left behind
	_ = p.cmd.Wait()
	close(p.gone)
	p.onGone(p)
	for _, r := range p.pipes {
		r.died()
	}
	_ = p.crash.SetReadDeadline(time.Now().Add(crashTime))
	_ = p.control.SetReadDeadline(time.Now().Add(drainLimit))
	frames.Wait()
	readers.Wait()
	others.Wait()
	p.control.Close()
	p.mu.Lock()
	for _, cancel := range p.inputs {
		cancel()
	}
	p.mu.Unlock()
	p.death = p.autopsy()
	p.onDeath(p)
	close(p.done)
}

func (p *process) pid() int { return p.cmd.Process.Pid }

// kill ends the child and everything that it started; d says why. The first
// reason counts.
func (p *process) kill(d *death) {
	select {
	case <-p.gone:
		return
	default:
	}
	p.mu.Lock()
	if p.reason == nil {
		p.reason = d
	}
	p.mu.Unlock()
	killGroup(p.pid())
	_ = p.cmd.Process.Kill() // it may have left its group
}

// send queues a frame for the child. It fails when ctx ends first or the child
// is dead.
func (p *process) send(ctx context.Context, kind frameKind, id uint64, body any, buffers ...[]byte) error {
	f, err := newFrame(kind, id, body, buffers...)
	if err != nil {
		return err
	}
	select {
	case p.outgoing <- f.append(make([]byte, 0, f.size())):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-p.gone:
		return errGone
	}
}

var errGone = errors.New("the worker process has died")

func (p *process) writeFrames() {
	for {
		select {
		case b := <-p.outgoing:
			if _, err := p.control.Write(b); err != nil {
				return // the reader sees the end, too
			}
		case <-p.gone:
			return
		}
	}
}

// readCrash reads the runtime's own copy of its crash report.
func (p *process) readCrash() {
	defer p.crash.Close()
	buf := make([]byte, 4096)
	for {
		n, err := p.crash.Read(buf)
		if n > 0 {
			p.crashed.Store(true)
			if len(p.report) < maxReport {
				p.report = append(p.report, buf[:n]...)
			}
		}
		if err != nil {
			return
		}
	}
}

// setBusy tells the watcher whether a cell runs.
func (p *process) setBusy(on bool) {
	p.busy.Store(on)
	if on {
		select {
		case p.kick <- struct{}{}:
		default:
		}
	}
}
