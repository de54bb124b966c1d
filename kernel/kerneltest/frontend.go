package kerneltest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"cahier/kernel/wire"
)

// Patience is how long a FrontEnd waits for a message before it fails the test.
const Patience = 60 * time.Second

// Got is one message that a FrontEnd received.
type Got struct {
	*wire.Message
	Channel wire.Channel
	Order   uint64 // see [Conn.Recv]
}

// FrontEnd is a client that checks what holds for every message and sorts what it
// receives by channel and parent.
//
// Goroutines: one for each of four channels, until Close.
type FrontEnd struct {
	t       testing.TB
	conn    Conn
	session *wire.Session
	book    *book
	cancel  context.CancelFunc
	wg      sync.WaitGroup

	mu      sync.Mutex // guards what follows
	waiting map[slot][]*Got
	all     []*Got
	more    chan struct{} // closed and renewed when something came
	last    map[wire.Channel][][]byte
	kernel  string // the kernel's session id
	ids     map[string]bool
}

// slot is where a message waits to be looked at.
type slot struct {
	channel wire.Channel
	parent  string // msg_id of the parent; empty without one
}

// book remembers the headers that the front ends of one kernel sent.
type book struct {
	mu      sync.Mutex // guards headers
	headers map[string]string
}

// NewFrontEnd receives from conn until Close. File is the kernel's connection
// file, for the key.
func NewFrontEnd(t testing.TB, conn Conn, file *wire.ConnectionFile) *FrontEnd {
	return newFrontEnd(t, conn, file, &book{headers: map[string]string{}})
}

func newFrontEnd(t testing.TB, conn Conn, file *wire.ConnectionFile, b *book) *FrontEnd {
	t.Helper()
	s, err := file.Session()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	f := &FrontEnd{
		t: t, conn: conn, session: s, book: b, cancel: cancel,
		waiting: map[slot][]*Got{}, more: make(chan struct{}), ids: map[string]bool{}, last: map[wire.Channel][][]byte{},
	}
	for _, ch := range []wire.Channel{wire.Shell, wire.Control, wire.Stdin, wire.IOPub} {
		f.wg.Go(func() { f.receive(ctx, ch) })
	}
	return f
}

// Close ends the connection.
func (f *FrontEnd) Close() {
	f.cancel()
	f.conn.Close()
	f.wg.Wait()
}

func (f *FrontEnd) receive(ctx context.Context, ch wire.Channel) {
	for {
		frames, order, err := f.conn.Recv(ctx, ch)
		if err != nil {
			return
		}
		m, err := f.session.Decode(frames)
		if err != nil {
			f.t.Errorf("%s: the kernel sent %q: %v", ch, frames, err)
			continue
		}
		f.check(ch, m, frames)
		f.mu.Lock()
		g := &Got{m, ch, order}
		at := slot{ch, m.Parent.MsgID}
		f.waiting[at] = append(f.waiting[at], g)
		f.all = append(f.all, g)
		close(f.more)
		f.more = make(chan struct{})
		f.mu.Unlock()
	}
}

// check examines what holds for every message of a kernel.
func (f *FrontEnd) check(ch wire.Channel, m *wire.Message, frames [][]byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	h := m.Header
	if f.kernel == "" {
		f.kernel = h.Session
	}
	if h.Session != f.kernel || h.Session == f.session.ID() {
		f.t.Errorf("%s %s: session %q, want that of the kernel, %q", ch, h.MsgType, h.Session, f.kernel)
	}
	if f.ids[h.MsgID] {
		f.t.Errorf("%s %s: msg_id %q came before", ch, h.MsgType, h.MsgID)
	}
	f.ids[h.MsgID] = true
	if h.Version != wire.Version {
		f.t.Errorf("%s %s: version %q, want %q", ch, h.MsgType, h.Version, wire.Version)
	}
	if _, err := time.Parse("2006-01-02T15:04:05.000000Z07:00", h.Date); err != nil {
		f.t.Errorf("%s %s: %v", ch, h.MsgType, err)
	}
	if !m.Parent.IsZero() {
		// The parent header is the last but two of the JSON frames.
		raw := string(frames[len(frames)-len(m.Buffers)-3])
		f.book.mu.Lock()
		want := f.book.headers[m.Parent.MsgID]
		f.book.mu.Unlock()
		if raw != want {
			f.t.Errorf("%s %s: parent header\n %s, want the request's\n %s", ch, h.MsgType, raw, want)
		}
	}
	switch n := len(m.Identities); {
	case ch == wire.IOPub && n != 1 && h.MsgType != wire.TypeIOPubWelcome:
		f.t.Errorf("iopub %s: %d topics, want 1", h.MsgType, n)
	case ch != wire.IOPub && n != 0:
		f.t.Errorf("%s %s: %d identities left, want none", ch, h.MsgType, n)
	}
}

// Send sends a message with this msg_id.
func (f *FrontEnd) Send(ch wire.Channel, id string, c wire.Content) {
	f.t.Helper()
	m := f.session.New(c)
	m.Header.MsgID = id
	f.SendMessage(ch, m)
}

// SendMessage sends a message.
func (f *FrontEnd) SendMessage(ch wire.Channel, m *wire.Message) {
	f.t.Helper()
	frames, err := f.session.Encode(m)
	if err != nil {
		f.t.Fatal(err)
	}
	f.book.mu.Lock()
	f.book.headers[m.Header.MsgID] = string(frames[len(frames)-len(m.Buffers)-4])
	f.book.mu.Unlock()
	f.SendFrames(ch, frames)
}

// SendFrames sends anything.
func (f *FrontEnd) SendFrames(ch wire.Channel, frames [][]byte) {
	f.t.Helper()
	f.mu.Lock()
	f.last[ch] = frames
	f.mu.Unlock()
	if err := f.conn.Send(ch, frames); err != nil {
		f.t.Fatalf("send on %s: %v", ch, err)
	}
}

// errNothing: nothing came in time.
var errNothing = errors.New("nothing came")

// Next waits for the next message on a channel with this parent ("" is none).
func (f *FrontEnd) Next(ch wire.Channel, parent string) *Got {
	f.t.Helper()
	g, err := f.next(ch, parent, Patience)
	if err != nil {
		f.t.Fatalf("%s, parent %q: %v within %v; received so far:\n%s", ch, parent, err, Patience, f.log())
	}
	return g
}

func (f *FrontEnd) next(ch wire.Channel, parent string, patience time.Duration) (*Got, error) {
	end := time.After(patience)
	at := slot{ch, parent}
	for {
		f.mu.Lock()
		if q := f.waiting[at]; len(q) > 0 {
			f.waiting[at] = q[1:]
			f.mu.Unlock()
			return q[0], nil
		}
		more := f.more
		f.mu.Unlock()
		select {
		case <-more:
		case <-end:
			return nil, errNothing
		}
	}
}

// Until takes the messages of a request on iopub up to its idle.
func (f *FrontEnd) Until(id string) []*Got {
	f.t.Helper()
	var all []*Got
	for {
		g := f.Next(wire.IOPub, id)
		all = append(all, g)
		if s, ok := g.Content.(*wire.Status); ok && s.ExecutionState == wire.Idle {
			return all
		}
	}
}

// Run executes code on shell and returns what came on iopub up to idle, and the
// reply.
func (f *FrontEnd) Run(id, code string) ([]*Got, *wire.ExecuteReply) {
	f.t.Helper()
	f.Send(wire.Shell, id, &wire.ExecuteRequest{Code: code, StoreHistory: true, StopOnError: true, AllowStdin: true})
	out := f.Until(id)
	reply, ok := f.Next(wire.Shell, id).Content.(*wire.ExecuteReply)
	if !ok {
		f.t.Fatalf("the reply to %s is no execute_reply", id)
	}
	return out, reply
}

// Text joins the text of a stream in some messages.
func Text(messages []*Got, stream string) (text string) {
	for _, g := range messages {
		if s, ok := g.Content.(*wire.Stream); ok && s.Name == stream {
			text += s.Text
		}
	}
	return text
}

// Await waits until some message on a channel with this parent makes ok true, and
// returns it; it takes those before it.
func (f *FrontEnd) Await(ch wire.Channel, parent string, ok func(wire.Content) bool) *Got {
	f.t.Helper()
	for {
		if g := f.Next(ch, parent); ok(g.Content) {
			return g
		}
	}
}

// Ping fails the test unless the heartbeat echoes text in time.
func (f *FrontEnd) Ping(text string) {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	got, err := f.conn.Ping(ctx, [][]byte{[]byte(text)})
	if err != nil || len(got) != 1 || string(got[0]) != text {
		f.t.Errorf("the heartbeat answers %q (%v), want %q", got, err, text)
	}
}

// log lists all messages for people.
func (f *FrontEnd) log() (text string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, g := range f.all {
		b, err := json.Marshal(g.Content)
		if err != nil {
			b = []byte(err.Error())
		}
		if len(b) > 300 {
			b = append(b[:300:300], "..."...)
		}
		text += fmt.Sprintf("  %s %s (%s) %s\n", g.Channel, g.Type(), g.Parent.MsgID, b)
	}
	return text
}

// received returns all messages so far.
func (f *FrontEnd) received() []*Got {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]*Got(nil), f.all...)
}
