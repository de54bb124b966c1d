package kernel

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"cahier/kernel/wire"
	"cahier/kernel/zmtp"
)

// reasons is as long as there are values of wire.Reason.
var reasons = [wire.BadField + 1]struct{}{}

// Dropped says how many messages were dropped so far, for each reason. Messages
// with the reason BadField were genuine and their senders were told.
func (k *Kernel) Dropped() map[wire.Reason]uint64 {
	m := map[wire.Reason]uint64{}
	for _, r := range wire.Reasons() {
		if n := k.dropped[r].Load(); n > 0 {
			m[r] = n
		}
	}
	return m
}

// Waiting counts the requests that came on shell and are not yet begun.
func (k *Kernel) Waiting() int { return k.queue.len() }

// request is one message from a front end on its way through a lane.
type request struct {
	k       *Kernel
	msg     *wire.Message
	channel wire.Channel
	socket  Router
	bad     string // what is wrong with the content; empty if nothing is
	replied bool
	then    func() // called after idle was published; may be nil
}

// decode turns frames into a request, or drops them: it counts and logs, and the
// kernel goes on.
func (k *Kernel) decode(ch wire.Channel, socket Router, m zmtp.Message) *request {
	defer func() {
		if p := recover(); p != nil {
			k.log.Error("panic while a message was decoded; it is dropped", "channel", ch, "panic", p, "stack", string(debug.Stack()))
		}
	}()
	frames := make([][]byte, 0, len(m.Frames)+1)
	frames = append(append(frames, m.Identity), m.Frames...)
	msg, err := k.session.Decode(frames)
	r := &request{k: k, msg: msg, channel: ch, socket: socket}
	var e *wire.DecodeError
	if errors.As(err, &e) {
		n := k.dropped[e.Reason].Add(1)
		k.log.Debug("message dropped", "channel", ch.String(), "reason", e.Reason.String(), "detail", e.Detail, "count", n)
		if e.Message == nil {
			return nil
		}
		r.msg, r.bad = e.Message, e.Detail
	}
	return r
}

// receiveShell is the goroutine that moves requests from the shell channel to the
// queue of the shell lane. It goes on receiving while a cell runs, so that the
// lane knows what waits.
func (k *Kernel) receiveShell(ctx context.Context) {
	k.receive(ctx, wire.Shell, k.sockets.Shell, func(r *request, size int) { k.queue.put(r, size) })
}

// controlLane is the goroutine that receives on the control channel and handles
// one request after the other.
func (k *Kernel) controlLane(ctx context.Context) {
	k.receive(ctx, wire.Control, k.sockets.Control, func(r *request, _ int) { r.handle(k.control) })
}

// receive calls take for every message that can be read.
func (k *Kernel) receive(ctx context.Context, ch wire.Channel, socket Router, take func(r *request, size int)) {
	for {
		m, err := socket.Recv(ctx)
		if err != nil {
			select {
			case <-k.stop:
			case <-ctx.Done():
			default:
				k.log.Error("a channel failed; the kernel ends", "channel", ch.String(), "err", err)
				k.Stop()
			}
			return
		}
		if r := k.decode(ch, socket, m); r != nil {
			take(r, size(m.Frames))
		}
	}
}

// shellLane is the goroutine that handles the requests of the shell channel one
// after the other.
func (k *Kernel) shellLane() {
	defer close(k.shellDone)
	for {
		q, ok := k.queue.get()
		if !ok {
			return
		}
		_, execute := q.msg.Content.(*wire.ExecuteRequest)
		switch {
		case execute && (q.place <= k.abortUntil || k.queue.isClosed()):
			q.handle(k.abort)
		case k.queue.isClosed():
			// The kernel ends; nobody waits for these.
		default:
			q.handle(k.shell)
		}
	}
}

// handle runs a handler between busy and idle. A panic is logged and answered;
// idle follows in every case.
func (r *request) handle(handler func(*request)) {
	r.publish(&wire.Status{ExecutionState: wire.Busy})
	defer func() {
		if p := recover(); p != nil {
			r.k.log.Error("panic in a handler", "type", r.msg.Type(), "panic", p, "stack", string(debug.Stack()))
			r.k.pub.flush(r.msg, nil)
			r.fail("KernelError", fmt.Sprintf("the kernel failed to handle %s: %v", r.msg.Type(), p))
		}
		r.publish(&wire.Status{ExecutionState: wire.Idle})
		if r.then != nil {
			r.then()
		}
	}()
	if r.bad != "" {
		r.fail("BadRequest", r.bad)
		return
	}
	handler(r)
}

// reply answers the request on the channel it came from. Only the first reply is
// sent.
func (r *request) reply(c wire.Content) {
	if r.replied {
		return
	}
	r.replied = true
	m := r.msg.Child(c)
	f, err := r.k.session.Encode(m)
	if err != nil {
		r.k.log.Error("reply cannot be written", "type", m.Type(), "err", err)
		r.replied = false
		r.fail("KernelError", err.Error())
		return
	}
	// The first identity is the peer's, which the socket wants apart.
	if err := r.socket.Send(f[0], f[1:]); err != nil {
		r.k.log.Debug("reply was not sent", "type", m.Type(), "err", err)
	}
}

// fail answers the request with an error, if its type is one that is answered.
func (r *request) fail(name, value string) {
	c := wire.ErrorReply(r.msg.Type(), wire.Failed(name, value, []string{name + ": " + value}))
	switch c := c.(type) {
	case nil:
		r.k.log.Warn("request failed and its type has no reply", "type", r.msg.Type(), "err", value)
		return
	case *wire.ExecuteReply:
		c.ExecutionCount = int(r.k.count.Load())
	case *wire.DebugReply:
		if q, ok := r.msg.Content.(*wire.DebugRequest); ok {
			c.RequestSeq, c.Command = q.Seq, q.Command
		}
	}
	r.reply(c)
}

// publish sends a message with this request as its parent on iopub.
func (r *request) publish(c wire.Content) { r.k.pub.message(r.msg.Child(c)) }

// shell handles what may come on the shell channel. (protocol: "Messages on the
// shell channel".)
func (k *Kernel) shell(r *request) {
	switch c := r.msg.Content.(type) {
	case *wire.KernelInfoRequest:
		k.onKernelInfoRequest(r)
	case *wire.ExecuteRequest:
		k.onExecuteRequest(r, c)
	case *wire.CompleteRequest:
		k.onCompleteRequest(r, c)
	case *wire.InspectRequest:
		k.onInspectRequest(r, c)
	case *wire.IsCompleteRequest:
		k.onIsCompleteRequest(r, c)
	case *wire.HistoryRequest:
		k.onHistoryRequest(r, c)
	case *wire.CommInfoRequest:
		k.onCommInfoRequest(r, c)
	case *wire.CommOpen:
		k.onCommOpen(r, c)
	case *wire.CommMsg:
		k.onCommMsg(r, c)
	case *wire.CommClose:
		k.onCommClose(r, c)
	case *wire.ConnectRequest:
		k.onConnectRequest(r)
	case *wire.ShutdownRequest:
		k.onShutdownRequest(r, c)
	default:
		k.onUnknown(r)
	}
}

// control handles what may come on the control channel.
func (k *Kernel) control(r *request) {
	switch c := r.msg.Content.(type) {
	case *wire.KernelInfoRequest:
		k.onKernelInfoRequest(r)
	case *wire.InterruptRequest:
		k.onInterruptRequest(r)
	case *wire.ShutdownRequest:
		k.onShutdownRequest(r, c)
	case *wire.DebugRequest:
		k.onDebugRequest(r, c)
	case *wire.UsageRequest:
		k.onUsageRequest(r)
	default:
		// Subshell requests too: they are not among the supported_features
		// and then have no reply.
		k.onUnknown(r)
	}
}

func (k *Kernel) onUnknown(r *request) {
	k.log.Warn("message of a type that this channel does not know", "type", r.msg.Type(), "channel", r.channel.String())
}
