package notebooks

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"cahier/kernel/client"
	"cahier/kernel/wire"
	"cahier/notebooks/schema"
)

// script is a Kernel that answers each source with prepared messages.
type script struct {
	t        *testing.T
	session  *wire.Session
	cells    map[string][]wire.Content
	buffers  [][]byte
	fail     map[string]error // Execute fails
	seen     []client.ExecuteOptions
	executed []string
	deaf     bool
	stop     chan struct{}
}

func newScript(t *testing.T) *script {
	s, err := wire.NewSession("", nil)
	if err != nil {
		t.Fatal(err)
	}
	return &script{t: t, session: s, cells: map[string][]wire.Content{}, fail: map[string]error{}, stop: make(chan struct{}, 1)}
}

func (s *script) Info() *wire.KernelInfoReply {
	return &wire.KernelInfoReply{LanguageInfo: wire.LanguageInfo{Name: "go", Version: "go1", FileExtension: ".go"}}
}

func (s *script) Interrupt(context.Context) error {
	if !s.deaf {
		s.stop <- struct{}{}
	}
	return nil
}

func (s *script) Execute(ctx context.Context, code string, o client.ExecuteOptions) (*wire.ExecuteReply, error) {
	s.executed = append(s.executed, code)
	s.seen = append(s.seen, o)
	reply := &wire.ExecuteReply{Outcome: wire.Ok, ExecutionCount: len(s.executed)}
	for _, c := range s.cells[code] {
		m := s.session.New(c)
		m.Buffers = s.buffers
		o.Output(m)
		if e, ok := c.(*wire.Error); ok {
			reply.Outcome = wire.Failed(e.EName, e.EValue, e.Traceback)
		}
	}
	if code == "hang" {
		select {
		case <-s.stop:
			reply.Outcome = wire.Failed("Interrupted", "by the user", nil)
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
	return reply, s.fail[code]
}

func notebook(sources ...string) *Notebook {
	n := New()
	for _, s := range sources {
		n.NewCell(Code, s)
	}
	return n
}

// TestCollectsAsNbclientDoes compares with what nbclient 0.11 made of the same
// messages, its pieces of text put together.
func TestCollectsAsNbclientDoes(t *testing.T) {
	doc, err := os.ReadFile("testdata/nbclient.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Name  string
		Cells [][]struct {
			Type    string
			Content json.RawMessage
		}
		Outputs []json.RawMessage
	}
	if err := json.Unmarshal(doc, &cases); err != nil {
		t.Fatal(err)
	}
	contents := map[string]func() wire.Content{
		"stream":              func() wire.Content { return new(wire.Stream) },
		"display_data":        func() wire.Content { return new(wire.DisplayData) },
		"update_display_data": func() wire.Content { return new(wire.UpdateDisplayData) },
		"execute_result":      func() wire.Content { return new(wire.ExecuteResult) },
		"error":               func() wire.Content { return new(wire.Error) },
		"clear_output":        func() wire.Content { return new(wire.ClearOutput) },
		"execute_input":       func() wire.Content { return new(wire.ExecuteInput) },
	}
	for _, c := range cases {
		k := newScript(t)
		n := New()
		for i, messages := range c.Cells {
			source := string(rune('a' + i))
			n.NewCell(Code, source)
			for _, m := range messages {
				content := contents[m.Type]()
				if err := json.Unmarshal(m.Content, content); err != nil {
					t.Fatal(err)
				}
				k.cells[source] = append(k.cells[source], content)
			}
		}
		if err := Run(t.Context(), n, k, RunOptions{AllowErrors: true}); err != nil {
			t.Fatal(err)
		}
		for i, cell := range n.Cells {
			var want bytes.Buffer
			if err := json.Compact(&want, c.Outputs[i]); err != nil {
				t.Fatal(err)
			}
			outputs := cell.Outputs
			if outputs == nil {
				outputs = []Output{}
			}
			var got bytes.Buffer
			e := json.NewEncoder(&got)
			e.SetEscapeHTML(false)
			if err := e.Encode(outputs); err != nil {
				t.Fatal(err)
			}
			if !sameJSON(t, got.Bytes(), want.Bytes()) {
				t.Errorf("%s, cell %d\n got %s\nwant %s", c.Name, i, got.String(), want.String())
			}
		}
		if err := schema.Validate([]byte(encode(t, n))); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
}

func sameJSON(t *testing.T, a, b []byte) bool {
	t.Helper()
	var x, y any
	if err := errors.Join(json.Unmarshal(a, &x), json.Unmarshal(b, &y)); err != nil {
		t.Fatal(err)
	}
	return reflect.DeepEqual(x, y)
}

func TestRunWritesMetadataAndCounts(t *testing.T) {
	k := newScript(t)
	k.cells["1"] = []wire.Content{&wire.ExecuteInput{ExecutionCount: 1}, &wire.ExecuteResult{ExecutionCount: 1, Data: wire.Object{"text/plain": "1"}}}
	n := notebook("1", " \n", "2")
	n.Cells[1].Outputs = []Output{NewStream("stdout", "old")}
	md := n.NewCell(Markdown, "not code")
	n.NewCell("chart", "not code")
	var events []string
	err := Run(t.Context(), n, k, RunOptions{
		Kernelspec: map[string]any{"name": "cahier", "display_name": "Go"},
		Started:    func(r CellRun) { events = append(events, "start "+r.Cell.Source) },
		Output:     func(r CellRun, o Output) { events = append(events, o.Type()) },
		Finished: func(r CellRun) error {
			events = append(events, "end "+r.Cell.Source)
			if r.Of != 2 {
				t.Errorf("of %d", r.Of)
			}
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"start 1", "execute_result", "end 1", "start 2", "end 2"}; !reflect.DeepEqual(events, want) {
		t.Errorf("events %q", events)
	}
	if !reflect.DeepEqual(k.executed, []string{"1", "2"}) {
		t.Errorf("executed %q", k.executed)
	}
	if a, b := n.Cells[0].ExecutionCount, n.Cells[2].ExecutionCount; *a != 1 || *b != 2 || n.Cells[1].ExecutionCount != nil || n.Cells[1].Outputs != nil {
		t.Errorf("counts %v %v", *a, *b)
	}
	if md.ExecutionCount != nil {
		t.Error("a Markdown cell has a count")
	}
	want := map[string]any{
		"kernelspec":    map[string]any{"name": "cahier", "display_name": "Go"},
		"language_info": map[string]any{"name": "go", "version": "go1", "file_extension": ".go"},
	}
	if !reflect.DeepEqual(n.Metadata, want) {
		t.Errorf("metadata %v", n.Metadata)
	}
}

func TestRunStopsAtTheFirstError(t *testing.T) {
	boom := []wire.Content{&wire.Error{EName: "Panic", EValue: "boom\nmore", Traceback: []string{"at"}}}
	for _, c := range []struct {
		name     string
		options  RunOptions
		tags     []any
		executed int
	}{
		{"default", RunOptions{}, nil, 2},
		{"allowed", RunOptions{AllowErrors: true}, nil, 3},
		{"tag", RunOptions{}, []any{"raises-exception"}, 3},
		{"other tag", RunOptions{}, []any{"x", 1}, 2},
	} {
		k := newScript(t)
		k.cells["bad"] = boom
		n := notebook("a", "bad", "c")
		n.Cells[2].Outputs = []Output{NewStream("stdout", "of an earlier run")}
		if c.tags != nil {
			n.Cells[1].Metadata["tags"] = c.tags
		}
		err := Run(t.Context(), n, k, c.options)
		if len(k.executed) != c.executed {
			t.Errorf("%s: executed %q", c.name, k.executed)
		}
		if k.seen[1].ContinueOnError != (c.executed == 3) {
			t.Errorf("%s: stop_on_error %v", c.name, !k.seen[1].ContinueOnError)
		}
		if len(n.Cells[1].Outputs) != 1 || len(n.Cells[2].Outputs) != 0 {
			t.Errorf("%s: outputs %v, %v", c.name, n.Cells[1].Outputs, n.Cells[2].Outputs)
		}
		var failed *CellError
		if c.executed == 3 {
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		} else if !errors.As(err, &failed) || failed.Index != 1 || failed.Source != "bad" || err.Error() != "cell 2 failed: Panic: boom" {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestRunTimeout(t *testing.T) {
	k := newScript(t)
	n := notebook("hang", "b")
	err := Run(t.Context(), n, k, RunOptions{Timeout: 20 * time.Millisecond, AllowErrors: true})
	var late *TimeoutError
	if !errors.As(err, &late) || !late.Stopped || err.Error() != "cell 1 took longer than 20ms and was interrupted" || len(k.executed) != 1 {
		t.Errorf("%v, executed %q", err, k.executed)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	k := newScript(t)
	k.deaf = true
	ctx, cancel := context.WithCancelCause(t.Context())
	time.AfterFunc(20*time.Millisecond, func() { cancel(errors.New("enough")) })
	if err := Run(ctx, notebook("hang", "b"), k, RunOptions{}); err == nil || err.Error() != "cell 1: enough" {
		t.Errorf("got %v", err)
	}
}

func TestRunEndsWhenTheKernelDies(t *testing.T) {
	k := newScript(t)
	k.cells["a"] = []wire.Content{&wire.Stream{Name: "stdout", Text: "before"}}
	k.fail["a"] = &client.DeadError{How: "killed"}
	n := notebook("a", "b")
	err := Run(t.Context(), n, k, RunOptions{AllowErrors: true})
	var dead *client.DeadError
	if !errors.As(err, &dead) || !strings.HasPrefix(err.Error(), "cell 1: the kernel died: killed") {
		t.Errorf("got %v", err)
	}
	if _, text, _ := n.Cells[0].Outputs[0].Stream(); text != "before" {
		t.Errorf("outputs %v", n.Cells[0].Outputs)
	}
}

func TestFinishedCanStopTheRun(t *testing.T) {
	k := newScript(t)
	enough := errors.New("enough")
	err := Run(t.Context(), notebook("a", "b"), k, RunOptions{Finished: func(CellRun) error { return enough }})
	if !errors.Is(err, enough) || len(k.executed) != 1 {
		t.Errorf("%v, executed %q", err, k.executed)
	}
}

func TestWatchersSeeUpdatesAndClears(t *testing.T) {
	k := newScript(t)
	id := wire.Transient{DisplayID: "i"}
	k.cells["a"] = []wire.Content{
		&wire.DisplayData{Data: wire.Object{"text/plain": "0%"}, Transient: id},
		&wire.UpdateDisplayData{Data: wire.Object{"text/plain": "100%"}, Transient: id},
		&wire.ClearOutput{},
	}
	var got []string
	err := Run(t.Context(), notebook("a"), k, RunOptions{
		Output:  func(_ CellRun, o Output) { got = append(got, "output "+o.Data()["text/plain"].(string)) },
		Updated: func(_ CellRun, o Output) { got = append(got, "update "+o.Data()["text/plain"].(string)) },
		Cleared: func(CellRun) { got = append(got, "clear") },
	})
	if want := []string{"output 0%", "update 100%", "clear"}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %q", err, got)
	}
}

func TestWidgetStatesAreSaved(t *testing.T) {
	k := newScript(t)
	k.buffers = [][]byte{{1, 2}}
	k.cells["a"] = []wire.Content{
		&wire.CommOpen{CommID: "w", Data: json.RawMessage(`{"state":{"_model_name":"IntSliderModel","_model_module":"m","_model_module_version":"2","value":1.0,"b":null},"buffer_paths":[["b"]]}`)},
		&wire.CommMsg{CommID: "w", Data: json.RawMessage(`{"method":"update","state":{"value":7}}`)},
		&wire.CommOpen{CommID: "other", Data: json.RawMessage(`{"x":1}`)},
	}
	n := notebook("a")
	if err := Run(t.Context(), n, k, RunOptions{}); err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(n.Metadata["widgets"])
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"application/vnd.jupyter.widget-state+json":{"state":{"w":{"buffers":[{"data":"AQI=","encoding":"base64","path":["b"]}],"model_module":"m","model_module_version":"2","model_name":"IntSliderModel","state":{"_model_module":"m","_model_module_version":"2","_model_name":"IntSliderModel","b":null,"value":7}}},"version_major":2,"version_minor":0}}`
	if string(got) != want {
		t.Errorf("got %s", got)
	}
	if err := schema.Validate([]byte(encode(t, n))); err != nil {
		t.Error(err)
	}
}

func TestOverwritten(t *testing.T) {
	for text, want := range map[string]string{
		"plain":         "plain",
		"10%\r20%\r30%": "30%",
		"a\r\nb":        "a\r\nb",
		"a\r":           "a\r",
		"a\nlong\rb\nc": "a\nb\nc",
		"ab\bc":         "ac",
		"é\b\b\bx":      "x",
		"a\n\bb":        "a\nb",
		"\r\r\rx":       "x",
	} {
		if got := overwritten(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	long := strings.Repeat("x", 1<<20) + strings.Repeat("\b", 1<<20)
	if got := overwritten(long); got != "" {
		t.Errorf("%d bytes are left", len(got))
	}
}
