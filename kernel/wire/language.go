package wire

import (
	"encoding/json"
	"fmt"
)

// InspectRequest asks what stands at the cursor. (Section "Introspection".)
type InspectRequest struct {
	Code        string `json:"code"`
	CursorPos   int    `json:"cursor_pos"`   // code points
	DetailLevel int    `json:"detail_level"` // 0 or 1
}

// MsgType returns inspect_request.
func (*InspectRequest) MsgType() string { return TypeInspectRequest }

// InspectReply answers an InspectRequest.
type InspectReply struct {
	Outcome
	Found    bool   `json:"found"`
	Data     Object `json:"data"`
	Metadata Object `json:"metadata"`
}

// MsgType returns inspect_reply.
func (*InspectReply) MsgType() string { return TypeInspectReply }

// MarshalJSON writes the fields that the status asks for.
func (r *InspectReply) MarshalJSON() ([]byte, error) {
	type plain InspectReply
	return r.write((*plain)(r))
}

// CompleteRequest asks for completions. (Section "Completion".)
type CompleteRequest struct {
	Code      string `json:"code"`
	CursorPos int    `json:"cursor_pos"` // code points
}

// MsgType returns complete_request.
func (*CompleteRequest) MsgType() string { return TypeCompleteRequest }

// CompleteReply answers a CompleteRequest: each match replaces the code points
// from CursorStart to CursorEnd.
type CompleteReply struct {
	Outcome
	Matches     List[string] `json:"matches"`
	CursorStart int          `json:"cursor_start"`
	CursorEnd   int          `json:"cursor_end"`
	// Metadata may carry _jupyter_types_experimental, a list of
	// [CompletionType] as long as Matches: JupyterLab reads it by index.
	Metadata Object `json:"metadata"`
}

// MsgType returns complete_reply.
func (*CompleteReply) MsgType() string { return TypeCompleteReply }

// MarshalJSON writes the fields that the status asks for.
func (r *CompleteReply) MarshalJSON() ([]byte, error) {
	type plain CompleteReply
	return r.write((*plain)(r))
}

// CompletionTypes is the key of the completions' types in the metadata of a
// CompleteReply; its value is a list of [CompletionType].
const CompletionTypes = "_jupyter_types_experimental"

// CompletionType describes one match for front ends that show more than text.
type CompletionType struct {
	Start     int    `json:"start"`
	End       int    `json:"end"`
	Text      string `json:"text"`
	Type      string `json:"type"`
	Signature string `json:"signature"`
}

// IsCompleteRequest asks whether code can be executed as it is. (Section "Code
// completeness".)
type IsCompleteRequest struct {
	Code string `json:"code"`
}

// MsgType returns is_complete_request.
func (*IsCompleteRequest) MsgType() string { return TypeIsCompleteRequest }

// IsCompleteReply answers an IsCompleteRequest. Its status is not that of
// other replies.
type IsCompleteReply struct {
	Status string `json:"status"` // complete, incomplete, invalid or unknown
	Indent string `json:"indent"` // for the next line; only with incomplete
}

// MsgType returns is_complete_reply.
func (*IsCompleteReply) MsgType() string { return TypeIsCompleteReply }

// MarshalJSON writes indent only with incomplete.
func (r *IsCompleteReply) MarshalJSON() ([]byte, error) {
	w := struct {
		Status string  `json:"status"`
		Indent *string `json:"indent,omitempty"`
	}{Status: r.Status}
	if r.Status == "incomplete" {
		w.Indent = &r.Indent
	}
	return marshal(w)
}

// HistoryRequest asks for cells that were run. (Section "History".)
type HistoryRequest struct {
	Output         bool   `json:"output"` // also what the cells' last expressions showed
	Raw            bool   `json:"raw"`
	HistAccessType string `json:"hist_access_type"` // tail, range or search
	// Session counts the starts of the kernel: 0 is the present one, -1 the
	// one before it. Only with range.
	Session int `json:"session"`
	Start   int `json:"start"` // first cell of a range
	// Stop is the cell after the last of a range; nil means to the end.
	Stop    *int   `json:"stop"`
	N       *int   `json:"n"`       // how many, with tail and search; nil means all
	Pattern string `json:"pattern"` // glob with * and ?, with search
	Unique  bool   `json:"unique"`  // with search
}

// MsgType returns history_request.
func (*HistoryRequest) MsgType() string { return TypeHistoryRequest }

// HistoryReply answers a HistoryRequest, oldest cell first.
type HistoryReply struct {
	Outcome
	History List[HistoryEntry] `json:"history"`
}

// MsgType returns history_reply.
func (*HistoryReply) MsgType() string { return TypeHistoryReply }

// MarshalJSON writes the fields that the status asks for.
func (r *HistoryReply) MarshalJSON() ([]byte, error) {
	type plain HistoryReply
	return r.write((*plain)(r))
}

// HistoryEntry is one cell of the history. On the wire it is an array: session,
// line and input, or session, line and the pair of input and output.
type HistoryEntry struct {
	Session int
	Line    int // the cell's execution_count
	Input   string
	Output  *string // nil: there was none
	Paired  bool    // written with its output
}

// MarshalJSON writes the array.
func (e HistoryEntry) MarshalJSON() ([]byte, error) {
	if e.Paired {
		return marshal([]any{e.Session, e.Line, []any{e.Input, e.Output}})
	}
	return marshal([]any{e.Session, e.Line, e.Input})
}

// UnmarshalJSON reads the array.
func (e *HistoryEntry) UnmarshalJSON(b []byte) error {
	var parts []json.RawMessage
	if err := json.Unmarshal(b, &parts); err != nil {
		return err
	}
	if len(parts) != 3 {
		return fmt.Errorf("history entry has %d parts, want session, line and input", len(parts))
	}
	*e = HistoryEntry{}
	if err := json.Unmarshal(parts[0], &e.Session); err != nil {
		return err
	}
	if err := json.Unmarshal(parts[1], &e.Line); err != nil {
		return err
	}
	if len(parts[2]) == 0 || parts[2][0] != '[' {
		return json.Unmarshal(parts[2], &e.Input)
	}
	var pair []*string
	if err := json.Unmarshal(parts[2], &pair); err != nil {
		return err
	}
	if len(pair) != 2 || pair[0] == nil {
		return fmt.Errorf("history entry has %d parts in its pair, want input and output", len(pair))
	}
	e.Input, e.Output, e.Paired = *pair[0], pair[1], true
	return nil
}
