package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"cahier/kernel/wire"
	"cahier/kernel/zmtp"
)

// socket is what DEALER and SUB have in common here.
type socket interface {
	Recv(ctx context.Context) ([][]byte, error)
	Close(linger time.Duration) error
}

// sockets are the connections to the four channels that messages come on.
type sockets struct {
	shell, control, stdin *zmtp.Dealer
	iopub                 *zmtp.Sub
}

// dial connects all channels and subscribes to everything. It gives up when
// dead is closed. The shell and stdin connections have one identity: a kernel
// sends input_request to the identity that the execute_request came from.
func dial(ctx context.Context, file *wire.ConnectionFile, identity string, dead <-chan struct{}) (*sockets, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-dead:
			cancel(errors.New("the kernel ended"))
		case <-ctx.Done():
		}
	}()
	options, err := dialOptions(file)
	if err != nil {
		return nil, err
	}
	options.Identity = []byte(identity)

	s := &sockets{}
	failed := make([]error, 4)
	var all sync.WaitGroup
	for i, open := range []func() error{
		func() (err error) {
			s.shell, err = zmtp.DialDealer(ctx, file.Endpoint(wire.Shell), options)
			return err
		},
		func() (err error) {
			s.control, err = zmtp.DialDealer(ctx, file.Endpoint(wire.Control), options)
			return err
		},
		func() (err error) {
			s.stdin, err = zmtp.DialDealer(ctx, file.Endpoint(wire.Stdin), options)
			return err
		},
		func() (err error) {
			s.iopub, err = zmtp.DialSub(ctx, file.Endpoint(wire.IOPub), options, "")
			return err
		},
	} {
		all.Go(func() {
			if failed[i] = open(); failed[i] != nil {
				cancel(failed[i]) // the others need not go on
			}
		})
	}
	all.Wait()
	if err := errors.Join(failed...); err != nil {
		s.close()
		return nil, context.Cause(ctx)
	}
	return s, nil
}

// dialOptions reads the keys of the connection file. Jupyter's clients use the
// kernel's own key pair.
func dialOptions(file *wire.ConnectionFile) (zmtp.DialOptions, error) {
	if file.CurvePublicKey == "" {
		return zmtp.DialOptions{}, nil
	}
	keys, err := zmtp.ParseKeyPair(file.CurvePublicKey, file.CurveSecretKey)
	if err != nil {
		return zmtp.DialOptions{}, fmt.Errorf("the CURVE keys of the connection file: %w", err)
	}
	return zmtp.DialOptions{Curve: &zmtp.CurveClient{Server: keys.Public, Keys: &keys}}, nil
}

// receiver returns the connection of a channel to receive from.
func (s *sockets) receiver(channel wire.Channel) socket {
	if channel == wire.IOPub {
		return s.iopub
	}
	return s.dealer(channel)
}

// dealer returns the connection of a channel to send on; nil if a client cannot.
func (s *sockets) dealer(channel wire.Channel) *zmtp.Dealer {
	switch channel {
	case wire.Shell:
		return s.shell
	case wire.Control:
		return s.control
	case wire.Stdin:
		return s.stdin
	}
	return nil
}

// closeLinger is how long closing waits for what was sent last to leave.
const closeLinger = 200 * time.Millisecond

func (s *sockets) close() {
	var all sync.WaitGroup
	for _, d := range []*zmtp.Dealer{s.shell, s.control, s.stdin} {
		if d != nil {
			all.Go(func() { _ = d.Close(closeLinger) })
		}
	}
	if s.iopub != nil {
		all.Go(func() { _ = s.iopub.Close(0) })
	}
	all.Wait()
}

// Ping sends a heartbeat and waits for its echo.
func (c *Client) Ping(ctx context.Context) error {
	options, err := dialOptions(c.file)
	if err != nil {
		return err
	}
	heart, err := zmtp.DialReq(ctx, c.file.Endpoint(wire.Heartbeat), options)
	if err != nil {
		return err
	}
	defer heart.Close(0)
	echo, err := heart.Request(ctx, [][]byte{[]byte("ping")})
	if err != nil {
		return err
	}
	if len(echo) != 1 || !bytes.Equal(echo[0], []byte("ping")) {
		return fmt.Errorf("the heartbeat answered %q, want the echo of \"ping\"", echo)
	}
	return nil
}
