package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"testing"

	"cahier/interp"
	"cahier/kernel"
)

// echo is an interpreter that answers with what it was asked.
type echo struct{ interp.Executor }

func (echo) Execute(ctx context.Context, c interp.Cell, out interp.Output) interp.Result {
	out.Stream("stdout", fmt.Appendf(nil, "%+v", c))
	out.Display(interp.Bundle{MIME: map[string]any{"a": 1}, DisplayID: "d"})
	out.Update(interp.Bundle{Metadata: map[string]any{"b": 2}, DisplayID: "d"})
	out.ClearOutput(true)
	line, err := out.Input(ctx, "prompt", true)
	out.Comm(interp.CommEvent{Kind: interp.CommClose, ID: line, Data: json.RawMessage(`{}`), Buffers: [][]byte{{1}}})
	next := "next"
	return interp.Result{
		Value:        &interp.Bundle{MIME: map[string]any{"v": true}},
		Err:          &interp.CellError{Name: "N", Value: err.Error(), Traceback: []string{"t"}},
		SetNextInput: &next,
		Page:         &interp.Bundle{MIME: map[string]any{"p": true}},
	}
}

func (echo) Evaluate(_ context.Context, expr string, out interp.Output) (interp.Bundle, *interp.CellError) {
	return interp.Bundle{MIME: map[string]any{"text/plain": expr}}, nil
}

func (echo) Complete(_ context.Context, code string, cursor int) (interp.Completion, error) {
	return interp.Completion{Start: 1, End: cursor, Matches: []interp.Match{{Text: code, Type: "function", Signature: "s"}}}, errors.New("c")
}

func (echo) Inspect(_ context.Context, code string, cursor, detail int) (interp.Inspection, error) {
	return interp.Inspection{Found: true, MIME: map[string]any{code: cursor + detail}}, errors.New("i")
}

func (echo) IsComplete(_ context.Context, code string) (interp.Completeness, error) {
	return interp.Completeness{Status: code, Indent: "\t"}, errors.New("s")
}

func (echo) Comm(_ context.Context, ev interp.CommEvent, out interp.Output) bool {
	out.Comm(ev)
	return true
}

// sink writes down what is emitted.
type sink struct{ seen []any }

func (s *sink) Stream(name string, p []byte) { s.seen = append(s.seen, name+" "+string(p)) }
func (s *sink) Display(d kernel.Data)        { s.seen = append(s.seen, d) }
func (s *sink) Update(d kernel.Data)         { s.seen = append(s.seen, d) }
func (s *sink) ClearOutput(wait bool)        { s.seen = append(s.seen, wait) }
func (s *sink) Comm(ev kernel.CommEvent)     { s.seen = append(s.seen, ev) }
func (s *sink) Input(_ context.Context, prompt string, password bool) (string, error) {
	return fmt.Sprint(prompt, password), errors.New("no input")
}

func TestExecutorCarriesEverything(t *testing.T) {
	e := executor{echo{}, func() []int { return []int{7} }}
	var s sink
	r := e.Execute(t.Context(), &kernel.Request{Code: "c", Count: 3, Silent: true, StoreHistory: true, AllowStdin: true, Out: &s})
	next := "next"
	want := kernel.Result{
		Value:        &kernel.Data{MIME: map[string]any{"v": true}},
		Err:          &kernel.CellError{Name: "N", Value: "no input", Traceback: []string{"t"}},
		SetNextInput: &next,
		Page:         &kernel.Data{MIME: map[string]any{"p": true}},
	}
	if !reflect.DeepEqual(r, want) {
		t.Errorf("result %+v", r)
	}
	seen := []any{
		"stdout {Code:c Number:3 Silent:true StoreHistory:true AllowStdin:true}",
		kernel.Data{MIME: map[string]any{"a": 1}, DisplayID: "d"},
		kernel.Data{Metadata: map[string]any{"b": 2}, DisplayID: "d"},
		true,
		kernel.CommEvent{Kind: kernel.CommClose, ID: "prompttrue", Data: json.RawMessage(`{}`), Buffers: [][]byte{{1}}},
	}
	if !reflect.DeepEqual(s.seen, seen) {
		t.Errorf("emitted %+v", s.seen)
	}

	if d, err := e.Evaluate(t.Context(), "x", &s); err != nil || d.MIME["text/plain"] != "x" {
		t.Errorf("evaluate %v, %v", d, err)
	}
	if c, err := e.Complete(t.Context(), "co", 2); err == nil || !reflect.DeepEqual(c, kernel.Completion{Start: 1, End: 2, Matches: []kernel.Match{{Text: "co", Type: "function", Signature: "s"}}}) {
		t.Errorf("complete %v, %v", c, err)
	}
	if i, err := e.Inspect(t.Context(), "in", 2, 1); err == nil || !i.Found || i.MIME["in"] != 3 {
		t.Errorf("inspect %v, %v", i, err)
	}
	if c, err := e.IsComplete(t.Context(), "incomplete"); err == nil || c != (kernel.Completeness{Status: "incomplete", Indent: "\t"}) {
		t.Errorf("is complete %v, %v", c, err)
	}
	ev := kernel.CommEvent{Kind: kernel.CommOpen, ID: "i", Target: "t", Data: json.RawMessage(`1`), Metadata: json.RawMessage(`2`), Buffers: [][]byte{{3}}}
	s.seen = nil
	if !e.Comm(t.Context(), ev, &s) || !reflect.DeepEqual(s.seen, []any{ev}) {
		t.Errorf("comm %v", s.seen)
	}
	if got := e.Processes(); !reflect.DeepEqual(got, []int{7}) {
		t.Errorf("processes %v", got)
	}
	if got := (executor{Executor: echo{}}).Processes(); got != nil {
		t.Errorf("processes %v", got)
	}
	if l := e.Language(); l.Name != "go" || l.MIMEType != "text/x-go" || l.FileExtension != ".go" || l.PygmentsLexer != "go" || l.CodeMirrorMode != "go" || l.Version == "" || l.Banner == "" {
		t.Errorf("language %+v", l)
	}
}

// The kinds of comm events have the same numbers on both sides.
func TestCommKinds(t *testing.T) {
	if int(kernel.CommOpen) != int(interp.CommOpen) || int(kernel.CommMsg) != int(interp.CommMsg) || int(kernel.CommClose) != int(interp.CommClose) {
		t.Error("kernel.CommKind and interp.CommKind differ")
	}
}
