package wire

// IOPubWelcome greets a subscriber: its subscription is in force. It has no
// parent. (Section "Welcome message".)
type IOPubWelcome struct {
	Subscription string `json:"subscription"` // the topic; empty means everything
}

// MsgType returns iopub_welcome.
func (*IOPubWelcome) MsgType() string { return TypeIOPubWelcome }

// The values of a Status.
const (
	Starting = "starting" // exactly once, without a parent
	Busy     = "busy"
	Idle     = "idle"
)

// Status says what the kernel does. (Section "Kernel status".)
type Status struct {
	ExecutionState string `json:"execution_state"`
}

// MsgType returns status.
func (*Status) MsgType() string { return TypeStatus }

// ExecuteInput tells all front ends what is run. (Section "Code inputs".)
type ExecuteInput struct {
	Code           string `json:"code"`
	ExecutionCount int    `json:"execution_count"`
}

// MsgType returns execute_input.
func (*ExecuteInput) MsgType() string { return TypeExecuteInput }

// Stream is text that was printed. (Section "Streams".)
type Stream struct {
	Name string `json:"name"` // stdout or stderr
	Text string `json:"text"`
}

// MsgType returns stream.
func (*Stream) MsgType() string { return TypeStream }

// DisplayData shows something. (Section "Display Data".)
type DisplayData struct {
	// Data holds representations by MIME type: strings (binary types in
	// base64) or, for JSON types, JSON values. There is always a text/plain.
	Data      Object    `json:"data"`
	Metadata  Object    `json:"metadata"`
	Transient Transient `json:"transient"`
}

// MsgType returns display_data.
func (*DisplayData) MsgType() string { return TypeDisplayData }

// Transient is what a notebook does not keep.
type Transient struct {
	// DisplayID names the display for later updates.
	DisplayID string `json:"display_id,omitempty"`
}

// UpdateDisplayData changes every display with the same id. (Section "Update
// Display Data".)
type UpdateDisplayData struct {
	Data      Object    `json:"data"`
	Metadata  Object    `json:"metadata"`
	Transient Transient `json:"transient"`
}

// MsgType returns update_display_data.
func (*UpdateDisplayData) MsgType() string { return TypeUpdateDisplayData }

// ExecuteResult shows the value of a cell. (Section "Execution results".)
type ExecuteResult struct {
	ExecutionCount int       `json:"execution_count"`
	Data           Object    `json:"data"`
	Metadata       Object    `json:"metadata"`
	Transient      Transient `json:"transient"`
}

// MsgType returns execute_result.
func (*ExecuteResult) MsgType() string { return TypeExecuteResult }

// Error shows how a cell failed; it has neither status nor execution_count.
// (Section "Execution errors".)
type Error struct {
	EName     string       `json:"ename"`
	EValue    string       `json:"evalue"`
	Traceback List[string] `json:"traceback"`
}

// MsgType returns error.
func (*Error) MsgType() string { return TypeError }

// ClearOutput removes a cell's output. (Section "Clear output".)
type ClearOutput struct {
	Wait bool `json:"wait"` // only when new output comes
}

// MsgType returns clear_output.
func (*ClearOutput) MsgType() string { return TypeClearOutput }
