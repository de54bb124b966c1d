package worker

import (
	"fmt"
	"os"
	"strings"

	"cahier/interp"
)

// death is why a child ended.
type death struct {
	name    string
	value   string
	frames  []string
	asked   bool // the supervisor was closed
	unready bool // before it had an executor
}

// cellError is the error of the cell that ran when the child died. advice is
// what to do now.
func (d *death) cellError(advice string) *interp.CellError {
	return newCellError(d.name, d.value, d.frames, "", advice)
}

// message is the same as text for standard error.
func (d *death) message() string {
	return strings.Join(newCellError(d.name, d.value, d.frames).Traceback, "\n") + "\n"
}

// autopsy finds out why the child ended. It is called when nobody reads its
// pipes any more; text that was held back and is no crash report is handed on.
func (p *process) autopsy() *death {
	r := p.pipes[1]
	held, copied := string(r.held), string(p.report)
	r.held = nil
	state := p.cmd.ProcessState
	signal, signalName, signaled := exitSignal(state)

	p.mu.Lock()
	reason, refused := p.reason, p.refused
	p.mu.Unlock()

	var report string
	var frames []string
	crashed := copied != "" || held != "" && (state.ExitCode() == 2 || signalName == "SIGABRT")
	if crashed {
		report, frames, held = splitReport(held, copied)
	}
	if held != "" {
		p.text(1, 0, []byte(held))
	}
	var d death
	switch {
	case reason != nil:
		d = *reason
	case crashed:
		t := parseTrace(report)
		d = death{name: t.name, value: t.value, frames: t.frames}
		if d.name == "" {
			d.name, d.value = nameWorkerDied, exitText(state)
		}
		if d.name == namePanic {
			d.value = "in a goroutine: " + d.value
		}
		if len(frames) > 0 {
			d.frames = frames // those of the report are the interpreter's own
		}
		if d.name == nameOutOfMemory {
			d.value = outOfMemory(p.opt.MemoryLimit)
			d.frames = nil
		}
	case refused != "":
		d = death{name: nameWorkerDied, value: refused}
	case signalName == "SIGKILL":
		d = death{name: nameKilled, value: "the worker process was ended by SIGKILL: by code of a cell, by hand, or by the system because memory ran out"}
	case signaled:
		d = death{name: nameKilled, value: fmt.Sprintf("the worker process was ended by %s (%v)", signalName, signal)}
	default:
		d = death{name: nameExit, value: exitText(state)}
	}
	select {
	case <-p.ready:
	default:
		d.unready = true
		if reason == nil && refused == "" {
			d.name = nameWorkerDied
			d.value = "the worker process ended before it was ready: " + d.value
			if s := strings.TrimSpace(p.tail.String()); s != "" {
				d.value += "\n" + s
			}
		}
	}
	return &d
}

func exitText(s *os.ProcessState) string {
	if s.ExitCode() == 0 {
		return "the worker process ended with exit code 0: code of a cell called os.Exit(0)"
	}
	return fmt.Sprintf("the worker process ended with exit code %d: code of a cell called os.Exit, log.Fatal or the like", s.ExitCode())
}

func outOfMemory(limit uint64) string {
	if limit == 0 {
		return "the system had no more memory to give"
	}
	return fmt.Sprintf("an allocation would go far beyond the memory limit of %s (set it with --memory-limit or %s)", formatBytes(limit), EnvMemoryLimit)
}

// tooBig is the death of a child that uses more than it may.
func tooBig(used, limit uint64) *death {
	return &death{name: nameOutOfMemory, value: fmt.Sprintf("the cells used %s, more than the memory limit of %s (set it with --memory-limit or %s)", formatBytes(used), formatBytes(limit), EnvMemoryLimit)}
}

// tooFull is the death of a child that leaves the machine without memory.
func tooFull(used, available uint64) *death {
	return &death{name: nameOutOfMemory, value: fmt.Sprintf("the cells used %s and the machine had only %s left", formatBytes(used), formatBytes(available))}
}
