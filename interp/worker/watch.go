package worker

import "time"

const (
	// watchBusy and watchIdle are the times between two looks at a child's
	// memory. A gigabyte takes a quarter of a second to fill.
	watchBusy = 25 * time.Millisecond
	watchIdle = 200 * time.Millisecond

	// leastAvailable is the memory below which the machine is about to stop
	// answering; the part of the machine's memory if that is more.
	leastAvailable     = 64 << 20
	leastAvailablePart = 50
)

// watch ends the child when it uses more memory than the limit, or so much that
// nothing is left for the rest of the machine.
func (p *process) watch() {
	limit := p.opt.MemoryLimit
	if limit == 0 {
		return
	}
	r, err := openResident(p.pid())
	if err != nil {
		return // the child measures itself
	}
	defer r.close()
	machine := machineMemory()
	floor := max(leastAvailable, machine/leastAvailablePart)
	timer := time.NewTimer(watchIdle)
	defer timer.Stop()
	for {
		select {
		case <-p.gone:
			return
		case <-p.kick:
		case <-timer.C:
		}
		used, err := r.read()
		if err != nil {
			return // it has ended
		}
		if used > limit {
			p.kill(tooBig(used, limit))
			return
		}
		// Only the one that takes most is to blame when memory is short.
		if machine > 0 && used > machine/4 {
			if available, ok := availableMemory(); ok && available < floor {
				p.kill(tooFull(used, available))
				return
			}
		}
		interval := watchIdle
		if p.busy.Load() {
			interval = watchBusy
		}
		timer.Reset(interval)
	}
}
