package wire

// ExecuteRequest asks to run a cell. (Section "Execute".)
type ExecuteRequest struct {
	Code string `json:"code"`
	// Silent runs without any publication of output and without history.
	Silent bool `json:"silent"`
	// StoreHistory counts the cell; when decoded, never together with Silent.
	StoreHistory bool `json:"store_history"`
	// UserExpressions are names and the expressions to evaluate after the cell.
	UserExpressions map[string]string `json:"user_expressions"`
	// AllowStdin says that the sender answers an input_request.
	AllowStdin bool `json:"allow_stdin"`
	// StopOnError aborts the requests that wait when this one fails.
	StopOnError bool `json:"stop_on_error"`
}

// MsgType returns execute_request.
func (*ExecuteRequest) MsgType() string { return TypeExecuteRequest }

// UnmarshalJSON fills in the protocol's defaults: store_history unless silent,
// stop_on_error, and no allow_stdin, because who does not mention it will not
// answer.
func (r *ExecuteRequest) UnmarshalJSON(b []byte) error {
	var w struct {
		Code            string            `json:"code"`
		Silent          bool              `json:"silent"`
		StoreHistory    *bool             `json:"store_history"`
		UserExpressions map[string]string `json:"user_expressions"`
		AllowStdin      bool              `json:"allow_stdin"`
		StopOnError     *bool             `json:"stop_on_error"`
	}
	if err := unmarshalObject(b, &w); err != nil {
		return err
	}
	*r = ExecuteRequest{
		Code:            w.Code,
		Silent:          w.Silent,
		StoreHistory:    !w.Silent && (w.StoreHistory == nil || *w.StoreHistory),
		UserExpressions: w.UserExpressions,
		AllowStdin:      w.AllowStdin,
		StopOnError:     w.StopOnError == nil || *w.StopOnError,
	}
	return nil
}

// MarshalJSON writes all fields; user_expressions is never null.
func (r *ExecuteRequest) MarshalJSON() ([]byte, error) {
	type plain ExecuteRequest
	p := plain(*r)
	if p.UserExpressions == nil {
		p.UserExpressions = map[string]string{}
	}
	return marshal(p)
}

// ExecuteReply answers an ExecuteRequest. Its execution_count is written with
// status ok and error. An aborted cell was not counted: as in ipykernel its reply
// has none, since front ends would show it as the cell's prompt.
type ExecuteReply struct {
	Outcome
	ExecutionCount int `json:"execution_count"`
	// Payload holds objects with a source, such as page and set_next_input.
	Payload         List[Object]          `json:"payload"`
	UserExpressions map[string]*Evaluated `json:"user_expressions"`
}

// MsgType returns execute_reply.
func (*ExecuteReply) MsgType() string { return TypeExecuteReply }

// MarshalJSON writes the fields that the status asks for.
func (r *ExecuteReply) MarshalJSON() ([]byte, error) {
	switch r.Status {
	case StatusError:
		return marshal(struct {
			failure
			ExecutionCount int `json:"execution_count"`
		}{failure{r.Status, r.EName, r.EValue, r.Traceback}, r.ExecutionCount})
	case StatusAborted:
		return marshal(struct {
			Status string `json:"status"`
		}{r.Status})
	}
	type plain ExecuteReply
	p := plain(*r)
	if p.UserExpressions == nil {
		p.UserExpressions = map[string]*Evaluated{}
	}
	return marshal(p)
}

// Evaluated is the value, or the failure, of one of the user_expressions.
type Evaluated struct {
	Outcome
	Data     Object `json:"data"`
	Metadata Object `json:"metadata"`
}

// MarshalJSON writes the fields that the status asks for.
func (e *Evaluated) MarshalJSON() ([]byte, error) {
	type plain Evaluated
	return e.write((*plain)(e))
}
