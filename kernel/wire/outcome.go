package wire

import "strings"

// The values of status in a reply.
const (
	StatusOk      = "ok"
	StatusError   = "error"
	StatusAborted = "aborted" // an execute_request that was not run because an earlier one failed
)

// Outcome is the part that all replies share: ok, or what went wrong. A reply
// that is not ok is written without its other fields, except for the
// execution_count of a failed execute_reply. (Section "Request-Reply".)
type Outcome struct {
	Status    string       `json:"status"`
	EName     string       `json:"ename,omitempty"`
	EValue    string       `json:"evalue,omitempty"`
	Traceback List[string] `json:"traceback,omitempty"`
}

// Ok is the outcome of a request that succeeded.
var Ok = Outcome{Status: StatusOk}

// Failed is the outcome of a request that ended in an error.
func Failed(name, value string, traceback []string) Outcome {
	return Outcome{Status: StatusError, EName: name, EValue: value, Traceback: traceback}
}

// failure is an Outcome with status error on the wire.
type failure struct {
	Status    string       `json:"status"`
	EName     string       `json:"ename"`
	EValue    string       `json:"evalue"`
	Traceback List[string] `json:"traceback"`
}

// write writes a reply: whole if it is ok, else only the outcome.
func (o *Outcome) write(whole any) ([]byte, error) {
	switch o.Status {
	case StatusError:
		return marshal(failure{o.Status, o.EName, o.EValue, o.Traceback})
	case StatusAborted:
		return marshal(struct {
			Status string `json:"status"`
		}{o.Status})
	}
	return marshal(whole)
}

// ErrorReply makes the reply that tells a request of this type that it failed:
// the reply's struct with the outcome in it. It is nil for types that have no
// reply. An is_complete_request cannot fail, it is answered with unknown; a
// debug_request has no status, it is answered with a response without success.
func ErrorReply(requestType string, o Outcome) Content {
	name, ok := strings.CutSuffix(requestType, "_request")
	if !ok {
		return nil
	}
	switch c := newContent(name + "_reply").(type) {
	case *IsCompleteReply:
		c.Status = "unknown"
		return c
	case *DebugReply:
		c.Type, c.Message = "response", o.EValue
		return c
	case interface {
		Content
		setOutcome(Outcome)
	}:
		c.setOutcome(o)
		return c
	}
	return nil
}

func (o *Outcome) setOutcome(with Outcome) { *o = with }
