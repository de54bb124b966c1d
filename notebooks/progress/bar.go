package progress

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Bar shows how much is done. Its methods may be called from any goroutine.
type Bar struct {
	group *group
	label string // does not change
	total int64
	known bool // how much there is in all
	bytes bool
	start time.Time

	done  atomic.Int64
	state atomic.Int32
	note  atomic.Pointer[string]

	mu      sync.Mutex // guards what follows
	end     time.Time
	left    *sample  // when its cell ended
	samples []sample // of the last quarter of a minute
}

type sample struct {
	at   time.Time
	done int64
}

// The states of a bar.
const (
	running int32 = iota
	finished
	stopped
)

// Add says that n more are done. A negative n takes back.
func (b *Bar) Add(n int) { b.add(int64(n)) }

func (b *Bar) add(n int64) {
	if b.done.Add(n); b.state.Load() == running {
		b.group.canvas.changed()
	}
}

// Set says that n are done.
func (b *Bar) Set(n int) {
	b.done.Store(int64(n))
	b.group.canvas.changed()
}

// Note shows a text behind the bar, such as the loss so far, in place of the
// note before; an empty one takes it away.
func (b *Bar) Note(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	b.note.Store(&text)
	b.group.canvas.changed()
}

// Done ends the bar: what was to be done is done. If a known total was not
// reached, the bar shows where it stopped.
func (b *Bar) Done() {
	if b.known && b.done.Load() < b.total {
		b.finish(stopped)
		return
	}
	b.finish(finished)
}

// Stop ends the bar where it is; one that has ended stays as it is.
func (b *Bar) Stop() { b.stop() }

func (b *Bar) stop() { b.finish(stopped) }

func (b *Bar) finish(state int32) {
	b.mu.Lock()
	if !b.state.CompareAndSwap(running, state) {
		b.mu.Unlock()
		return
	}
	b.end = b.group.now()
	b.mu.Unlock()
	b.group.canvas.changed()
	b.group.left(b)
}

// String is the bar as text, in one line.
func (b *Bar) String() string { return b.view().text(100) }

// view is a bar at one moment.
type view struct {
	label, note string
	done, total int64
	known       bool
	bytes       bool
	state       int32
	elapsed     time.Duration
	rate        float64 // in a second; 0: not known yet
}

// rateWindow is how far back the rate looks.
const rateWindow = 15 * time.Second

func (b *Bar) view() view {
	v := view{label: b.label, done: b.done.Load(), total: b.total, known: b.known, bytes: b.bytes, state: b.state.Load()}
	if n := b.note.Load(); n != nil {
		v.note = *n
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.end
	switch {
	case !now.IsZero():
	case b.left != nil && b.left.done == v.done:
		now, v.state = b.left.at, stopped
	default:
		now = b.group.now()
	}
	v.elapsed = now.Sub(b.start)
	since := sample{at: b.start} // the whole time, once it has ended
	if v.state == running {
		if k := len(b.samples); k == 0 || now.Sub(b.samples[k-1].at) >= rateWindow/60 {
			b.samples = append(b.samples, sample{now, v.done})
		}
		for len(b.samples) > 1 && now.Sub(b.samples[0].at) > rateWindow {
			b.samples = b.samples[1:]
		}
		if v.elapsed > rateWindow {
			since = b.samples[0]
		}
	}
	if took := now.Sub(since.at); took > 0 && v.done > since.done {
		v.rate = float64(v.done-since.done) / took.Seconds()
	}
	return v
}

// part is how much is done, from 0 to 1.
func (v view) part() float64 {
	switch {
	case !v.known:
		return 0
	case v.total == 0:
		return 1
	}
	return min(max(float64(v.done)/float64(v.total), 0), 1)
}

// group is the bars that are shown together: one that was started while none
// ran, and those started since.
type group struct {
	canvas canvas
	now    func() time.Time
	p      *Progress

	mu   sync.Mutex // guards bars
	bars []*Bar
}

// shownBars bounds the bars of a group that are shown.
const shownBars = 12

// bar starts a bar: below those that run, or on its own.
func (p *Progress) bar(total int64, known, bytes bool, label string) *Bar {
	b := &Bar{label: label, total: total, known: known, bytes: bytes, start: p.now()}
	p.mu.Lock()
	g := p.current
	if g == nil {
		g = &group{now: p.now, p: p}
		g.canvas = p.begin(g)
		p.current = g
		// What a cell has left running is no parent of the next cell's bars.
		p.effects.AtEnd(func() { p.leave(g); g.pause() })
	}
	b.group = g
	g.join(b)
	p.mu.Unlock()
	g.canvas.changed()
	return b
}

func (p *Progress) leave(g *group) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.current == g {
		p.current = nil
	}
}

// join puts b in the place of a bar that has ended, or last.
func (g *group) join(b *Bar) {
	g.mu.Lock()
	defer g.mu.Unlock()
	kept := g.bars[:0:0]
	for i, old := range g.bars {
		switch {
		case i == 0 || old.state.Load() == running:
			kept = append(kept, old)
		case b != nil:
			kept = append(kept, b)
			b = nil
		}
	}
	if b != nil {
		kept = append(kept, b)
	}
	g.bars = kept
}

// left is called when b has ended. With the last one the group has.
func (g *group) left(b *Bar) {
	g.mu.Lock()
	live := 0
	for _, o := range g.bars {
		if o.state.Load() == running {
			live++
		}
	}
	if live == 0 && g.bars[0].state.Load() == finished {
		g.bars = g.bars[:1] // the whole is done, so its parts are
	}
	g.mu.Unlock()
	if live == 0 {
		g.p.leave(g)
		g.canvas.ended()
	}
}

// pause is called when the cell has ended: bars that still run, and that no
// goroutine of the cell moves any more, have stopped.
func (g *group) pause() {
	g.mu.Lock()
	live := false
	for _, b := range g.bars {
		if b.state.Load() == running {
			live = true
			b.mu.Lock()
			b.left = &sample{g.now(), b.done.Load()}
			b.mu.Unlock()
		}
	}
	g.mu.Unlock()
	if live {
		g.canvas.ended()
	}
}

// views are the bars to show, and how many more there are.
func (g *group) views() (list []view, more int) {
	g.mu.Lock()
	bars := append([]*Bar{}, g.bars...)
	g.mu.Unlock()
	for i, b := range bars {
		if i >= shownBars {
			return list, len(bars) - i
		}
		list = append(list, b.view())
	}
	return list, 0
}
