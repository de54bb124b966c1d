// Package client is a Jupyter client: it starts a kernel as a process of its
// own, or attaches to one that runs, executes code in it and hands over what
// comes back. It serves headless runs of notebooks, the doctor, and tests, and
// works with the kernel of any language.
//
//	k, err := client.Start(ctx, spec)
//	if err != nil { ... }
//	defer k.Close()
//	reply, err := k.Execute(ctx, "1 + 1", client.ExecuteOptions{
//		Output: func(m *wire.Message) { ... },
//	})
//
// A kernel that ends while somebody waits for it makes that wait end with a
// [*DeadError].
package client

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"cahier/kernel/wire"
)

// Client is a connection to one kernel. Its methods may be called from any
// goroutine.
//
// It runs four goroutines until Close or until the kernel is gone: one each
// that receives from shell, control, stdin and iopub; and with a kernel that it
// started one that waits for the process.
type Client struct {
	session *wire.Session
	file    *wire.ConnectionFile
	sockets *sockets
	process *process // nil when attached
	signal  bool     // interrupt by signal instead of by message
	info    *wire.KernelInfoReply
	other   func(*wire.Message)

	gone    chan struct{} // closed when the kernel is dead or the client closed
	readers sync.WaitGroup
	iopub   chan struct{} // closed when the first message has come on iopub

	mu      sync.Mutex           // guards what follows
	waiting map[string]*exchange // by msg_id of the request
	dead    error                // why gone is closed
	seen    bool                 // iopub is closed
}

// Options are what Start and Attach have in common.
type Options struct {
	// ReadyTimeout bounds how long the kernel may take until it answers; 0
	// means one minute, as in Jupyter.
	ReadyTimeout time.Duration
	// Other, if set, takes iopub messages that belong to no request of this
	// client that is under way: of other clients, or of goroutines that
	// outlived their cell. It is called from one goroutine and must not
	// block.
	Other func(*wire.Message)
}

// DeadError says that the kernel ended, or the connection to it, while somebody
// waited for it.
type DeadError struct {
	How string // how the process ended, or what happened to the connection
	Log string // the end of what the kernel wrote to its own output; may be empty
}

func (e *DeadError) Error() string {
	s := "the kernel died: " + e.How
	if e.Log != "" {
		s += "\n" + e.Log
	}
	return s
}

// ErrClosed is what waits end with when the client is closed meanwhile.
var ErrClosed = errors.New("the kernel client is closed")

// Attach connects to a running kernel by its connection file and waits until it
// answers. Closing the client leaves the kernel alone.
func Attach(ctx context.Context, connectionFile string, o Options) (*Client, error) {
	file, err := wire.ReadConnectionFile(connectionFile)
	if err != nil {
		return nil, err
	}
	c, err := connect(ctx, file, nil, o)
	if err != nil {
		return nil, fmt.Errorf("kernel of %s: %w", connectionFile, err)
	}
	return c, nil
}

// connect opens the channels and waits until the kernel answers. It owns p from
// here on.
func connect(ctx context.Context, file *wire.ConnectionFile, p *process, o Options) (*Client, error) {
	timeout := o.ReadyTimeout
	if timeout <= 0 {
		timeout = time.Minute
	}
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, fmt.Errorf("the kernel did not answer within %v", timeout))
	defer cancel()

	session, err := file.Session()
	if err != nil {
		return nil, err
	}
	c := &Client{
		session: session,
		file:    file,
		process: p,
		other:   o.Other,
		gone:    make(chan struct{}),
		iopub:   make(chan struct{}),
		waiting: map[string]*exchange{},
	}
	if c.other == nil {
		c.other = func(*wire.Message) {}
	}
	var dead <-chan struct{}
	if p != nil {
		dead = p.ended
	}
	if c.sockets, err = dial(ctx, file, session.ID(), dead); err != nil {
		if p != nil && p.hasEnded() {
			err = p.deadError()
		}
		return nil, err
	}
	c.read(wire.Shell)
	c.read(wire.Control)
	c.read(wire.Stdin)
	c.read(wire.IOPub)
	if p != nil {
		go c.watch()
	}
	if err := c.ready(ctx); err != nil {
		c.closeWith(ErrClosed)
		return nil, err
	}
	return c, nil
}

// nudge is how long a kernel_info_request may go without a trace on iopub
// before it is sent again: a subscription takes its time, and a kernel that
// sends no iopub_welcome gives no other sign that it is in force.
const nudge = 300 * time.Millisecond

// ready waits for kernel_info_reply and for any message on iopub.
func (c *Client) ready(ctx context.Context) error {
	for {
		reply, err := c.Request(ctx, wire.Shell, &wire.KernelInfoRequest{})
		if err != nil {
			return err
		}
		info, ok := reply.Content.(*wire.KernelInfoReply)
		if !ok {
			return fmt.Errorf("the kernel answered kernel_info_request with %s", reply.Type())
		}
		if info.Status != wire.StatusOk && info.ProtocolVersion == "" {
			return fmt.Errorf("the kernel answered kernel_info_request with an error: %s: %s", info.EName, info.EValue)
		}
		c.info = info
		select {
		case <-c.iopub:
			return nil
		case <-c.gone:
			return c.err()
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(nudge):
		}
	}
}

// Info is what the kernel said of itself and its language when it was ready.
func (c *Client) Info() *wire.KernelInfoReply { return c.info }

// PID is the process id of a kernel that Start started, 0 of others.
func (c *Client) PID() int {
	if c.process == nil {
		return 0
	}
	return c.process.cmd.Process.Pid
}

// Gone is closed when the kernel is dead or the client closed.
func (c *Client) Gone() <-chan struct{} { return c.gone }

// Close ends the conversation. A kernel that Start started and that
// [Client.Shutdown] has not ended is killed with every process of its group,
// and its connection file is removed. Calls under way return [ErrClosed].
func (c *Client) Close() error {
	c.closeWith(ErrClosed)
	c.readers.Wait()
	if c.process != nil {
		return c.process.kill()
	}
	return nil
}

// closeWith makes all waits end with err, unless they already have ended with
// another.
func (c *Client) closeWith(err error) {
	c.mu.Lock()
	first := c.dead == nil
	if first {
		c.dead = err
		close(c.gone)
	}
	c.mu.Unlock()
	if first {
		c.sockets.close()
	}
}

// err is why the client is gone.
func (c *Client) err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.dead
}

// lastWords is how long what a dead kernel has sent may take to arrive.
const lastWords = 500 * time.Millisecond

// watch ends the client when the kernel's process ends.
func (c *Client) watch() {
	select {
	case <-c.process.ended:
	case <-c.gone:
		return
	}
	done := make(chan struct{})
	go func() { c.readers.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(lastWords):
	}
	c.closeWith(c.process.deadError())
}
