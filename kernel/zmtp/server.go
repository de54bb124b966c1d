package zmtp

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-zeromq/zmq4"
)

// Stats counts what has happened to a listening socket since it was bound.
type Stats struct {
	Peers      int    // connected now
	Accepted   uint64 // connections
	Handshakes uint64 // handshakes that succeeded
	Refused    uint64 // handshakes that failed, and connections for which there was no place
}

// server is what ROUTER, XPUB and REP have in common.
//
// Goroutines: one accepts; each connection has one that does the handshake and
// then reads, and after the handshake one that writes. Close ends them all and
// returns when they have ended.
type server struct {
	typ   zmq4.SocketType
	ln    net.Listener
	addr  endpoint
	sec   security
	lim   Limits
	log   *slog.Logger
	in    *inbox
	take  func(p *peer, frames [][]byte) error // what a peer's reader does with a message
	byID  bool                                 // the peer's own identity is used for routing
	wg    sync.WaitGroup                       // all goroutines
	stop  chan struct{}                        // closed by Close
	slot  chan struct{}                        // capacity 1: a handshake has ended
	seq   atomic.Uint64                        // invented identities
	peers atomic.Pointer[[]*peer]              // a copy of byKey's values that is replaced, never changed

	accepted, shaken, refused atomic.Uint64

	mu      sync.Mutex       // guards what follows
	byKey   map[string]*peer // by identity
	pending []*shaking       // the oldest first
	closing bool
}

// newServer prepares a socket on ln; start begins to accept.
func newServer(typ zmq4.SocketType, ln net.Listener, addr endpoint, opts Options, queue int) (*server, error) {
	s := &server{
		typ: typ, ln: ln, addr: addr,
		lim: opts.Limits.withDefaults(queue), log: logger(opts.Logger),
		stop: make(chan struct{}), slot: make(chan struct{}, 1), byKey: map[string]*peer{},
	}
	s.in = newInbox(s.lim)
	s.peers.Store(&[]*peer{})
	s.sec = plain{}
	if opts.Curve != nil {
		if err := opts.Curve.check(); err != nil {
			return nil, err
		}
		s.sec = curveServer{*opts.Curve}
	}
	return s, nil
}

func (s *server) start() {
	s.wg.Add(1)
	go s.accept()
}

// Addr is the endpoint that the socket is bound to, with the port that the
// system chose for port 0; a client can dial it.
func (s *server) Addr() string { return s.addr.String() }

// Port is the bound tcp port, 0 for ipc.
func (s *server) Port() int {
	if a, ok := s.ln.Addr().(*net.TCPAddr); ok {
		return a.Port
	}
	return 0
}

// Stats returns the counts so far.
func (s *server) Stats() Stats {
	return Stats{
		Peers:    len(*s.peers.Load()),
		Accepted: s.accepted.Load(), Handshakes: s.shaken.Load(), Refused: s.refused.Load(),
	}
}

func (s *server) accept() {
	defer s.wg.Done()
	const first, last = 5 * time.Millisecond, time.Second
	backoff := first
	for {
		nc, err := s.ln.Accept()
		if err == nil {
			backoff = first
			s.admit(nc)
			continue
		}
		if errors.Is(err, net.ErrClosed) {
			return
		}
		// Out of descriptors, say: it may pass.
		s.log.Warn("zmtp: accept failed, trying again", "addr", s.Addr(), "err", err, "after", backoff)
		select {
		case <-time.After(backoff):
		case <-s.stop:
			return
		}
		backoff = min(2*backoff, last)
	}
}

// shaking is a connection in its handshake.
type shaking struct {
	nc    net.Conn
	since time.Time
}

// admit starts a connection's handshake. When too many are under way it waits
// until one has ended or the oldest has had its chance, and gives that one up:
// honest ones take milliseconds, so silent ones cannot keep others out.
func (s *server) admit(nc net.Conn) {
	s.accepted.Add(1)
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.pending) >= s.lim.MaxPending && !s.closing {
		oldest := s.pending[0]
		chance := min(handshakeChance, s.lim.HandshakeTimeout) - time.Since(oldest.since)
		if chance <= 0 {
			oldest.nc.Close()
			s.pending = slices.Delete(s.pending, 0, 1)
			break
		}
		s.mu.Unlock()
		select {
		case <-s.slot:
		case <-time.After(chance):
		case <-s.stop:
		}
		s.mu.Lock()
	}
	if s.closing {
		nc.Close()
		return
	}
	h := &shaking{nc, time.Now()}
	s.pending = append(s.pending, h)
	s.wg.Add(1)
	go s.serve(h)
}

// serve is the life of one connection.
func (s *server) serve(h *shaking) {
	defer s.wg.Done()
	defer h.nc.Close()
	p, err := s.shake(h.nc)
	s.mu.Lock()
	if i := slices.Index(s.pending, h); i >= 0 {
		s.pending = slices.Delete(s.pending, i, i+1)
	}
	s.mu.Unlock()
	select {
	case s.slot <- struct{}{}:
	default:
	}
	if err == nil {
		err = s.join(p)
	}
	if err != nil {
		s.refused.Add(1)
		s.log.Debug("zmtp: connection refused", "addr", s.Addr(), "err", err)
		return
	}
	s.shaken.Add(1)
	defer s.leave(p)
	p.run(func(frames [][]byte) error { return s.take(p, frames) })
}

func (s *server) shake(nc net.Conn) (p *peer, err error) {
	defer func() {
		if r := recover(); r != nil { // the module slices handshake bytes unchecked
			p, err = nil, fmt.Errorf("malformed handshake: %v", r)
		}
	}()
	if err := nc.SetDeadline(time.Now().Add(s.lim.HandshakeTimeout)); err != nil {
		return nil, err
	}
	p, err = handshake(nc, s.typ, nil, true, s.sec, &s.lim, s.log)
	if err != nil {
		return nil, err
	}
	return p, nc.SetDeadline(time.Time{})
}

// join registers a peer under its identity, or an invented one. A peer that
// claims the identity of another replaces it: it is a client that reconnects.
func (s *server) join(p *peer) error {
	// An identity that begins with a zero byte is reserved for invented ones.
	if id := p.identity; !s.byID || id == "" || len(id) > maxIdentity || id[0] == 0 {
		p.identity = "\x00" + strconv.FormatUint(s.seq.Add(1), 36)
	}
	p.chargeTo(s.in)
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.byKey[p.identity]
	switch {
	case s.closing:
		return ErrClosed
	case old == nil && len(s.byKey) >= s.lim.MaxPeers:
		s.log.Warn("zmtp: connection turned away, the socket has all the peers it may have", "addr", s.Addr(), "peers", len(s.byKey))
		return fmt.Errorf("%d peers: %w", len(s.byKey), ErrLimit)
	}
	s.byKey[p.identity] = p
	s.publishPeers()
	if old != nil {
		old.kill("another connection has the same identity")
	}
	return nil
}

func (s *server) leave(p *peer) {
	s.in.release(p.in)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byKey[p.identity] == p {
		delete(s.byKey, p.identity)
		s.publishPeers()
	}
}

// publishPeers renews s.peers. s.mu is held.
func (s *server) publishPeers() {
	list := make([]*peer, 0, len(s.byKey))
	for _, p := range s.byKey {
		list = append(list, p)
	}
	s.peers.Store(&list)
}

// Close stops accepting and receiving, writes what is queued for every peer,
// half-closes the connections and waits for the peers to hang up, all within
// linger; then it ends what is left. It returns an error when a peer was not
// sent everything. All goroutines of the socket have ended when it returns.
// Further calls return nil at once.
func (s *server) Close(linger time.Duration) error {
	s.mu.Lock()
	if s.closing {
		s.mu.Unlock()
		return nil
	}
	s.closing = true
	for _, h := range s.pending {
		h.nc.Close()
	}
	peers := *s.peers.Load()
	s.mu.Unlock()
	close(s.stop)
	s.addr.close(s.ln)
	s.in.close()

	lost := closePeers(peers, linger)
	s.wg.Wait()
	if lost > 0 {
		return fmt.Errorf("zmtp: close %s: %d of %d peers did not take their last messages within %v", s.Addr(), lost, len(peers), linger)
	}
	return nil
}

// closePeers finishes the peers within linger and returns how many were not
// sent everything.
func closePeers(peers []*peer, linger time.Duration) (lost int) {
	for _, p := range peers {
		p.finish()
	}
	ctx, cancel := context.WithTimeout(context.Background(), linger)
	defer cancel()
	for _, p := range peers {
		select {
		case <-p.drained:
		case <-ctx.Done():
		}
	}
	// Closing a connection on which unread bytes wait resets it, and a reset
	// drops what is still on its way. So the other side hangs up first; all it
	// sends until then is read and dropped. One that does not hang up is owed no
	// more than a moment.
	ctx, cancel = context.WithTimeout(ctx, eofGrace)
	defer cancel()
	for _, p := range peers {
		select {
		case <-p.gone:
		case <-ctx.Done():
		}
	}
	for _, p := range peers {
		p.kill("the socket was closed")
		if !p.delivered() {
			lost++
		}
	}
	return lost
}
