package zmtp

import (
	"errors"
	"net"
	"sync/atomic"
	"testing"
	"time"
)

// faultyListener fails to accept a few times before each connection, as a
// process does that is out of descriptors.
type faultyListener struct {
	net.Listener
	calls atomic.Int64
}

func (l *faultyListener) Accept() (net.Conn, error) {
	if l.calls.Add(1)%4 != 0 {
		return nil, errors.New("too many open files")
	}
	return l.Listener.Accept()
}

// TestAcceptFails: a failing accept is tried again, with pauses that Close ends.
func TestAcceptFails(t *testing.T) {
	checkLeaks(t)
	e, err := parseEndpoint("tcp://127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ln, e, err := e.listen(false)
	if err != nil {
		t.Fatal(err)
	}
	faulty := &faultyListener{Listener: ln}
	s, err := newServer("ROUTER", faulty, e, Options{}, queueBytes)
	if err != nil {
		t.Fatal(err)
	}
	r := newRouter(s)
	go echo(r)
	for range 3 {
		d := dealer(t, r, "")
		if err := d.Send(frames("x")); err != nil {
			t.Fatal(err)
		}
		if m, err := d.Recv(testContext(t)); err != nil || !equal(m, frames("x")) {
			t.Fatalf("%q, %v", m, err)
		}
		d.Close(time.Second)
	}
	if n := faulty.calls.Load(); n > 100 {
		t.Errorf("Accept was called %d times for 3 connections: no pause", n)
	}
	if err := r.Close(time.Second); err != nil {
		t.Error(err)
	}
}
