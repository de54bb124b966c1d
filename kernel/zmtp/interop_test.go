package zmtp

import (
	"context"
	"fmt"
	"testing"

	"github.com/go-zeromq/zmq4"
)

// TestModuleSockets has the module's own client sockets talk to ours: they are a
// second opinion on the framing, written by others.
func TestModuleSockets(t *testing.T) {
	checkLeaks(t)
	b := newBed(t, variants(t)[0])
	ctx, cancel := context.WithCancel(testContext(t))
	defer cancel()

	d := zmq4.NewDealer(ctx, zmq4.WithID(zmq4.SocketIdentity("them")))
	defer d.Close()
	if err := d.Dial(b.router.Addr()); err != nil {
		t.Fatal(err)
	}
	for i := range 100 {
		want := [][]byte{fmt.Append(nil, i), {}, make([]byte, 1000*i)}
		if err := d.Send(zmq4.NewMsgFrom(want...)); err != nil {
			t.Fatal(err)
		}
		if m, err := d.Recv(); err != nil || !equal(m.Frames, want) {
			t.Fatalf("%d frames, %v", len(m.Frames), err)
		}
	}

	q := zmq4.NewReq(ctx)
	defer q.Close()
	if err := q.Dial(b.rep.Addr()); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		if err := q.Send(zmq4.NewMsgString("ping")); err != nil {
			t.Fatal(err)
		}
		if m, err := q.Recv(); err != nil || !equal(m.Frames, frames("ping")) {
			t.Fatalf("%q, %v", m.Frames, err)
		}
	}

	s := zmq4.NewSub(ctx)
	defer s.Close()
	if err := s.Dial(b.xpub.Addr()); err != nil {
		t.Fatal(err)
	}
	if err := s.SetOption(zmq4.OptionSubscribe, "w"); err != nil { // matches the welcome too, which the module's SUB filters
		t.Fatal(err)
	}
	if m, err := s.Recv(); err != nil || !equal(m.Frames, welcome([]byte("w"))) {
		t.Fatalf("welcome: %q, %v", m.Frames, err)
	}
	for i := range 100 {
		if err := b.xpub.Send(frames("other", "x")); err != nil {
			t.Fatal(err)
		}
		want := frames("w.topic", fmt.Sprint(i))
		if err := b.xpub.Send(want); err != nil {
			t.Fatal(err)
		}
		if m, err := s.Recv(); err != nil || !equal(m.Frames, want) {
			t.Fatalf("%q, %v", m.Frames, err)
		}
	}
}
