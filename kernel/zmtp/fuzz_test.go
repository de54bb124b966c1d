package zmtp

import (
	"bytes"
	"io"
	"net"
	"runtime"
	"runtime/debug"
	"sync"
	"testing"
	"time"

	"github.com/go-zeromq/zmq4"
)

// memListener is a net.Listener whose connections are in memory.
type memListener struct {
	conns chan net.Conn
	once  sync.Once
	done  chan struct{}
}

func newMemListener() *memListener {
	return &memListener{conns: make(chan net.Conn), done: make(chan struct{})}
}

func (l *memListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *memListener) Close() error   { l.once.Do(func() { close(l.done) }); return nil }
func (l *memListener) Addr() net.Addr { return &net.UnixAddr{Name: "memory"} }

// fuzzBed is listening sockets in memory, each with a well-behaved client that
// has to be served whatever a stranger sends.
type fuzzBed struct {
	servers map[string]*server
	router  *Router
	xpub    *XPub
	good    *peer         // of the ROUTER, which echoes
	answers chan [][]byte // to good
	pubs    *peer         // has subscribed to "good"
	got     chan [][]byte // publications
	watch   *time.Timer   // panics when an attack hangs
}

func newFuzzBed(f *testing.F, curve *KeyPair) *fuzzBed {
	opts := Options{Curve: curve}
	b := &fuzzBed{servers: map[string]*server{}, answers: make(chan [][]byte, 1), got: make(chan [][]byte, 1)}
	b.watch = time.AfterFunc(time.Hour, func() {
		debug.SetTraceback("all")
		panic("an attack hangs, or another peer is not served")
	})
	f.Cleanup(func() { b.watch.Stop() })
	mk := func(typ, client string, queue int) *server {
		s, err := newServer(zmq4.SocketType(typ), newMemListener(), endpoint{network: "mem"}, opts, queue)
		if err != nil {
			f.Fatal(err)
		}
		b.servers[client] = s
		f.Cleanup(func() { s.Close(0) })
		return s
	}
	b.router = newRouter(mk("ROUTER", "DEALER", queueBytes))
	b.xpub = newXPub(mk("XPUB", "SUB", pubQueueBytes), welcome)
	newRep(mk("REP", "REQ", queueBytes))
	go echo(b.router)
	b.good = b.client(f, "DEALER", curve, b.answers)
	b.pubs = b.client(f, "SUB", curve, b.got)
	if err := b.pubs.push(frames("\x01good"), nil); err != nil {
		f.Fatal(err)
	}
	<-b.got // the welcome
	return b
}

// client connects a good client whose messages go to ch.
func (b *fuzzBed) client(f *testing.F, typ string, curve *KeyPair, ch chan [][]byte) *peer {
	lim := Limits{}.withDefaults(queueBytes)
	sec := security(plain{})
	if curve != nil {
		sec = curveClient{CurveClient{Server: curve.Public}}
	}
	ours, theirs := memPipe()
	b.servers[typ].ln.(*memListener).conns <- theirs
	// Both sides of a pipe write their greeting first; a buffer keeps them apart.
	w := newBuffered(ours)
	p, err := handshake(w, zmq4.SocketType(typ), []byte("good"), false, sec, &lim, logger(nil))
	if err != nil {
		f.Fatal(err)
	}
	go p.run(func(m [][]byte) error { ch <- m; return nil })
	f.Cleanup(func() {
		p.kill("end of test")
		<-p.drained
		w.flush()
	})
	return p
}

// memPipe is net.Pipe without deadlines, which leave stopped timers with the
// runtime: at thousands of connections a second its heap of timers would be what
// grows.
func memPipe() (net.Conn, net.Conn) {
	a, b := net.Pipe()
	return memConn{a}, memConn{b}
}

type memConn struct{ net.Conn }

func (memConn) SetDeadline(time.Time) error { return nil }

// buffered is a connection whose Write does not wait for the reader.
type buffered struct {
	net.Conn
	out   chan []byte
	ended chan struct{}
}

func newBuffered(c net.Conn) *buffered {
	b := &buffered{c, make(chan []byte, 1000), make(chan struct{})}
	go func() {
		defer close(b.ended)
		var err error
		for p := range b.out {
			if err == nil {
				_, err = c.Write(p)
			}
		}
	}()
	return b
}

func (b *buffered) Write(p []byte) (int, error) {
	b.out <- bytes.Clone(p)
	return len(p), nil
}

// flush waits until all is written. There is no Write after it.
func (b *buffered) flush() {
	close(b.out)
	<-b.ended
}

// serves checks that the good clients are served.
func (b *fuzzBed) serves(t *testing.T) {
	t.Helper()
	ask := func(err error, ch chan [][]byte, want [][]byte) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if m := <-ch; !equal(m, want) {
			t.Fatalf("got %q, want %q", m, want)
		}
	}
	ask(b.good.push(frames("x", ""), nil), b.answers, frames("x", ""))
	ask(b.xpub.Send(frames("good", "y")), b.got, frames("good", "y"))
}

// attack gives one end of a connection to a server, lets talk use the other, and
// returns when the server has finished with it. n is how many bytes talk sends.
func (b *fuzzBed) attack(t *testing.T, typ string, n int, talk func(c net.Conn)) {
	b.watch.Reset(20 * time.Second)
	defer b.watch.Stop()
	s := b.servers[typ]
	before := allocated()
	ours, theirs := memPipe()
	ended := make(chan struct{})
	s.mu.Lock()
	h := &shaking{theirs, time.Now()}
	s.pending = append(s.pending, h)
	s.wg.Add(1)
	s.mu.Unlock()
	go func() {
		defer close(ended)
		s.serve(h)
	}()
	talk(ours)
	ours.Close()
	<-ended
	if grown, limit := allocated()-before, uint64(1<<20+200*n); grown > limit {
		t.Errorf("%d bytes made it allocate %d, want at most %d", n, grown, limit)
	}
	b.serves(t)
	s.in.mu.Lock()
	defer s.in.mu.Unlock()
	if len(s.in.partial) > 0 {
		t.Error("an incomplete message still counts")
	}
}

// allocated is the bytes allocated so far by this process, to the byte: the
// cheaper runtime/metrics counts a whole span when its turn comes.
func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// say writes data and drops what comes back.
func say(c net.Conn, data []byte) {
	go io.Copy(io.Discard, c)
	_, _ = c.Write(data) // fails when the server has had enough
}

// FuzzHandshake throws bytes at each socket from the first byte on.
func FuzzHandshake(f *testing.F) {
	b := newFuzzBed(f, nil)
	types := []string{"DEALER", "SUB", "REQ"}
	for i, typ := range types {
		f.Add(uint8(i), join(rawHello(typ, "x"), []byte("\x00\x01x")))
	}
	f.Add(uint8(0), []byte("GET / HTTP/1.1\r\n\r\n"))
	f.Add(uint8(0), join(rawGreeting("NULL"), rawCommand("READY", "\x0bSocket-Type\x7f\xff\xff\xff")))
	f.Add(uint8(0), join(rawGreeting("NULL"), announce(1<<62)))
	f.Fuzz(func(t *testing.T, kind uint8, data []byte) {
		b.attack(t, types[int(kind)%len(types)], len(data), func(c net.Conn) { say(c, data) })
	})
}

// FuzzFrames throws bytes at each socket after a good handshake.
func FuzzFrames(f *testing.F) {
	b := newFuzzBed(f, nil)
	types := []string{"DEALER", "SUB", "REQ"}
	f.Add(uint8(0), join([]byte("\x01\x01a\x00\x01b"), appendFrame(nil, 0, make([]byte, 300)), rawCommand("PING", "\x00\x00ctx")))
	f.Add(uint8(1), join([]byte("\x00\x06\x01topic\x00\x06\x00topic\x00\x01\x01"), subscriptions(3)))
	f.Add(uint8(2), []byte("\x01\x00\x00\x04ping"))
	f.Add(uint8(0), announce(256<<20))
	f.Add(uint8(0), join([]byte("\x03\x00\x00\x00\x00\x10\x00\x00\x00"), announce(1<<63-1)))
	f.Fuzz(func(t *testing.T, kind uint8, data []byte) {
		typ := types[int(kind)%len(types)]
		b.attack(t, typ, len(data), func(c net.Conn) { say(c, join(rawHello(typ, "fuzz"), data)) })
	})
}

// FuzzCurve throws bytes at every stage of CURVE: before the handshake, as
// HELLO, as a client's properties, as boxes, and inside good boxes; and at a
// client.
func FuzzCurve(f *testing.F) {
	keys, err := NewKeyPair()
	if err != nil {
		f.Fatal(err)
	}
	b := newFuzzBed(f, &keys)
	client := curveClient{CurveClient{Server: keys.Public}}
	for stage := range uint8(6) {
		f.Add(stage, join(rawGreeting("CURVE"), rawCommand("HELLO", "\x01\x00"), make([]byte, 200)))
		f.Add(stage, append([]byte(property("Socket-Type", "DEALER")), 0, 1, 2))
		f.Add(stage, appendFrame(nil, 0, append([]byte(messageName), make([]byte, 40)...)))
		f.Add(stage, []byte("\x01\x05\x00first\x00last"))
	}
	f.Fuzz(func(t *testing.T, stage uint8, data []byte) {
		if stage%6 == 5 {
			b.watch.Reset(20 * time.Second)
			defer b.watch.Stop()
			fuzzCurveClient(t, client, data)
			return
		}
		b.attack(t, "DEALER", len(data), func(c net.Conn) {
			switch stage % 6 {
			case 0:
				say(c, data)
			case 1:
				say(c, join(rawGreeting("CURVE"), data))
			case 2: // properties
				cc := shake(t, client, c, data[:min(len(data), 3000)])
				say(c, cc.boxed(10, []byte("\x00x")))
			case 3: // after the handshake
				shake(t, client, c, metadata("DEALER", nil))
				say(c, data)
			case 4: // inside boxes: a length, then so many bytes, and so on
				cc := shake(t, client, c, metadata("DEALER", nil))
				var boxes []byte
				for n := uint64(10); len(data) > 0; n++ {
					k := min(int(data[0]), len(data)-1)
					boxes = append(boxes, cc.boxed(n, data[1:1+k])...)
					data = data[1+k:]
				}
				say(c, boxes)
			}
		})
	})
}

// shake does a good CURVE handshake with these properties of the client's socket.
func shake(t *testing.T, client curveClient, c net.Conn, properties []byte) *curveConn {
	t.Helper()
	w := newBuffered(c)
	defer w.flush()
	cc, err := client.shake(w, properties)
	if err != nil {
		t.Fatal(err)
	}
	return cc
}

// fuzzCurveClient has a client do its handshake with a server that says data.
func fuzzCurveClient(t *testing.T, client curveClient, data []byte) {
	ours, theirs := memPipe()
	go func() {
		say(theirs, join(rawGreeting("CURVE"), data))
		theirs.Close()
	}()
	lim := Limits{}.withDefaults(queueBytes)
	w := newBuffered(ours)
	if _, err := handshake(w, "DEALER", nil, false, client, &lim, logger(nil)); err == nil {
		t.Error("a client accepted a server that does not know the key")
	}
	ours.Close()
	w.flush()
}
