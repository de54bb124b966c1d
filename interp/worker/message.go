package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"cahier/interp"
)

// The bodies of frames. Both ends are the same program, so there are no
// versions to agree on; hello carries one all the same, because a binary can be
// replaced on disk while a kernel runs.

const protocolVersion = 1

type helloBody struct {
	Version     int    `json:"version"`
	Nonce       []byte `json:"nonce"`
	MemoryLimit uint64 `json:"memory_limit"`
}

type readyBody struct {
	Version int    `json:"version"`
	Err     string `json:"err,omitempty"`
}

type executeBody struct {
	Cell interp.Cell `json:"cell"`
}

type evaluateBody struct {
	Expr string `json:"expr"`
}

// queryBody asks for complete, inspect or is_complete.
type queryBody struct {
	Code   string `json:"code"`
	Cursor int    `json:"cursor"`
	Detail int    `json:"detail,omitempty"`
}

// answerBody is the answer to a query; one of the values is set, or Err.
type answerBody struct {
	Completion   *interp.Completion   `json:"completion,omitempty"`
	Inspection   *interp.Inspection   `json:"inspection,omitempty"`
	Completeness *interp.Completeness `json:"completeness,omitempty"`
	Err          string               `json:"err,omitempty"`
}

// resultBody is how an execute, evaluate or comm ended.
type resultBody struct {
	Value        *bundleBody       `json:"value,omitempty"`
	Err          *interp.CellError `json:"err,omitempty"`
	SetNextInput *string           `json:"set_next_input,omitempty"`
	Page         *bundleBody       `json:"page,omitempty"`
	Known        bool              `json:"known,omitempty"`
}

type clearBody struct {
	Wait bool `json:"wait"`
}

type inputBody struct {
	Input    uint64 `json:"input"` // names this question
	Prompt   string `json:"prompt,omitempty"`
	Password bool   `json:"password,omitempty"`
}

type inputReplyBody struct {
	Input uint64 `json:"input"`
	Line  string `json:"line,omitempty"`
	Err   string `json:"err,omitempty"`
	Taken bool   `json:"taken,omitempty"` // the question was taken back
}

type commBody struct {
	Event interp.CommEvent `json:"event"` // its buffers are the frame's
}

type logBody struct {
	Level   int    `json:"level"`
	Message string `json:"message"`
}

type tooBigBody struct {
	Bytes uint64 `json:"bytes"`
}

// bundleBody is a Bundle with its values as JSON.
type bundleBody struct {
	MIME      map[string]json.RawMessage `json:"mime"`
	Metadata  map[string]json.RawMessage `json:"metadata,omitempty"`
	DisplayID string                     `json:"display_id,omitempty"`
}

// encodeBundle writes a bundle's values as JSON. A value that is none is left
// out; the second result says so. A bundle with nothing left becomes a text
// that says why.
func encodeBundle(b interp.Bundle) (*bundleBody, []string) {
	out := &bundleBody{DisplayID: b.DisplayID}
	var wrong []string
	out.MIME, wrong = encodeValues(b.MIME, nil)
	if len(out.MIME) == 0 && len(wrong) > 0 {
		out.MIME = map[string]json.RawMessage{}
		out.MIME["text/plain"], _ = json.Marshal(strings.Join(wrong, "\n"))
	}
	out.Metadata, wrong = encodeValues(b.Metadata, wrong)
	return out, wrong
}

func encodeValues(m map[string]any, wrong []string) (map[string]json.RawMessage, []string) {
	if m == nil {
		return nil, wrong
	}
	out := make(map[string]json.RawMessage, len(m))
	for k, v := range m {
		raw, err := json.Marshal(v)
		if err != nil {
			wrong = append(wrong, fmt.Sprintf("%s cannot be shown: %v", k, err))
			continue
		}
		out[k] = raw
	}
	slices.Sort(wrong)
	return out, wrong
}

// bundle turns the values back. Strings become strings; the rest stays JSON
// (json.RawMessage), so that no number loses digits on the way.
func (b *bundleBody) bundle() *interp.Bundle {
	if b == nil {
		return nil
	}
	return &interp.Bundle{MIME: decodeValues(b.MIME), Metadata: decodeValues(b.Metadata), DisplayID: b.DisplayID}
}

func decodeValues(m map[string]json.RawMessage) map[string]any {
	if m == nil {
		return nil
	}
	out := make(map[string]any, len(m))
	for k, raw := range m {
		var s string
		if len(raw) > 0 && raw[0] == '"' && json.Unmarshal(raw, &s) == nil {
			out[k] = s
			continue
		}
		out[k] = raw
	}
	return out
}

// Errors cross as text. The ones that callers compare with come back as
// themselves.
func errorText(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, io.EOF):
		return io.EOF.Error()
	case errors.Is(err, context.Canceled):
		return context.Canceled.Error()
	}
	return err.Error()
}

func textError(s string) error {
	switch s {
	case "":
		return nil
	case io.EOF.Error():
		return io.EOF
	case context.Canceled.Error():
		return context.Canceled
	}
	return errors.New(s)
}
