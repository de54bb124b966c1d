package worker

import (
	"slices"
	"sync"
	"sync/atomic"

	"cahier/interp"
)

// call is a request that waits for its answer.
type call struct {
	id      uint64
	query   bool
	comm    bool       // a comm event: it can be interrupted
	answer  chan frame // has room for it
	started atomic.Bool
}

// sink is where the output of a request goes.
type sink struct {
	out      interp.Output
	released bool // nothing in the child holds it
}

// maxEarly bounds the text that is kept for the first cell.
const maxEarly = 64 << 10

// text hands on text from pipe i.
func (p *process) text(i int, owner uint64, b []byte) {
	if len(b) == 0 {
		return
	}
	if i == 1 {
		p.tail.write(b)
	}
	p.mu.Lock()
	if owner == 0 {
		owner = p.owner
	}
	s := p.sinks[owner]
	if s == nil {
		if p.owner == 0 {
			p.early[i] = append(p.early[i], b[:min(len(b), maxEarly-len(p.early[i]))]...)
		}
		p.mu.Unlock()
		return
	}
	p.mu.Unlock()
	s.out.Stream(streamNames[i], b)
}

var streamNames = [2]string{"stdout", "stderr"}

// open registers an execute or evaluate. Text that names no request is its text
// from now on.
func (p *process) open(id uint64, out interp.Output) *call {
	c := &call{id: id, answer: make(chan frame, 1)}
	p.mu.Lock()
	p.calls[id], p.running = c, c
	p.sinks[id] = &sink{out: out}
	if old := p.sinks[p.owner]; old != nil && old.released {
		delete(p.sinks, p.owner)
	}
	p.owner = id
	early := p.early
	p.early = [2][]byte{}
	p.mu.Unlock()
	for i, b := range early {
		if len(b) > 0 {
			out.Stream(streamNames[i], b)
		}
	}
	return c
}

// maxQueries bounds the queries under way in a child: more wait for a child
// that does not answer.
const maxQueries = 32

// openQuery registers a query or, with an output, a comm event. It fails when
// too many have no answer yet.
func (p *process) openQuery(id uint64, out interp.Output) (*call, bool) {
	c := &call{id: id, query: true, comm: out != nil, answer: make(chan frame, 1)}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.queries >= maxQueries {
		return nil, false
	}
	p.queries++
	p.calls[id] = c
	if out != nil {
		p.sinks[id] = &sink{out: out}
	}
	return c, true
}

// comms lists the comm events under way.
func (p *process) comms() []uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	var ids []uint64
	for id, c := range p.calls {
		if c.comm {
			ids = append(ids, id)
		}
	}
	return ids
}

// forget gives up waiting for the answer to a query that was not sent.
func (p *process) forget(c *call) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.calls, c.id)
	delete(p.sinks, c.id)
	p.queries--
}

// lastOutput is the output of the request that ran last; nil: none did.
func (p *process) lastOutput() interp.Output {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s := p.sinks[p.owner]; s != nil {
		return s.out
	}
	return nil
}

// tailBuffer keeps the end of what is written to it.
type tailBuffer struct {
	mu sync.Mutex // guards b
	b  []byte
}

const tailSize = 8 << 10

func (t *tailBuffer) write(p []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(p) > tailSize {
		p = p[len(p)-tailSize:]
	}
	if over := len(t.b) + len(p) - tailSize; over > 0 {
		t.b = slices.Delete(t.b, 0, over)
	}
	t.b = append(t.b, p...)
}

func (t *tailBuffer) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.b)
}
