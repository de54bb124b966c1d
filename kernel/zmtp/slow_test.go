package zmtp

import (
	"errors"
	"fmt"
	"io"
	"net"
	"testing"
	"time"
)

// small is limits that a test can reach.
func small(stall time.Duration) Limits { return Limits{QueueBytes: 1 << 20, StallTime: stall} }

// patient is a stall time that a reader that is alive does not come near, however
// busy the machine is.
const patient = 2 * time.Second

// never is a stall time that no test waits for: what depends on it does not end.
const never = time.Hour

// subscriber is a raw SUB that has subscribed to everything; it reads only what
// the test reads.
func subscriber(t *testing.T, x *XPub) net.Conn {
	t.Helper()
	n := x.idle("")
	c := rawDial(t, x.Addr(), join(rawHello("SUB", ""), []byte("\x00\x01\x01")))
	c.(*net.TCPConn).SetReadBuffer(64 << 10)
	await(t, "a subscription", func() bool { return x.idle("") == n+1 })
	return c
}

// liveSub is a SUB that counts what it receives until it has n.
func liveSub(t *testing.T, x *XPub, n int) (done chan error) {
	t.Helper()
	idle := x.idle("")
	s, err := DialSub(testContext(t), x.Addr(), DialOptions{}, "")
	if err != nil {
		t.Fatal(err)
	}
	await(t, "a subscription", func() bool { return x.idle("") == idle+1 })
	done = make(chan error, 1)
	go func() {
		defer s.Close(0)
		for i := range n {
			m, err := s.Recv(t.Context())
			if err != nil || string(m[1]) != fmt.Sprint(i) {
				done <- fmt.Errorf("publication %d: %d frames, %w", i, len(m), err)
				return
			}
		}
		done <- nil
	}()
	return done
}

func xpub(t *testing.T, l Limits) *XPub {
	t.Helper()
	checkLeaks(t)
	x, err := ListenXPub("tcp://127.0.0.1:0", nil, Options{Limits: l})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close(0) })
	return x
}

func skipShort(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("waits for seconds; not in short mode")
	}
}

func publish(t *testing.T, x *XPub, n, size int) {
	t.Helper()
	for i := range n {
		if err := x.Send([][]byte{[]byte("t"), fmt.Append(nil, i), make([]byte, size)}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestStoppedSubscriberWithinQueue: what fits a stopped subscriber's queue is
// published without any wait.
func TestStoppedSubscriberWithinQueue(t *testing.T) {
	x := xpub(t, Limits{StallTime: never})
	subscriber(t, x)
	live := liveSub(t, x, 60_000)
	publish(t, x, 60_000, 1000)
	if err := <-live; err != nil {
		t.Error(err)
	}
}

// TestStoppedSubscriberIsCutOff: beyond that it is cut off, and the others have
// everything.
func TestStoppedSubscriberIsCutOff(t *testing.T) {
	x := xpub(t, small(time.Second))
	stopped := subscriber(t, x)
	live := liveSub(t, x, 20_000)
	publish(t, x, 20_000, 1000)
	if err := <-live; err != nil {
		t.Error(err)
	}
	await(t, "the stopped one to be cut off", func() bool { return x.Stats().Peers <= 1 })
	awaitEnd(t, stopped)
}

// TestOthersFirst: while a publication waits for a full queue the others already
// have it.
func TestOthersFirst(t *testing.T) {
	x := xpub(t, small(never))
	stopped := subscriber(t, x)
	live := liveSub(t, x, 100)
	sent := make(chan error, 1)
	go func() { // 100 MB do not fit the queue and what the system buffers
		for i := range 100 {
			if err := x.Send([][]byte{[]byte("t"), fmt.Append(nil, i), make([]byte, 1<<20)}); err != nil {
				sent <- err
				return
			}
		}
		sent <- nil
	}()
	// The publisher gets stuck. The live one then has one message more than the
	// stopped one was given room for.
	count := func() (n int) {
		for _, p := range *x.peers.Load() {
			p.mu.Lock()
			if p.bytes > 0 {
				n++
			}
			p.mu.Unlock()
		}
		return n
	}
	await(t, "only the stopped one to be behind", func() bool { return count() == 1 && x.idle("t") == 1 })
	stopped.Close()
	if err := errors.Join(<-sent, <-live); err != nil {
		t.Error(err)
	}
}

// TestSlowSubscriberAlone: the only reader sets the pace and loses nothing, also
// when that takes longer than the stall time.
func TestSlowSubscriberAlone(t *testing.T) {
	skipShort(t)
	x := xpub(t, small(patient))
	slow := subscriber(t, x)
	const n, size = 1200, 10_000
	got := make(chan int64, 1)
	go func() {
		var total int64
		for total < n*size {
			c, err := io.CopyN(io.Discard, slow, 300_000)
			total += c
			if err != nil {
				break
			}
			time.Sleep(80 * time.Millisecond)
		}
		got <- total
	}()
	publish(t, x, n, size)
	if total := <-got; total < n*size {
		t.Errorf("the reader was given %d bytes of more than %d", total, n*size)
	}
}

// TestSlowSubscriberBesideOthers: one that is much slower than the others is cut
// off although it takes something all the time.
func TestSlowSubscriberBesideOthers(t *testing.T) {
	skipShort(t)
	x := xpub(t, small(patient))
	slow := subscriber(t, x)
	const n, size = 8000, 10_000
	live := liveSub(t, x, n)
	go func() {
		for {
			if _, err := io.CopyN(io.Discard, slow, 200_000); err != nil {
				return
			}
			time.Sleep(50 * time.Millisecond) // 4 MB/s: never stalled, but 20 s for all of it
		}
	}()
	publish(t, x, n, size)
	if err := <-live; err != nil {
		t.Error(err)
	}
	await(t, "the slow one to be cut off", func() bool { return x.Stats().Peers <= 1 })
}

// TestDeafDealer: a client that does not read its reply delays neither the others
// nor the sender; when its queue is full it is cut off.
func TestDeafDealer(t *testing.T) {
	checkLeaks(t)
	ctx := testContext(t)
	r, err := ListenRouter("tcp://127.0.0.1:0", Options{Limits: small(200 * time.Millisecond)})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close(0)
	deaf := rawDial(t, r.Addr(), rawHello("DEALER", "deaf"))
	await(t, "a peer", func() bool { return r.Stats().Peers == 1 })
	if err := r.Send([]byte("deaf"), [][]byte{make([]byte, 60<<20)}); err != nil {
		t.Fatal(err) // one message may be larger than the queue
	}
	d, err := DialDealer(ctx, r.Addr(), DialOptions{Identity: []byte("live")})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close(0)
	await(t, "the live one", func() bool { return r.Stats().Peers == 2 })
	blocked := make(chan error, 1)
	go func() { blocked <- r.Send([]byte("deaf"), frames("more")) }()
	for i := range 1000 {
		m := frames(fmt.Sprint(i))
		if err := r.Send([]byte("live"), m); err != nil {
			t.Fatal(err)
		}
		if got, err := d.Recv(ctx); err != nil || !equal(got, m) {
			t.Fatalf("%q, %v", got, err)
		}
	}
	if err := <-blocked; !errors.Is(err, ErrNoPeer) {
		t.Errorf("send to the deaf one: %v, want ErrNoPeer", err)
	}
	awaitEnd(t, deaf)
	if err := r.Send([]byte("deaf"), frames("x")); !errors.Is(err, ErrNoPeer) {
		t.Errorf("send to one that was cut off: %v, want ErrNoPeer", err)
	}
}

// TestLargeMessageToSlowReader: one message that takes longer to write than the
// stall time does not cut its reader off, since its pieces count as progress.
func TestLargeMessageToSlowReader(t *testing.T) {
	skipShort(t)
	checkLeaks(t)
	r, err := ListenRouter("tcp://127.0.0.1:0", Options{Limits: small(patient)})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close(0)
	c := rawDial(t, r.Addr(), rawHello("DEALER", "slow"))
	c.(*net.TCPConn).SetReadBuffer(64 << 10)
	await(t, "a peer", func() bool { return r.Stats().Peers == 1 })
	const size = 24 << 20
	if err := r.Send([]byte("slow"), [][]byte{make([]byte, size)}); err != nil {
		t.Fatal(err)
	}
	sent := make(chan error, 1)
	go func() { sent <- r.Send([]byte("slow"), frames("last")) }() // waits all the time
	var total int64
	for total < size {
		n, err := io.CopyN(io.Discard, c, 1<<20)
		if total += n; err != nil {
			t.Fatalf("after %d bytes: %v", total, err)
		}
		time.Sleep(200 * time.Millisecond)
	}
	if err := <-sent; err != nil {
		t.Error(err)
	}
}

// TestHeartbeatNotRead: a heartbeat client that does not read its answers stops
// being read from and is cut off; others are answered.
func TestHeartbeatNotRead(t *testing.T) {
	checkLeaks(t)
	ctx := testContext(t)
	h, err := ListenRep("tcp://127.0.0.1:0", Options{Limits: small(200 * time.Millisecond)})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close(0)
	c := rawDial(t, h.Addr(), rawHello("REQ", ""))
	go func() {
		for b := appendFrame(nil, 0, make([]byte, 100_000)); ; {
			if _, err := c.Write(b); err != nil {
				return
			}
		}
	}()
	q, err := DialReq(ctx, h.Addr(), DialOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close(0)
	for h.Stats().Peers > 1 || h.Stats().Handshakes < 2 {
		if m, err := q.Request(ctx, frames("ping")); err != nil || !equal(m, frames("ping")) {
			t.Fatalf("%q, %v", m, err)
		}
		time.Sleep(time.Millisecond)
	}
}
