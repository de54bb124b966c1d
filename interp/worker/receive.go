package worker

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"cahier/interp"
)

// readFrames reads what the child sends. Frames with a place in the order go to
// ordered.
func (p *process) readFrames(ordered chan<- frame) {
	r := bufio.NewReaderSize(p.control, 64<<10)
	for {
		f, err := readFrame(r)
		if err == nil && f.kind < frameReady {
			err = fmt.Errorf("%w: kind %d is not the child's", errFrame, f.kind)
		}
		if err == nil && f.sync == 0 {
			err = p.receive(f)
		} else if err == nil {
			ordered <- f
		}
		if err != nil {
			// The child may be alive: its end of the socket was
			// closed, or what it sends cannot be read.
			if errors.Is(err, errFrame) && !errors.Is(err, io.ErrUnexpectedEOF) {
				p.kill(&death{name: nameWorkerDied, value: "the worker process sent what cannot be read: " + err.Error()})
			} else {
				p.closedControl()
			}
			return
		}
	}
}

// closedControl ends a child that closed its socket and lives on.
func (p *process) closedControl() {
	select {
	case <-p.gone:
	case <-time.After(closeTime):
		p.kill(&death{name: nameWorkerDied, value: "the worker process closed the descriptor that the kernel talks to it through"})
	}
}

// receive takes a frame that has no place in the order.
func (p *process) receive(f frame) error {
	switch f.kind {
	case frameReady:
		var b readyBody
		if err := f.decode(&b); err != nil {
			return err
		}
		if b.Err != "" {
			p.mu.Lock()
			p.refused = b.Err
			p.mu.Unlock()
			return nil
		}
		select {
		case <-p.ready:
			return fmt.Errorf("%w: ready twice", errFrame)
		default:
			close(p.ready)
		}
	case frameStarted:
		p.mu.Lock()
		c := p.calls[f.id]
		p.mu.Unlock()
		if c != nil {
			c.started.Store(true)
		}
	case frameAnswer:
		p.resolve(f)
	case frameInputCancel:
		var b inputBody
		if err := f.decode(&b); err != nil {
			return err
		}
		p.mu.Lock()
		cancel := p.inputs[b.Input]
		p.mu.Unlock()
		if cancel != nil {
			cancel()
		}
	case frameRelease:
		p.mu.Lock()
		if s := p.sinks[f.id]; s != nil && f.id == p.owner {
			s.released = true
		} else {
			delete(p.sinks, f.id)
		}
		p.mu.Unlock()
	case frameLog:
		var b logBody
		if err := f.decode(&b); err != nil {
			return err
		}
		p.log.Log(context.Background(), slog.Level(b.Level), b.Message, "worker", p.pid())
	case frameTooBig:
		var b tooBigBody
		if err := f.decode(&b); err != nil {
			return err
		}
		p.kill(tooBig(b.Bytes, p.opt.MemoryLimit))
	default:
		return fmt.Errorf("%w: kind %d without a marker", errFrame, f.kind)
	}
	return nil
}

// resolve gives an answer to who waits for it; nobody may.
func (p *process) resolve(f frame) {
	p.mu.Lock()
	c := p.calls[f.id]
	if c != nil {
		delete(p.calls, f.id)
		if c.query {
			p.queries--
		}
		if c == p.running {
			p.running = nil
		}
	}
	p.mu.Unlock()
	if c != nil {
		c.answer <- f
	}
}

// deliver hands on a frame that has a place in the order, at its place.
func (p *process) deliver(f frame) {
	if f.kind == frameResult {
		p.resolve(f)
		return
	}
	p.mu.Lock()
	s := p.sinks[f.id]
	p.mu.Unlock()
	if s == nil {
		p.log.Debug("output of an unknown request", "kind", f.kind, "request", f.id)
		return
	}
	if err := p.emit(f, s.out); err != nil {
		p.kill(&death{name: nameWorkerDied, value: "the worker process sent what cannot be read: " + err.Error()})
	}
}

func (p *process) emit(f frame, out interp.Output) error {
	switch f.kind {
	case frameDisplay, frameUpdate:
		var b bundleBody
		if err := f.decode(&b); err != nil {
			return err
		}
		if f.kind == frameDisplay {
			out.Display(*b.bundle())
		} else {
			out.Update(*b.bundle())
		}
	case frameClear:
		var b clearBody
		if err := f.decode(&b); err != nil {
			return err
		}
		out.ClearOutput(b.Wait)
	case frameCommOut:
		var b commBody
		if err := f.decode(&b); err != nil {
			return err
		}
		b.Event.Buffers = f.buffers
		out.Comm(b.Event)
	case frameInputRequest:
		var b inputBody
		if err := f.decode(&b); err != nil {
			return err
		}
		p.ask(b, f.id, out)
	default:
		return fmt.Errorf("%w: kind %d with a marker", errFrame, f.kind)
	}
	return nil
}

// ask asks for a line of input and sends it to the child.
func (p *process) ask(b inputBody, id uint64, out interp.Output) {
	ctx, cancel := context.WithCancel(context.Background())
	p.mu.Lock()
	p.inputs[b.Input] = cancel
	p.mu.Unlock()
	go func() {
		defer cancel()
		line, err := out.Input(ctx, b.Prompt, b.Password)
		p.mu.Lock()
		delete(p.inputs, b.Input)
		p.mu.Unlock()
		_ = p.send(context.Background(), frameInputReply, id, inputReplyBody{Input: b.Input, Line: line, Err: errorText(err), Taken: errors.Is(err, context.Canceled)})
	}()
}
