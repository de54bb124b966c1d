package worker

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"cahier/interp"
)

// The cells that have succeeded are kept up to these bounds; the oldest go
// first.
const (
	maxHistoryCells = 10_000
	maxHistoryBytes = 16 << 20
)

// history is the cells that have succeeded.
type history struct {
	cells   []past
	bytes   int
	dropped int
}

// past is a cell that has succeeded.
type past struct {
	cell   interp.Cell
	worker uint64 // number of the child that ran it last
}

func (h *history) add(cell interp.Cell, worker uint64) {
	h.cells = append(h.cells, past{cell, worker})
	h.bytes += len(cell.Code)
	for len(h.cells) > maxHistoryCells || h.bytes > maxHistoryBytes {
		h.bytes -= len(h.cells[0].cell.Code)
		h.cells[0] = past{}
		h.cells = h.cells[1:]
		h.dropped++
	}
}

// lost returns the numbers of the cells that another child than worker ran
// last.
func (h *history) lost(worker uint64) []int {
	var numbers []int
	for _, p := range h.cells {
		if p.worker != worker {
			numbers = append(numbers, p.cell.Number)
		}
	}
	return numbers
}

// replayArguments says whether a cell is %replay, and what it says after it.
func replayArguments(code string) (string, bool) {
	code = strings.TrimSpace(code)
	rest, ok := strings.CutPrefix(code, "%replay")
	if !ok || rest != "" && !strings.ContainsAny(rest[:1], " \t\r\n") {
		return "", false
	}
	return strings.TrimSpace(rest), true
}

// selection is cell numbers, from and to, both included.
type selection [][2]int

// parseSelection reads "3", "3-7", "1, 3-5".
func parseSelection(args string) (selection, error) {
	var sel selection
	for _, part := range strings.FieldsFunc(args, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' }) {
		from, to, isRange := strings.Cut(part, "-")
		if !isRange {
			to = from
		}
		a, err1 := strconv.Atoi(from)
		b, err2 := strconv.Atoi(to)
		if err1 != nil || err2 != nil || a < 0 || b < a {
			return nil, fmt.Errorf("%%replay %s: %q is no number of a cell and no range of them; want %%replay, %%replay 3 or %%replay 1, 3-5, alone in its cell", firstLine(args), firstLine(part))
		}
		sel = append(sel, [2]int{a, b})
	}
	return sel, nil
}

func (sel selection) contains(n int) bool {
	for _, r := range sel {
		if r[0] <= n && n <= r[1] {
			return true
		}
	}
	return false
}

// replay runs cells again: those of args, or else those that succeeded in a
// child that is no more and have not been replayed since.
func (s *Supervisor) replay(ctx context.Context, r *run, cell interp.Cell, args string, out interp.Output) interp.Result {
	fail := func(err *interp.CellError) interp.Result { return interp.Result{Err: err} }
	sel, err := parseSelection(args)
	if err != nil {
		return fail(newCellError(nameReplay, err.Error(), nil))
	}
	p, err := s.current()
	if err != nil {
		return fail(newCellError(nameWorkerDied, err.Error(), nil))
	}
	s.giveNotice(out)
	s.mu.Lock()
	var todo []interp.Cell
	for _, past := range s.history.cells {
		if sel == nil && past.worker != p.number || sel.contains(past.cell.Number) {
			todo = append(todo, past.cell)
		}
	}
	all, dropped := s.history.lost(0), s.history.dropped
	s.mu.Unlock()

	switch {
	case len(todo) > 0:
	case len(all) == 0:
		out.Stream("stdout", []byte("Nothing to replay: no cell has succeeded yet.\n"))
		return interp.Result{}
	case sel == nil:
		out.Stream("stdout", fmt.Appendf(nil, "Nothing to replay: the variables of the successful cells (%s) are there. %%replay %d runs one again.\n", describe(all), all[len(all)-1]))
		return interp.Result{}
	default:
		return fail(newCellError(nameReplay, fmt.Sprintf("%%replay %s: none of these cells has succeeded; the successful cells are %s", args, describe(all)), nil))
	}
	if dropped > 0 {
		out.Stream("stderr", fmt.Appendf(nil, "The first %d successful cells are not kept any more and are not replayed.\n", dropped))
	}

	start, in := time.Now(), p.number
	for i, c := range todo {
		var result interp.Result
		worker := in
		if r.interrupted() {
			result.Err = newCellError(nameInterrupted, "the replay was interrupted", nil)
		} else {
			c.AllowStdin = cell.AllowStdin
			result, worker = s.runCell(ctx, r, c, out)
		}
		if result.Err != nil {
			return fail(replayError(result.Err, todo, i))
		}
		s.mu.Lock()
		s.history.ranIn(c.Number, worker)
		s.mu.Unlock()
		if i == 0 {
			in = worker
		} else if worker != in {
			// The child died between two cells, of what the first
			// ones left running.
			return fail(replayError(newCellError(nameWorkerDied, "the worker process died during the replay", nil), todo, i))
		}
	}
	out.Stream("stdout", fmt.Appendf(nil, "Replayed %s in %v.\n", describeCells(todo), time.Since(start).Round(time.Millisecond)))
	return interp.Result{}
}

// ranIn notes which child ran the cells of a number last.
func (h *history) ranIn(number int, worker uint64) {
	for i := range h.cells {
		if h.cells[i].cell.Number == number {
			h.cells[i].worker = worker
		}
	}
}

// replayError is the error of the cell at which a replay stopped.
func replayError(err *interp.CellError, todo []interp.Cell, at int) *interp.CellError {
	e := *err
	e.Value = fmt.Sprintf("cell %d, replayed: %s", todo[at].Number, err.Value)
	done := "nothing before it"
	if at > 0 {
		done = describeCells(todo[:at])
	}
	text := fmt.Sprintf("%%replay stopped at cell %d. It had run %s", todo[at].Number, done)
	if rest := todo[at+1:]; len(rest) > 0 {
		text += fmt.Sprintf("; it has not run %s: %%replay %s does that, without cell %d", describeCells(rest), ranges(cellNumbers(rest)), todo[at].Number)
	}
	e.Traceback = append(append([]string(nil), err.Traceback...), "", text+".")
	return &e
}

func cellNumbers(cells []interp.Cell) []int {
	n := make([]int, len(cells))
	for i, c := range cells {
		n[i] = c.Number
	}
	return n
}

func describeCells(cells []interp.Cell) string { return describe(cellNumbers(cells)) }

// describe names cells: "cell 3", "cells 1-3, 5".
func describe(numbers []int) string {
	const most = 12
	parts := strings.Split(ranges(numbers), ", ")
	if len(parts) == 1 && !strings.Contains(parts[0], "-") {
		return "cell " + parts[0] // perhaps it ran more than once
	}
	if len(parts) > most {
		parts = append(parts[:most-1], "...", parts[len(parts)-1])
	}
	return "cells " + strings.Join(parts, ", ")
}

// ranges writes numbers that mostly follow one another: "1-3, 5".
func ranges(numbers []int) string {
	var parts []string
	for i := 0; i < len(numbers); {
		j := i
		for j+1 < len(numbers) && (numbers[j+1] == numbers[j]+1 || numbers[j+1] == numbers[j]) {
			j++
		}
		part := strconv.Itoa(numbers[i])
		if numbers[j] != numbers[i] {
			part += "-" + strconv.Itoa(numbers[j])
		}
		parts = append(parts, part)
		i = j + 1
	}
	return strings.Join(parts, ", ")
}

// firstLine is a text's first line.
func firstLine(s string) string {
	l, _, _ := strings.Cut(s, "\n")
	return l
}
