package display

import (
	"sync"
	"time"
)

// updates holds back updates of one display that follow each other faster than
// anybody can see, in sinks that know when a cell ends. The last one is always
// published.
type updates struct {
	mu   sync.Mutex // guards byID
	byID map[string]*pendingUpdate
}

// pendingUpdate is the state of one display.
type pendingUpdate struct {
	mu      sync.Mutex // guards what follows, and is held while it publishes
	data    *Data      // to be published; nil if there is none
	waiting bool       // a goroutine will publish
	last    time.Time  // when something was published
}

// put publishes d now, or soon if the display was updated just now.
func (u *updates) put(s Sink, d Data) {
	end, ok := s.(AtEnder)
	if !ok {
		s.Update(d)
		return
	}
	u.mu.Lock()
	if u.byID == nil {
		u.byID = map[string]*pendingUpdate{}
	}
	p := u.byID[d.DisplayID]
	if p == nil {
		p = &pendingUpdate{}
		u.byID[d.DisplayID] = p
	}
	u.mu.Unlock()

	p.mu.Lock()
	defer p.mu.Unlock()
	fresh := p.data == nil
	p.data = &d
	rest := refreshEvery/2 - time.Since(p.last)
	if rest <= 0 {
		p.publish(s)
		return
	}
	if fresh {
		end.AtEnd(func() { p.flush(s) })
	}
	if !p.waiting {
		p.waiting = true
		go func() { // inherits the cell of the one who updates
			for rest > 0 { // others may have published meanwhile
				time.Sleep(rest)
				p.mu.Lock()
				if rest = refreshEvery/2 - time.Since(p.last); rest <= 0 || p.data == nil {
					break
				}
				p.mu.Unlock()
			}
			defer p.mu.Unlock()
			p.waiting = false
			p.publish(s)
		}()
	}
}

// flush publishes what is held back of the display named id.
func (u *updates) flush(s Sink, id string) {
	u.mu.Lock()
	p := u.byID[id]
	delete(u.byID, id)
	u.mu.Unlock()
	if p != nil {
		p.flush(s)
	}
}

func (p *pendingUpdate) flush(s Sink) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.publish(s)
}

// publish sends what is held back, if anything. p.mu is held.
func (p *pendingUpdate) publish(s Sink) {
	if p.data != nil {
		s.Update(*p.data)
		p.data, p.last = nil, time.Now()
	}
}
