// Package interp runs Go cells: source in, values and outputs out. It knows
// nothing of Jupyter. A [Session] runs cells in this process; package worker
// runs a Session in a child process that may die, behind the same [Executor].
package interp

import (
	"context"
	"encoding/json"
)

// Executor runs cells. [Session] (in process) and worker.Supervisor (in a
// child process) both are Executors.
//
// Execute and Evaluate are called by one goroutine, one at a time. The other
// methods may be called at any time from any goroutine.
type Executor interface {
	// Execute runs one cell and returns when it has ended and all text that
	// it wrote is given to out. Goroutines that outlive the cell go on
	// writing to the same out. When ctx ends nobody waits any longer.
	Execute(ctx context.Context, cell Cell, out Output) Result
	// Evaluate computes one expression and renders its value.
	Evaluate(ctx context.Context, expr string, out Output) (Bundle, *CellError)
	// Complete lists completions at cursor, a count of code points.
	Complete(ctx context.Context, code string, cursor int) (Completion, error)
	// Inspect describes what stands at cursor, a count of code points.
	Inspect(ctx context.Context, code string, cursor, detail int) (Inspection, error)
	// IsComplete says whether code can be executed as it is.
	IsComplete(ctx context.Context, code string) (Completeness, error)
	// Comm delivers a front end's comm message and, for an open, reports
	// whether the target is known.
	Comm(ctx context.Context, ev CommEvent, out Output) (known bool)
	// Interrupt asks the running cell, or what a comm event has called, to
	// stop and does not wait for it. A further call while the same cell still
	// runs insists.
	Interrupt()
	// Close frees everything. Calls under way return.
	Close() error
}

// Cell is one execution of a cell.
type Cell struct {
	Code         string
	Number       int // names the cell in errors: cell 3
	Silent       bool
	StoreHistory bool
	AllowStdin   bool
}

// Output takes what a running cell emits. Its methods may be called from any
// goroutine.
type Output interface {
	// Stream takes text for "stdout" or "stderr". The bytes are the
	// caller's again after the call.
	Stream(name string, p []byte)
	Display(b Bundle)      // a new display
	Update(b Bundle)       // a display with b.DisplayID shows something else
	ClearOutput(wait bool) // the cell's output is emptied
	// Input asks the user for a line of text, without its newline.
	Input(ctx context.Context, prompt string, password bool) (string, error)
	Comm(ev CommEvent) // a comm message of this side
}

// Bundle is a value rendered in one or more MIME types. Values are strings
// (binary types: base64) or, for JSON types, anything encoding/json can write.
type Bundle struct {
	MIME      map[string]any `json:"mime"`
	Metadata  map[string]any `json:"metadata,omitempty"`
	DisplayID string         `json:"display_id,omitempty"`
}

// Result is how a cell ended.
type Result struct {
	Value        *Bundle    `json:"value,omitempty"` // the last expression's value; nil shows nothing
	Err          *CellError `json:"err,omitempty"`   // nil: the cell ran to its end
	SetNextInput *string    `json:"set_next_input,omitempty"`
	Page         *Bundle    `json:"page,omitempty"`
}

// CellError is an error of the user's code.
type CellError struct {
	Name      string   `json:"name"`      // the kind: CompileError, Panic, Interrupted, WorkerDied, ShapeError...
	Value     string   `json:"value"`     // one line
	Traceback []string `json:"traceback"` // lines, may carry ANSI colours
}

func (e *CellError) Error() string { return e.Name + ": " + e.Value }

// Completion lists what may replace the code points from Start to End.
type Completion struct {
	Start   int     `json:"start"`
	End     int     `json:"end"`
	Matches []Match `json:"matches"`
}

// Match is one completion.
type Match struct {
	Text      string `json:"text"`
	Type      string `json:"type"` // function, variable, type, constant, package, field, method, keyword, magic, path
	Signature string `json:"signature,omitempty"`
}

// Inspection describes a name.
type Inspection struct {
	Found bool           `json:"found"`
	MIME  map[string]any `json:"mime,omitempty"` // text/plain always
}

// Completeness says whether code can be executed as it is.
type Completeness struct {
	Status string `json:"status"` // complete, incomplete, invalid, unknown
	Indent string `json:"indent,omitempty"`
}

// CommEvent is a message of a comm, in either direction.
type CommEvent struct {
	Kind     CommKind        `json:"kind"`
	ID       string          `json:"id"`
	Target   string          `json:"target,omitempty"`
	Data     json.RawMessage `json:"data,omitempty"`
	Metadata json.RawMessage `json:"metadata,omitempty"`
	Buffers  [][]byte        `json:"buffers,omitempty"`
}

// CommKind tells the three comm messages apart.
type CommKind uint8

// The kinds of CommEvent.
const (
	CommOpen CommKind = iota
	CommMsg
	CommClose
)
