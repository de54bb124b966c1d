package kernel

import (
	"fmt"
	"log/slog"
	"sync"
	"time"
	"unicode/utf8"

	"cahier/kernel/wire"
)

// Bounds of the publisher.
const (
	// textInterval is how long text waits for more of it, so that a stream
	// has fewer than 20 messages a second however many lines are printed.
	textInterval = 90 * time.Millisecond
	// textHold is how long the beginning of a code point waits for its rest.
	textHold = time.Second
	// maxText is the size in bytes at which text does not wait any longer,
	// and that of the longest stream message.
	maxText = 8 << 20
	// maxQueued is how many bytes of output may wait for the socket; what
	// produces more waits.
	maxQueued = 16 << 20
	// maxTurns bounds the messages of one interval when text of several
	// streams alternates; within it their order is kept exactly.
	maxTurns = 8
)

// publisher owns iopub. It sends messages in the order in which they were given
// to it, and joins text that has the same parent and stream. Before a message
// that is not text, all text that came before it is sent.
//
// Goroutines: run, from start to close, the only one that sends. It may block on
// a slow subscriber; only text and write wait for it then, message never does.
type publisher struct {
	socket  Publisher
	session *wire.Session
	topic   string // prefix of topics
	log     *slog.Logger
	wake    chan struct{} // capacity 1: there is something to do
	done    chan struct{} // closed when run has ended

	mu     sync.Mutex // guards what follows
	items  []item
	urgent int           // items[:urgent] are to be sent now
	due    time.Time     // when items[urgent:], which are text, are to be sent
	queued int           // bytes in items and in the hands of run
	room   chan struct{} // closed and renewed when bytes were sent
	closed bool          // nothing more is taken; run ends when items is empty
}

// item is one entry of the queue: text, a message, or a mark.
type item struct {
	text   *text
	frames [][]byte
	mark   chan struct{} // closed when everything before is sent
	size   int
}

// text is a run of text with one parent and stream.
type text struct {
	parent *wire.Message
	stream string
	bytes  []byte
	until  time.Time // how long an incomplete code point, which this is, waits for its rest; zero if it is something else
}

func newPublisher(socket Publisher, session *wire.Session, log *slog.Logger) *publisher {
	return &publisher{
		socket: socket, session: session, topic: "kernel." + session.ID() + ".", log: log,
		wake: make(chan struct{}, 1), done: make(chan struct{}), room: make(chan struct{}),
	}
}

// frames encodes a publication with its topic. Values of user code may have a
// MarshalJSON that panics.
func (p *publisher) frames(m *wire.Message) (f [][]byte, err error) {
	defer func() {
		if v := recover(); v != nil {
			f, err = nil, fmt.Errorf("%s: panic while it was written as JSON: %v", m.Type(), v)
		}
	}()
	m.Identities = [][]byte{[]byte(p.topic + m.Type())}
	return p.session.Encode(m)
}

// message publishes m without waiting. It is for what the kernel itself says,
// little in number and size. Text of m's parent goes before it; other text goes
// on waiting for more.
func (p *publisher) message(m *wire.Message) {
	f, err := p.frames(m)
	if err != nil {
		p.log.Error("publication cannot be written", "type", m.Type(), "err", err)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.put(item{frames: f, size: size(f)}, m.Parent)
}

// write publishes m, which user code produced, and waits while too much waits
// for the socket. An error says that m cannot be written as JSON.
func (p *publisher) write(m *wire.Message) error {
	f, err := p.frames(m)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.await()
	p.put(item{frames: f, size: size(f)}, m.Parent)
	return nil
}

// print publishes text and waits while too much waits for the socket. The bytes
// are copied.
func (p *publisher) print(parent *wire.Message, stream string, b []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(b) > 0 {
		p.await()
		if p.closed {
			return
		}
		t := p.open(parent, stream)
		n := min(len(b), maxText-len(t.bytes))
		t.bytes = append(t.bytes, b[:n]...)
		p.queued += n
		b = b[n:]
		if len(t.bytes) >= maxText {
			p.due = time.Time{}
			p.signal()
		}
	}
}

// open finds or makes the run of text to append to. The first bytes of a code
// point go where the others will go. p.mu is held.
func (p *publisher) open(parent *wire.Message, stream string) *text {
	run := p.items[p.urgent:]
	if len(run) == 0 {
		p.due = time.Now().Add(textInterval)
		p.signal()
	}
	fresh := &text{parent: parent, stream: stream}
	for i := len(run) - 1; i >= 0; i-- {
		t := run[i].text
		if t.stream != stream || t.parent != parent {
			continue
		}
		if len(t.bytes) < maxText && (i == len(run)-1 || len(run) >= maxTurns) {
			t.until = time.Time{}
			return t
		}
		fresh.bytes = t.cut()
		break
	}
	p.items = append(p.items, item{text: fresh})
	return fresh
}

// flush waits until everything published so far for this parent was handed to
// the socket, or until stop is closed.
func (p *publisher) flush(parent *wire.Message, stop <-chan struct{}) {
	mark := make(chan struct{})
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return
	}
	p.put(item{mark: mark}, parent.Header)
	p.mu.Unlock()
	select {
	case <-mark:
	case <-stop:
	case <-p.done:
	}
}

// put appends what is to be sent at once, and with it the text before it. Text
// of other parents may be in the middle of a code point; there it is cut. p.mu is
// held.
func (p *publisher) put(i item, parent wire.Header) {
	if p.closed {
		return
	}
	var later []item
	if !p.anyText(parent) {
		// Nothing to send first: overtake the text that waits.
		later = append(later, p.items[p.urgent:]...)
		p.items = p.items[:p.urgent]
	} else {
		later = hold(p.items[p.urgent:], &parent, time.Now())
	}
	p.items = append(p.items, i)
	p.urgent = len(p.items)
	p.items = append(p.items, later...)
	p.queued += i.size
	p.signal()
}

// anyText reports whether text of this parent waits. p.mu is held.
func (p *publisher) anyText(parent wire.Header) bool {
	for _, i := range p.items[p.urgent:] {
		if i.text.parent.Header == parent {
			return true
		}
	}
	return false
}

// await waits for room. p.mu is held, but not while it waits.
func (p *publisher) await() {
	for p.queued >= maxQueued && !p.closed {
		room := p.room
		p.due = time.Time{} // text that waits for more would wait for itself
		p.signal()
		p.mu.Unlock()
		<-room
		p.mu.Lock()
	}
}

func (p *publisher) signal() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// close sends what is queued, for at most wait, and ends run. Whoever waits for
// room goes on; nothing more is taken.
func (p *publisher) close(wait time.Duration) {
	p.mu.Lock()
	if !p.closed {
		p.closed = true
		p.urgent = len(p.items)
		close(p.room)
	}
	p.mu.Unlock()
	p.signal()
	select {
	case <-p.done:
	case <-time.After(wait):
		p.log.Warn("output was not taken by a subscriber in time", "waited", wait)
	}
}

func (p *publisher) run() {
	defer close(p.done)
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		batch, next, end := p.take(time.Now())
		for _, i := range batch {
			p.send(i)
		}
		if len(batch) > 0 {
			continue
		}
		if end {
			return
		}
		timer.Reset(next)
		select {
		case <-p.wake:
		case <-timer.C:
		}
	}
}

// take returns the items to send now; if there are none, how long to wait, and
// whether nothing will ever come.
func (p *publisher) take(now time.Time) (batch []item, wait time.Duration, end bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := p.urgent
	var tail []item
	if len(p.items) > n {
		wait = p.due.Sub(now)
		if wait <= 0 {
			tail = hold(p.items[n:], nil, now)
			n = len(p.items)
		}
	} else {
		wait = time.Hour
	}
	if n == 0 {
		return nil, wait, p.closed && len(p.items) == 0
	}
	batch = p.items[:n:n]
	p.items = append(tail, p.items[n:]...)
	p.urgent = 0
	if len(tail) > 0 {
		p.due = now.Add(textInterval)
	}
	return batch, 0, false
}

// hold cuts incomplete code points off the ends of text and returns them, to
// wait for their rest. Left to go are those that have waited long enough, and text
// of the parent that ends here.
func hold(run []item, ends *wire.Header, now time.Time) (tail []item) {
	for _, i := range run {
		t := i.text
		if ends != nil && t.parent.Header == *ends || !t.until.IsZero() && now.After(t.until) {
			continue
		}
		until := t.until
		if until.IsZero() {
			until = now.Add(textHold)
		}
		if rest := t.cut(); rest != nil {
			tail = append(tail, item{text: &text{parent: t.parent, stream: t.stream, bytes: rest, until: until}})
		}
	}
	return tail
}

// cut removes an incomplete code point from the end of t and returns its bytes.
func (t *text) cut() (rest []byte) {
	if n := incomplete(t.bytes); n > 0 {
		at := len(t.bytes) - n
		rest = append(rest, t.bytes[at:]...)
		t.bytes = t.bytes[:at]
	}
	return rest
}

// incomplete counts the bytes at the end of b that begin a code point and do
// not end it.
func incomplete(b []byte) int {
	for n := 1; n <= min(len(b), utf8.UTFMax-1); n++ {
		c := b[len(b)-n]
		if utf8.RuneStart(c) {
			if !utf8.FullRune(b[len(b)-n:]) {
				return n
			}
			return 0
		}
	}
	return 0
}

// send hands one item to the socket.
func (p *publisher) send(i item) {
	switch {
	case i.mark != nil:
		close(i.mark)
		return
	case i.text != nil:
		i.size = len(i.text.bytes)
		if i.size == 0 {
			return
		}
		f, err := p.frames(i.text.parent.Child(&wire.Stream{Name: i.text.stream, Text: string(i.text.bytes)}))
		if err != nil {
			p.log.Error("text cannot be written", "err", err)
			break
		}
		i.frames = f
	}
	if i.frames != nil {
		if err := p.socket.Send(i.frames); err != nil {
			p.log.Debug("publication was not sent", "err", err)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.queued -= i.size
	if !p.closed {
		close(p.room)
		p.room = make(chan struct{})
	}
}

func size(frames [][]byte) (n int) {
	for _, f := range frames {
		n += len(f)
	}
	return n
}
