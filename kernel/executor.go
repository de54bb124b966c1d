package kernel

import (
	"context"
	"encoding/json"
)

// Executor is what a kernel needs of the language that it serves. The kernel
// calls Execute, Evaluate and Comm one at a time, each in a goroutine of its own;
// every other method may be called at any time and from any goroutine. A panic
// costs the request and not the kernel.
type Executor interface {
	// Language describes the language; it answers at once, also before the
	// interpreter is warm.
	Language() LanguageInfo

	// Execute runs one cell and returns when the cell has ended and all text
	// that it wrote has been given to req.Out. Output of goroutines that
	// outlive the cell may come to req.Out later. Cancelling ctx means that
	// nobody waits any longer (shutdown); an interrupt by the user is
	// Interrupt.
	Execute(ctx context.Context, req *Request) Result

	// Evaluate computes one expression of user_expressions and renders its
	// value. Text that it writes goes to out.
	Evaluate(ctx context.Context, expr string, out Sink) (Data, *CellError)

	// Complete lists completions at cursor, a count of code points.
	Complete(ctx context.Context, code string, cursor int) (Completion, error)
	// Inspect describes what stands at cursor, a count of code points.
	// Detail is 0 or 1 as in the protocol.
	Inspect(ctx context.Context, code string, cursor, detail int) (Inspection, error)
	// IsComplete says whether code can be executed as it is.
	IsComplete(ctx context.Context, code string) (Completeness, error)

	// Comm delivers a comm_open, comm_msg or comm_close of a front end.
	// For an open it reports whether the target is known; the kernel closes
	// the comm if it is not. What the handlers emit goes to out.
	Comm(ctx context.Context, ev CommEvent, out Sink) (known bool)

	// Interrupt asks the running cell, or the handlers of a comm message, to
	// stop: cooperatively first, harder when it is called again. When nothing
	// runs it does nothing. It does not wait for the end.
	Interrupt()

	// Processes lists the processes that usage is counted for, besides the
	// kernel's own.
	Processes() []int

	// Close ends the executor and every process that it started.
	Close() error
}

// Request is one execute_request.
type Request struct {
	Code         string
	Count        int // execution_count; names the cell in tracebacks
	Silent       bool
	StoreHistory bool
	AllowStdin   bool
	Out          Sink // bound to this request's parent header, also after Execute has returned
}

// Sink takes everything that a running cell may emit. Its methods may be called
// from any goroutine; the order of the calls is the order on the wire. They wait
// when more is emitted than front ends take.
type Sink interface {
	// Stream publishes text; name is "stdout" or "stderr". The kernel
	// coalesces text, so callers need not. The bytes are copied.
	Stream(name string, p []byte)
	// Display publishes display_data. It writes d as JSON before it returns;
	// what JSON cannot say is reported in the cell's stderr.
	Display(d Data)
	// Update publishes update_display_data; d.DisplayID must be set.
	Update(d Data)
	// ClearOutput publishes clear_output.
	ClearOutput(wait bool)
	// Input asks the front end that sent the request for a line of text. It
	// fails at once when the request does not allow stdin (ErrNoStdin), when
	// the cell has ended (ErrCellEnded), when the user interrupts
	// (ErrInterrupted), and when ctx ends. The error is io.EOF when the user
	// ends the input (control-D).
	Input(ctx context.Context, prompt string, password bool) (string, error)
	// Comm publishes a comm message of the kernel's side.
	Comm(ev CommEvent)
}

// Data is a MIME bundle. Values are strings (binary types: base64) or, for
// JSON types, anything that encoding/json can write.
type Data struct {
	MIME      map[string]any
	Metadata  map[string]any
	DisplayID string // transient.display_id; empty means none
}

// Result is how a cell ended.
type Result struct {
	Value        *Data      // last expression's value; nil shows nothing
	Err          *CellError // nil: the cell ran to its end
	SetNextInput *string    // payload set_next_input: text for the next cell
	Page         *Data      // payload page: text for the front end's pager
}

// CellError is an error of the user's code. It is data, not a failure of the
// kernel.
type CellError struct {
	Name      string   // ename
	Value     string   // evalue, one line
	Traceback []string // lines, may carry ANSI colours
}

// LanguageInfo is language_info of kernel_info_reply, with the banner.
type LanguageInfo struct {
	Name           string `json:"name"`
	Version        string `json:"version"`
	MIMEType       string `json:"mimetype"`
	FileExtension  string `json:"file_extension"`
	PygmentsLexer  string `json:"pygments_lexer"`
	CodeMirrorMode string `json:"codemirror_mode"`
	NBConvert      string `json:"nbconvert_exporter"`
	Banner         string `json:"-"`
}

// Completion is the answer to complete_request. Start and End are code points;
// each match replaces the text between them.
type Completion struct {
	Start, End int
	Matches    []Match
}

// Match is one completion.
type Match struct {
	Text      string
	Type      string // function, variable, type, constant, package, field, method, keyword, magic, path
	Signature string
}

// Inspection is the answer to inspect_request.
type Inspection struct {
	Found    bool
	MIME     map[string]any // text/plain always; text/markdown or text/html besides
	Metadata map[string]any
}

// Completeness is the answer to is_complete_request.
type Completeness struct {
	Status string // complete, incomplete, invalid, unknown
	Indent string // only with incomplete
}

// CommEvent is a comm_open, comm_msg or comm_close, in either direction.
type CommEvent struct {
	Kind     CommKind
	ID       string
	Target   string // with CommOpen
	Data     json.RawMessage
	Metadata json.RawMessage
	Buffers  [][]byte
}

// CommKind tells the three comm messages apart.
type CommKind uint8

// The kinds of CommEvent.
const (
	CommOpen CommKind = iota
	CommMsg
	CommClose
)
