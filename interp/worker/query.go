package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cahier/interp"
)

// Complete implements [interp.Executor].
func (s *Supervisor) Complete(ctx context.Context, code string, cursor int) (interp.Completion, error) {
	a, err := s.query(ctx, frameComplete, queryBody{Code: code, Cursor: cursor})
	if err != nil || a.Completion == nil {
		return interp.Completion{Start: cursor, End: cursor}, err
	}
	return *a.Completion, nil
}

// Inspect implements [interp.Executor].
func (s *Supervisor) Inspect(ctx context.Context, code string, cursor, detail int) (interp.Inspection, error) {
	a, err := s.query(ctx, frameInspect, queryBody{Code: code, Cursor: cursor, Detail: detail})
	if err != nil || a.Inspection == nil {
		return interp.Inspection{}, err
	}
	return *a.Inspection, nil
}

// IsComplete implements [interp.Executor].
func (s *Supervisor) IsComplete(ctx context.Context, code string) (interp.Completeness, error) {
	if _, ok := replayArguments(code); ok {
		return interp.Completeness{Status: "complete"}, nil
	}
	a, err := s.query(ctx, frameIsComplete, queryBody{Code: code})
	if err != nil || a.Completeness == nil {
		return interp.Completeness{Status: "unknown"}, err
	}
	return *a.Completeness, nil
}

// query asks the child something that takes it little time, and does not wait
// longer than Options.QueryTimeout.
func (s *Supervisor) query(ctx context.Context, kind frameKind, body queryBody) (answerBody, error) {
	var a answerBody
	f, err := s.ask(ctx, s.opt.QueryTimeout, kind, body, nil, nil)
	if err != nil {
		return a, err
	}
	if err := f.decode(&a); err != nil {
		return a, err
	}
	return a, textError(a.Err)
}

// ask sends a query or comm event to the child and waits for the answer.
func (s *Supervisor) ask(ctx context.Context, limit time.Duration, kind frameKind, body any, buffers [][]byte, out interp.Output) (frame, error) {
	p, err := s.current()
	if err != nil {
		return frame{}, err
	}
	ctx, stop := context.WithTimeoutCause(ctx, limit, fmt.Errorf("the worker has not answered within %v", limit))
	defer stop()
	c, ok := p.openQuery(s.ids.Add(1), out)
	if !ok {
		return frame{}, fmt.Errorf("the worker has not answered %d earlier queries", maxQueries)
	}
	if err := p.send(ctx, kind, c.id, body, buffers...); err != nil {
		p.forget(c)
		return frame{}, causeOf(ctx, err)
	}
	select {
	case f := <-c.answer:
		return f, nil
	case <-p.done:
		return p.last(c)
	case <-ctx.Done():
		// The call stays registered until the child answers: it counts
		// as under way.
		wait, stop := context.WithTimeout(context.Background(), cancelTime)
		defer stop()
		_ = p.send(wait, frameCancel, c.id, nil)
		return frame{}, context.Cause(ctx)
	}
}

// causeOf prefers the reason for which ctx ended.
func causeOf(ctx context.Context, err error) error {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return context.Cause(ctx)
	}
	return err
}

// Comm implements [interp.Executor]. An event whose handling takes longer than
// Options.CommTimeout is handled to its end, but nobody waits for it; an open is
// taken back then.
func (s *Supervisor) Comm(ctx context.Context, ev interp.CommEvent, out interp.Output) bool {
	buffers := ev.Buffers
	ev.Buffers = nil
	f, err := s.ask(ctx, s.opt.CommTimeout, frameComm, commBody{Event: ev}, buffers, out)
	if err != nil {
		s.log.Warn("comm event not handled", "comm", ev.ID, "target", ev.Target, "error", err)
		if ev.Kind != interp.CommOpen {
			return true
		}
		go func() {
			_, _ = s.ask(context.Background(), s.opt.CommTimeout, frameComm, commBody{Event: interp.CommEvent{Kind: interp.CommClose, ID: ev.ID}}, nil, out)
		}()
		return false
	}
	var b resultBody
	if err := f.decode(&b); err != nil {
		return false
	}
	return b.Known
}
