package zmtp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/go-zeromq/zmq4"
)

// client is what DEALER, SUB and REQ have in common: one connection, which is not
// renewed when it is lost.
//
// Goroutines: one reads and one writes, until Close or the end of the connection.
type client struct {
	at  endpoint
	p   *peer
	in  *inbox
	wg  sync.WaitGroup
	lim Limits
}

// dial connects and does the handshake. While nobody listens, or a handshake
// breaks off, it tries again until ctx ends, as ZeroMQ sockets do; a wrong
// endpoint and a wrong mechanism are final.
func dial(ctx context.Context, typ zmq4.SocketType, at string, opts DialOptions) (*client, error) {
	e, err := parseEndpoint(at)
	if err != nil {
		return nil, err
	}
	if id := opts.Identity; len(id) > maxIdentity || len(id) > 0 && id[0] == 0 {
		return nil, fmt.Errorf("zmtp: identity %q: at most %d bytes, the first not zero", id, maxIdentity)
	}
	sec := security(plain{})
	if opts.Curve != nil {
		if k := opts.Curve.Keys; k != nil {
			if err := k.check(); err != nil {
				return nil, err
			}
		}
		sec = curveClient{*opts.Curve}
	}
	c := &client{at: e, lim: opts.Limits.withDefaults(queueBytes)}
	c.in = newInbox(c.lim)
	backoff := 2 * time.Millisecond
	for {
		again, err := c.connect(ctx, typ, sec, opts)
		if err == nil {
			break
		}
		if !again {
			return nil, fmt.Errorf("zmtp: dial %s: %w", e, err)
		}
		select {
		case <-time.After(backoff):
		case <-ctx.Done():
			return nil, fmt.Errorf("zmtp: dial %s: %w; last attempt: %w", e, ctx.Err(), err)
		}
		backoff = min(2*backoff, 100*time.Millisecond)
	}
	c.p.chargeTo(c.in)
	c.wg.Go(func() {
		c.p.run(func(frames [][]byte) error {
			c.in.put(c.p.in, frames)
			return nil
		})
		c.in.end()
		c.p.nc.Close()
	})
	return c, nil
}

// connect is one attempt. again reports whether another one may succeed.
func (c *client) connect(ctx context.Context, typ zmq4.SocketType, sec security, opts DialOptions) (again bool, err error) {
	nc, err := c.at.dial(ctx, c.lim.HandshakeTimeout)
	if err != nil {
		return passing(err), err
	}
	stop := context.AfterFunc(ctx, func() { nc.Close() })
	defer func() {
		if r := recover(); r != nil {
			again, err = false, fmt.Errorf("malformed handshake: %v", r)
		}
		if !stop() && err == nil {
			err = ctx.Err()
		}
		if err != nil {
			nc.Close()
		}
	}()
	if err := nc.SetDeadline(time.Now().Add(c.lim.HandshakeTimeout)); err != nil {
		return true, err
	}
	p, err := handshake(nc, typ, opts.Identity, false, sec, &c.lim, logger(opts.Logger))
	if err != nil {
		return brokeOff(err), err
	}
	c.p = p
	return false, nc.SetDeadline(time.Time{})
}

// brokeOff reports whether a handshake failed because the connection ended, not
// because of what the other side said.
func brokeOff(err error) bool {
	return isEOF(err) || errors.As(err, new(*net.OpError))
}

// send queues a message; the frames must not be changed afterwards.
func (c *client) send(frames [][]byte) error {
	if len(frames) == 0 {
		return errNoFrames
	}
	if err := c.p.push(frames, nil); err != nil {
		return fmt.Errorf("zmtp: send to %s: %w: %w", c.at, ErrClosed, err)
	}
	return nil
}

// recv returns the next message. Those that came before the connection was lost
// are returned first.
func (c *client) recv(ctx context.Context) ([][]byte, error) {
	_, frames, err := c.in.get(ctx)
	if err != nil && ctx.Err() == nil {
		c.p.mu.Lock()
		reason := c.p.reason
		c.p.mu.Unlock()
		if reason != "" {
			return nil, fmt.Errorf("receive from %s: %w (%s)", c.at, err, reason)
		}
	}
	return frames, err
}

// Close sends what is queued within linger and ends the connection. It returns
// an error when not everything could be sent. Further calls return nil.
func (c *client) Close(linger time.Duration) error {
	if !c.in.close() {
		return nil
	}
	lost := closePeers([]*peer{c.p}, linger)
	c.wg.Wait()
	if lost > 0 {
		return fmt.Errorf("zmtp: close: %s did not take the last messages within %v", c.at, linger)
	}
	return nil
}

// Dealer is a connected DEALER socket. Its methods may be called from any
// goroutine.
type Dealer struct{ *client }

// DialDealer connects a DEALER to a ROUTER. While nobody listens it tries again
// until ctx ends. A connection that is lost later is not renewed: Recv then
// returns what had arrived and after that ErrClosed.
func DialDealer(ctx context.Context, endpoint string, opts DialOptions) (*Dealer, error) {
	c, err := dial(ctx, zmq4.Dealer, endpoint, opts)
	if err != nil {
		return nil, err
	}
	return &Dealer{c}, nil
}

// Send queues a message; the frames must not be changed afterwards. It waits
// while Limits.QueueBytes are queued and the other side takes something.
func (d *Dealer) Send(frames [][]byte) error { return d.send(frames) }

// Recv returns the next message; the caller owns its frames. It returns ctx.Err()
// when ctx ends, and ErrClosed when the connection has ended.
func (d *Dealer) Recv(ctx context.Context) ([][]byte, error) { return d.recv(ctx) }

// Sub is a connected SUB socket. Its methods may be called from any goroutine.
type Sub struct{ *client }

// DialSub connects a SUB to an XPUB or PUB, as DialDealer does, and subscribes to
// topics; the empty topic is a prefix of all. Publications that the other side
// sends before it has read the subscription are missed: an iopub_welcome says
// when it has.
func DialSub(ctx context.Context, endpoint string, opts DialOptions, topics ...string) (*Sub, error) {
	c, err := dial(ctx, zmq4.Sub, endpoint, opts)
	if err != nil {
		return nil, err
	}
	s := &Sub{c}
	for _, t := range topics {
		if err := s.Subscribe(t); err != nil {
			s.Close(0)
			return nil, err
		}
	}
	return s, nil
}

// Subscribe asks for messages whose first frame begins with topic.
func (s *Sub) Subscribe(topic string) error { return s.send([][]byte{append([]byte{1}, topic...)}) }

// Unsubscribe cancels Subscribe of the same topic.
func (s *Sub) Unsubscribe(topic string) error {
	return s.send([][]byte{append([]byte{0}, topic...)})
}

// Recv is as for Dealer; the topic is the first frame.
func (s *Sub) Recv(ctx context.Context) ([][]byte, error) { return s.recv(ctx) }

// Req is a connected REQ socket. Its methods may be called from any goroutine;
// requests are made one at a time.
type Req struct {
	*client
	turn chan struct{} // capacity 1: held by the request that is under way
	seq  uint32        // guarded by turn
}

// DialReq connects a REQ to a REP or ROUTER, as DialDealer does.
func DialReq(ctx context.Context, endpoint string, opts DialOptions) (*Req, error) {
	c, err := dial(ctx, zmq4.Req, endpoint, opts)
	if err != nil {
		return nil, err
	}
	return &Req{client: c, turn: make(chan struct{}, 1)}, nil
}

// Request sends frames and returns the answer. When it has failed, because ctx
// ended, another one may follow: a number in the envelope (ZMQ_REQ_CORRELATE)
// tells a late answer from the one that is wanted.
func (r *Req) Request(ctx context.Context, frames [][]byte) ([][]byte, error) {
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	r.seq++
	id := []byte{byte(r.seq >> 24), byte(r.seq >> 16), byte(r.seq >> 8), byte(r.seq)}
	if err := r.send(slices.Concat([][]byte{id, {}}, frames)); err != nil {
		return nil, err
	}
	for {
		m, err := r.recv(ctx)
		if err != nil {
			return nil, err
		}
		if len(m) >= 2 && string(m[0]) == string(id) && len(m[1]) == 0 {
			return m[2:], nil
		}
	}
}
