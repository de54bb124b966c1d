package interp

import (
	"time"

	"cahier/interp/rt"
)

// apartTime is how long methods of cells' types may take that are called to
// show something beside the cells.
const apartTime = 500 * time.Millisecond

// apart calls f, which may call methods of cells' types, on a goroutine of its
// own: methods that do not return, recurse without end or panic must not take
// the session along. ok is false when f has not come to its end.
func (s *Session) apart(out rt.Output, f func()) (ok bool) {
	run := rt.NewRun(0, out, nil)
	over, giveUp := make(chan struct{}), make(chan struct{})
	go func() {
		t := time.NewTimer(apartTime)
		defer t.Stop()
		select {
		case <-over:
			return
		case <-t.C:
			s.rt.Interrupt(run)
		}
		t.Reset(s.opt.Grace)
		select {
		case <-over:
		case <-t.C:
			close(giveUp)
		}
	}()
	_, g, panicked, ended := s.rt.Do(run, f, giveUp)
	close(over)
	s.rt.Settle(run)
	if panicked {
		s.engine.Trace(g) // forget it
	}
	return ended && !panicked && run.Reason() == nil
}

// nowhere takes text that is for nobody.
type nowhere struct{}

func (nowhere) Stream(string, []byte) {}
