package kerneltest

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"cahier/kernel"
	"cahier/kernel/wire"
	"cahier/kernel/zmtp"
)

// Conn is a front end's side of the channels of a kernel.
type Conn interface {
	// Send sends on shell, control or stdin.
	Send(ch wire.Channel, frames [][]byte) error
	// Recv receives on shell, control, stdin or iopub. The number grows in
	// the order in which the kernel sent, on all channels; it is 0 where this
	// order cannot be known.
	Recv(ctx context.Context, ch wire.Channel) (frames [][]byte, order uint64, err error)
	// Ping sends to the heartbeat and returns its answer.
	Ping(ctx context.Context, frames [][]byte) ([][]byte, error)
	Close()
}

// Memory connects kernels and front ends without a network.
type Memory struct {
	order atomic.Uint64

	routers [3]*memoryRouter

	mu      sync.Mutex // guards what follows
	ends    map[string]*memoryConn
	welcome func(topic []byte) [][]byte
	held    chan struct{} // publications wait until it is closed; nil: they do not
}

// NewMemory makes a Memory for one kernel.
func NewMemory() *Memory {
	m := &Memory{ends: map[string]*memoryConn{}}
	for i := range m.routers {
		m.routers[i] = &memoryRouter{m: m, in: newBox[zmtp.Message]()}
	}
	m.routers[0].ch, m.routers[1].ch, m.routers[2].ch = wire.Shell, wire.Control, wire.Stdin
	return m
}

// Listen is for [kernel.Config]. Front ends in memory subscribe to everything
// when they connect, and get their welcome then.
func (m *Memory) Listen(welcome func(topic []byte) [][]byte) (*kernel.Sockets, error) {
	m.mu.Lock()
	m.welcome = welcome
	m.mu.Unlock()
	return &kernel.Sockets{
		Shell: m.routers[0], Control: m.routers[1], Stdin: m.routers[2],
		IOPub: memoryPub{m}, Heartbeat: memoryPub{m},
	}, nil
}

// Connect makes a front end's side.
func (m *Memory) Connect(identity string) Conn {
	c := &memoryConn{m: m, identity: []byte(identity)}
	for i := range c.in {
		c.in[i] = newBox[received]()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ends[identity] = c
	if m.welcome != nil {
		c.in[wire.IOPub].put(received{m.welcome(nil), m.order.Add(1)})
	}
	return c
}

// Hold lets publications wait, as a subscriber does that takes nothing, until
// resume is called.
func (m *Memory) Hold() (resume func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	held := make(chan struct{})
	m.held = held
	return func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.held = nil
		close(held)
	}
}

type received struct {
	frames [][]byte
	order  uint64
}

type memoryRouter struct {
	m  *Memory
	ch wire.Channel
	in *box[zmtp.Message]
}

func (r *memoryRouter) Recv(ctx context.Context) (zmtp.Message, error) { return r.in.get(ctx) }

func (r *memoryRouter) Send(identity []byte, frames [][]byte) error {
	r.m.mu.Lock()
	defer r.m.mu.Unlock()
	c := r.m.ends[string(identity)]
	if c == nil {
		return zmtp.ErrNoPeer
	}
	c.in[r.ch].put(received{frames, r.m.order.Add(1)})
	return nil
}

func (r *memoryRouter) Close(time.Duration) error {
	r.in.close()
	return nil
}

type memoryPub struct{ m *Memory }

func (p memoryPub) Send(frames [][]byte) error {
	p.m.mu.Lock()
	held := p.m.held
	p.m.mu.Unlock()
	if held != nil {
		<-held
	}
	p.m.mu.Lock()
	defer p.m.mu.Unlock()
	n := p.m.order.Add(1)
	for _, c := range p.m.ends {
		c.in[wire.IOPub].put(received{frames, n})
	}
	return nil
}

func (memoryPub) Close(time.Duration) error { return nil }

type memoryConn struct {
	m        *Memory
	identity []byte
	in       [wire.Heartbeat]*box[received]
}

func (c *memoryConn) Send(ch wire.Channel, frames [][]byte) error {
	for _, r := range c.m.routers {
		if r.ch == ch {
			r.in.put(zmtp.Message{Identity: c.identity, Frames: frames})
			return nil
		}
	}
	return fmt.Errorf("nothing can be sent on %s", ch)
}

func (c *memoryConn) Recv(ctx context.Context, ch wire.Channel) ([][]byte, uint64, error) {
	r, err := c.in[ch].get(ctx)
	return r.frames, r.order, err
}

func (c *memoryConn) Ping(_ context.Context, frames [][]byte) ([][]byte, error) { return frames, nil }

func (c *memoryConn) Close() {
	c.m.mu.Lock()
	defer c.m.mu.Unlock()
	delete(c.m.ends, string(c.identity))
}

// box is an unbounded queue.
type box[T any] struct {
	mu     sync.Mutex // guards what follows
	queue  []T
	more   chan struct{} // closed and renewed when something was put
	closed bool
}

func newBox[T any]() *box[T] { return &box[T]{more: make(chan struct{})} }

func (b *box[T]) put(v T) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.queue = append(b.queue, v)
	close(b.more)
	b.more = make(chan struct{})
}

func (b *box[T]) get(ctx context.Context) (v T, err error) {
	for {
		b.mu.Lock()
		more, closed := b.more, b.closed
		if len(b.queue) > 0 {
			v = b.queue[0]
			b.queue = b.queue[1:]
			b.mu.Unlock()
			return v, nil
		}
		b.mu.Unlock()
		if closed {
			return v, zmtp.ErrClosed
		}
		select {
		case <-more:
		case <-ctx.Done():
			return v, ctx.Err()
		}
	}
}

func (b *box[T]) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	close(b.more)
	b.more = make(chan struct{})
}

// Dial connects to a kernel over its transport, with a subscription to
// everything. It returns when the connections stand.
func Dial(ctx context.Context, at *wire.ConnectionFile, identity string) (Conn, error) {
	opts := zmtp.DialOptions{Identity: []byte(identity)}
	if at.CurvePublicKey != "" {
		key, err := zmtp.ParseKey(at.CurvePublicKey)
		if err != nil {
			return nil, err
		}
		opts.Curve = &zmtp.CurveClient{Server: key}
	}
	c := &netConn{}
	for _, ch := range []wire.Channel{wire.Shell, wire.Control, wire.Stdin} {
		d, err := zmtp.DialDealer(ctx, at.Endpoint(ch), opts)
		if err != nil {
			c.Close()
			return nil, err
		}
		c.dealers[ch] = d
	}
	var err error
	if c.sub, err = zmtp.DialSub(ctx, at.Endpoint(wire.IOPub), opts, ""); err != nil {
		c.Close()
		return nil, err
	}
	if c.req, err = zmtp.DialReq(ctx, at.Endpoint(wire.Heartbeat), opts); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

type netConn struct {
	dealers [wire.Heartbeat]*zmtp.Dealer
	sub     *zmtp.Sub
	req     *zmtp.Req
}

func (c *netConn) Send(ch wire.Channel, frames [][]byte) error {
	if c.dealers[ch] == nil {
		return fmt.Errorf("nothing can be sent on %s", ch)
	}
	return c.dealers[ch].Send(frames)
}

func (c *netConn) Recv(ctx context.Context, ch wire.Channel) (frames [][]byte, order uint64, err error) {
	if ch == wire.IOPub {
		frames, err = c.sub.Recv(ctx)
	} else {
		frames, err = c.dealers[ch].Recv(ctx)
	}
	return frames, 0, err
}

func (c *netConn) Ping(ctx context.Context, frames [][]byte) ([][]byte, error) {
	return c.req.Request(ctx, frames)
}

func (c *netConn) Close() {
	for _, d := range c.dealers {
		if d != nil {
			d.Close(time.Second)
		}
	}
	if c.sub != nil {
		c.sub.Close(time.Second)
	}
	if c.req != nil {
		c.req.Close(time.Second)
	}
}
