package worker

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"cahier/interp"
)

// Main is what the worker process runs: it takes requests from the supervisor
// that started it and gives them to the executor that newExecutor makes. It
// returns when the supervisor asks it to end, and the process should then exit;
// when the supervisor is gone it ends the process, with all that cells started.
//
// newExecutor is called once, after descriptors, memory limit and signals are
// set up. What it returns is called as [interp.Executor] promises.
func Main(newExecutor func() (interp.Executor, error)) error {
	control, crash, err := openControl()
	if err != nil {
		return fmt.Errorf("worker: %w", err)
	}
	std, err := keepStandard()
	if err != nil {
		return fmt.Errorf("worker: %w", err)
	}
	c := &child{
		control: control,
		std:     std,
		last:    -1,
		queries: make(map[uint64]context.CancelFunc),
		inputs:  make(map[uint64]chan inputReplyBody),
		runs:    make(chan frame, 1),
		comms:   make(map[uint64]bool),
	}
	// A crash report goes to standard error and here, where nothing else is
	// written. Runtimes that cannot do it leave the report on standard error.
	_ = debug.SetCrashOutput(crash, debug.CrashOptions{})
	crash.Close()

	signals := make(chan os.Signal, 4)
	signal.Notify(signals, append(endSignals, os.Interrupt)...)
	go c.onSignal(signals)

	err = c.serve(newExecutor)
	if errors.Is(err, errShutdown) {
		return nil
	}
	if c.exec != nil {
		c.close()
	}
	killOwnGroup() // nobody is left to do it
	return fmt.Errorf("worker: %w", err)
}

// errShutdown ends serve when the supervisor asked for it.
var errShutdown = errors.New("shutdown")

// closeTime is how long an executor may take to close.
const closeTime = time.Second

// child is the worker's side. Its goroutines: the reader (serve, on the
// goroutine of Main); the runner, which takes one execute or evaluate after the
// other, each on a goroutine of its own so that runtime.Goexit ends only that;
// one for each query and comm event under way; one for signals; one
// that measures memory where the supervisor cannot.
type child struct {
	control *os.File
	std     *standard
	nonce   []byte
	exec    interp.Executor
	runs    chan frame // executes and evaluates to come

	// order guards what stands in the pipes and in which order.
	order   sync.Mutex
	syncs   uint64 // markers written
	last    int    // the pipe last written to, -1: a marker came after it
	running uint64 // the request whose text needs no marker; 0: none
	scratch []byte

	// write guards writing to control. It is taken after order.
	write sync.Mutex

	// state guards what follows.
	state     sync.Mutex
	queries   map[uint64]context.CancelFunc // also of the running cell
	inputs    map[uint64]chan inputReplyBody
	nextInput uint64

	// cell guards what follows, and that no interrupt is late: it is held
	// while the executor is told of one.
	cell    sync.Mutex
	current uint64          // the execute or evaluate accepted and not yet ended
	entered bool            // the executor has it
	stopped bool            // interrupted before it was entered
	comms   map[uint64]bool // comm events under way
}

// serve reads frames until there are no more.
func (c *child) serve(newExecutor func() (interp.Executor, error)) error {
	r := bufio.NewReaderSize(c.control, 64<<10)
	f, err := readFrame(r)
	if err != nil {
		return err
	}
	var hello helloBody
	if f.kind != frameHello {
		return fmt.Errorf("%w: kind %d, want hello", errFrame, f.kind)
	}
	if err := f.decode(&hello); err != nil {
		return err
	}
	if hello.Version != protocolVersion || len(hello.Nonce) != nonceSize {
		err := fmt.Errorf("the supervisor speaks version %d and this program %d: the program was replaced while the kernel ran; restart the kernel", hello.Version, protocolVersion)
		c.send(frameReady, 0, readyBody{Version: protocolVersion, Err: err.Error()})
		return err
	}
	c.nonce = hello.Nonce
	c.limitMemory(hello.MemoryLimit)
	if c.exec, err = newExecutor(); err != nil {
		c.send(frameReady, 0, readyBody{Version: protocolVersion, Err: err.Error()})
		return err
	}
	c.send(frameReady, 0, readyBody{Version: protocolVersion})
	go c.runAll()
	for {
		f, err := readFrame(r)
		if err != nil {
			return err
		}
		if err := c.dispatch(f); err != nil {
			return err
		}
	}
}

func (c *child) dispatch(f frame) error {
	switch f.kind {
	case frameExecute, frameEvaluate:
		c.cell.Lock()
		c.current, c.entered, c.stopped = f.id, false, false
		c.cell.Unlock()
		select {
		case c.runs <- f:
		default:
			return fmt.Errorf("%w: a second cell while one runs", errFrame)
		}
	case frameComplete, frameInspect, frameIsComplete:
		var q queryBody
		if err := f.decode(&q); err != nil {
			return err
		}
		go c.query(c.begin(f.id), f, q)
	case frameComm:
		var b commBody
		if err := f.decode(&b); err != nil {
			return err
		}
		b.Event.Buffers = f.buffers
		go c.comm(c.begin(f.id), f.id, b.Event)
	case frameInterrupt:
		c.interrupt(f.id)
	case frameCancel:
		c.state.Lock()
		cancel := c.queries[f.id]
		c.state.Unlock()
		if cancel != nil {
			cancel()
		}
	case frameInputReply:
		var b inputReplyBody
		if err := f.decode(&b); err != nil {
			return err
		}
		c.state.Lock()
		reply := c.inputs[b.Input]
		delete(c.inputs, b.Input)
		c.state.Unlock()
		if reply != nil {
			reply <- b // has room for the one reply
		}
	case frameShutdown:
		c.close()
		return errShutdown
	default:
		return fmt.Errorf("%w: kind %d is not the supervisor's", errFrame, f.kind)
	}
	return nil
}

// begin makes a context that frameCancel of id ends.
func (c *child) begin(id uint64) context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	c.state.Lock()
	c.queries[id] = cancel
	c.state.Unlock()
	return ctx
}

func (c *child) end(id uint64) {
	c.state.Lock()
	cancel := c.queries[id]
	delete(c.queries, id)
	c.state.Unlock()
	if cancel != nil {
		cancel()
	}
}

// interrupt hands an interrupt on to the executor, or marks a cell that it has
// not been given yet. The id of a comm event means what that has called.
func (c *child) interrupt(id uint64) {
	c.cell.Lock()
	defer c.cell.Unlock()
	switch {
	case c.comms[id]:
		c.exec.Interrupt()
	case c.current == 0 || id != 0 && id != c.current:
	case !c.entered:
		c.stopped = true
	default:
		c.exec.Interrupt()
	}
}

func (c *child) onSignal(signals <-chan os.Signal) {
	for s := range signals {
		if s == os.Interrupt {
			c.interrupt(0)
			continue
		}
		killOwnGroup()
		os.Exit(1)
	}
}

// close closes the executor, but does not wait long for it.
func (c *child) close() {
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := c.exec.Close(); err != nil {
			c.log(slog.LevelWarn, "closing the executor: "+err.Error())
		}
	}()
	select {
	case <-done:
	case <-time.After(closeTime):
	}
}

func (c *child) query(ctx context.Context, f frame, q queryBody) {
	defer c.end(f.id)
	var a answerBody
	err := c.guard(func() (err error) {
		switch f.kind {
		case frameComplete:
			var v interp.Completion
			v, err = c.exec.Complete(ctx, q.Code, q.Cursor)
			a.Completion = &v
		case frameInspect:
			var v interp.Inspection
			v, err = c.exec.Inspect(ctx, q.Code, q.Cursor, q.Detail)
			a.Inspection = &v
		case frameIsComplete:
			var v interp.Completeness
			v, err = c.exec.IsComplete(ctx, q.Code)
			a.Completeness = &v
		}
		return err
	})
	if err != nil {
		a = answerBody{Err: errorText(err)}
	}
	if err := c.send(frameAnswer, f.id, a); err != nil {
		c.send(frameAnswer, f.id, answerBody{Err: err.Error()})
	}
}

func (c *child) comm(ctx context.Context, id uint64, ev interp.CommEvent) {
	defer c.end(id)
	out := c.newOutput(id)
	c.cell.Lock()
	c.comms[id] = true
	c.cell.Unlock()
	defer func() {
		c.cell.Lock()
		delete(c.comms, id)
		c.cell.Unlock()
	}()
	var known bool
	if err := c.guard(func() error {
		known = c.exec.Comm(ctx, ev, out)
		return nil
	}); err != nil {
		out.Stream("stderr", []byte(err.Error()+"\n"))
		known = ev.Kind != interp.CommOpen
	}
	c.sendOrdered(frameResult, id, resultBody{Known: known}, false)
}

// guard calls f and makes an error of a panic or a Goexit in it.
func (c *child) guard(f func() error) error {
	done := make(chan error, 1)
	go func() {
		err := errors.New("runtime.Goexit was called")
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("panic: %v", r)
				c.log(slog.LevelError, fmt.Sprintf("panic: %v\n%s", r, debug.Stack()))
			}
			done <- err
		}()
		err = f()
	}()
	return <-done
}

// send writes a frame that has no place in the order of outputs.
func (c *child) send(kind frameKind, id uint64, body any) error {
	f, err := newFrame(kind, id, body)
	if err != nil {
		return err
	}
	c.write.Lock()
	defer c.write.Unlock()
	c.writeFrame(f)
	return nil
}

// sendOrdered writes a frame that comes after all text written before it.
// ends says that the running cell ends with it.
func (c *child) sendOrdered(kind frameKind, id uint64, body any, ends bool, buffers ...[]byte) error {
	f, err := newFrame(kind, id, body, buffers...)
	if err != nil {
		return err
	}
	c.order.Lock()
	defer c.order.Unlock()
	if ends {
		c.running = 0
	}
	f.sync = c.mark(markFrame)
	c.write.Lock()
	defer c.write.Unlock()
	c.writeFrame(f)
	return nil
}

// writeFrame writes to the supervisor. When that fails the supervisor is gone,
// and the reader sees it, too. The caller holds write.
func (c *child) writeFrame(f frame) {
	_, _ = c.control.Write(f.append(make([]byte, 0, f.size())))
}

// mark writes the next marker to both pipes. The caller holds order.
func (c *child) mark(kind markKind) uint64 {
	c.syncs++
	c.last = -1
	c.scratch = marker{kind: kind, value: c.syncs}.append(c.scratch[:0], c.nonce)
	for i := range 2 {
		_ = c.std.write(i, c.scratch)
	}
	return c.syncs
}

func (c *child) log(level slog.Level, message string) {
	_ = c.send(frameLog, 0, logBody{Level: int(level), Message: message})
}

// newOutput makes the Output of a request. When nothing holds it any more the
// supervisor can forget the request's real one.
func (c *child) newOutput(id uint64) *output {
	o := &output{c: c, id: id}
	runtime.AddCleanup(o, func(id uint64) { go c.send(frameRelease, id, nil) }, id)
	return o
}
