package interp

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"cahier/interp/rt"
)

// commRecorder is a recorder that remembers comm messages, too.
type commRecorder struct {
	recorder
	commMu sync.Mutex
	comms  []CommEvent
}

func (r *commRecorder) Comm(ev CommEvent) {
	r.commMu.Lock()
	defer r.commMu.Unlock()
	r.comms = append(r.comms, ev)
}

func (r *commRecorder) take() []CommEvent {
	r.commMu.Lock()
	defer r.commMu.Unlock()
	list := r.comms
	r.comms = nil
	return list
}

// front is a session with the widgets that a front end would know.
type front struct {
	*Session
	t      *testing.T
	n      int
	out    *commRecorder // of the last cell
	states map[string]map[string]any
}

func newFront(t *testing.T) *front {
	s, err := New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return &front{Session: s, t: t, states: map[string]map[string]any{}}
}

// cell runs a cell, which must succeed, and returns its value.
func (f *front) cell(code string) *Bundle {
	f.t.Helper()
	f.n++
	f.out = &commRecorder{}
	r := f.Execute(context.Background(), Cell{Code: code, Number: f.n}, f.out)
	if r.Err != nil {
		f.t.Fatalf("cell %d: %v\n%s", f.n, r.Err, strings.Join(r.Err.Traceback, "\n"))
	}
	f.mirror(f.out.take())
	return r.Value
}

// mirror brings the front end's states up to date.
func (f *front) mirror(events []CommEvent) {
	f.t.Helper()
	for _, ev := range events {
		var d struct {
			State  map[string]any
			Method string
		}
		if err := json.Unmarshal(ev.Data, &d); err != nil {
			f.t.Fatal(err)
		}
		if ev.Kind == CommOpen {
			if ev.Target != "jupyter.widget" || string(ev.Metadata) != `{"version":"2.1.0"}` {
				f.t.Errorf("comm_open of %q with metadata %s", ev.Target, ev.Metadata)
			}
			f.states[ev.ID] = map[string]any{}
		}
		for k, v := range d.State {
			if f.states[ev.ID] == nil {
				f.t.Errorf("an update of %s, which is not open", ev.ID)
				return
			}
			f.states[ev.ID][k] = v
		}
	}
}

// find returns the id of the only widget of a model.
func (f *front) find(model string) string {
	f.t.Helper()
	found := ""
	for id, s := range f.states {
		if s["_model_name"] == model {
			if found != "" {
				f.t.Fatalf("there are two %s", model)
			}
			found = id
		}
	}
	if found == "" {
		f.t.Fatalf("there is no %s in %v", model, f.states)
	}
	return found
}

// user is a message of the front end; it returns what came back.
func (f *front) user(id, data string) *commRecorder {
	f.t.Helper()
	out := &commRecorder{}
	if !f.Comm(context.Background(), CommEvent{Kind: CommMsg, ID: id, Data: json.RawMessage(data)}, out) {
		f.t.Fatalf("the comm %s is not known", id)
	}
	return out
}

func (f *front) moves(id, name string, v any) *commRecorder {
	f.t.Helper()
	text, _ := json.Marshal(v)
	out := f.user(id, fmt.Sprintf(`{"method":"update","state":{%q:%s},"buffer_paths":[]}`, name, text))
	f.mirror(out.comms)
	return out
}

func text(b *Bundle) string {
	if b == nil {
		return ""
	}
	s, _ := b.MIME["text/plain"].(string)
	return s
}

func TestWidgetsInCells(t *testing.T) {
	f := newFront(t)
	b := f.cell("s := widget.FloatSlider(0, 10).WithDescription(\"frequency\")\nseen := 0.0\nlabel := widget.Label(\"\")\ns.OnChange(func(v float64) { seen = v; label.SetValue(fmt.Sprintf(\"now %.2f\", v)); fmt.Println(\"moved\", v) })\nwidget.VBox(s, label)")
	if _, ok := b.MIME["application/vnd.jupyter.widget-view+json"]; !ok || !strings.Contains(text(b), "FloatSlider") {
		t.Fatalf("the cell shows %v", b.MIME)
	}
	if html, _ := b.MIME["text/html"].(string); !strings.Contains(html, "frequency") {
		t.Errorf("without widgets there is %q", html)
	}
	made := f.out
	slider, label := f.find("FloatSliderModel"), f.find("LabelModel")
	out := f.moves(slider, "value", 2.5)
	if got := text(f.cell("seen")); got != "2.5" {
		t.Errorf("after the slider was moved seen is %s", got)
	}
	if f.states[label]["value"] != "now 2.50" {
		t.Errorf("the label says %v", f.states[label]["value"])
	}
	if made.text() != "moved 2.5\n" || out.text() != "" {
		t.Errorf("the callback's text went elsewhere: %q and %q", made.text(), out.text())
	}
	var echo struct{ Method string }
	if len(out.comms) == 0 || json.Unmarshal(out.comms[0].Data, &echo) != nil || echo.Method != "echo_update" || out.comms[0].ID != slider {
		t.Errorf("the first answer is no echo: %+v", out.comms)
	}
	f.cell("s.SetValue(7)")
	if f.states[slider]["value"] != 7.0 || text(f.cell("seen")) != "7" {
		t.Errorf("SetValue in Go: the front end has %v", f.states[slider]["value"])
	}
}

func TestWidgetUpdatesAreCoalesced(t *testing.T) {
	f := newFront(t)
	f.cell("s := widget.IntProgress(0, 100000)\ns")
	bar := f.find("IntProgressModel")
	f.n++
	out := &commRecorder{}
	start := time.Now()
	r := f.Execute(context.Background(), Cell{Code: "for i := 1; i <= 100000; i++ { s.SetValue(i) }", Number: f.n}, out)
	if r.Err != nil {
		t.Fatal(r.Err)
	}
	limit := int(time.Since(start)/(50*time.Millisecond)) + 2
	if n := len(out.comms); n < 1 || n > limit {
		t.Errorf("%d messages, want at most %d", n, limit)
	}
	f.mirror(out.comms)
	if f.states[bar]["value"] != 100000.0 {
		t.Errorf("the last state is %v", f.states[bar]["value"])
	}
}

func TestWidgetCallbackPanics(t *testing.T) {
	f := newFront(t)
	f.cell("b := widget.Button(\"go\")\nn := 0\nb.OnClick(func() { n++; var m map[string]int; m[\"x\"] = 1 })\nb")
	made, id := f.out, f.find("ButtonModel")
	f.user(id, `{"method":"custom","content":{"event":"click"}}`)
	made.mu.Lock()
	said := made.stderr.String()
	made.mu.Unlock()
	if !strings.Contains(said, "assignment to entry in nil map") || !strings.Contains(said, "line 3") && !rt.RaceEnabled { // with which positions are not noted
		t.Errorf("the cell says %q", said)
	}
	f.user(id, `{"method":"custom","content":{"event":"click"}}`)
	if got := text(f.cell("n")); got != "2" {
		t.Errorf("after two clicks n is %s", got)
	}
}

func TestWidgetCallbackIsInterrupted(t *testing.T) {
	f := newFront(t)
	f.cell("b := widget.Button(\"spin\")\nb.OnClick(func() { fmt.Println(\"spinning\"); for {} })\nb")
	made, id := f.out, f.find("ButtonModel")
	done := make(chan bool)
	go func() {
		f.user(id, `{"method":"custom","content":{"event":"click"}}`)
		close(done)
	}()
	for made.text() == "" {
		time.Sleep(5 * time.Millisecond)
	}
	f.Interrupt()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatal("the callback goes on after an interrupt")
	}
	if got := text(f.cell("6*7")); got != "42" {
		t.Errorf("the next cell shows %q", got)
	}
}

func TestWidgetOutput(t *testing.T) {
	f := newFront(t)
	f.cell("out := widget.Output()\nout")
	id := f.find("OutputModel")
	f.cell(`out.Run(func() {
	fmt.Println("captured")
	fmt.Fprintln(os.Stdout, "through the file")
	display.Show(display.HTML("<b>shown</b>").WithID("d"))
	var list []int
	_ = list[3]
})
fmt.Println("after")
display.Update("d", display.HTML("<i>updated</i>"))`)
	if got := f.out.text(); got != "after\n" {
		t.Errorf("the cell itself printed %q", got)
	}
	list, _ := json.Marshal(f.states[id]["outputs"])
	for _, want := range []string{`captured\nthrough the file\n`, `\u003ci\u003eupdated\u003c/i\u003e`, `"output_type":"error"`, "index out of range"} {
		if !strings.Contains(string(list), want) {
			t.Errorf("%s is missing in %s", want, list)
		}
	}
	f.cell("out.Clear(false)\nfmt.Fprint(out, \"written\")")
	if list, _ := json.Marshal(f.states[id]["outputs"]); string(list) != `[{"name":"stdout","output_type":"stream","text":"written"}]` {
		t.Errorf("after Clear and Fprint: %s", list)
	}
}

func TestWidgetOutputIsInterrupted(t *testing.T) {
	f := newFront(t)
	f.cell("out := widget.Output()\nout")
	out, done := &commRecorder{}, make(chan Result, 1)
	go func() {
		done <- f.Execute(context.Background(), Cell{Code: "fmt.Println(1)\nout.Run(func() { for {} })\nfmt.Println(2)", Number: 9}, out)
	}()
	for out.text() == "" {
		time.Sleep(5 * time.Millisecond)
	}
	time.Sleep(20 * time.Millisecond)
	f.Interrupt()
	select {
	case r := <-done:
		if r.Err == nil || r.Err.Name != "Interrupted" || out.text() != "1\n" {
			t.Errorf("the cell ended with %v after %q", r.Err, out.text())
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the cell goes on after an interrupt")
	}
}

func TestInteract(t *testing.T) {
	f := newFront(t)
	f.cell(`type Celsius float64
func wave(n int, x float64, square bool, kind string) string {
	fmt.Println("called")
	return fmt.Sprintf("n=%d x=%.1f square=%v kind=%s", n, x, square, kind)
}
widget.Interact(wave, nil, widget.Arg("frequency", widget.Range(1, 5, 0.5)), true, []string{"sine", "saw"})`)
	id := f.find("OutputModel")
	outputs := func() string {
		list, _ := json.Marshal(f.states[id]["outputs"])
		return string(list)
	}
	if got := outputs(); !strings.Contains(got, "n=0 x=1.0 square=true kind=sine") || !strings.Contains(got, "called") {
		t.Errorf("at first: %s", got)
	}
	slider := f.find("FloatSliderModel")
	if f.states[slider]["description"] != "frequency" || f.states[slider]["step"] != 0.5 {
		t.Errorf("the slider is %v", f.states[slider])
	}
	f.moves(slider, "value", 3.5)
	f.moves(f.find("DropdownModel"), "index", 1)
	f.moves(f.find("CheckboxModel"), "value", false)
	if got := outputs(); !strings.Contains(got, "n=0 x=3.5 square=false kind=saw") || strings.Contains(got, "sine") {
		t.Errorf("at last: %s", got)
	}
	f.cell("func broken(n int) int { return 10 / n }\nvar made = widget.Interact(broken, 0)\nmade")
	for _, bad := range []string{"widget.Interact(3)", "widget.Interact(func(c Celsius, m map[string]int) {})", "widget.Interact(func(n int) {}, \"text\")"} {
		f.n++
		if r := f.Execute(context.Background(), Cell{Code: bad, Number: f.n}, f.out); r.Err == nil || !strings.Contains(r.Err.Value, "widget.Interact: got ") {
			t.Errorf("%s: %v", bad, r.Err)
		}
	}
}

func TestWidgetsAfterReload(t *testing.T) {
	f := newFront(t)
	f.cell("img := widget.Image([]byte{1, 2, 3}, \"png\")\nwidget.HBox(img)")
	out := &commRecorder{}
	open := CommEvent{Kind: CommOpen, ID: "control", Target: "jupyter.widget.control", Data: json.RawMessage("{}")}
	if !f.Comm(context.Background(), open, out) {
		t.Fatal("the control target is not known")
	}
	if f.Comm(context.Background(), CommEvent{Kind: CommOpen, ID: "x", Target: "stranger", Data: json.RawMessage("{}")}, out) {
		t.Error("a strange target is known")
	}
	got := f.user("control", `{"method":"request_states"}`).comms
	var d struct {
		Method string
		States map[string]struct {
			Name  string `json:"model_name"`
			State map[string]any
		}
		Paths [][]any `json:"buffer_paths"`
	}
	if len(got) != 1 || json.Unmarshal(got[0].Data, &d) != nil || d.Method != "update_states" {
		t.Fatalf("the answer is %+v", got)
	}
	id := f.find("ImageModel")
	if len(d.States) != len(f.states) || d.States[id].Name != "ImageModel" || fmt.Sprint(d.Paths) != fmt.Sprintf("[[%s state value]]", id) || string(got[0].Buffers[0]) != "\x01\x02\x03" {
		t.Errorf("states %v, paths %v, buffers %v", d.States, d.Paths, got[0].Buffers)
	}
	f.cell("img.Close()")
	if f.Comm(context.Background(), CommEvent{Kind: CommMsg, ID: id, Data: json.RawMessage(`{"method":"request_state"}`)}, out) {
		t.Error("a closed widget is known")
	}
}

func TestWidgetLinkAndESM(t *testing.T) {
	f := newFront(t)
	f.cell("a, b := widget.IntSlider(0, 10), widget.FloatText(3)\nwidget.Link(b, a)\nc := widget.ESM(`export default {}`, \"\", map[string]any{\"count\": 1, \"deep\": map[string]any{\"raw\": []byte{7}}})\nsum := 0.0\nc.Observe(\"count\", func(v any) { sum += v.(float64) })\nwidget.VBox(a, b, c)")
	slider, field, any := f.find("IntSliderModel"), f.find("FloatTextModel"), f.find("AnyModel")
	if f.states[slider]["value"] != 3.0 {
		t.Errorf("the linked slider is at %v", f.states[slider]["value"])
	}
	f.moves(field, "value", 4.5)
	if f.states[slider]["value"] != 4.0 || f.states[field]["value"] != 4.5 {
		t.Errorf("slider %v, field %v", f.states[slider]["value"], f.states[field]["value"])
	}
	f.moves(slider, "value", 9)
	if f.states[field]["value"] != 9.0 {
		t.Errorf("the linked field says %v", f.states[field]["value"])
	}
	f.moves(any, "count", 5)
	if got := text(f.cell("fmt.Sprint(sum, c.Get(\"count\"))")); got != "5 5" {
		t.Errorf("the ESM widget's count: %s", got)
	}
}

func TestHelpOnWidgets(t *testing.T) {
	f := newFront(t)
	f.cell("%help widget")
	said := f.out.text()
	for _, b := range f.out.displays {
		said += text(&b)
	}
	if !strings.Contains(said, "Callbacks") || !strings.Contains(said, "Interact") {
		t.Errorf("%%help widget says %q", said)
	}
}

// A callback that is handed over within Output.Run prints there, and so does
// its panic.
func TestWidgetCallbackWithinOutput(t *testing.T) {
	f := newFront(t)
	f.cell("out, c := widget.Output(), widget.Checkbox(\"on\")\nout.Run(func() {\n\tc.OnChange(func(v bool) {\n\t\tfmt.Println(\"now\", v)\n\t\tpanic(\"no further\")\n\t})\n})\nwidget.VBox(c, out)")
	made := f.out
	f.moves(f.find("CheckboxModel"), "value", true)
	list, _ := json.Marshal(f.states[f.find("OutputModel")]["outputs"])
	if !strings.Contains(string(list), `now true\n`) || !strings.Contains(string(list), "no further") || made.text() != "" {
		t.Errorf("the widget has %s, the cell %q", list, made.text())
	}
}
