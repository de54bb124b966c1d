package widget

import (
	"html"
	"maps"
	"slices"
	"strings"

	"cahier/notebooks/display"
)

// OutputModel is a place for output; see [Output].
type OutputModel struct {
	Model
	// What follows is guarded by home.mu.
	list  []entry
	clear bool // with the next output
}

// entry is one output, as notebooks have it.
type entry struct {
	kind      string // stream, display_data, error
	name      string // of the stream, or the error
	text      string // of the stream, or the error's value
	traceback []string
	data      map[string]any
	metadata  map[string]any
	id        string // of the display
}

func (e entry) wire() map[string]any {
	m := map[string]any{"output_type": e.kind}
	switch e.kind {
	case "stream":
		m["name"], m["text"] = e.name, e.text
	case "error":
		m["ename"], m["evalue"], m["traceback"] = e.name, e.text, e.traceback
	default:
		m["data"], m["metadata"] = e.data, e.metadata
	}
	return m
}

func (e entry) html() string {
	switch e.kind {
	case "stream":
		return "<pre>" + html.EscapeString(e.text) + "</pre>"
	case "error":
		return "<pre>" + html.EscapeString(e.name+": "+e.text) + "</pre>"
	}
	if s, ok := e.data["text/html"].(string); ok {
		return s
	}
	if s, ok := e.data["image/png"].(string); ok {
		return `<img src="data:image/png;base64,` + s + `">`
	}
	if s, ok := e.data["image/svg+xml"].(string); ok {
		return s
	}
	s, _ := e.data["text/plain"].(string)
	return "<pre>" + html.EscapeString(s) + "</pre>"
}

// Output makes a place for the output of functions, wherever it is shown:
//
//	out := widget.Output()
//	button.OnClick(func() { out.Run(func() { fmt.Println("clicked") }) })
//	widget.VBox(button, out)
func Output() *OutputModel { return nowhere().newOutput() }

func (h *Home) newOutput() *OutputModel {
	for i := range specs {
		if specs[i].name == "OutputModel" {
			return makers[i](h).(*OutputModel)
		}
	}
	panic("the schema has no OutputModel") // generated, and tested
}

// Run calls f and adds what it prints and shows, and how it fails. It returns
// when f has: a panic of f ends only f. Outside a notebook f is just called.
// Goroutines that f starts write here, too, also later.
func (w *OutputModel) Run(f func()) {
	if w.home.host.Capture == nil {
		f()
		return
	}
	w.home.host.Capture(f, w)
	w.home.Flush()
}

// Clear removes everything; with wait only when the next output comes, which
// avoids flicker.
func (w *OutputModel) Clear(wait bool) { w.ClearOutput(wait) }

// Show adds values, as display.Show shows them.
func (w *OutputModel) Show(values ...any) {
	for _, v := range values {
		w.Display(w.home.render(v))
	}
}

func (h *Home) render(v any) display.Data {
	if h.host.Render != nil {
		return h.host.Render(v)
	}
	return display.Render(v)
}

// Write adds text, so that fmt.Fprintln(out, ...) does. It implements
// io.Writer.
func (w *OutputModel) Write(text []byte) (int, error) {
	w.Stream("stdout", text)
	return len(text), nil
}

// String returns the output as text.
func (w *OutputModel) String() string {
	var b strings.Builder
	for _, e := range w.outputs() {
		switch e.kind {
		case "stream":
			b.WriteString(e.text)
		case "error":
			b.WriteString(e.name + ": " + e.text + "\n")
		default:
			s, _ := e.data["text/plain"].(string)
			b.WriteString(s + "\n")
		}
	}
	return "Output(" + short(strings.TrimRight(b.String(), "\n")) + ")"
}

func (w *OutputModel) outputs() []entry {
	w.home.mu.Lock()
	defer w.home.mu.Unlock()
	return slices.Clone(w.list)
}

// edit changes the list of outputs and has it sent.
func (w *OutputModel) edit(change func()) {
	h := w.home
	h.mu.Lock()
	change()
	if w.opened && !w.closed {
		w.mark("outputs")
	}
	h.mu.Unlock()
	h.pace()
}

// add appends an output. home.mu is held.
func (w *OutputModel) add(e entry) {
	if w.clear {
		w.empty()
	}
	if n := len(w.list); e.kind == "stream" && n > 0 && w.list[n-1].kind == "stream" && w.list[n-1].name == e.name {
		w.list[n-1].text += e.text
		return
	}
	w.list = append(w.list, e)
	if e.id != "" && !slices.Contains(w.home.displays[e.id], w) {
		w.home.displays[e.id] = append(w.home.displays[e.id], w)
	}
}

func (w *OutputModel) empty() {
	for _, e := range w.list {
		if e.id == "" {
			continue
		}
		left := slices.DeleteFunc(slices.Clone(w.home.displays[e.id]), func(o *OutputModel) bool { return o == w })
		if w.home.displays[e.id] = left; len(left) == 0 {
			delete(w.home.displays, e.id)
		}
	}
	w.list, w.clear = nil, false
}

// Stream implements [Capture].
func (w *OutputModel) Stream(name string, text []byte) {
	if len(text) > 0 {
		w.edit(func() { w.add(entry{kind: "stream", name: name, text: string(text)}) })
	}
}

// Display implements [Capture].
func (w *OutputModel) Display(d display.Data) {
	w.edit(func() { w.add(displayed(d)) })
}

func displayed(d display.Data) entry {
	metadata := d.Metadata
	if metadata == nil {
		metadata = map[string]any{}
	}
	data, err := plain(maps.Clone(d.MIME))
	m, ok := data.(map[string]any)
	if err != nil || !ok {
		m = map[string]any{"text/plain": "this cannot be shown: " + errText(err)}
	}
	return entry{kind: "display_data", data: m, metadata: metadata, id: d.DisplayID}
}

func errText(err error) string {
	if err == nil {
		return "it is empty"
	}
	return err.Error()
}

// Update implements [Capture]: it brings along the displays of that name, in
// every Output.
func (w *OutputModel) Update(d display.Data) { w.home.Updated(d) }

// update replaces the displays named d.DisplayID.
func (w *OutputModel) update(d display.Data) {
	w.edit(func() {
		for i := range w.list {
			if w.list[i].id == d.DisplayID {
				w.list[i] = displayed(d)
			}
		}
	})
}

// ClearOutput implements [Capture].
func (w *OutputModel) ClearOutput(wait bool) {
	if wait {
		w.home.mu.Lock()
		w.clear = true
		w.home.mu.Unlock()
		return
	}
	w.edit(w.empty)
}

// Error implements [Capture].
func (w *OutputModel) Error(name, value string, traceback []string) {
	if traceback == nil {
		traceback = []string{}
	}
	w.edit(func() { w.add(entry{kind: "error", name: name, text: value, traceback: traceback}) })
}
