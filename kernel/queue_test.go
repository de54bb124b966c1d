package kernel

import (
	"testing"
	"time"

	"cahier/kernel/wire"
)

func testRequest(c wire.Content) *request {
	return &request{msg: &wire.Message{Header: wire.Header{MsgType: c.MsgType()}, Content: c}}
}

// A full queue makes the receiver wait until the lane takes something.
func TestQueueIsBounded(t *testing.T) {
	q := newQueue()
	if !q.put(testRequest(&wire.KernelInfoRequest{}), 2*maxWaitingBytes) {
		t.Fatal("an empty queue refuses a large request")
	}
	second := make(chan bool)
	go func() { second <- q.put(testRequest(&wire.KernelInfoRequest{}), 1) }()
	select {
	case <-second:
		t.Fatal("a full queue takes another request")
	case <-time.After(20 * time.Millisecond):
	}
	if r, ok := q.get(); !ok || r.place != 1 {
		t.Errorf("got place %d, want 1", r.place)
	}
	if !<-second {
		t.Error("the request that waited was refused")
	}
	if r, ok := q.get(); !ok || r.place != 2 || q.len() != 0 {
		t.Errorf("got place %d and %d more, want 2 and none", r.place, q.len())
	}
}

// Closing lets go whoever waits; what waits can still be taken.
func TestQueueCloses(t *testing.T) {
	q := newQueue()
	q.put(testRequest(&wire.KernelInfoRequest{}), 2*maxWaitingBytes)
	refused := make(chan bool)
	go func() { refused <- !q.put(testRequest(&wire.KernelInfoRequest{}), 1) }()
	q.close()
	if !<-refused {
		t.Error("a closed queue takes a request")
	}
	if _, ok := q.get(); !ok {
		t.Error("a request is lost")
	}
	if _, ok := q.get(); ok {
		t.Error("a closed and empty queue gives a request")
	}
}

// The end of a burst is when no further execute_request has come for a while.
func TestSettleWaitsForTheBurst(t *testing.T) {
	q := newQueue()
	const n = 5
	go func() {
		for range n {
			time.Sleep(5 * time.Millisecond)
			q.put(testRequest(&wire.ExecuteRequest{}), 1)
		}
	}()
	if last := q.settle(500*time.Millisecond, 10*time.Second); last != n {
		t.Errorf("the burst ended at %d, want %d", last, n)
	}
	stop := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
				q.put(testRequest(&wire.ExecuteRequest{}), 1)
			}
		}
	}()
	q.settle(50*time.Millisecond, 200*time.Millisecond) // returns although the burst does not end
	close(stop)
	<-done
}
