package kernel

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"cahier/kernel/wire"
	"cahier/kernel/zmtp"
)

// Router is what the kernel needs of a ROUTER socket; [zmtp.Router] is one. Its
// methods may be called from any goroutine.
type Router interface {
	// Recv returns the next message; it ends with ctx and with Close.
	Recv(ctx context.Context) (zmtp.Message, error)
	// Send gives a message to the peer with this identity.
	Send(identity []byte, frames [][]byte) error
	// Close delivers what was sent, for at most linger, and ends.
	Close(linger time.Duration) error
}

// Publisher is what the kernel needs of an XPUB socket; [zmtp.XPub] is one. The
// kernel calls Send from one goroutine.
type Publisher interface {
	// Send publishes a message under its first frame. It may wait for slow
	// subscribers.
	Send(frames [][]byte) error
	// Close delivers what was sent, for at most linger, and ends.
	Close(linger time.Duration) error
}

// Closer is what the kernel needs of the heartbeat, which answers by itself;
// [zmtp.Rep] is one.
type Closer interface {
	Close(linger time.Duration) error
}

// Sockets are a kernel's ends of the five channels.
type Sockets struct {
	Shell, Control, Stdin Router
	IOPub                 Publisher
	Heartbeat             Closer
}

// Listen makes the sockets of a kernel. For each new subscription to iopub,
// welcome gives the frames of a message to that subscriber; it may be called
// from any goroutine.
type Listen func(welcome func(topic []byte) [][]byte) (*Sockets, error)

// bind listens where the connection file says and puts the ports that the
// system chose in place of zeros.
func bind(c *wire.ConnectionFile, allowRemote bool, log *slog.Logger) Listen {
	return func(welcome func(topic []byte) [][]byte) (s *Sockets, err error) {
		opts := zmtp.Options{Logger: log, AllowRemote: allowRemote}
		if c.CurvePublicKey != "" {
			pair, err := zmtp.ParseKeyPair(c.CurvePublicKey, c.CurveSecretKey)
			if err != nil {
				return nil, fmt.Errorf("CURVE keys of the connection file: %w", err)
			}
			opts.Curve = &pair
		}
		var bound []Closer
		defer func() {
			if err != nil {
				for _, b := range bound {
					b.Close(0)
				}
			}
		}()
		router := func(ch wire.Channel) *zmtp.Router {
			if err != nil {
				return nil
			}
			r, e := zmtp.ListenRouter(c.Endpoint(ch), opts)
			if e != nil {
				err = fmt.Errorf("%s channel: %w", ch, e)
				return nil
			}
			bound = append(bound, r)
			if c.Transport == wire.TCP {
				c.SetPort(ch, r.Port())
			}
			return r
		}
		s = &Sockets{Shell: router(wire.Shell), Control: router(wire.Control), Stdin: router(wire.Stdin)}
		if err != nil {
			return nil, err
		}
		pub, err := zmtp.ListenXPub(c.Endpoint(wire.IOPub), welcome, opts)
		if err != nil {
			return nil, fmt.Errorf("%s channel: %w", wire.IOPub, err)
		}
		bound = append(bound, pub)
		hb, err := zmtp.ListenRep(c.Endpoint(wire.Heartbeat), opts)
		if err != nil {
			return nil, fmt.Errorf("%s channel: %w", wire.Heartbeat, err)
		}
		bound = append(bound, hb)
		if c.Transport == wire.TCP {
			c.SetPort(wire.IOPub, pub.Port())
			c.SetPort(wire.Heartbeat, hb.Port())
		}
		s.IOPub, s.Heartbeat = pub, hb
		return s, nil
	}
}

// close delivers what was sent on all channels, for at most linger.
func (s *Sockets) close(linger time.Duration) error {
	all := []Closer{s.Shell, s.Control, s.Stdin, s.IOPub, s.Heartbeat}
	errs := make([]error, len(all))
	var wg sync.WaitGroup
	for i, c := range all {
		wg.Go(func() { errs[i] = c.Close(linger) })
	}
	wg.Wait()
	return errors.Join(errs...)
}
