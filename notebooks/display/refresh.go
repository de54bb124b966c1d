package display

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// refreshEvery is the shortest time between two updates of one display: more
// is not seen, and floods the front end.
const refreshEvery = 100 * time.Millisecond

// AtEnder is implemented by sinks that know when the cell that is running
// ends.
type AtEnder interface {
	// AtEnd has f called when the cell has ended, before its result.
	AtEnd(f func())
}

// Refresher keeps one display up to date with something that changes often. It
// renders at most ten times a second, and always the last state: at the latest
// when the cell ends. While changes come it starts a goroutine, which lives for a
// tenth of a second. Its methods may be called from any goroutine.
type Refresher struct {
	sink   Sink
	id     string
	render func() any

	mu      sync.Mutex // guards what follows, and is held while it renders
	shown   bool
	waiting bool      // a goroutine will flush
	dirty   bool      // changed since it was last shown
	last    time.Time // when it was last shown
}

var refreshers atomic.Uint64 // numbers display ids

// Refresher returns a display of what render returns, which is called from
// whatever goroutine reports a change, never twice at a time. Nothing is shown
// before the first change.
func (e Effects) Refresher(render func() any) *Refresher {
	r := &Refresher{sink: e.sink, render: render, id: fmt.Sprintf("live-%d-%d", time.Now().UnixNano(), refreshers.Add(1))}
	return r
}

// Changed says that what is rendered has changed.
func (r *Refresher) Changed() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.dirty {
		r.dirty = true
		if s, ok := r.sink.(AtEnder); ok {
			s.AtEnd(r.Flush)
		}
	}
	rest := refreshEvery - time.Since(r.last)
	if rest <= 0 {
		r.show()
		return
	}
	if !r.waiting {
		r.waiting = true
		go func() { // inherits the cell of the one who changed it
			for rest > 0 { // others may have shown it meanwhile
				time.Sleep(rest)
				r.mu.Lock()
				if rest = refreshEvery - time.Since(r.last); rest <= 0 || !r.dirty {
					break
				}
				r.mu.Unlock()
			}
			defer r.mu.Unlock()
			r.waiting = false
			if r.dirty {
				r.show()
			}
		}()
	}
}

// Flush shows the last state, if it is not shown yet.
func (r *Refresher) Flush() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.dirty {
		r.show()
	}
}

// show publishes; mu is held.
func (r *Refresher) show() {
	d := Render(r.render()).WithID(r.id)
	if r.shown {
		r.sink.Update(d)
	} else {
		r.sink.Display(d)
	}
	r.shown, r.dirty, r.last = true, false, time.Now()
}
