package zmtp

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

// TestSockets passes messages of all shapes through every pair of sockets, over
// every transport, with every security.
func TestSockets(t *testing.T) {
	for name, at := range transports(t) {
		for _, v := range variants(t) {
			t.Run(name+" "+v.name, func(t *testing.T) {
				checkLeaks(t)
				ctx := testContext(t)
				r, err := ListenRouter(at, v.server)
				if err != nil {
					t.Fatal(err)
				}
				defer r.Close(time.Second)
				go echo(r)
				opts := v.client
				opts.Identity = []byte("\x01bin\x80\xff\xfe")
				d, err := DialDealer(ctx, r.Addr(), opts)
				if err != nil {
					t.Fatal(err)
				}
				defer d.Close(time.Second)
				for _, m := range [][][]byte{
					frames("<IDS|MSG>", "", "{}", ""),
					frames(""),
					frames("", "", ""),
					{make([]byte, 255), make([]byte, 256), make([]byte, flushBytes), make([]byte, 3*eagerBytes+1)},
				} {
					if err := d.Send(m); err != nil {
						t.Fatal(err)
					}
					if got, err := d.Recv(ctx); err != nil || !equal(got, m) {
						t.Fatalf("echo of %d frames: %d frames, %v", len(m), len(got), err)
					}
				}
			})
			t.Run(name+" "+v.name+" publish", func(t *testing.T) {
				checkLeaks(t)
				ctx := testContext(t)
				x, err := ListenXPub(at, welcome, v.server)
				if err != nil {
					t.Fatal(err)
				}
				defer x.Close(time.Second)
				s, err := DialSub(ctx, x.Addr(), v.client, "a", "b")
				if err != nil {
					t.Fatal(err)
				}
				defer s.Close(time.Second)
				for _, want := range []string{"a", "b"} {
					if m, err := s.Recv(ctx); err != nil || !equal(m, frames("welcome", want)) {
						t.Fatalf("got %q, %v, want the welcome to %s", m, err, want)
					}
				}
				for i := range 100 {
					if err := errors.Join(x.Send(frames("c", "no")), x.Send(frames("abc", fmt.Sprint(i)))); err != nil {
						t.Fatal(err)
					}
				}
				for i := range 100 {
					if m, err := s.Recv(ctx); err != nil || !equal(m, frames("abc", fmt.Sprint(i))) {
						t.Fatalf("publication %d: %q, %v", i, m, err)
					}
				}
			})
			t.Run(name+" "+v.name+" heartbeat", func(t *testing.T) {
				checkLeaks(t)
				ctx := testContext(t)
				h, err := ListenRep(at, v.server)
				if err != nil {
					t.Fatal(err)
				}
				defer h.Close(time.Second)
				q, err := DialReq(ctx, h.Addr(), v.client)
				if err != nil {
					t.Fatal(err)
				}
				defer q.Close(time.Second)
				for i := range 10 {
					want := frames("ping", "", fmt.Sprint(i))
					if got, err := q.Request(ctx, want); err != nil || !equal(got, want) {
						t.Fatalf("got %q, %v, want %q", got, err, want)
					}
				}
			})
		}
	}
}
