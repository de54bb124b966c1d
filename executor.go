package main

import (
	"context"
	"runtime"
	"strings"

	"cahier/interp"
	"cahier/kernel"
)

// executor is the kernel's view of an interpreter: the two packages do not know
// each other, and their types differ in nothing but the name.
type executor struct {
	interp.Executor
	processes func() []int // of the interpreter; nil: it has none of its own
}

var _ kernel.Executor = executor{}

func (e executor) Language() kernel.LanguageInfo {
	version := strings.TrimPrefix(runtime.Version(), "go")
	return kernel.LanguageInfo{
		Name:           "go",
		Version:        version,
		MIMEType:       "text/x-go",
		FileExtension:  ".go",
		PygmentsLexer:  "go",
		CodeMirrorMode: "go",
		NBConvert:      "script",
		Banner:         "cahier " + thisVersion().Version + ": Go " + version + " in cells, with the tensors of package ops",
	}
}

func (e executor) Execute(ctx context.Context, req *kernel.Request) kernel.Result {
	r := e.Executor.Execute(ctx, interp.Cell{
		Code: req.Code, Number: req.Count,
		Silent: req.Silent, StoreHistory: req.StoreHistory, AllowStdin: req.AllowStdin,
	}, output{req.Out})
	return kernel.Result{
		Value:        dataOf(r.Value),
		Err:          (*kernel.CellError)(r.Err),
		SetNextInput: r.SetNextInput,
		Page:         dataOf(r.Page),
	}
}

func (e executor) Evaluate(ctx context.Context, expr string, out kernel.Sink) (kernel.Data, *kernel.CellError) {
	b, err := e.Executor.Evaluate(ctx, expr, output{out})
	return kernel.Data(b), (*kernel.CellError)(err)
}

func (e executor) Complete(ctx context.Context, code string, cursor int) (kernel.Completion, error) {
	c, err := e.Executor.Complete(ctx, code, cursor)
	matches := make([]kernel.Match, len(c.Matches))
	for i, m := range c.Matches {
		matches[i] = kernel.Match(m)
	}
	return kernel.Completion{Start: c.Start, End: c.End, Matches: matches}, err
}

func (e executor) Inspect(ctx context.Context, code string, cursor, detail int) (kernel.Inspection, error) {
	i, err := e.Executor.Inspect(ctx, code, cursor, detail)
	return kernel.Inspection{Found: i.Found, MIME: i.MIME}, err
}

func (e executor) IsComplete(ctx context.Context, code string) (kernel.Completeness, error) {
	c, err := e.Executor.IsComplete(ctx, code)
	return kernel.Completeness(c), err
}

func (e executor) Comm(ctx context.Context, ev kernel.CommEvent, out kernel.Sink) bool {
	return e.Executor.Comm(ctx, interp.CommEvent{
		Kind: interp.CommKind(ev.Kind), ID: ev.ID, Target: ev.Target,
		Data: ev.Data, Metadata: ev.Metadata, Buffers: ev.Buffers,
	}, output{out})
}

func (e executor) Processes() []int {
	if e.processes == nil {
		return nil
	}
	return e.processes()
}

func dataOf(b *interp.Bundle) *kernel.Data {
	if b == nil {
		return nil
	}
	d := kernel.Data(*b)
	return &d
}

// output is the interpreter's view of where a request publishes.
type output struct{ kernel.Sink }

var _ interp.Output = output{}

func (o output) Display(b interp.Bundle) { o.Sink.Display(kernel.Data(b)) }
func (o output) Update(b interp.Bundle)  { o.Sink.Update(kernel.Data(b)) }

func (o output) Comm(ev interp.CommEvent) {
	o.Sink.Comm(kernel.CommEvent{
		Kind: kernel.CommKind(ev.Kind), ID: ev.ID, Target: ev.Target,
		Data: ev.Data, Metadata: ev.Metadata, Buffers: ev.Buffers,
	})
}
