package zmtp

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func router(t testing.TB, opts Options) *Router {
	t.Helper()
	checkLeaks(t)
	r, err := ListenRouter("tcp://127.0.0.1:0", opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(0) })
	return r
}

func dealer(t testing.TB, r *Router, identity string) *Dealer {
	t.Helper()
	d, err := DialDealer(testContext(t), r.Addr(), DialOptions{Identity: []byte(identity)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close(0) })
	return d
}

// TestIdentities: a peer's own identity is used if it is a proper one, otherwise
// an invented one that no peer can claim.
func TestIdentities(t *testing.T) {
	r := router(t, Options{})
	seen := map[string]bool{}
	for _, id := range []string{"", "", "me", "\xff\x00bin", strings.Repeat("x", 255), strings.Repeat("y", 256), "\x00", "\x001", "\x001"} {
		rawDial(t, r.Addr(), join(rawHello("DEALER", id), []byte("\x00\x01x")))
		m, err := r.Recv(testContext(t))
		if err != nil {
			t.Fatal(err)
		}
		got := string(m.Identity)
		if proper := id != "" && id[0] != 0 && len(id) <= 255; proper != (got == id) || !proper && got[0] != 0 {
			t.Errorf("identity %q became %q", id, got)
		}
		if seen[got] {
			t.Errorf("identity %q given twice", got)
		}
		seen[got] = true
	}
	if n := r.Stats().Peers; n != len(seen) {
		t.Errorf("%d peers, want %d", n, len(seen))
	}
}

// TestRoutedByIdentity: clients of one session, whose identities differ, each
// have their own answers, in order.
func TestRoutedByIdentity(t *testing.T) {
	r := router(t, Options{})
	go echo(r)
	var wg sync.WaitGroup
	for i := range 3 {
		d := dealer(t, r, fmt.Sprintf("client%d_session", i))
		wg.Go(func() {
			for k := range 500 {
				if err := d.Send(frames("session", fmt.Sprint(i, k))); err != nil {
					t.Error(err)
					return
				}
			}
			for k := range 500 {
				if m, err := d.Recv(testContext(t)); err != nil || !equal(m, frames("session", fmt.Sprint(i, k))) {
					t.Errorf("client %d, answer %d: %q, %v", i, k, m, err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// TestSameIdentity: the newest connection has the identity, the old one is ended.
func TestSameIdentity(t *testing.T) {
	r := router(t, Options{})
	old := dealer(t, r, "tab")
	if err := old.Send(frames("first")); err != nil {
		t.Fatal(err)
	}
	m, err := r.Recv(testContext(t)) // so the old one is there before the new one
	if err != nil || !equal(m.Frames, frames("first")) {
		t.Fatal(m, err)
	}
	fresh := dealer(t, r, "tab")
	if _, err := old.Recv(testContext(t)); !errors.Is(err, ErrClosed) || !errors.Is(err, net.ErrClosed) {
		t.Errorf("the old one got %v, want ErrClosed", err)
	}
	// What the old one asked is answered to the new one.
	if err := r.Send(m.Identity, frames("answer")); err != nil {
		t.Fatal(err)
	}
	if got, err := fresh.Recv(testContext(t)); err != nil || !equal(got, frames("answer")) {
		t.Errorf("the new one got %q, %v", got, err)
	}
	if n := r.Stats().Peers; n != 1 {
		t.Errorf("%d peers, want 1", n)
	}
}

// TestSendErrors: unknown and gone peers, empty messages, closed sockets.
func TestSendErrors(t *testing.T) {
	r := router(t, Options{})
	if err := r.Send([]byte("nobody"), frames("x")); !errors.Is(err, ErrNoPeer) {
		t.Errorf("unknown peer: %v, want ErrNoPeer", err)
	}
	d := dealer(t, r, "me")
	await(t, "the peer", func() bool { return r.Stats().Peers == 1 })
	if err := r.Send([]byte("me"), nil); err == nil {
		t.Error("a message without frames was taken")
	}
	if err := d.Send(nil); err == nil {
		t.Error("a message without frames was taken")
	}
	d.Close(0)
	await(t, "it to leave", func() bool { return r.Stats().Peers == 0 })
	if err := r.Send([]byte("me"), frames("x")); !errors.Is(err, ErrNoPeer) {
		t.Errorf("gone peer: %v, want ErrNoPeer", err)
	}
	if err := d.Send(frames("x")); !errors.Is(err, ErrClosed) {
		t.Errorf("closed dealer: %v, want ErrClosed", err)
	}
	r.Close(0)
	if err := r.Send([]byte("me"), frames("x")); !errors.Is(err, ErrClosed) {
		t.Errorf("closed router: %v, want ErrClosed", err)
	}
	if _, err := r.Recv(testContext(t)); !errors.Is(err, ErrClosed) {
		t.Errorf("closed router: %v, want ErrClosed", err)
	}
}

// TestConcurrentSends: messages of many goroutines arrive whole.
func TestConcurrentSends(t *testing.T) {
	r := router(t, Options{})
	d := dealer(t, r, "me")
	await(t, "the peer", func() bool { return r.Stats().Peers == 1 })
	const senders, each = 8, 200
	for g := range senders {
		go func() {
			for i := range each {
				b := fmt.Appendf(nil, "%d-%d", g, i)
				if err := r.Send([]byte("me"), [][]byte{b, b, bytes.Repeat(b, 30_000), b}); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	next := make([]int, senders)
	for range senders * each {
		m, err := d.Recv(testContext(t))
		if err != nil {
			t.Fatal(err)
		}
		var g, i int
		fmt.Sscanf(string(m[0]), "%d-%d", &g, &i)
		if len(m) != 4 || !bytes.Equal(m[0], m[1]) || !bytes.Equal(m[2], bytes.Repeat(m[0], 30_000)) || !bytes.Equal(m[0], m[3]) || next[g] != i {
			t.Fatalf("message %d of sender %d is broken or out of order", i, g)
		}
		next[g]++
	}
}

// TestLargeMessage passes 64 MiB there and back.
func TestLargeMessage(t *testing.T) {
	for _, v := range variants(t)[:2] {
		t.Run(v.name, func(t *testing.T) {
			if v.name == "curve" && testing.Short() {
				t.Skip("encrypting 64 MiB is slow; not in short mode")
			}
			r := router(t, v.server)
			go echo(r)
			ctx := testContext(t)
			d, err := DialDealer(ctx, r.Addr(), v.client)
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close(0)
			want := make([]byte, 64<<20)
			for i := 0; i < len(want); i += 4096 {
				want[i] = byte(i >> 12)
			}
			if err := d.Send([][]byte{[]byte("big"), want, {}}); err != nil {
				t.Fatal(err)
			}
			m, err := d.Recv(ctx)
			if err != nil || len(m) != 3 || !bytes.Equal(m[1], want) {
				t.Fatalf("%d frames, %v", len(m), err)
			}
		})
	}
}

// TestPing: PING is answered with its context, also between the frames of a
// message, and nothing is handed up.
func TestPing(t *testing.T) {
	r := router(t, Options{})
	ping := rawCommand("PING", "\x00\x0acontext")
	c := rawDial(t, r.Addr(), join(rawHello("DEALER", "me"), ping, []byte("\x01\x01a"), ping, []byte("\x00\x01b")))
	m, err := r.Recv(testContext(t))
	if err != nil || !equal(m.Frames, frames("a", "b")) {
		t.Fatalf("got %q, %v", m.Frames, err)
	}
	skipHandshake(t, c)
	want := join(rawCommand("PONG", "context"), rawCommand("PONG", "context"))
	got := make([]byte, len(want))
	if _, err := readFull(c, got); err != nil || !bytes.Equal(got, want) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

// skipHandshake reads and checks a ROUTER's greeting and READY.
func skipHandshake(t *testing.T, c net.Conn) {
	t.Helper()
	g := make([]byte, 64)
	if _, err := readFull(c, g); err != nil || !bytes.Equal(g, curveGreeting("NULL", 0)) {
		t.Fatalf("greeting %q, %v", g, err)
	}
	h, err := readHeader(c)
	if err != nil {
		t.Fatal(err)
	}
	body := make([]byte, h.size)
	if _, err := readFull(c, body); err != nil || !bytes.Contains(body, []byte(property("Socket-Type", "ROUTER"))) {
		t.Fatalf("READY %q, %v", body, err)
	}
}

func readFull(c net.Conn, b []byte) (int, error) {
	c.SetReadDeadline(time.Now().Add(20 * time.Second))
	return io.ReadFull(c, b)
}

// TestFloodIsFair: one that floods does not delay another's message, and only as
// much of the flood is held as the bound says.
func TestFloodIsFair(t *testing.T) {
	r := router(t, Options{Limits: Limits{RecvBytes: 100_000}})
	c := rawDial(t, r.Addr(), rawHello("DEALER", "flood"))
	go func() {
		for b := bytes.Repeat(appendFrame(nil, 0, make([]byte, 1000)), 100); ; {
			if _, err := c.Write(b); err != nil {
				return
			}
		}
	}()
	held := func() (total, ready int) {
		r.in.mu.Lock()
		defer r.in.mu.Unlock()
		return r.in.total, len(r.in.ready)
	}
	await(t, "the bound to be reached", func() bool { total, _ := held(); return total > 98_000 })
	d := dealer(t, r, "other")
	if err := d.Send(frames("x")); err != nil {
		t.Fatal(err)
	}
	await(t, "two peers' messages", func() bool { _, ready := held(); return ready == 2 })
	if total, _ := held(); total > 110_000 {
		t.Errorf("%d bytes are held", total)
	}
	var from []string
	for range 2 {
		m, err := r.Recv(testContext(t))
		if err != nil {
			t.Fatal(err)
		}
		from = append(from, string(m.Identity))
	}
	if !slices.Contains(from, "other") {
		t.Errorf("the next two messages came from %q", from)
	}
}

// TestChurn: 1,000 connections come and go, good and bad, and nothing is left.
func TestChurn(t *testing.T) {
	for _, v := range variants(t)[:2] {
		t.Run(v.name, func(t *testing.T) {
			r := router(t, v.server)
			go echo(r)
			checkLeaks(t) // also while the socket is open
			var wg sync.WaitGroup
			for range 10 {
				wg.Go(func() {
					for i := range 100 {
						ctx := testContext(t) // the time is for one, not for all
						if i%4 == 3 {
							rawDial(t, r.Addr(), []byte("GET / HTTP/1.1\r\n\r\n")).Close()
							continue
						}
						d, err := DialDealer(ctx, r.Addr(), v.client)
						if err != nil {
							t.Error(err)
							return
						}
						if i%4 > 0 && v.client.Identity == nil {
							if err := d.Send(frames("x")); err != nil {
								t.Error(err)
							}
							if i%4 > 1 {
								if _, err := d.Recv(ctx); err != nil {
									t.Error(err)
								}
							}
						}
						d.Close(0)
					}
				})
			}
			wg.Wait()
			await(t, "all to come and leave", func() bool {
				s := r.Stats()
				return s.Accepted >= 1000 && s.Handshakes+s.Refused == s.Accepted && s.Peers == 0
			})
			if s := r.Stats(); s.Handshakes != 750 {
				t.Errorf("stats %+v, want 750 handshakes", s)
			}
		})
	}
}

// TestPeersDieInMidMessage: what is incomplete is forgotten.
func TestPeersDieInMidMessage(t *testing.T) {
	r := router(t, Options{})
	for i := range 20 {
		c := rawDial(t, r.Addr(), join(rawHello("DEALER", ""), []byte("\x01\x01a"), announce(8<<20), make([]byte, i<<18)))
		if i%2 == 0 {
			c.(*net.TCPConn).SetLinger(0) // a reset, as after kill -9
		}
		c.Close()
	}
	await(t, "all to leave", func() bool { s := r.Stats(); return s.Peers == 0 && s.Handshakes+s.Refused == 20 })
	r.in.mu.Lock()
	defer r.in.mu.Unlock()
	if r.in.total != 0 || len(r.in.partial) != 0 {
		t.Errorf("%d bytes of %d peers still count", r.in.total, len(r.in.partial))
	}
}

// TestIncompleteMakeRoom: incomplete messages that stand still cannot keep a good
// one out when the socket holds all it may.
func TestIncompleteMakeRoom(t *testing.T) {
	r := router(t, Options{Limits: Limits{RecvTotal: 20 << 20}})
	go echo(r)
	var stuck []net.Conn
	for range 4 {
		stuck = append(stuck, rawDial(t, r.Addr(), join(rawHello("DEALER", ""), announce(20<<20), make([]byte, 4<<20))))
	}
	await(t, "the four to be held", func() bool {
		r.in.mu.Lock()
		defer r.in.mu.Unlock()
		return len(r.in.partial) > 0 && r.Stats().Handshakes == 4
	})
	d := dealer(t, r, "good")
	want := [][]byte{make([]byte, 10<<20)}
	if err := d.Send(want); err != nil {
		t.Fatal(err)
	}
	if m, err := d.Recv(testContext(t)); err != nil || !equal(m, want) {
		t.Fatalf("%d frames, %v", len(m), err)
	}
	for _, c := range stuck {
		c.Close()
	}
}
