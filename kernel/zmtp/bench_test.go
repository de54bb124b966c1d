package zmtp

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// BenchmarkRoundTrip is one request of a Jupyter message's shape and its echo.
func BenchmarkRoundTrip(b *testing.B) {
	for _, v := range variants(b)[:2] {
		b.Run(v.name, func(b *testing.B) {
			r, d := benchRouter(b, v)
			go echo(r)
			msg := frames("<IDS|MSG>", string(make([]byte, 64)), string(make([]byte, 180)), "{}", "{}", `{"code":"1+1"}`)
			b.ReportAllocs()
			for b.Loop() {
				if err := d.Send(msg); err != nil {
					b.Fatal(err)
				}
				if _, err := d.Recv(context.Background()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkLarge is 16 MiB one way.
func BenchmarkLarge(b *testing.B) {
	for _, v := range variants(b)[:2] {
		b.Run(v.name, func(b *testing.B) {
			r, d := benchRouter(b, v)
			msg := [][]byte{make([]byte, 16<<20)}
			b.SetBytes(16 << 20)
			b.ReportAllocs()
			for b.Loop() {
				if err := d.Send(msg); err != nil {
					b.Fatal(err)
				}
				if _, err := r.Recv(context.Background()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func benchRouter(b *testing.B, v variant) (*Router, *Dealer) {
	b.Helper()
	r, err := ListenRouter("tcp://127.0.0.1:0", v.server)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { r.Close(0) })
	d, err := DialDealer(testContext(b), r.Addr(), v.client)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { d.Close(0) })
	return r, d
}

// BenchmarkPublish is 1 KiB to some subscribers, all of which receive all.
func BenchmarkPublish(b *testing.B) {
	for _, v := range variants(b)[:2] {
		for _, n := range []int{1, 4} {
			b.Run(fmt.Sprintf("%s/subscribers=%d", v.name, n), func(b *testing.B) {
				x, err := ListenXPub("tcp://127.0.0.1:0", welcome, v.server)
				if err != nil {
					b.Fatal(err)
				}
				defer x.Close(0)
				ended := make(chan error, n)
				for range n {
					s, err := DialSub(testContext(b), x.Addr(), v.client, "")
					if err != nil {
						b.Fatal(err)
					}
					defer s.Close(0)
					if _, err := s.Recv(context.Background()); err != nil {
						b.Fatal(err)
					}
					go func() {
						for {
							m, err := s.Recv(context.Background())
							if err != nil || string(m[1]) == "end" {
								ended <- err
								return
							}
						}
					}()
				}
				msg := [][]byte{[]byte("topic"), make([]byte, 1024)}
				b.SetBytes(1024)
				b.ReportAllocs()
				for b.Loop() {
					if err := x.Send(msg); err != nil {
						b.Fatal(err)
					}
				}
				if err := x.Send(frames("topic", "end")); err != nil {
					b.Fatal(err)
				}
				for range n {
					if err := <-ended; err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// BenchmarkConnect is a connection with its handshake, and its end.
func BenchmarkConnect(b *testing.B) {
	for _, v := range variants(b)[:2] {
		b.Run(v.name, func(b *testing.B) {
			r, _ := benchRouter(b, v)
			for b.Loop() {
				d, err := DialDealer(context.Background(), r.Addr(), v.client)
				if err != nil {
					b.Fatal(err)
				}
				d.Close(time.Second)
			}
		})
	}
}
