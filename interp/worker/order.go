package worker

import "sync"

// order puts back the order in which a child wrote to its two pipes and its
// socket. Whoever reads a pipe waits at each marker until all that was written
// before it elsewhere has been handed on.
type order struct {
	mu          sync.Mutex // guards what follows
	cond        sync.Cond
	at          [2]uint64 // the marker that each pipe has come to
	ended       [2]bool   // no more comes from the pipe
	framesEnded bool      // no more frames come
	released    uint64    // the marker that all may pass
}

func newOrder() *order {
	o := &order{}
	o.cond.L = &o.mu
	return o
}

// pipe is called when pipe i has come to marker m, and returns when what stands
// behind m may be handed on.
func (o *order) pipe(i int, m marker) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.at[i] = m.value
	if m.kind == markSync && (o.at[1-i] >= m.value || o.ended[1-i]) {
		o.released = max(o.released, m.value)
	}
	o.cond.Broadcast()
	for o.released < m.value {
		if m.kind == markFrame && o.framesEnded || m.kind == markSync && o.ended[1-i] {
			return
		}
		o.cond.Wait()
	}
}

// frame returns when everything in front of marker n has been handed on.
func (o *order) frame(n uint64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i := range o.at {
		for o.at[i] < n && !o.ended[i] {
			o.cond.Wait()
		}
	}
}

// release says that the frame at marker n has been handed on.
func (o *order) release(n uint64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.released = max(o.released, n)
	o.cond.Broadcast()
}

// endPipe says that nothing more comes from pipe i.
func (o *order) endPipe(i int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.ended[i] = true
	o.cond.Broadcast()
}

// endFrames says that no more frames come.
func (o *order) endFrames() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.framesEnded = true
	o.cond.Broadcast()
}
