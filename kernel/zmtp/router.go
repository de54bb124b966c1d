package zmtp

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-zeromq/zmq4"
)

// Message is what a ROUTER has received.
type Message struct {
	Identity []byte   // of the sender, for Send
	Frames   [][]byte // without the identity; the receiver owns them
}

// Router is a bound ROUTER socket: it receives from any number of DEALER and REQ
// peers and sends to one of them by its identity. Its methods may be called from
// any goroutine.
//
// A peer chooses its identity. An empty one, one of more than 255 bytes and one
// that begins with a zero byte are replaced by an invented one. When a second
// connection has the identity of a first, the first is closed (ROUTER_HANDOVER
// in libzmq, as ipykernel uses it).
type Router struct{ *server }

// ListenRouter binds a ROUTER to "tcp://127.0.0.1:0" (any loopback address, port
// 0 lets the system choose) or "ipc:///path".
func ListenRouter(endpoint string, opts Options) (*Router, error) {
	s, err := bind(zmq4.Router, endpoint, opts, queueBytes)
	if err != nil {
		return nil, err
	}
	return newRouter(s), nil
}

func newRouter(s *server) *Router {
	s.byID = true
	s.take = func(p *peer, frames [][]byte) error {
		s.in.put(p.in, frames) // false: ending; what arrives now is dropped
		return nil
	}
	s.start()
	return &Router{s}
}

func bind(typ zmq4.SocketType, at string, opts Options, queue int) (*server, error) {
	e, err := parseEndpoint(at)
	if err != nil {
		return nil, err
	}
	ln, e, err := e.listen(opts.AllowRemote)
	if err != nil {
		return nil, err
	}
	s, err := newServer(typ, ln, e, opts, queue)
	if err != nil {
		e.close(ln)
		return nil, err
	}
	return s, nil
}

// Recv returns the next message, from each peer in turn. It returns ctx.Err()
// when ctx ends and ErrClosed after Close.
func (r *Router) Recv(ctx context.Context) (Message, error) {
	p, frames, err := r.in.get(ctx)
	if err != nil {
		return Message{}, err
	}
	return Message{Identity: []byte(p.identity), Frames: frames}, nil
}

// Send queues a message for the peer with this identity. The frames must not be
// changed afterwards. The error is ErrNoPeer when there is none. When
// Limits.QueueBytes are queued for this peer, Send waits as long as it takes
// something and cuts it off (ErrNoPeer) when it has not for Limits.StallTime;
// Sends to other peers meanwhile go on.
func (r *Router) Send(identity []byte, frames [][]byte) error {
	if len(frames) == 0 {
		return errNoFrames
	}
	r.mu.Lock()
	p, closing := r.byKey[string(identity)], r.closing
	r.mu.Unlock()
	switch {
	case closing:
		return ErrClosed
	case p == nil:
		return fmt.Errorf("zmtp: send to %q: %w", identity, ErrNoPeer)
	}
	if err := p.push(frames, nil); err != nil {
		return fmt.Errorf("zmtp: send to %q: %w", identity, err)
	}
	return nil
}

var errNoFrames = errors.New("zmtp: a message has at least one frame, got none")
