package zmtp

import (
	"fmt"
	"sync"
	"time"

	"github.com/go-zeromq/zmq4"
)

// XPub is a bound XPUB socket: it publishes to all SUB peers that have
// subscribed to a prefix of the first frame. Its methods may be called from any
// goroutine; the order of publications is the same for all subscribers.
type XPub struct {
	*server
	welcome func(topic []byte) [][]byte

	sendMu sync.Mutex // makes one order of all publications, and guards full
	full   []*peer    // scratch of Send
}

// ListenXPub binds an XPUB; endpoints are those of ListenRouter. For each new
// subscription of a peer welcome, if not nil, returns the frames of a message to
// that peer alone (JEP 65's iopub_welcome), or nil for none. The message
// precedes all that the subscription brings. welcome is called from the
// goroutines that read from the peers, several at a time.
func ListenXPub(endpoint string, welcome func(topic []byte) [][]byte, opts Options) (*XPub, error) {
	s, err := bind(zmq4.XPub, endpoint, opts, pubQueueBytes)
	if err != nil {
		return nil, err
	}
	return newXPub(s, welcome), nil
}

func newXPub(s *server, welcome func([]byte) [][]byte) *XPub {
	x := &XPub{server: s, welcome: welcome}
	s.take = x.subscription
	s.start()
	return x
}

// subscription handles what a peer sends: 1 to subscribe or 0 to cancel, then the
// topic. (The greeting says ZMTP 3.0, in which these are messages.) Anything else
// is dropped, as libzmq's PUB does.
func (x *XPub) subscription(p *peer, frames [][]byte) error {
	x.in.release(p.in)
	f := frames[0]
	if len(f) == 0 || f[0] > 1 {
		return nil
	}
	topic := string(f[1:])
	p.mu.Lock()
	_, has := p.subs[topic]
	n := len(p.subs)
	if f[0] == 0 {
		delete(p.subs, topic)
	}
	p.mu.Unlock()
	if f[0] == 0 || has {
		return nil
	}
	if n >= maxTopics {
		return fmt.Errorf("subscription to more than %d topics: %w", maxTopics, ErrLimit)
	}
	subscribe := func() {
		if p.subs == nil {
			p.subs = map[string]struct{}{}
		}
		p.subs[topic] = struct{}{}
	}
	if x.welcome != nil {
		if m := x.welcome(f[1:]); len(m) > 0 {
			if err := p.push(m, subscribe); err != ErrClosed {
				return err
			}
			return nil
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	subscribe()
	return nil
}

// Send publishes a message under its first frame, the topic. The frames must not
// be changed afterwards.
//
// Subscribers with room in their queue have the message at once, whatever the
// others do. For those without, Send waits, because to drop a message would be
// wrong and to cut off a healthy reader in a burst too: it waits as long as
// somebody is behind and takes something, and the only reader sets the pace like
// a terminal does. Two things end the patience, and then that subscriber is cut
// off; its ZeroMQ library reconnects and subscribes again:
//
//   - it has taken nothing for Limits.StallTime; or
//   - subscribers that have read everything wait because of it. They may be
//     held up for half of the time, and for Limits.StallTime more.
//
// So Send can take long; nothing that has to answer at once, such as a kernel's
// control channel, may wait for it.
//
// A queue holds Limits.QueueBytes (128 MiB, the same memory for all peers), so a
// stopped subscriber costs the others nothing unless so much is published within
// StallTime.
func (x *XPub) Send(frames [][]byte) error {
	if len(frames) == 0 {
		return errNoFrames
	}
	o := outgoing{frames: frames, size: messageSize(frames)}
	topic := string(frames[0])
	x.sendMu.Lock()
	defer x.sendMu.Unlock()
	select {
	case <-x.stop:
		return ErrClosed
	default:
	}
	full := x.full[:0]
	for _, p := range *x.peers.Load() {
		if x.offer(p, topic, o) == errFull {
			full = append(full, p)
		}
	}
	for len(full) > 0 {
		full = x.await(full, topic, o)
	}
	x.full = full
	return nil
}

// offer queues the message if the peer wants it and has room.
func (x *XPub) offer(p *peer, topic string, o outgoing) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.matches(topic) {
		return nil
	}
	err := p.tryPush(o)
	p.waiters = p.waiters || err == errFull
	return err
}

// await waits a little for peers whose queues are full and returns those to
// which it still could not give the message.
func (x *XPub) await(full []*peer, topic string, o outgoing) []*peer {
	start := time.Now()
	first := full[0]
	first.mu.Lock()
	room := first.room
	first.waiters = true
	stillFull := first.bytes > 0 && first.bytes+o.size > x.lim.QueueBytes
	first.mu.Unlock()
	if stillFull {
		first.awaitRoom(room)
	}
	waited := time.Since(start)
	held := x.idle(topic)
	rest := full[:0]
	for _, p := range full {
		if held > 0 {
			p.chargeWait(waited, held)
		}
		if x.offer(p, topic, o) == errFull {
			p.cutIfStalled()
			rest = append(rest, p)
		}
	}
	return rest
}

// idle counts the subscribers to topic that have read everything.
func (x *XPub) idle(topic string) (n int) {
	for _, p := range *x.peers.Load() {
		p.mu.Lock()
		if p.bytes == 0 && p.matches(topic) {
			n++
		}
		p.mu.Unlock()
	}
	return n
}

// chargeWait counts time for which the peer has held up n others, and cuts it off
// when that was more than half of the time and StallTime. XPub.sendMu is held.
func (p *peer) chargeWait(d time.Duration, n int) {
	now := time.Now()
	if !p.heldAt.IsZero() {
		p.held = max(0, p.held-now.Sub(p.heldAt)/2)
	}
	p.heldAt = now
	if p.held += d; p.held > p.lim.StallTime {
		p.cut(fmt.Sprintf("is too slow: it held up %d others for %v more than half of the time", n, p.held.Round(time.Millisecond)))
	}
}
