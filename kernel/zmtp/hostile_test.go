package zmtp

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"
)

// bed is one socket of each kind with an old client, to be attacked.
type bed struct {
	t      testing.TB
	opts   DialOptions
	router *Router
	xpub   *XPub
	rep    *Rep
	old    *Dealer
}

func newBed(t testing.TB, v variant) *bed {
	t.Helper()
	b := &bed{t: t, opts: v.client}
	var err error
	if b.router, err = ListenRouter("tcp://127.0.0.1:0", v.server); err != nil {
		t.Fatal(err)
	}
	if b.xpub, err = ListenXPub("tcp://127.0.0.1:0", welcome, v.server); err != nil {
		t.Fatal(err)
	}
	if b.rep, err = ListenRep("tcp://127.0.0.1:0", v.server); err != nil {
		t.Fatal(err)
	}
	go echo(b.router)
	if b.old, err = DialDealer(testContext(t), b.router.Addr(), v.client); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		b.old.Close(time.Second)
		for _, c := range []interface{ Close(time.Duration) error }{b.router, b.xpub, b.rep} {
			if err := c.Close(time.Second); err != nil {
				t.Error(err)
			}
		}
	})
	return b
}

func (b *bed) addr(socket string) string {
	switch socket {
	case "iopub":
		return b.xpub.Addr()
	case "hb":
		return b.rep.Addr()
	}
	return b.router.Addr()
}

// serves checks that old and new clients of every socket are served.
func (b *bed) serves() {
	b.t.Helper()
	ctx := testContext(b.t)
	fresh, err := DialDealer(ctx, b.router.Addr(), b.opts)
	if err != nil {
		b.t.Fatal("new client: ", err)
	}
	defer fresh.Close(0)
	for name, d := range map[string]*Dealer{"old": b.old, "new": fresh} {
		if err := d.Send(frames("x")); err != nil {
			b.t.Fatal(name, err)
		}
		if m, err := d.Recv(ctx); err != nil || !equal(m, frames("x")) {
			b.t.Fatalf("%s client: %q, %v", name, m, err)
		}
	}
	q, err := DialReq(ctx, b.rep.Addr(), b.opts)
	if err != nil {
		b.t.Fatal("heartbeat: ", err)
	}
	defer q.Close(0)
	if m, err := q.Request(ctx, frames("ping")); err != nil || !equal(m, frames("ping")) {
		b.t.Fatalf("heartbeat: %q, %v", m, err)
	}
	s, err := DialSub(ctx, b.xpub.Addr(), b.opts, "")
	if err != nil {
		b.t.Fatal("subscriber: ", err)
	}
	defer s.Close(0)
	if m, err := s.Recv(ctx); err != nil || !equal(m, welcome(nil)) {
		b.t.Fatalf("welcome: %q, %v", m, err)
	}
	if err := b.xpub.Send(frames("t", "y")); err != nil {
		b.t.Fatal(err)
	}
	if m, err := s.Recv(ctx); err != nil || !equal(m, frames("t", "y")) {
		b.t.Fatalf("subscriber: %q, %v", m, err)
	}
}

type attack struct {
	socket, name string
	data         []byte
	stays        bool // the connection is in order and not ended
}

func attacks() []attack {
	garbage := make([]byte, 1024)
	rand.Read(garbage)
	null := rawGreeting("NULL")
	shell := []attack{
		{name: "garbage", data: garbage},
		{name: "HTTP", data: []byte(strings.Repeat("GET / HTTP/1.1\r\nHost: x\r\n\r\n", 4))},
		{name: "mechanism PLAIN", data: rawGreeting("PLAIN")},
		{name: "mechanism of 20 bytes", data: rawGreeting("ABCDEFGHIJKLMNOPQRST")},
		{name: "mechanism CURVE", data: rawGreeting("CURVE")},
		{name: "READY without properties", data: join(null, rawCommand("READY", ""))},
		{name: "READY with a name without value", data: join(null, rawCommand("READY", "\x0bSocket-Type"))},
		{name: "READY with half a length", data: join(null, rawCommand("READY", "\x0bSocket-Type\x00\x00"))},
		{name: "READY with a value of 2^31-1 bytes", data: join(null, rawCommand("READY", "\x0bSocket-Type\x7f\xff\xff\xff"))},
		{name: "READY with a value of 2^32-1 bytes", data: join(null, rawCommand("READY", "\x0bSocket-Type\xff\xff\xff\xff"))},
		{name: "READY with a name of 255 bytes", data: join(null, rawCommand("READY", "\xffSocket-Type"))},
		{name: "READY of another socket type", data: join(null, rawReady("PUSH", ""))},
		{name: "READY of no socket type", data: join(null, rawReady("BOGUS", ""))},
		{name: "READY with an empty socket type", data: join(null, rawReady("", ""))},
		{name: "READY of 4,097 bytes", data: join(null, rawCommand("READY", strings.Repeat("x", 4091)))},
		{name: "another command than READY", data: join(null, rawCommand("HELLO", ""))},
		{name: "message instead of READY", data: join(null, []byte("\x00\x05\x05READY"))},
		{name: "command of no bytes", data: join(null, []byte("\x04\x00"))},
		{name: "command with a name beyond its end", data: join(null, []byte("\x04\x02\xffR"))},
		{name: "reserved flags in the handshake", data: join(null, []byte("\xf8\x00"))},
		{name: "command with more flag in the handshake", data: join(null, []byte("\x05\x00"))},
		{name: "reserved flags", data: join(rawHello("DEALER", ""), []byte("\x08\x00"))},
		{name: "command with more flag", data: join(rawHello("DEALER", ""), []byte("\x05\x00"))},
		{name: "200,000 frames in one message", data: join(rawHello("DEALER", ""), bytes.Repeat([]byte("\x01\x00"), 200_000))},
		{name: "command of 513 bytes", data: join(rawHello("DEALER", ""), rawCommand("X", strings.Repeat("x", 511)))},
		{name: "commands", data: join(rawHello("DEALER", ""), rawCommand("FOO", "bar"), rawCommand("PING", "\x00\x00"), rawCommand("PING", ""), []byte("\x04\x00")), stays: true},
		{name: "a flood of PINGs", data: join(rawHello("DEALER", ""), bytes.Repeat(rawCommand("PING", "\x00\x00context"), 10_000)), stays: true},
	}
	for shift := 29; shift < 64; shift++ {
		n := uint64(1) << shift
		command := announce(n)
		command[0] |= flagCommand
		shell = append(shell,
			attack{name: fmt.Sprintf("handshake frame of 2^%d bytes", shift), data: join(null, announce(n))},
			attack{name: fmt.Sprintf("handshake command of 2^%d bytes", shift), data: join(null, command)},
			attack{name: fmt.Sprintf("frame of 2^%d-1 bytes", shift), data: join(rawHello("DEALER", ""), announce(n-1))},
			attack{name: fmt.Sprintf("command of 2^%d bytes", shift), data: join(rawHello("DEALER", ""), command)},
			attack{name: fmt.Sprintf("frames that add up to more than 2^%d bytes", shift), data: join(rawHello("DEALER", ""), []byte("\x01\x02ab"), announce(n-1))},
		)
	}
	shell = append(shell, attack{name: "frame of 2^64-1 bytes", data: join(rawHello("DEALER", ""), announce(1<<64-1))})
	all := []attack{
		{socket: "iopub", name: "frame of 4,097 bytes", data: join(rawHello("SUB", ""), announce(4097))},
		{socket: "iopub", name: "frame of 2^60 bytes", data: join(rawHello("SUB", ""), announce(1<<60))},
		{socket: "iopub", name: "two frames", data: join(rawHello("SUB", ""), []byte("\x01\x01\x01\x00\x00"))},
		{socket: "iopub", name: "what is no subscription", data: join(rawHello("SUB", ""), bytes.Repeat([]byte("\x00\x00\x00\x01\x07\x00\x02hi"), 1000)), stays: true},
		{socket: "iopub", name: "101 subscriptions", data: join(rawHello("SUB", ""), subscriptions(maxTopics+1))},
		{socket: "iopub", name: "1,000 times the same subscription", data: join(rawHello("SUB", ""), bytes.Repeat([]byte("\x00\x02\x01t"), 1000)), stays: true},
		{socket: "hb", name: "200,000 frames in one message", data: join(rawHello("REQ", ""), bytes.Repeat([]byte("\x01\x00"), 200_000))},
		{socket: "hb", name: "frame of 2^40 bytes", data: join(rawHello("REQ", ""), announce(1<<40))},
	}
	for _, a := range shell {
		a.socket = "shell"
		all = append(all, a)
		if !bytes.HasPrefix(a.data, rawHello("DEALER", "")) { // a handshake: the same everywhere
			for _, s := range []string{"iopub", "hb"} {
				a.socket = s
				all = append(all, a)
			}
		}
	}
	return all
}

// subscriptions is n messages that subscribe to different topics.
func subscriptions(n int) (b []byte) {
	for i := range n {
		b = appendFrame(b, 0, fmt.Appendf(nil, "\x01topic%d", i))
	}
	return b
}

// TestHostile throws malformed bytes at each socket. The connection has to be
// ended, others have to be served and nothing has to be left behind.
func TestHostile(t *testing.T) {
	for _, v := range variants(t)[:2] {
		t.Run(v.name, func(t *testing.T) {
			checkLeaks(t)
			v.server.Limits.HandshakeTimeout = time.Second // for those that leave off in the middle
			b := newBed(t, v)
			for _, a := range attacks() {
				if a.stays && v.name == "curve" {
					a.stays = false // plain bytes are not in order there
				}
				c := rawDial(t, b.addr(a.socket), a.data)
				if a.stays {
					b.serves()
					continue
				}
				if tcp, ok := c.(*net.TCPConn); ok && unfinished(a.data) {
					tcp.CloseWrite() // it would be ended by the deadline; TestSilent sees to that
				}
				awaitEnd(t, c)
				if t.Failed() {
					t.Fatalf("after %s on %s", a.name, a.socket)
				}
			}
			b.serves()
		})
	}
}

// unfinished reports whether the attack may leave off in the middle of
// something that is so far in order.
func unfinished(data []byte) bool {
	return len(data) <= 64+2 || !bytes.HasPrefix(data, rawGreeting("NULL"))
}

// TestHandshakeBytes cuts a good handshake at every byte, and changes each of its
// bytes to each of several values.
func TestHandshakeBytes(t *testing.T) {
	checkLeaks(t)
	b := newBed(t, variants(t)[0])
	good := join(rawHello("DEALER", "me"), []byte("\x00\x01x"))
	for i := range good {
		rawDial(t, b.router.Addr(), good[:i]).Close()
		for _, v := range []byte{0, 1, good[i] ^ 0x80, good[i] + 1, 0x7f, 0xff} {
			bad := bytes.Clone(good)
			bad[i] = v
			rawDial(t, b.router.Addr(), bad).Close()
		}
	}
	b.serves()
}

// TestSilent has many connections that never finish their handshake: they keep
// nobody out and are ended.
func TestSilent(t *testing.T) {
	for _, v := range variants(t)[:2] {
		for name, data := range map[string][]byte{
			"nothing": nil, "half a greeting": rawGreeting("NULL")[:30], "no READY": rawGreeting("NULL"), "no HELLO": rawGreeting("CURVE"),
		} {
			t.Run(v.name+" "+name, func(t *testing.T) {
				checkLeaks(t)
				v.server.Limits.HandshakeTimeout = 250 * time.Millisecond // an honest client that misses it tries again
				v.server.Limits.MaxPending = 8
				b := newBed(t, v)
				var silent []net.Conn
				for range 20 {
					silent = append(silent, rawDial(t, b.router.Addr(), data))
				}
				b.serves()
				for _, c := range silent {
					awaitEnd(t, c)
				}
			})
		}
	}
}

// TestMaxPeers turns away what is too many, and takes a new one when an old one
// has left.
func TestMaxPeers(t *testing.T) {
	checkLeaks(t)
	ctx := testContext(t)
	r, err := ListenRouter("tcp://127.0.0.1:0", Options{Limits: Limits{MaxPeers: 3}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close(0)
	go echo(r)
	var in []net.Conn
	for i := range 3 {
		in = append(in, rawDial(t, r.Addr(), rawHello("DEALER", fmt.Sprint(i))))
	}
	await(t, "three peers", func() bool { return r.Stats().Peers == 3 })
	awaitEnd(t, rawDial(t, r.Addr(), rawHello("DEALER", "one too many")))
	if s := r.Stats(); s.Peers != 3 || s.Refused != 1 || s.Accepted != 4 || s.Handshakes != 3 {
		t.Errorf("stats %+v", s)
	}
	again := rawDial(t, r.Addr(), rawHello("DEALER", "2")) // reconnects: in its own place
	awaitEnd(t, in[2])
	again.Close()
	d, err := DialDealer(ctx, r.Addr(), DialOptions{})
	for err == nil { // until again has left, the connection is turned away after the handshake
		if err = d.Send(frames("x")); err == nil {
			if _, err = d.Recv(ctx); err == nil {
				break
			}
		}
		d.Close(0)
		if ctx.Err() != nil || !errors.Is(err, ErrClosed) {
			t.Fatal(err)
		}
		d, err = DialDealer(ctx, r.Addr(), DialOptions{})
	}
	if err != nil {
		t.Fatal(err)
	}
	d.Close(0)
}

// TestAnnouncedMemory announces frames as large as may be and sends nothing: it
// must not cost memory.
func TestAnnouncedMemory(t *testing.T) {
	for _, v := range variants(t)[:2] {
		t.Run(v.name, func(t *testing.T) {
			checkLeaks(t)
			b := newBed(t, v)
			const n = 50
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			for range n {
				c := rawDial(t, b.router.Addr(), nil)
				if v.client.Curve == nil {
					c.Write(join(rawHello("DEALER", ""), announce(256<<20)))
				} else if _, err := (curveClient{*v.client.Curve}).shake(c, metadata("DEALER", nil)); err != nil {
					t.Fatal(err)
				} else {
					c.Write(announce(256 << 20))
				}
			}
			await(t, "all peers", func() bool { return b.router.Stats().Peers == n+1 })
			b.serves()
			runtime.ReadMemStats(&after)
			if grown := after.TotalAlloc - before.TotalAlloc; grown > n*(2*eagerBytes) {
				t.Errorf("%d announcements of 256 MiB allocated %d bytes", n, grown)
			}
		})
	}
}
