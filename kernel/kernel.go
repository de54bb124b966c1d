// Package kernel is a Jupyter kernel as a server. It knows messages, channels
// and their order, and nothing of the language: that is behind [Executor].
//
//	err := kernel.Run(ctx, kernel.Config{Connection: file, Executor: exec})
//
// One goroutine, the shell lane, handles what comes on the shell channel, in
// order; another one, the control lane, what comes on control, so interrupts and
// shutdowns never wait for a cell. A third, the publisher, owns iopub. A request
// travels through them as a value that carries its parent header; there is no
// current parent anywhere, so output of a goroutine that outlives its cell is
// credited to that cell.
//
// For one execute_request, all with its parent: status busy, execute_input,
// outputs in the order in which the program made them, execute_result or error,
// all of it handed to the socket, execute_reply on shell, status idle. Whatever
// sends busy sends idle, also after a panic.
//
// Source: jupyter_client's docs/messaging.rst, and ipykernel where that is silent.
package kernel

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"cahier/kernel/wire"
)

// Implementation is the kernel's name in kernel_info_reply.
const Implementation = "cahier"

// How long the end of a kernel may take. Clients end a process that is still
// there after 2.5 seconds.
const (
	cellGrace = time.Second             // for the running cell, once it was told
	linger    = 1000 * time.Millisecond // for the peers to take their last messages
)

// Config says what a kernel is made of.
type Config struct {
	// Connection says where to listen and with which key. Ports that are 0
	// are chosen by the system; see [Kernel.Connection].
	Connection *wire.ConnectionFile
	// Executor runs the cells. The kernel closes it at its end.
	Executor Executor
	// Logger takes what the kernel has to say to its operator: dropped frames
	// at debug level, its own failures as errors. Nil discards.
	Logger *slog.Logger
	// Version is implementation_version; empty means "devel".
	Version string
	// HelpLinks are shown in the help menus of front ends.
	HelpLinks []wire.HelpLink
	// HistoryPath is the file that keeps the history of all kernels of the
	// user. Empty keeps this kernel's history in memory only.
	HistoryPath string
	// ParentPID is the process that the kernel must not outlive, which front
	// ends pass as JPY_PARENT_PID; 0 means none.
	ParentPID int
	// Signals, from [CatchSignals], interrupt the running cell and end the
	// kernel. Nil leaves signals alone.
	Signals *Signals
	// AllowRemote permits addresses that other machines can reach. They are
	// refused without it, and without a key even with it.
	AllowRemote bool
	// Listen replaces the sockets; nil binds those of Connection.
	Listen Listen
}

// Kernel is a running kernel.
//
// Goroutines, all started by [Kernel.Serve] and ended when it returns: the shell
// receiver, which decodes into a queue; the shell lane, which handles the queue
// and runs the cells; the control lane, which receives and handles; the stdin
// receiver, which hands replies to those who wait for input; the publisher; the
// writer of the history; and, if configured, one that waits for signals and one
// that watches the parent process. The executor runs user code in one more, which
// is left behind if it does not return within cellGrace after its context ended.
type Kernel struct {
	exec    Executor
	log     *slog.Logger
	version string
	links   []wire.HelpLink
	parent  int
	signals *Signals

	conn    *wire.ConnectionFile
	session *wire.Session
	sockets *Sockets
	pub     *publisher
	queue   *queue // from the shell receiver to the shell lane
	inputs  *inputs
	comms   comms
	history *history
	usage   usage
	dropped [len(reasons)]atomic.Uint64 // by wire.Reason

	cells      context.Context // of what the executor does; ends with the kernel
	endCells   context.CancelFunc
	running    atomic.Bool   // the executor runs something for the shell lane
	count      atomic.Int64  // execution_count; only the shell lane changes it
	abortUntil uint64        // execute_requests up to this place in the queue are aborted; the shell lane's own
	shellDone  chan struct{} // closed when the shell lane has ended
	stop       chan struct{} // closed to end Serve
	stopOnce   sync.Once
	quieten    sync.Once
	abandon    chan struct{} // closed when the running cell is left behind
}

// New binds the sockets of a kernel. Requests wait until [Kernel.Serve], which has
// to be called also after Stop, to give everything back.
func New(cfg Config) (*Kernel, error) {
	switch {
	case cfg.Connection == nil:
		return nil, errors.New("kernel: Config.Connection is missing")
	case cfg.Executor == nil:
		return nil, errors.New("kernel: Config.Executor is missing")
	}
	conn := *cfg.Connection
	if err := conn.Check(); err != nil {
		return nil, err
	}
	if !conn.Loopback() {
		if !cfg.AllowRemote {
			return nil, fmt.Errorf("kernel: the connection file's ip is %s, which other machines can reach; want a loopback address such as 127.0.0.1", conn.IP)
		}
		if conn.Key == "" {
			return nil, fmt.Errorf("kernel: the connection file has no key, so everybody who can reach %s could run code; want a key", conn.IP)
		}
	}
	session, err := conn.Session()
	if err != nil {
		return nil, err
	}
	k := &Kernel{
		exec: cfg.Executor, log: cfg.Logger, version: cfg.Version, links: cfg.HelpLinks,
		parent: cfg.ParentPID, signals: cfg.Signals,
		conn: &conn, session: session,
		queue: newQueue(), inputs: newInputs(),
		shellDone: make(chan struct{}), stop: make(chan struct{}), abandon: make(chan struct{}),
	}
	if k.log == nil {
		k.log = slog.New(slog.DiscardHandler)
	}
	if k.version == "" {
		k.version = "devel"
	}
	listen := cfg.Listen
	if listen == nil {
		listen = bind(k.conn, cfg.AllowRemote, k.log)
	}
	if k.sockets, err = listen(k.welcome); err != nil {
		return nil, fmt.Errorf("kernel: %w", err)
	}
	k.pub = newPublisher(k.sockets.IOPub, session, k.log)
	k.history = newHistory(cfg.HistoryPath, k.log)
	k.cells, k.endCells = context.WithCancel(context.Background())
	return k, nil
}

// Run makes a kernel and serves until it is shut down, ctx ends, or the parent
// process is gone. It returns nil after any of these. The executor is closed in
// every case.
func Run(ctx context.Context, cfg Config) error {
	k, err := New(cfg)
	if err != nil {
		if cfg.Executor != nil {
			err = errors.Join(err, cfg.Executor.Close())
		}
		return err
	}
	return k.Serve(ctx)
}

// Connection is where the kernel listens, with the ports that the system chose.
func (k *Kernel) Connection() *wire.ConnectionFile {
	c := *k.conn
	return &c
}

// Serve handles requests until the kernel is shut down, ctx ends or the parent
// process is gone, delivers what is still to be delivered, and closes sockets,
// history and executor. It is called once.
func (k *Kernel) Serve(ctx context.Context) error {
	go k.pub.run()
	k.pub.message(k.session.New(&wire.Status{ExecutionState: wire.Starting}))
	receive, endReceive := context.WithCancel(context.Background())
	var receivers sync.WaitGroup
	go k.shellLane()
	receivers.Go(func() { k.receiveShell(receive) })
	receivers.Go(func() { k.controlLane(receive) })
	receivers.Go(func() { k.receiveStdin(receive) })
	receivers.Go(func() { k.history.run(receive) })
	receivers.Go(func() { k.watchSignals(receive) })
	receivers.Go(func() { k.watchParent(receive, parentPoll) })

	select {
	case <-k.stop:
	case <-ctx.Done():
	}
	k.Stop() // the lanes look at it
	k.quiesce()
	closed := make(chan error, 1)
	go func() { closed <- k.closeExecutor() }()
	k.pub.close(linger)
	err := k.sockets.close(linger)
	if err != nil {
		k.log.Warn("not everybody took the last messages", "err", err)
	}
	endReceive()
	receivers.Wait()
	err = k.history.close()
	select {
	case e := <-closed:
		err = errors.Join(err, e)
	case <-time.After(cellGrace):
		k.log.Warn("the executor did not close in time and is left behind", "waited", cellGrace)
	}
	return err
}

// Stop ends Serve in good order. It does not wait and may be called from any
// goroutine.
func (k *Kernel) Stop() { k.stopOnce.Do(func() { close(k.stop) }) }

// quiesce ends the shell lane: the running cell is told to stop and answered,
// cells that wait are answered as aborted.
func (k *Kernel) quiesce() { k.quieten.Do(k.endShellLane) }

func (k *Kernel) endShellLane() {
	k.queue.close()
	k.endCells()
	k.interrupt()
	select {
	case <-k.shellDone:
		return
	case <-time.After(cellGrace):
	}
	k.log.Warn("the running cell did not end in time and is left behind", "waited", cellGrace)
	close(k.abandon)
	select {
	case <-k.shellDone:
	case <-time.After(linger): // a subscriber does not take the cell's output
	}
}

// closeExecutor keeps a panic of the executor from costing the last messages.
func (k *Kernel) closeExecutor() (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("kernel: closing the executor: panic: %v", p)
			k.log.Error("the executor panicked", "in", "Close", "panic", p, "stack", string(debug.Stack()))
		}
	}()
	return k.exec.Close()
}

// interrupt stops the running cell and whoever waits for input. It is harmless
// when nothing runs.
func (k *Kernel) interrupt() {
	k.inputs.interrupt()
	if k.running.Load() {
		k.exec.Interrupt()
	}
}

// welcome greets a new subscriber to iopub.
func (k *Kernel) welcome(topic []byte) [][]byte {
	m := k.session.New(&wire.IOPubWelcome{Subscription: string(topic)})
	m.Identities = [][]byte{topic} // so that the subscription matches
	f, err := k.session.Encode(m)
	if err != nil {
		k.log.Error("iopub_welcome cannot be written", "err", err)
		return nil
	}
	return f
}
