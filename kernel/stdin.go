package kernel

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"cahier/kernel/wire"
)

// Errors of [Sink.Input]. The end of the input is io.EOF.
var (
	// ErrNoStdin: the front end does not answer requests for input.
	ErrNoStdin = errors.New("the front end does not take input for this cell (allow_stdin is false)")
	// ErrCellEnded: the cell that asks for input has ended.
	ErrCellEnded = errors.New("input can only be asked for while the cell runs")
	// ErrInterrupted: the user interrupted the cell.
	ErrInterrupted error = interruptedError{}
)

// interruptedError is a [context.Canceled], as executors know it.
type interruptedError struct{}

func (interruptedError) Error() string        { return "interrupted while waiting for input" }
func (interruptedError) Is(target error) bool { return target == context.Canceled }

// inputs is where requests for input wait for their replies. A front end may
// answer without saying what, so there is one question at a time.
type inputs struct {
	turn chan struct{} // capacity 1; full while somebody asks

	mu       sync.Mutex    // guards what follows
	question *question     // what is being asked; nil if nothing is
	stop     chan struct{} // closed and renewed by an interrupt
}

// question is one input_request that waits for its reply.
type question struct {
	id       string // msg_id of the input_request
	identity string // of the front end
	answer   chan string
}

func newInputs() *inputs {
	return &inputs{turn: make(chan struct{}, 1), stop: make(chan struct{})}
}

// ask sends an input_request to the front end that sent parent and waits for its
// input_reply.
func (k *Kernel) ask(ctx context.Context, parent *wire.Message, prompt string, password bool) (string, error) {
	in := k.inputs
	in.mu.Lock()
	stop := in.stop
	in.mu.Unlock()
	ended := func() error {
		select {
		case <-stop:
			return ErrInterrupted
		default:
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return context.Cause(k.cells)
	}
	select {
	case in.turn <- struct{}{}:
		defer func() { <-in.turn }()
	case <-stop:
		return "", ended()
	case <-ctx.Done():
		return "", ended()
	case <-k.cells.Done():
		return "", ended()
	}
	m := parent.Child(&wire.InputRequest{Prompt: prompt, Password: password})
	frames, err := k.session.Encode(m)
	if err != nil {
		return "", err
	}
	q := &question{id: m.Header.MsgID, identity: string(frames[0]), answer: make(chan string, 1)}
	in.put(q) // before it is sent: the answer may be fast
	defer in.put(nil)
	if err := k.sockets.Stdin.Send(frames[0], frames[1:]); err != nil {
		return "", fmt.Errorf("the front end cannot be asked for input: its stdin channel is not connected: %w", err)
	}
	select {
	case a := <-q.answer:
		if a == wire.EndOfInput {
			return "", io.EOF
		}
		return a, nil
	case <-stop:
	case <-ctx.Done():
	case <-k.cells.Done():
	}
	return "", ended()
}

func (in *inputs) put(q *question) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.question = q
}

// interrupt ends all waiting for input.
func (in *inputs) interrupt() {
	in.mu.Lock()
	defer in.mu.Unlock()
	close(in.stop)
	in.stop = make(chan struct{})
}

// receiveStdin is the goroutine that receives on the stdin channel. It always
// reads, so replies that nobody waits for are gone before the next question.
func (k *Kernel) receiveStdin(ctx context.Context) {
	k.receive(ctx, wire.Stdin, k.sockets.Stdin, func(r *request, _ int) {
		c, ok := r.msg.Content.(*wire.InputReply)
		if !ok {
			r.handle(k.onUnknown)
			return
		}
		if !k.inputs.deliver(r.msg, c.Value, k.session.ID()) {
			k.log.Debug("input_reply dropped: nobody waits for it")
		}
	})
}

// deliver gives a reply to who waits for it. A reply may have no parent, or the
// execute_request's. But one that names an input_request has to name this one:
// else it answers a question that was given up.
func (in *inputs) deliver(m *wire.Message, value, session string) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	q := in.question
	if q == nil || len(m.Identities) == 0 || string(m.Identities[0]) != q.identity {
		return false
	}
	if id := m.Parent.MsgID; strings.HasPrefix(id, session) && id != q.id {
		return false
	}
	select {
	case q.answer <- value:
		return true
	default: // answered already
		return false
	}
}
