package client

import (
	"context"
	"errors"
	"fmt"

	"cahier/kernel/wire"
)

// exchange is one request under way.
type exchange struct {
	id       string
	messages chan received // what came for it, in the order of each channel
	ended    chan struct{} // closed when nobody takes messages any more
}

type received struct {
	channel wire.Channel
	message *wire.Message
}

// queued is how many messages of a request wait for the one who made it before
// their channel is no longer read.
const queued = 64

// begin registers a request before it is sent, so that no answer can be early.
func (c *Client) begin(m *wire.Message) (*exchange, error) {
	x := &exchange{id: m.Header.MsgID, messages: make(chan received, queued), ended: make(chan struct{})}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dead != nil {
		return nil, c.dead
	}
	c.waiting[x.id] = x
	return x, nil
}

// end forgets a request. What still comes for it goes to Options.Other.
func (c *Client) end(x *exchange) {
	c.mu.Lock()
	delete(c.waiting, x.id)
	c.mu.Unlock()
	close(x.ended)
}

// next waits for the next message of a request.
func (c *Client) next(ctx context.Context, x *exchange) (received, error) {
	select { // what has arrived comes before the news that the kernel is gone
	case r := <-x.messages:
		return r, nil
	default:
	}
	select {
	case r := <-x.messages:
		return r, nil
	case <-ctx.Done():
		return received{}, context.Cause(ctx)
	case <-c.gone:
		select {
		case r := <-x.messages:
			return r, nil
		default:
			return received{}, c.err()
		}
	}
}

// Request sends a request on shell or control and waits for its reply. What it
// causes on iopub is dropped; to execute code use [Client.Execute].
func (c *Client) Request(ctx context.Context, channel wire.Channel, content wire.Content) (*wire.Message, error) {
	m := c.session.New(content)
	x, err := c.begin(m)
	if err != nil {
		return nil, err
	}
	defer c.end(x)
	if err := c.send(channel, m); err != nil {
		return nil, err
	}
	for {
		r, err := c.next(ctx, x)
		if err != nil {
			return nil, err
		}
		if r.channel == channel {
			return r.message, nil
		}
	}
}

// Send sends a message that has no reply, such as comm_msg.
func (c *Client) Send(channel wire.Channel, content wire.Content) error {
	return c.send(channel, c.session.New(content))
}

func (c *Client) send(channel wire.Channel, m *wire.Message) error {
	frames, err := c.session.Encode(m)
	if err != nil {
		return err
	}
	s := c.sockets.dealer(channel)
	if s == nil {
		return fmt.Errorf("a client cannot send %s on %s", m.Type(), channel)
	}
	if err := s.Send(frames); err != nil {
		if dead := c.err(); dead != nil {
			return dead
		}
		return fmt.Errorf("%s: %w", channel, err)
	}
	return nil
}

// read receives from a channel until it is closed.
func (c *Client) read(channel wire.Channel) {
	s := c.sockets.receiver(channel)
	c.readers.Go(func() {
		for {
			frames, err := s.Recv(context.Background())
			if err != nil {
				c.lost(channel, err)
				return
			}
			m, err := c.session.Decode(frames)
			var broken *wire.DecodeError
			if errors.As(err, &broken) && broken.Message != nil {
				m = broken.Message // genuine, with a content that we do not understand
			} else if err != nil {
				continue // not from our kernel
			}
			c.deliver(channel, m)
		}
	})
}

// lost is told that a channel has ended. With a process of ours watch knows
// more; otherwise the connection is all there is.
func (c *Client) lost(channel wire.Channel, err error) {
	if c.process == nil {
		go c.closeWith(&DeadError{How: fmt.Sprintf("the %s connection ended: %v", channel, err)})
	}
}

func (c *Client) deliver(channel wire.Channel, m *wire.Message) {
	c.mu.Lock()
	if channel == wire.IOPub && !c.seen {
		c.seen = true
		close(c.iopub)
	}
	x := c.waiting[m.Parent.MsgID]
	c.mu.Unlock()
	if x == nil {
		switch channel {
		case wire.IOPub:
			c.other(m)
		case wire.Stdin:
			c.refuseInput(m)
		}
		return
	}
	select {
	case x.messages <- received{channel, m}:
	case <-x.ended:
	case <-c.gone:
	}
}

// refuseInput answers a question that nobody expects with the end of input, so
// that the code that asks goes on.
func (c *Client) refuseInput(m *wire.Message) {
	if m.Type() == wire.TypeInputRequest {
		_ = c.send(wire.Stdin, m.Child(&wire.InputReply{Value: wire.EndOfInput}))
	}
}
