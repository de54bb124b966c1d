package kernel

import (
	"sync"
	"time"

	"cahier/kernel/wire"
)

// Bounds of the queue of the shell lane. When it is full the shell channel is not
// read, and ZeroMQ makes the clients wait.
const (
	maxWaiting      = 10_000
	maxWaitingBytes = 64 << 20
)

// queue holds the requests that the shell lane has not yet begun. It tells the
// place of each, so that the lane can abort those that were there when a cell
// failed.
type queue struct {
	changed chan struct{} // capacity 1: something was put, or closed
	room    chan struct{} // capacity 1: something was taken, or closed

	mu      sync.Mutex // guards what follows
	waiting []queued
	bytes   int
	last    uint64 // place of the newest request
	closed  bool
}

type queued struct {
	*request
	place uint64
	size  int
}

func newQueue() *queue {
	return &queue{changed: make(chan struct{}, 1), room: make(chan struct{}, 1)}
}

// put appends a request; it waits while the queue is full. Only the shell
// receiver calls it. After close it reports false.
func (q *queue) put(r *request, size int) bool {
	for {
		q.mu.Lock()
		if q.closed {
			q.mu.Unlock()
			return false
		}
		if len(q.waiting) < maxWaiting && (q.bytes == 0 || q.bytes+size <= maxWaitingBytes) {
			break
		}
		q.mu.Unlock()
		<-q.room
	}
	q.last++
	q.waiting = append(q.waiting, queued{r, q.last, size})
	q.bytes += size
	q.mu.Unlock()
	notify(q.changed)
	return true
}

// get takes the oldest request, waiting for one. Only the shell lane calls it.
// It reports false when the queue is closed and empty.
func (q *queue) get() (queued, bool) {
	for {
		q.mu.Lock()
		if len(q.waiting) > 0 {
			r := q.waiting[0]
			q.waiting[0] = queued{}
			q.waiting = q.waiting[1:]
			q.bytes -= r.size
			q.mu.Unlock()
			notify(q.room)
			return r, true
		}
		closed := q.closed
		q.mu.Unlock()
		if closed {
			return queued{}, false
		}
		<-q.changed
	}
}

// settle waits until no execute_request has come for quiet, at most for max, and
// returns the place of the newest request. The shell lane calls it.
func (q *queue) settle(quiet, max time.Duration) uint64 {
	end := time.Now().Add(max)
	seen, _ := q.newestExecute()
	for {
		time.Sleep(min(quiet, time.Until(end)))
		newest, last := q.newestExecute()
		if newest == seen || !time.Now().Before(end) {
			return last
		}
		seen = newest
	}
}

// newestExecute returns the places of the newest execute_request that waits, and
// of the newest request. When the queue is closed nothing will come.
func (q *queue) newestExecute() (execute, last uint64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i := len(q.waiting) - 1; i >= 0; i-- {
		if q.waiting[i].msg.Type() == wire.TypeExecuteRequest {
			return q.waiting[i].place, q.last
		}
	}
	return 0, q.last
}

// len counts the requests that wait.
func (q *queue) len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.waiting)
}

// isClosed reports whether the kernel ends: what still waits is not run.
func (q *queue) isClosed() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.closed
}

// close refuses further requests. Those that wait can still be taken.
func (q *queue) close() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	notify(q.changed)
	notify(q.room)
}

// notify leaves one token in a channel of capacity 1.
func notify(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
