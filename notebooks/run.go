package notebooks

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"cahier/kernel/client"
	"cahier/kernel/wire"
)

// Kernel is what Run needs of a kernel. [client.Client] is one.
type Kernel interface {
	Info() *wire.KernelInfoReply
	Execute(ctx context.Context, code string, o client.ExecuteOptions) (*wire.ExecuteReply, error)
	Interrupt(ctx context.Context) error
}

// RunOptions says how Run executes a notebook. The zero value stops at the
// first error and has no time limit.
type RunOptions struct {
	// Timeout bounds each cell; 0 means no limit. A cell that takes longer is
	// interrupted, and Run ends with a [*TimeoutError].
	Timeout time.Duration
	// AllowErrors goes on after a cell that failed. A cell with the tag
	// raises-exception may fail in any case.
	AllowErrors bool
	// Kernelspec, if not empty, replaces metadata.kernelspec: name,
	// display_name and language.
	Kernelspec map[string]any
	// Input answers the questions of cells; nil means that nobody does.
	Input func(ctx context.Context, prompt string, password bool) (string, error)

	// The rest is for those who want to watch; each may be nil. They are
	// called from the goroutine that called Run.

	// Started is called before a code cell is executed.
	Started func(CellRun)
	// Output is called for each output as it comes; text comes in pieces.
	Output func(CellRun, Output)
	// Updated is called when a display shows something else; o is the
	// display, of this cell or of an earlier one.
	Updated func(r CellRun, o Output)
	// Cleared is called when the cell's output has been emptied.
	Cleared func(CellRun)
	// Finished is called after a code cell. When it returns an error Run ends
	// with it.
	Finished func(CellRun) error
}

// CellRun is one code cell that is, or was, executed.
type CellRun struct {
	Cell    *Cell
	Index   int           // among all cells, from 0
	Number  int           // among the code cells that have something to execute, from 1
	Of      int           // how many of those there are
	Elapsed time.Duration // once it is finished
	Failure *CellError    // nil unless it is finished and has failed
	Err     error         // why the cell could not be finished: time limit, death of the kernel, end of the context
}

// CellError says that a cell ended with an error.
type CellError struct {
	Index     int // of the cell among all cells, from 0
	Number    int // among the executed cells, from 1
	Source    string
	Name      string // ename
	Value     string // evalue
	Traceback []string
}

func (e *CellError) Error() string {
	value, _, _ := strings.Cut(e.Value, "\n")
	return fmt.Sprintf("cell %d failed: %s: %s", e.Number, e.Name, value)
}

// TimeoutError says that a cell took longer than allowed.
type TimeoutError struct {
	Number  int // of the cell among the executed cells, from 1
	Limit   time.Duration
	Stopped bool // whether an interrupt has stopped it
}

func (e *TimeoutError) Error() string {
	s := fmt.Sprintf("cell %d took longer than %v and was interrupted", e.Number, e.Limit)
	if !e.Stopped {
		s += "; it did not stop"
	}
	return s
}

// Run executes the code cells of n in order in a kernel and puts their outputs
// into n, as Jupyter's nbclient does: displays are updated and cleared as the
// cells ask, execution counts are the kernel's, metadata.language_info is what
// the kernel says. Text that comes in pieces becomes one output as long as
// nothing else comes between. Outputs of an earlier run are removed from all
// code cells first, so that the result holds only what this run gave.
//
// Run ends with a [*CellError] at the first cell that fails, unless it may; with
// a [*TimeoutError]; with the kernel's error if it dies; or with the cause of
// ctx's end. In each case n holds what came until then.
func Run(ctx context.Context, n *Notebook, k Kernel, o RunOptions) error {
	n.Metadata["language_info"] = languageInfo(k.Info())
	if len(o.Kernelspec) > 0 {
		n.Metadata["kernelspec"] = o.Kernelspec
	}
	var cells []CellRun
	for i, c := range n.Cells {
		if c.Type != Code {
			continue
		}
		c.Outputs, c.ExecutionCount = nil, nil
		if !c.Empty() {
			cells = append(cells, CellRun{Cell: c, Index: i, Number: len(cells) + 1})
		}
	}
	r := run{Notebook: n, kernel: k, options: o, displays: map[string][]display{}, widgets: widgets{}}
	defer r.widgets.save(n)
	for _, cell := range cells {
		cell.Of = len(cells)
		if err := r.cell(ctx, cell); err != nil {
			return err
		}
	}
	return nil
}

// languageInfo turns what the kernel said into metadata.language_info.
func languageInfo(info *wire.KernelInfoReply) map[string]any {
	doc, err := json.Marshal(info.LanguageInfo)
	var m map[string]any
	if err == nil {
		err = json.Unmarshal(doc, &m)
	}
	if err != nil {
		return map[string]any{"name": info.LanguageInfo.Name}
	}
	for field, v := range m {
		if v == "" || v == nil {
			delete(m, field)
		}
	}
	m["name"] = info.LanguageInfo.Name
	return m
}

// run is one Run.
type run struct {
	*Notebook
	kernel   Kernel
	options  RunOptions
	displays map[string][]display // by display id, over all cells
	widgets  widgets
}

// patience is how long a cell may take to stop after it was interrupted for
// taking too long.
const patience = 5 * time.Second

func (r *run) cell(ctx context.Context, cell CellRun) error {
	if r.options.Started != nil {
		r.options.Started(cell)
	}
	allowed := r.options.AllowErrors || cell.Cell.HasTag("raises-exception")
	collector := &collector{run: r, cell: cell}

	// The limit asks the cell to stop first; only a cell that does not is
	// abandoned.
	limited, abandon := context.WithCancelCause(ctx)
	defer abandon(nil)
	late := &TimeoutError{Number: cell.Number, Limit: r.options.Timeout}
	timedOut := make(chan struct{})
	if r.options.Timeout > 0 {
		timer := time.AfterFunc(r.options.Timeout, func() {
			close(timedOut)
			stopping, cancel := context.WithTimeoutCause(limited, patience, late)
			defer cancel()
			_ = r.kernel.Interrupt(stopping) // if this fails the patience ends
			<-stopping.Done()
			abandon(context.Cause(stopping))
		})
		defer timer.Stop()
	}

	start := time.Now()
	reply, err := r.kernel.Execute(limited, cell.Cell.Source, client.ExecuteOptions{
		ContinueOnError: allowed,
		Output:          collector.message,
		Input:           r.options.Input,
	})
	cell.Elapsed = time.Since(start)
	collector.finish()
	select {
	case <-timedOut:
		if err == nil {
			late.Stopped, err = true, late
		}
	default:
	}
	if err == nil {
		cell.Cell.ExecutionCount = &reply.ExecutionCount
		if reply.Status != wire.StatusOk {
			cell.Failure = &CellError{
				Index: cell.Index, Number: cell.Number, Source: cell.Cell.Source,
				Name: reply.EName, Value: reply.EValue, Traceback: reply.Traceback,
			}
			if reply.Status == wire.StatusAborted {
				cell.Failure.Name, cell.Failure.Value = "Aborted", "the kernel did not execute the cell"
			}
		}
	} else if !errors.Is(err, late) {
		err = fmt.Errorf("cell %d: %w", cell.Number, err)
	}
	cell.Err = err
	if r.options.Finished != nil {
		err = errors.Join(err, r.options.Finished(cell))
	}
	if err == nil && cell.Failure != nil && !allowed {
		return cell.Failure
	}
	return err
}
