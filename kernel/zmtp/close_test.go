package zmtp

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"
)

// TestCloseDelivers: 200 times, what was sent just before Close arrives: the
// reply on the ROUTER, the output and the last status on the XPUB.
func TestCloseDelivers(t *testing.T) {
	for _, v := range variants(t)[:2] {
		t.Run(v.name, func(t *testing.T) {
			checkLeaks(t)
			rounds := 200
			if testing.Short() {
				rounds = 20
			}
			for round := range rounds {
				if err := shutdown(t, v); err != nil {
					t.Fatalf("shutdown %d of %d: %v", round+1, rounds, err)
				}
			}
		})
	}
}

// shutdown is one kernel's end.
func shutdown(t *testing.T, v variant) error {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	r, err := ListenRouter("tcp://127.0.0.1:0", v.server)
	if err != nil {
		return err
	}
	x, err := ListenXPub("tcp://127.0.0.1:0", welcome, v.server)
	if err != nil {
		return err
	}
	d, err := DialDealer(ctx, r.Addr(), v.client)
	if err != nil {
		return err
	}
	defer d.Close(0)
	s, err := DialSub(ctx, x.Addr(), v.client, "")
	if err != nil {
		return err
	}
	defer s.Close(0)
	if _, err := s.Recv(ctx); err != nil {
		return err
	}
	if err := d.Send(frames("shutdown_request")); err != nil {
		return err
	}
	m, err := r.Recv(ctx)
	if err != nil {
		return err
	}
	const n = 300
	for i := range n {
		if err := x.Send([][]byte{[]byte("t"), fmt.Append(nil, i), make([]byte, 1024)}); err != nil {
			return err
		}
	}
	// What the client sends meanwhile is never received, and must not cost it
	// what is on its way.
	if err := d.Send(frames("too late")); err != nil {
		return err
	}
	closed := make(chan error, 2)
	if err := errors.Join(r.Send(m.Identity, frames("shutdown_reply")), x.Send(frames("t", "idle"))); err != nil {
		return err
	}
	go func() { closed <- r.Close(10 * time.Second) }()
	go func() { closed <- x.Close(10 * time.Second) }()
	for i := range n {
		if m, err := s.Recv(ctx); err != nil || string(m[1]) != fmt.Sprint(i) {
			return fmt.Errorf("publication %d: %q, %w", i, m, err)
		}
	}
	if m, err := s.Recv(ctx); err != nil || !equal(m, frames("t", "idle")) {
		return fmt.Errorf("the last publication: %q, %w", m, err)
	}
	if m, err := d.Recv(ctx); err != nil || !equal(m, frames("shutdown_reply")) {
		return fmt.Errorf("the reply: %q, %w", m, err)
	}
	if _, err := d.Recv(ctx); !errors.Is(err, ErrClosed) {
		return fmt.Errorf("after the reply: %w, want ErrClosed", err)
	}
	return errors.Join(<-closed, <-closed)
}

// TestCloseClientDelivers: what a client sent just before Close arrives.
func TestCloseClientDelivers(t *testing.T) {
	r := router(t, Options{})
	for range 50 {
		d := dealer(t, r, "")
		want := [][]byte{[]byte("last"), make([]byte, 1<<20)}
		if err := d.Send(want); err != nil {
			t.Fatal(err)
		}
		closed := make(chan error, 1)
		go func() { closed <- d.Close(10 * time.Second) }()
		if m, err := r.Recv(testContext(t)); err != nil || !equal(m.Frames, want) {
			t.Fatalf("%d frames, %v", len(m.Frames), err)
		}
		if err := <-closed; err != nil {
			t.Fatal(err)
		}
	}
}

// TestCloseDoesNotWaitForTheDeaf: linger bounds Close, and the error says that
// somebody was not sent everything.
func TestCloseDoesNotWaitForTheDeaf(t *testing.T) {
	r := router(t, Options{})
	rawDial(t, r.Addr(), rawHello("DEALER", "deaf"))
	rawDial(t, r.Addr(), rawHello("DEALER", "idle")) // never hangs up
	await(t, "two peers", func() bool { return r.Stats().Peers == 2 })
	if err := r.Send([]byte("deaf"), [][]byte{make([]byte, 60<<20)}); err != nil {
		t.Fatal(err)
	}
	if err := r.Close(100 * time.Millisecond); err == nil {
		t.Error("Close returned no error although 60 MB were not read")
	} else {
		t.Log(err)
	}
	if err := r.Close(time.Hour); err != nil {
		t.Error("second Close: ", err)
	}
}

// TestCloseEndsWaits: Close ends what waits in Recv, Send and handshakes.
func TestCloseEndsWaits(t *testing.T) {
	x := xpub(t, small(never))
	stopped := subscriber(t, x)
	rawDial(t, x.Addr(), nil) // in its handshake
	sent := make(chan error, 1)
	go func() {
		for {
			if err := x.Send([][]byte{[]byte("t"), make([]byte, 1<<20)}); err != nil {
				sent <- err
				return
			}
		}
	}()
	r := router(t, Options{})
	received := make(chan error, 2)
	for range 2 {
		go func() {
			_, err := r.Recv(context.Background())
			received <- err
		}()
	}
	await(t, "a full queue", func() bool { return x.idle("t") == 0 })
	x.Close(10 * time.Millisecond)
	r.Close(10 * time.Millisecond)
	for _, c := range []chan error{sent, received, received} {
		if err := <-c; !errors.Is(err, ErrClosed) {
			t.Errorf("got %v, want ErrClosed", err)
		}
	}
	awaitEnd(t, stopped)
}

// TestRecvContext: the end of a context ends a Recv and nothing else.
func TestRecvContext(t *testing.T) {
	r := router(t, Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Recv(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	d := dealer(t, r, "")
	if _, err := d.Recv(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if err := d.Send(frames("x")); err != nil {
		t.Fatal(err)
	}
	if m, err := r.Recv(testContext(t)); err != nil || !equal(m.Frames, frames("x")) {
		t.Errorf("got %q, %v", m.Frames, err)
	}
}

// TestLateAnswer: a request that was given up does not disturb the next one.
func TestLateAnswer(t *testing.T) {
	r := router(t, Options{})
	q, err := DialReq(testContext(t), r.Addr(), DialOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close(0)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := q.Request(ctx, frames("first")); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
	go echo(r) // answers both
	if m, err := q.Request(testContext(t), frames("second")); err != nil || !equal(m, frames("second")) {
		t.Errorf("got %q, %v", m, err)
	}
}
