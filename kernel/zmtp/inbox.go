package zmtp

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// inbox holds what the peers of one socket have sent and Recv has not yet
// taken. Recv takes from the peers in turn. It starts no goroutine; a peer's
// reader waits in put and charge.
type inbox struct {
	perPeer, max int           // Limits.RecvBytes, Limits.RecvTotal
	wake         chan struct{} // capacity 1: something may be ready
	done         chan struct{} // closed by close

	mu      sync.Mutex         // guards what follows, and the inLetters of all peers
	ready   []*inLetters       // peers with complete messages, each once, the next in front
	total   int                // waiting and partial bytes of all peers
	partial map[*inLetters]int // bytes taken for incomplete messages
	room    chan struct{}      // closed, and replaced, when bytes were freed
	waiters bool               // somebody waits for room
	ended   bool               // nothing more will be put
	closed  bool
}

// inLetters is one peer's part of an inbox; the inbox's mutex guards it.
type inLetters struct {
	from    *peer
	queue   [][][]byte
	sizes   []int
	waiting int       // bytes in queue
	last    time.Time // when bytes of an incomplete message last arrived
	evicted bool
}

func newInbox(l Limits) *inbox {
	return &inbox{
		perPeer: l.RecvBytes, max: l.RecvTotal,
		wake: make(chan struct{}, 1), done: make(chan struct{}), room: make(chan struct{}),
		partial: map[*inLetters]int{},
	}
}

// charge accounts for n bytes of an incomplete message before they are
// allocated. When the socket holds too much, the large incomplete message that
// has been standing still for longest is given up, its peer cut off; if there is
// none, charge waits for Recv.
func (b *inbox) charge(in *inLetters, n int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for {
		mine := b.partial[in]
		switch {
		case b.closed:
			return nil // what arrives while Close flushes is read and dropped
		case in.evicted:
			return fmt.Errorf("an incomplete message of %d bytes had to make room: %w", mine, ErrLimit)
		case b.total+n <= b.max || b.total == mine:
			b.total += n
			b.partial[in] = mine + n
			in.last = time.Now()
			return nil
		}
		if old := b.stalest(in); old != nil {
			b.total -= b.partial[old]
			delete(b.partial, old)
			old.evicted = true
			old.from.kill("its incomplete message had to make room")
			continue
		}
		if !b.waitRoom(in.from.dead) && !b.closed {
			return ErrClosed
		}
	}
}

// stalest is the peer, other than in, whose large incomplete message has not
// grown for longest. b.mu is held.
func (b *inbox) stalest(in *inLetters) (old *inLetters) {
	for l, n := range b.partial {
		if l != in && n > eagerBytes && (old == nil || l.last.Before(old.last)) {
			old = l
		}
	}
	return old
}

// put makes a complete message ready for Recv. It waits while the peer has as
// much waiting as it may, and reports false if the peer or the socket ended
// first.
func (b *inbox) put(in *inLetters, frames [][]byte) bool {
	n := messageSize(frames)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return false
	}
	b.total += n - b.partial[in]
	delete(b.partial, in)
	for !b.closed && in.waiting > 0 && in.waiting+n > b.perPeer {
		if !b.waitRoom(in.from.dead) {
			b.total -= n
			return false
		}
	}
	if b.closed {
		return false
	}
	in.queue = append(in.queue, frames)
	in.sizes = append(in.sizes, n)
	in.waiting += n
	if len(in.queue) == 1 {
		b.ready = append(b.ready, in)
	}
	b.notify()
	return true
}

// release forgets what was charged for a peer's message: it was dealt with, or
// will not be finished. Complete messages remain for Recv.
func (b *inbox) release(in *inLetters) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.total -= b.partial[in]
	delete(b.partial, in)
	b.freed()
}

// waitRoom releases b.mu and waits until bytes are freed. It reports false when
// gone or the inbox was closed instead.
func (b *inbox) waitRoom(gone <-chan struct{}) bool {
	b.waiters = true
	room := b.room
	b.mu.Unlock()
	defer b.mu.Lock()
	select {
	case <-room:
		return true
	case <-gone:
		return false
	case <-b.done:
		return false
	}
}

// freed wakes those in waitRoom. b.mu is held.
func (b *inbox) freed() {
	if b.waiters {
		close(b.room)
		b.room, b.waiters = make(chan struct{}), false
	}
}

func (b *inbox) notify() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// get takes the next message, from each peer in turn.
func (b *inbox) get(ctx context.Context) (*peer, [][]byte, error) {
	for {
		b.mu.Lock()
		if b.closed {
			b.mu.Unlock()
			return nil, nil, ErrClosed
		}
		if len(b.ready) > 0 {
			in := b.ready[0]
			b.ready = slices.Delete(b.ready, 0, 1)
			frames, n := in.queue[0], in.sizes[0]
			in.queue[0] = nil
			in.queue, in.sizes = in.queue[1:], in.sizes[1:]
			in.waiting -= n
			b.total -= n
			if len(in.queue) > 0 {
				b.ready = append(b.ready, in)
			} else {
				in.queue, in.sizes = nil, nil
			}
			if len(b.ready) > 0 {
				b.notify() // for another goroutine in get
			}
			b.freed()
			b.mu.Unlock()
			return in.from, frames, nil
		}
		ended := b.ended
		b.mu.Unlock()
		if ended {
			b.notify() // for another goroutine in get
			return nil, nil, ErrClosed
		}
		select {
		case <-b.wake:
		case <-b.done:
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		}
	}
}

// end makes get return ErrClosed when it has returned all that waits.
func (b *inbox) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = true
	b.notify()
}

// close makes get return ErrClosed. What waits, and what is put later, is
// dropped. It reports whether this was the first call.
func (b *inbox) close() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return false
	}
	b.closed = true
	close(b.done)
	b.ready, b.partial, b.total = nil, map[*inLetters]int{}, 0
	return true
}
