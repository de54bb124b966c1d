package kernel

import (
	"context"
	"fmt"
	"sync/atomic"

	"cahier/kernel/wire"
)

// sink is the [Sink] of one request. It outlives the request as long as user code
// holds it, so it keeps only what it needs of the message.
type sink struct {
	k      *Kernel
	parent *wire.Message // without content and buffers
	silent bool          // output is dropped
	stdin  bool          // the request allows to ask for input
	ended  atomic.Bool   // the reply was sent: nobody would answer
}

func (r *request) sink(silent, stdin bool) *sink {
	p := *r.msg
	p.Content, p.Metadata, p.Buffers = nil, nil, nil
	return &sink{k: r.k, parent: &p, silent: silent, stdin: stdin}
}

// Stream publishes text.
func (s *sink) Stream(name string, p []byte) {
	if s.silent || len(p) == 0 {
		return
	}
	s.k.pub.print(s.parent, name, p)
}

// Display publishes display_data.
func (s *sink) Display(d Data) {
	s.show("a display", &wire.DisplayData{Data: bundle(d), Metadata: d.Metadata, Transient: wire.Transient{DisplayID: d.DisplayID}})
}

// Update publishes update_display_data.
func (s *sink) Update(d Data) {
	if d.DisplayID == "" {
		s.complain("an update of a display has no display id")
		return
	}
	s.show("an update of a display", &wire.UpdateDisplayData{Data: bundle(d), Metadata: d.Metadata, Transient: wire.Transient{DisplayID: d.DisplayID}})
}

// ClearOutput publishes clear_output.
func (s *sink) ClearOutput(wait bool) { s.show("clear_output", &wire.ClearOutput{Wait: wait}) }

// show publishes output, or tells the user why it cannot.
func (s *sink) show(what string, c wire.Content) {
	if s.silent {
		return
	}
	if err := s.k.pub.write(s.parent.Child(c)); err != nil {
		s.complain(fmt.Sprintf("%s cannot be shown: %v", what, err))
	}
}

// complain tells the user of something that could not be published.
func (s *sink) complain(text string) {
	s.k.log.Warn("output of a cell cannot be published", "err", text)
	s.Stream("stderr", []byte(text+"\n"))
}

// Comm publishes a comm message and keeps the registry of open comms. It is sent
// for a silent request too: it is state, not output.
func (s *sink) Comm(ev CommEvent) {
	var c wire.Content
	switch ev.Kind {
	case CommOpen:
		s.k.comms.open(ev.ID, ev.Target)
		c = &wire.CommOpen{CommID: ev.ID, TargetName: ev.Target, Data: ev.Data}
	case CommMsg:
		c = &wire.CommMsg{CommID: ev.ID, Data: ev.Data}
	case CommClose:
		s.k.comms.close(ev.ID)
		c = &wire.CommClose{CommID: ev.ID, Data: ev.Data}
	default:
		s.complain(fmt.Sprintf("a comm event has the unknown kind %d", ev.Kind))
		return
	}
	m := s.parent.Child(c)
	m.Metadata, m.Buffers = ev.Metadata, ev.Buffers
	if err := s.k.pub.write(m); err != nil {
		s.complain(fmt.Sprintf("%s cannot be sent: %v", c.MsgType(), err))
	}
}

// Input asks the front end for a line of text.
func (s *sink) Input(ctx context.Context, prompt string, password bool) (string, error) {
	switch {
	case !s.stdin:
		return "", ErrNoStdin
	case s.ended.Load():
		return "", ErrCellEnded
	}
	s.k.pub.flush(s.parent, ctx.Done()) // what was printed stands above the prompt
	return s.k.ask(ctx, s.parent, prompt, password)
}
