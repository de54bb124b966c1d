package wire

import "encoding/json"

// ShutdownRequest asks the kernel to end. (Section "Kernel shutdown".)
type ShutdownRequest struct {
	Restart bool `json:"restart"` // a new kernel follows
}

// MsgType returns shutdown_request.
func (*ShutdownRequest) MsgType() string { return TypeShutdownRequest }

// ShutdownReply answers a ShutdownRequest, on its channel and on iopub.
type ShutdownReply struct {
	Outcome
	Restart bool `json:"restart"`
}

// MsgType returns shutdown_reply.
func (*ShutdownReply) MsgType() string { return TypeShutdownReply }

// MarshalJSON writes the fields that the status asks for.
func (r *ShutdownReply) MarshalJSON() ([]byte, error) {
	type plain ShutdownReply
	return r.write((*plain)(r))
}

// InterruptRequest asks to stop the running cell. (Section "Kernel
// interrupt".)
type InterruptRequest struct{}

// MsgType returns interrupt_request.
func (*InterruptRequest) MsgType() string { return TypeInterruptRequest }

// InterruptReply answers an InterruptRequest.
type InterruptReply struct{ Outcome }

// MsgType returns interrupt_reply.
func (*InterruptReply) MsgType() string { return TypeInterruptReply }

// MarshalJSON writes the fields that the status asks for.
func (r *InterruptReply) MarshalJSON() ([]byte, error) {
	type plain InterruptReply
	return r.write((*plain)(r))
}

// DebugRequest is a request of the Debug Adapter Protocol. (Section "Debug
// request".)
type DebugRequest struct {
	Seq       int             `json:"seq"`
	Type      string          `json:"type"` // request
	Command   string          `json:"command"`
	Arguments json.RawMessage `json:"arguments,omitempty"`
}

// MsgType returns debug_request.
func (*DebugRequest) MsgType() string { return TypeDebugRequest }

// DebugReply is a response of the Debug Adapter Protocol; it has no status.
type DebugReply struct {
	Seq        int             `json:"seq"`
	Type       string          `json:"type"` // response
	RequestSeq int             `json:"request_seq"`
	Success    bool            `json:"success"`
	Command    string          `json:"command"`
	Message    string          `json:"message,omitempty"` // why it failed
	Body       json.RawMessage `json:"body,omitempty"`
}

// MsgType returns debug_reply.
func (*DebugReply) MsgType() string { return TypeDebugReply }

// DebugEvent is an event of the Debug Adapter Protocol, published on iopub.
type DebugEvent struct {
	Seq   int             `json:"seq"`
	Type  string          `json:"type"` // event
	Event string          `json:"event"`
	Body  json.RawMessage `json:"body,omitempty"`
}

// MsgType returns debug_event.
func (*DebugEvent) MsgType() string { return TypeDebugEvent }

// CreateSubshellRequest asks for a further shell. (Section "Kernel subshells".)
type CreateSubshellRequest struct{}

// MsgType returns create_subshell_request.
func (*CreateSubshellRequest) MsgType() string { return TypeCreateSubshellRequest }

// CreateSubshellReply answers a CreateSubshellRequest.
type CreateSubshellReply struct {
	Outcome
	SubshellID string `json:"subshell_id"`
}

// MsgType returns create_subshell_reply.
func (*CreateSubshellReply) MsgType() string { return TypeCreateSubshellReply }

// MarshalJSON writes the fields that the status asks for.
func (r *CreateSubshellReply) MarshalJSON() ([]byte, error) {
	type plain CreateSubshellReply
	return r.write((*plain)(r))
}

// DeleteSubshellRequest ends a subshell.
type DeleteSubshellRequest struct {
	SubshellID string `json:"subshell_id"`
}

// MsgType returns delete_subshell_request.
func (*DeleteSubshellRequest) MsgType() string { return TypeDeleteSubshellRequest }

// DeleteSubshellReply answers a DeleteSubshellRequest.
type DeleteSubshellReply struct{ Outcome }

// MsgType returns delete_subshell_reply.
func (*DeleteSubshellReply) MsgType() string { return TypeDeleteSubshellReply }

// MarshalJSON writes the fields that the status asks for.
func (r *DeleteSubshellReply) MarshalJSON() ([]byte, error) {
	type plain DeleteSubshellReply
	return r.write((*plain)(r))
}

// ListSubshellRequest asks which subshells there are.
type ListSubshellRequest struct{}

// MsgType returns list_subshell_request.
func (*ListSubshellRequest) MsgType() string { return TypeListSubshellRequest }

// ListSubshellReply answers a ListSubshellRequest.
type ListSubshellReply struct {
	Outcome
	SubshellID List[string] `json:"subshell_id"`
}

// MsgType returns list_subshell_reply.
func (*ListSubshellReply) MsgType() string { return TypeListSubshellReply }

// MarshalJSON writes the fields that the status asks for.
func (r *ListSubshellReply) MarshalJSON() ([]byte, error) {
	type plain ListSubshellReply
	return r.write((*plain)(r))
}
