package kerneltest

import (
	"maps"
	"slices"

	"cahier/kernel/wire"
)

// leftovers fails the test if messages came that no section mentions.
func (r *runner) leftovers() {
	starting := 0
	for name, f := range r.fronts {
		f.mu.Lock()
		for at, q := range f.waiting {
			for _, g := range q {
				if _, welcome := g.Content.(*wire.IOPubWelcome); welcome || name != "front" && at.channel == wire.IOPub {
					continue
				}
				if s, ok := g.Content.(*wire.Status); ok && s.ExecutionState == wire.Starting && at.parent == "" {
					starting++
					continue
				}
				r.t.Errorf("%s %s: not in the transcript: %s", at.channel, at.parent, format(g))
			}
		}
		f.mu.Unlock()
	}
	if want := 1; r.Over == OverMemory && starting != want {
		r.t.Errorf("status starting came %d times, want once", starting)
	}
}

// order checks busy and idle of every request and, where there is one order of
// all channels, what precedes what.
func (r *runner) order() {
	type span struct{ first, last, busy, idle int }
	all := r.received()
	slices.SortStableFunc(all, func(a, b *Got) int { return int(a.Order) - int(b.Order) })
	reply := map[string]int{}
	spans := map[string]*span{}
	for i, g := range all {
		id := g.Parent.MsgID
		if id == "" {
			continue
		}
		switch g.Channel {
		case wire.Shell, wire.Control:
			reply[id] = i
			continue
		case wire.Stdin:
			continue
		}
		s := spans[id]
		if s == nil {
			s = &span{first: i}
			spans[id] = s
		}
		switch c := g.Content.(type) {
		case *wire.Status:
			if c.ExecutionState == wire.Busy {
				s.busy++
				if i != s.first {
					r.t.Errorf("%s: busy is not the first message", id)
				}
			} else {
				s.idle++
				s.last = i
			}
		case *wire.ShutdownReply: // a copy of the reply
		default:
			if s.idle > 0 && !r.late {
				r.t.Errorf("%s: %s after idle", id, g.Type())
			}
			if n, ok := reply[id]; ok && r.Over == OverMemory && n < i && !r.late {
				r.t.Errorf("%s: %s after the reply", id, g.Type())
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(spans)) {
		s := spans[id]
		if s.busy != 1 || s.idle != 1 {
			r.t.Errorf("%s: %d busy and %d idle, want one of each", id, s.busy, s.idle)
		}
		if n, ok := reply[id]; ok && r.Over == OverMemory && n > s.last {
			r.t.Errorf("%s: the reply after idle", id)
		}
	}
}
