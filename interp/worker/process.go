package worker

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"cahier/interp"
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

// call is a request that waits for its answer.
type call struct {
	id      uint64
	query   bool
	answer  chan frame // has room for it
	started atomic.Bool
}

// sink is where the output of a request goes.
type sink struct {
	out      interp.Output
	released bool // nothing in the child holds it
}

// maxEarly bounds the text that is kept for the first cell.
const maxEarly = 64 << 10

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

// readFrames reads what the child sends. Frames with a place in the order go to
// ordered.
func (p *process) readFrames(ordered chan<- frame) {
	r := bufio.NewReaderSize(p.control, 64<<10)
	for {
		f, err := readFrame(r)
		if err == nil && f.kind < frameReady {
			err = fmt.Errorf("%w: kind %d is not the child's", errFrame, f.kind)
		}
		if err == nil && f.sync == 0 {
			err = p.receive(f)
		} else if err == nil {
			ordered <- f
		}
		if err != nil {
			// The child may be alive: its end of the socket was
			// closed, or what it sends cannot be read.
			if errors.Is(err, errFrame) && !errors.Is(err, io.ErrUnexpectedEOF) {
				p.kill(&death{name: nameWorkerDied, value: "the worker process sent what cannot be read: " + err.Error()})
			} else {
				p.closedControl()
			}
			return
		}
	}
}

// closedControl ends a child that closed its socket and lives on.
func (p *process) closedControl() {
	select {
	case <-p.gone:
	case <-time.After(closeTime):
		p.kill(&death{name: nameWorkerDied, value: "the worker process closed the descriptor that the kernel talks to it through"})
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

// receive takes a frame that has no place in the order.
func (p *process) receive(f frame) error {
	switch f.kind {
	case frameReady:
		var b readyBody
		if err := f.decode(&b); err != nil {
			return err
		}
		if b.Err != "" {
			p.mu.Lock()
			p.refused = b.Err
			p.mu.Unlock()
			return nil
		}
		select {
		case <-p.ready:
			return fmt.Errorf("%w: ready twice", errFrame)
		default:
			close(p.ready)
		}
	case frameStarted:
		p.mu.Lock()
		c := p.calls[f.id]
		p.mu.Unlock()
		if c != nil {
			c.started.Store(true)
		}
	case frameAnswer:
		p.resolve(f)
	case frameInputCancel:
		var b inputBody
		if err := f.decode(&b); err != nil {
			return err
		}
		p.mu.Lock()
		cancel := p.inputs[b.Input]
		p.mu.Unlock()
		if cancel != nil {
			cancel()
		}
	case frameRelease:
		p.mu.Lock()
		if s := p.sinks[f.id]; s != nil && f.id == p.owner {
			s.released = true
		} else {
			delete(p.sinks, f.id)
		}
		p.mu.Unlock()
	case frameLog:
		var b logBody
		if err := f.decode(&b); err != nil {
			return err
		}
		p.log.Log(context.Background(), slog.Level(b.Level), b.Message, "worker", p.pid())
	case frameTooBig:
		var b tooBigBody
		if err := f.decode(&b); err != nil {
			return err
		}
		p.kill(tooBig(b.Bytes, p.opt.MemoryLimit))
	default:
		return fmt.Errorf("%w: kind %d without a marker", errFrame, f.kind)
	}
	return nil
}

// resolve gives an answer to who waits for it; nobody may.
func (p *process) resolve(f frame) {
	p.mu.Lock()
	c := p.calls[f.id]
	if c != nil {
		delete(p.calls, f.id)
		if c.query {
			p.queries--
		}
		if c == p.running {
			p.running = nil
		}
	}
	p.mu.Unlock()
	if c != nil {
		c.answer <- f
	}
}

// deliver hands on a frame that has a place in the order, at its place.
func (p *process) deliver(f frame) {
	if f.kind == frameResult {
		p.resolve(f)
		return
	}
	p.mu.Lock()
	s := p.sinks[f.id]
	p.mu.Unlock()
	if s == nil {
		p.log.Debug("output of an unknown request", "kind", f.kind, "request", f.id)
		return
	}
	if err := p.emit(f, s.out); err != nil {
		p.kill(&death{name: nameWorkerDied, value: "the worker process sent what cannot be read: " + err.Error()})
	}
}

func (p *process) emit(f frame, out interp.Output) error {
	switch f.kind {
	case frameDisplay, frameUpdate:
		var b bundleBody
		if err := f.decode(&b); err != nil {
			return err
		}
		if f.kind == frameDisplay {
			out.Display(*b.bundle())
		} else {
			out.Update(*b.bundle())
		}
	case frameClear:
		var b clearBody
		if err := f.decode(&b); err != nil {
			return err
		}
		out.ClearOutput(b.Wait)
	case frameCommOut:
		var b commBody
		if err := f.decode(&b); err != nil {
			return err
		}
		b.Event.Buffers = f.buffers
		out.Comm(b.Event)
	case frameInputRequest:
		var b inputBody
		if err := f.decode(&b); err != nil {
			return err
		}
		p.ask(b, f.id, out)
	default:
		return fmt.Errorf("%w: kind %d with a marker", errFrame, f.kind)
	}
	return nil
}

// ask asks for a line of input and sends it to the child.
func (p *process) ask(b inputBody, id uint64, out interp.Output) {
	ctx, cancel := context.WithCancel(context.Background())
	p.mu.Lock()
	p.inputs[b.Input] = cancel
	p.mu.Unlock()
	go func() {
		defer cancel()
		line, err := out.Input(ctx, b.Prompt, b.Password)
		p.mu.Lock()
		delete(p.inputs, b.Input)
		p.mu.Unlock()
		_ = p.send(context.Background(), frameInputReply, id, inputReplyBody{Input: b.Input, Line: line, Err: errorText(err)})
	}()
}

// text hands on text from pipe i.
func (p *process) text(i int, owner uint64, b []byte) {
	if len(b) == 0 {
		return
	}
	if i == 1 {
		p.tail.write(b)
	}
	p.mu.Lock()
	if owner == 0 {
		owner = p.owner
	}
	s := p.sinks[owner]
	if s == nil {
		if p.owner == 0 {
			p.early[i] = append(p.early[i], b[:min(len(b), maxEarly-len(p.early[i]))]...)
		}
		p.mu.Unlock()
		return
	}
	p.mu.Unlock()
	s.out.Stream(streamNames[i], b)
}

var streamNames = [2]string{"stdout", "stderr"}

// open registers an execute or evaluate. Text that names no request is its text
// from now on.
func (p *process) open(id uint64, out interp.Output) *call {
	c := &call{id: id, answer: make(chan frame, 1)}
	p.mu.Lock()
	p.calls[id], p.running = c, c
	p.sinks[id] = &sink{out: out}
	if old := p.sinks[p.owner]; old != nil && old.released {
		delete(p.sinks, p.owner)
	}
	p.owner = id
	early := p.early
	p.early = [2][]byte{}
	p.mu.Unlock()
	for i, b := range early {
		if len(b) > 0 {
			out.Stream(streamNames[i], b)
		}
	}
	return c
}

// maxQueries bounds the queries under way in a child: more wait for a child
// that does not answer.
const maxQueries = 32

// openQuery registers a query or, with an output, a comm event. It fails when
// too many have no answer yet.
func (p *process) openQuery(id uint64, out interp.Output) (*call, bool) {
	c := &call{id: id, query: true, answer: make(chan frame, 1)}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.queries >= maxQueries {
		return nil, false
	}
	p.queries++
	p.calls[id] = c
	if out != nil {
		p.sinks[id] = &sink{out: out}
	}
	return c, true
}

// forget gives up waiting for the answer to a query that was not sent.
func (p *process) forget(c *call) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.calls, c.id)
	delete(p.sinks, c.id)
	p.queries--
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

// lastOutput is the output of the request that ran last; nil: none did.
func (p *process) lastOutput() interp.Output {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s := p.sinks[p.owner]; s != nil {
		return s.out
	}
	return nil
}

// tailBuffer keeps the end of what is written to it.
type tailBuffer struct {
	mu sync.Mutex // guards b
	b  []byte
}

const tailSize = 8 << 10

func (t *tailBuffer) write(p []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(p) > tailSize {
		p = p[len(p)-tailSize:]
	}
	if over := len(t.b) + len(p) - tailSize; over > 0 {
		t.b = slices.Delete(t.b, 0, over)
	}
	t.b = append(t.b, p...)
}

func (t *tailBuffer) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.b)
}
