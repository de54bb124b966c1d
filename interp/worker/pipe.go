package worker

import (
	"bytes"
	"errors"
	"os"
	"regexp"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// holdTime is how long text that looks like the beginning of a crash
	// report is held back when the crash pipe stays silent.
	holdTime = 250 * time.Millisecond
	// drainTime is how long a pipe of a dead child may stay silent before it
	// is given up, and drainLimit how long it may go on in all: a program
	// that left the child's process group can hold the other end.
	drainTime  = 200 * time.Millisecond
	drainLimit = 10 * time.Second
	// crashTime is the same for the crash pipe, which nobody else holds.
	crashTime = 500 * time.Millisecond
)

// pipeReader reads what the child writes to descriptor 1 or 2. Its goroutine is
// that of run.
type pipeReader struct {
	i       int // 0: standard output, 1: standard error
	file    *os.File
	text    func(i int, owner uint64, p []byte)
	order   *order
	crashed *atomic.Bool // the crash pipe has brought something

	// mu guards what follows and the file's deadline.
	mu      sync.Mutex
	holding bool
	dead    time.Time // when the child died

	held []byte // standard error from the beginning of a crash report, if it is one
}

// run reads until the end.
func (r *pipeReader) run(nonce []byte) {
	s := &scanner{nonce: nonce, text: r.take, mark: func(m marker) {
		r.releaseHeld()
		r.order.pipe(r.i, m)
	}}
	buf := make([]byte, 64<<10)
	for {
		n, err := r.file.Read(buf)
		s.feed(buf[:n])
		if err == nil {
			if !r.extend() {
				break
			}
			continue
		}
		if !errors.Is(err, os.ErrDeadlineExceeded) || !r.expired() {
			break
		}
	}
	s.end()
	r.order.endPipe(r.i)
	r.file.Close()
}

// take hands text on, or holds it back.
func (r *pipeReader) take(owner uint64, p []byte) {
	if r.i == 0 || owner != 0 {
		r.text(r.i, owner, p)
		return
	}
	if !r.holding {
		i := beginOfReport(p)
		if i < 0 {
			r.text(r.i, 0, p)
			return
		}
		if i > 0 {
			r.text(r.i, 0, p[:i])
		}
		p = p[i:]
		r.hold(true)
	}
	r.held = append(r.held, p...)
	if len(r.held) > maxReport && !r.crashed.Load() {
		r.releaseHeld()
	} else if len(r.held) > 2*maxReport {
		r.held = r.held[:2*maxReport]
	}
}

func (r *pipeReader) hold(on bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.holding = on
	r.setDeadline()
}

// releaseHeld hands on what was held back: it was no crash report.
func (r *pipeReader) releaseHeld() {
	if !r.holding {
		return
	}
	r.hold(false)
	held := r.held
	r.held = nil
	r.text(r.i, 0, held)
}

// extend gives the child's pipe more time after it brought something. It is
// false when the time is over.
func (r *pipeReader) extend() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.dead.IsZero() {
		r.setDeadline()
		return time.Since(r.dead) < drainLimit
	}
	return true
}

// expired is called when the deadline is over; false ends the reading.
func (r *pipeReader) expired() bool {
	r.mu.Lock()
	dead := !r.dead.IsZero()
	r.mu.Unlock()
	if dead {
		return false
	}
	if r.crashed.Load() {
		r.hold(true)
	} else {
		r.releaseHeld()
	}
	return true
}

// died tells the reader that the child is dead.
func (r *pipeReader) died() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.dead = time.Now()
	r.setDeadline()
}

// setDeadline sets the deadline that fits the state. The caller holds mu.
func (r *pipeReader) setDeadline() {
	var t time.Time
	switch {
	case !r.dead.IsZero():
		t = time.Now().Add(drainTime)
	case r.holding:
		t = time.Now().Add(holdTime)
	}
	_ = r.file.SetReadDeadline(t)
}

// framePosition is what stands before "panic: " in a line of the interpreter.
var framePosition = regexp.MustCompile(`^\S*\d+:\d+: $`)

var signalBegin = regexp.MustCompile(`^SIG[A-Z]+: `)

// beginOfReport finds where something begins that may be a crash report of the
// Go runtime; -1: nowhere. It says what crashBegin says, faster.
func beginOfReport(p []byte) int {
	at := -1
	for _, s := range []string{"panic: ", "fatal error: ", "runtime: ", "unexpected fault address ", "fatal: morestack", "SIG"} {
		end := len(p)
		if at >= 0 {
			end = min(end, at+len(s))
		}
		from := 0
		for {
			i := bytes.Index(p[from:end], []byte(s))
			if i < 0 {
				break
			}
			i += from
			if s != "SIG" || signalBegin.Match(p[i:min(len(p), i+32)]) {
				at = i
				break
			}
			from = i + 1
		}
	}
	if at > 0 {
		// The interpreter writes "cell3.go:4:1: panic: main.f(...)" for
		// each frame before the runtime reports.
		line := bytes.LastIndexByte(p[:at], '\n') + 1
		if framePosition.Match(p[line:at]) {
			return line
		}
	}
	return at
}
