package interp

import (
	"context"
	"strings"
	"time"

	"cahier/interp/rt"
	"cahier/interp/symbols/display"
	"cahier/interp/symbols/widget"
)

// bindWidgets makes the home of the session's widgets.
func (s *Session) bindWidgets() {
	s.widgets = widget.Bind(widget.Host{
		Comm:    s.widgetComm,
		Owner:   func() any { return dataOf(s.rt.Current()) },
		Capture: s.capture,
		Render:  func(v any) display.Bundle { return display.Bundle(s.render(v)) },
	})
	for path, table := range widget.Functions(s.widgets) {
		s.replace[path] = table
	}
}

// widgetComm publishes a message of a widget as part of the cell of the current
// goroutine, or else of the last one.
func (s *Session) widgetComm(e widget.Event) {
	d := dataOf(s.rt.Current())
	if d == nil {
		d = dataOf(s.lastRun.Load())
	}
	if d != nil {
		d.out.Comm(commEvent(e))
	}
}

func commEvent(e widget.Event) CommEvent {
	return CommEvent{Kind: CommKind(e.Kind), ID: e.ID, Target: e.Target, Data: e.Data, Metadata: e.Metadata, Buffers: e.Buffers}
}

// Comm implements [Executor]. The session's comms are those of widgets. Functions
// of cells that an event calls run one after the other, when no cell runs; Comm
// returns when they have ended.
func (s *Session) Comm(ctx context.Context, ev CommEvent, out Output) bool {
	reply := func(e widget.Event) { out.Comm(commEvent(e)) }
	known, calls := s.widgets.Receive(widget.Event{Kind: widget.Kind(ev.Kind), ID: ev.ID, Target: ev.Target, Data: ev.Data, Metadata: ev.Metadata, Buffers: ev.Buffers}, reply)
	if len(calls) > 0 {
		s.one.Lock()
		defer s.one.Unlock()
		defer s.work()()
		for _, c := range calls {
			if s.isClosed() || s.callback(c, out) {
				break
			}
		}
	}
	s.widgets.FlushTo(reply)
	return known
}

// callback runs a function of a cell because of an event. What it prints and
// shows is output of the cell that handed it over, comm messages belong to the
// event.
func (s *Session) callback(c widget.Call, comm Output) (interrupted bool) {
	owner, _ := c.Owner.(*runData)
	var out Output = comm
	number := 0
	if owner != nil {
		out, number = callbackOutput{owner.out, comm}, owner.number
	}
	// The context is that of the session: a front end that does not wait for
	// the end of its event must not end the callback.
	d := &runData{out: out, ctx: context.Background(), number: number}
	run := rt.NewRun(number, out, d)
	err := s.call(d.ctx, run, c.F)
	s.end(run, d)
	s.drain()
	if failed := s.failureOf(run); failed != nil && (err == nil || err.Name == "Interrupted") {
		err = failed
	}
	if err != nil {
		out.Stream("stderr", []byte("in a callback of a widget: "+strings.Join(errorLines(err), "\n")+"\n"))
	}
	return err != nil && err.Name == "Interrupted"
}

func errorLines(e *CellError) []string {
	if len(e.Traceback) > 0 {
		return e.Traceback
	}
	return []string{e.Error()}
}

// callbackOutput sends output to the cell that made a callback, and comm
// messages as part of the event that called it.
type callbackOutput struct {
	Output
	comm Output
}

func (o callbackOutput) Comm(ev CommEvent) { o.comm.Comm(ev) }

// capture runs f as part of the current cell, with its output going to c. It
// returns when f has ended, or when the cell is interrupted and f does not end.
func (s *Session) capture(f func(), c widget.Capture) {
	outer := s.rt.Current()
	od := dataOf(outer)
	if od == nil {
		f()
		return
	}
	s.drain() // what was printed before is not f's
	d := &runData{out: captured{od.out, c}, ctx: od.ctx, stdin: od.stdin, number: od.number}
	run := rt.NewRun(od.number, d.out, d)
	s.mu.Lock()
	inCell := s.run == outer
	if inCell {
		s.run = run // text that goes through files is f's
	}
	s.mu.Unlock()
	giveUp, over := make(chan struct{}), make(chan struct{})
	stop := s.rt.Done()
	go func() {
		select {
		case <-over:
			return
		case <-stop:
		}
		s.rt.Interrupt(run)
		t := time.NewTimer(s.opt.Grace)
		defer t.Stop()
		select {
		case <-over:
		case <-t.C:
			close(giveUp)
		}
	}()
	value, g, panicked, ended := s.rt.Do(run, f, giveUp)
	close(over)
	s.rt.Settle(run)
	err := s.outcome(run, value, g, panicked, ended)
	s.drain()
	s.mu.Lock()
	if inCell && s.run == run {
		s.run = outer
	}
	s.mu.Unlock()
	if failed := s.failureOf(run); failed != nil && (err == nil || err.Name == "Interrupted") {
		err = failed
	}
	s.end(run, d)
	if err != nil {
		c.Error(err.Name, err.Value, err.Traceback)
	}
}

// captured is the output of a function whose output goes into a widget.
type captured struct {
	Output
	to widget.Capture
}

func (o captured) Stream(name string, p []byte) { o.to.Stream(name, p) }
func (o captured) Display(b Bundle)             { o.to.Display(display.Bundle(b)) }
func (o captured) ClearOutput(wait bool)        { o.to.Clear(wait) }
