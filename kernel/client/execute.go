package client

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cahier/kernel/wire"
)

// ExecuteOptions says how code is executed. The zero value executes as a front
// end does for a cell: counted, in the history, and without asking for input.
type ExecuteOptions struct {
	Silent          bool
	NoHistory       bool
	ContinueOnError bool // requests that wait behind this one are not aborted when it fails
	UserExpressions map[string]string

	// Output takes what the execution publishes, in order: status,
	// execute_input, stream, display_data and so on up to the idle status.
	// It is called from the goroutine that called Execute.
	Output func(*wire.Message)

	// Input answers the questions of the code. nil means that there is nobody
	// to ask. It runs in a goroutine of its own, which Execute does not wait
	// for; ctx ends with the execution. An error is answered with the end of
	// input.
	Input func(ctx context.Context, prompt string, password bool) (string, error)
}

// Execute runs code and returns the reply when all output has come: when the
// reply and the idle status are both there. An error of the code is not an
// error here; it is in the reply. When ctx ends, Execute returns at once and the
// code goes on; see [Client.Interrupt].
func (c *Client) Execute(ctx context.Context, code string, o ExecuteOptions) (*wire.ExecuteReply, error) {
	m := c.session.New(&wire.ExecuteRequest{
		Code:            code,
		Silent:          o.Silent,
		StoreHistory:    !o.NoHistory && !o.Silent,
		UserExpressions: o.UserExpressions,
		AllowStdin:      o.Input != nil,
		StopOnError:     !o.ContinueOnError,
	})
	x, err := c.begin(m)
	if err != nil {
		return nil, err
	}
	defer c.end(x)
	asking, answered := context.WithCancel(ctx)
	defer answered()
	if err := c.send(wire.Shell, m); err != nil {
		return nil, err
	}
	var reply *wire.ExecuteReply
	for idle := false; reply == nil || !idle; {
		r, err := c.next(ctx, x)
		if err != nil {
			return nil, err
		}
		switch r.channel {
		case wire.Shell:
			var ok bool
			if reply, ok = r.message.Content.(*wire.ExecuteReply); !ok {
				return nil, fmt.Errorf("the kernel answered execute_request with %s", r.message.Type())
			}
		case wire.Stdin:
			if q, ok := r.message.Content.(*wire.InputRequest); ok {
				c.answer(asking, r.message, q, o)
			}
		case wire.IOPub:
			if s, ok := r.message.Content.(*wire.Status); ok && s.ExecutionState == wire.Idle {
				idle = true
			}
			if o.Output != nil {
				o.Output(r.message)
			}
		}
	}
	return reply, nil
}

func (c *Client) answer(ctx context.Context, m *wire.Message, q *wire.InputRequest, o ExecuteOptions) {
	if o.Input == nil {
		c.refuseInput(m)
		return
	}
	go func() {
		value, err := o.Input(ctx, q.Prompt, q.Password)
		if ctx.Err() != nil {
			return // the code no longer waits
		}
		if err != nil {
			value = wire.EndOfInput
		}
		_ = c.send(wire.Stdin, m.Child(&wire.InputReply{Value: value}))
	}()
}

// Interrupt asks the kernel to stop the code that runs, as its kernelspec wants
// it: by message or by signal. It returns when the kernel has taken notice, not
// when the code has stopped.
func (c *Client) Interrupt(ctx context.Context) error {
	if c.signal {
		return c.process.interrupt()
	}
	reply, err := c.Request(ctx, wire.Control, &wire.InterruptRequest{})
	if err != nil {
		return err
	}
	if r, ok := reply.Content.(*wire.InterruptReply); !ok || r.Status == wire.StatusError {
		return errors.New("the kernel refused to interrupt")
	}
	return nil
}

// farewell is how long a kernel may take to end after it has agreed to.
const farewell = 5 * time.Second

// Shutdown asks the kernel to end and, if Start started it, waits until its
// process has. It reports an error if the kernel had to be killed. The client
// is closed in any case.
func (c *Client) Shutdown(ctx context.Context) error {
	defer c.Close()
	ctx, cancel := context.WithTimeoutCause(ctx, farewell, fmt.Errorf("the kernel did not shut down within %v and was killed", farewell))
	defer cancel()
	_, err := c.Request(ctx, wire.Control, &wire.ShutdownRequest{})
	if c.process == nil {
		return err
	}
	// A kernel may end faster than its reply arrives: the end is what counts.
	var dead *DeadError
	if err != nil && !errors.As(err, &dead) {
		return err
	}
	select {
	case <-c.process.ended:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
