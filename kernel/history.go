package kernel

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"cahier/kernel/wire"
)

// Bounds of the history.
const (
	historyBatch   = 200 * time.Millisecond // cells of this time are written together
	historyRetry   = 2 * time.Second        // when another kernel holds the file
	historyMemory  = 10_000                 // cells kept when there is no file
	historyMaxText = 64 << 10               // bytes of an output; longer ones are not kept
	historyMaxCell = 1 << 20                // bytes of a cell; longer ones are not kept: a front end asks for 1,000 at once
)

// cell is one entry of the history.
type cell struct {
	session, line int
	input         string
	output        *string
}

// history keeps the cells that were run, in a file that all kernels of a user
// share or, without one, in memory. The file is open only while a batch is
// written or a question answered, so that kernels take turns. When it cannot be
// used it is reported once and this kernel's history goes on in memory.
//
// Goroutines: run, which writes the batches.
type history struct {
	path string
	log  *slog.Logger
	wake chan struct{} // capacity 1: there are cells to write

	file sync.Mutex // held while the file is used; taken before mu

	mu      sync.Mutex // guards what follows
	session int        // number of this kernel's session; 0 until the file gave one
	waiting []cell     // not yet in the file; without a file, all there is
	memory  bool       // there is no file, or it is given up
}

func newHistory(path string, log *slog.Logger) *history {
	return &history{path: path, log: log, wake: make(chan struct{}, 1), memory: path == ""}
}

// add appends a cell, if its size is that of something typed. It does not wait for the file.
func (h *history) add(line int, input string, output *string) {
	if len(input) > historyMaxCell {
		return
	}
	if output != nil && len(*output) > historyMaxText {
		output = nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.waiting = append(h.waiting, cell{line: line, input: input, output: output})
	if h.memory {
		h.trim()
		return
	}
	notify(h.wake)
}

// trim keeps the newest cells. h.mu is held.
func (h *history) trim() {
	if n := len(h.waiting) - historyMemory; n > historyMemory/10 {
		h.waiting = slices.Clone(h.waiting[n:])
	}
}

// run writes what was added, until ctx ends.
func (h *history) run(ctx context.Context) {
	for {
		select {
		case <-h.wake:
		case <-ctx.Done():
			return
		}
		pause := historyBatch
		for {
			select {
			case <-time.After(pause):
			case <-ctx.Done():
				return
			}
			if h.write() == nil {
				break
			}
			pause = historyRetry // the file is in use
		}
	}
}

// close writes what is left. It returns an error if something was lost.
func (h *history) close() error {
	if err := h.write(); err != nil {
		return fmt.Errorf("kernel: the last cells are not in the history: %w", err)
	}
	return nil
}

// write puts what waits into the file. An error means that the file is in use and
// the cells go on waiting; after any other failure they stay in memory.
func (h *history) write() error {
	h.file.Lock()
	defer h.file.Unlock()
	h.mu.Lock()
	cells, session, memory := slices.Clone(h.waiting), h.session, h.memory
	h.mu.Unlock()
	if memory || len(cells) == 0 {
		return nil
	}
	err := withFile(h.path, func(db *bbolt.DB) (err error) {
		session, err = store(db, session, cells)
		return err
	})
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return fmt.Errorf("history file %s is in use by another process", h.path)
	case err != nil:
		h.giveUp(err)
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.session = session
	h.waiting = h.waiting[len(cells):]
	return nil
}

// giveUp goes on in memory and says so, once.
func (h *history) giveUp(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.memory {
		return
	}
	h.memory = true
	h.trim()
	h.log.Error("the history file cannot be used; the history of this kernel is kept in memory only", "path", h.path, "err", err)
}

// cells answers a question: the cells for which take is true, asked from the
// newest to the oldest until it says stop; the result has the oldest first.
// Sessions counts from the present one: see [wire.HistoryRequest].
func (h *history) cells(only *int, take func(c cell) (take, stop bool)) ([]cell, error) {
	if err := h.write(); err != nil {
		return nil, err
	}
	var found []cell
	visit := func(c cell) bool {
		ok, stop := take(c)
		if ok {
			found = append(found, c)
		}
		return !stop
	}
	h.file.Lock()
	defer h.file.Unlock()
	h.mu.Lock()
	memory, session := h.memory, h.session
	h.mu.Unlock()
	if !memory {
		err := withFile(h.path, func(db *bbolt.DB) error {
			found = nil
			return walk(db, session, only, visit)
		})
		switch {
		case errors.Is(err, bolterrors.ErrTimeout):
			return nil, fmt.Errorf("history file %s is in use by another process", h.path)
		case err == nil:
			slices.Reverse(found)
			return found, nil
		}
		found = nil
		h.giveUp(err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	present := max(h.session, 1)
	if only == nil || *only == 0 || *only == present {
		for _, c := range slices.Backward(h.waiting) {
			c.session = present
			if !visit(c) {
				break
			}
		}
	}
	slices.Reverse(found)
	return found, nil
}

// onHistoryRequest looks cells up. (protocol: "History".)
func (k *Kernel) onHistoryRequest(r *request, q *wire.HistoryRequest) {
	n := -1 // no limit
	if q.N != nil {
		n = max(*q.N, 0)
	}
	var only *int
	var want func(c cell) (take, stop bool)
	switch q.HistAccessType {
	case "tail":
		want = func(cell) (bool, bool) { n--; return true, n == 0 }
	case "range":
		only = &q.Session
		n = -1
		want = func(c cell) (bool, bool) {
			return c.line >= q.Start && (q.Stop == nil || c.line < *q.Stop), c.line <= q.Start
		}
	case "search":
		seen := map[string]bool{}
		want = func(c cell) (bool, bool) {
			if !glob(q.Pattern, c.input) || q.Unique && seen[c.input] {
				return false, false
			}
			seen[c.input] = true
			n--
			return true, n == 0
		}
	default:
		r.fail("HistoryError", fmt.Sprintf("hist_access_type is %q, want tail, range or search", q.HistAccessType))
		return
	}
	reply := &wire.HistoryReply{Outcome: wire.Ok}
	if n != 0 {
		cells, err := k.history.cells(only, want)
		if err != nil {
			r.fail("HistoryError", err.Error())
			return
		}
		for _, c := range cells {
			reply.History = append(reply.History, wire.HistoryEntry{Session: c.session, Line: c.line, Input: c.input, Output: c.output, Paired: q.Output})
		}
	}
	r.reply(reply)
}

// glob reports whether the whole of s matches a pattern in which * stands for any
// text and ? for any one character.
func glob(pattern, s string) bool {
	p, t := []rune(pattern), []rune(s)
	star, mark := -1, 0 // the last * and where its text began
	i, j := 0, 0
	for j < len(t) {
		switch {
		case i < len(p) && p[i] == '*':
			star, mark = i, j
			i++
		case i < len(p) && (p[i] == '?' || p[i] == t[j]):
			i++
			j++
		case star >= 0:
			mark++
			i, j = star+1, mark
		default:
			return false
		}
	}
	for i < len(p) && p[i] == '*' {
		i++
	}
	return i == len(p)
}
