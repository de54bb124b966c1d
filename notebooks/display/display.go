// Package display makes what a cell can show: values in one or more MIME types,
// of which a front end takes the richest that it can draw.
//
// Constructors ([Text], [HTML], [Markdown], [Latex], [Table], [JSON], [Image],
// [SVG], [PNG], [JPEG], [GIF], [WebP], [Audio], [Video], [Link], [File],
// [JavaScript], [MIME], and for tensors [Tensor], [Attention], [Filters],
// [FeatureMaps]) are pure: they return [Data] and show nothing. The last expression
// of a cell is shown by itself; anything else is shown by [Show], replaced by
// [Update] and removed by [Clear]:
//
//	display.Show(display.Markdown("# Result"), m)
//	display.Show(display.HTML("<i>working</i>").WithID("state"))
//	display.Update("state", display.HTML("<b>done</b>"))
//
// Every value can be shown. [Render] decides how: Data as it is, a [Bundler] by
// its own word, and pictures, matrices, tensors, errors, rows of structs and
// maps by good defaults; the rest as text. Every bundle carries text/plain, for terminals.
//
// Only Show, Update and Clear have effects. Those of the package print
// text/plain to standard output, so that a program that uses them outside a
// notebook still says something. A kernel gives its cells the methods of an
// [Effects] bound to a [Sink] of its own instead; there is no global sink.
package display

import (
	"fmt"
	"maps"
	"os"
)

// Data is a value in one or more MIME types: what display_data and
// execute_result of the Jupyter protocol carry.
type Data struct {
	// MIME maps a MIME type to its content: a string (binary types in
	// base64), or for a JSON type anything that encoding/json can write.
	MIME map[string]any `json:"mime"`
	// Metadata maps a MIME type to what a front end should know of it,
	// {"image/png": {"width": 320}} for instance.
	Metadata map[string]any `json:"metadata,omitempty"`
	// DisplayID names the display for Update; empty means that it has no
	// name.
	DisplayID string `json:"display_id,omitempty"`
}

// WithID returns a copy of d whose display is named id, so that Update(id, v)
// can replace it later.
func (d Data) WithID(id string) Data {
	d.DisplayID = id
	return d
}

// With returns a copy of d that carries content in one more MIME type. It
// panics with an [*Error] if content cannot be written as JSON.
func (d Data) With(mime string, content any) Data {
	m := maps.Clone(d.MIME)
	if m == nil {
		m = make(map[string]any, 1)
	}
	m[mime] = checked("Data.With", mime, content)
	d.MIME = m
	return d
}

// String returns the text/plain form.
func (d Data) String() string {
	s, _ := d.MIME[textPlain].(string)
	return s
}

// Error is what the constructors panic with when they are given something that
// cannot be shown as asked for: bytes that are no PNG, a value that JSON cannot
// write, a file that cannot be read.
type Error struct {
	Func string // the function, "PNG"
	Got  string // what it was given
	Want string // what it takes
	Err  error  // the cause; may be nil
}

func (e *Error) Error() string {
	s := fmt.Sprintf("display.%s: got %s, want %s", e.Func, e.Got, e.Want)
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Sink takes what Show, Update and Clear publish. Its methods may be called
// from any goroutine.
type Sink interface {
	// Display publishes a new display.
	Display(d Data)
	// Update replaces what every display named d.DisplayID shows.
	Update(d Data)
	// ClearOutput removes the output of the cell; with wait, only when the
	// next output comes.
	ClearOutput(wait bool)
}

// Effects are the functions with effects, bound to one sink. A kernel puts its
// methods Show, Update and Clear where cells find display.Show, display.Update
// and display.Clear.
type Effects struct {
	sink    Sink
	updates *updates
}

// Bind returns the effects that publish to s.
func Bind(s Sink) Effects { return Effects{sink: s, updates: &updates{}} }

// Here returns the effects of where the program runs: text on standard output, or,
// in a cell, displays of the notebook.
func Here() Effects { return Bind(terminal{}) }

// Show publishes each value as a display of its own, rendered by [Render].
func (e Effects) Show(values ...any) {
	for _, v := range values {
		d := Render(v)
		if d.DisplayID != "" {
			e.updates.flush(e.sink, d.DisplayID) // belongs to what was shown before
		}
		e.sink.Display(d)
	}
}

// Update replaces what the displays named id show by v. A display gets its
// name from [Data.WithID]; naming one that nobody shows has no effect. v is
// rendered at once; in a notebook one display is brought up to date at most twenty
// times a second, and the last update is always shown. Update panics with an
// [*Error] if id is empty.
func (e Effects) Update(id string, v any) {
	if id == "" {
		panic(&Error{Func: "Update", Got: "an empty display id", Want: "the id given to Data.WithID"})
	}
	e.updates.put(e.sink, Render(v).WithID(id))
}

// AtEnd has f called when the running cell has ended, and reports whether there
// is one: outside a notebook nothing ends.
func (e Effects) AtEnd(f func()) bool {
	s, ok := e.sink.(AtEnder)
	if ok {
		s.AtEnd(f)
	}
	return ok
}

// Clear removes what the cell has shown so far. With wait the old output stays
// until the next one comes, which avoids flicker.
func (e Effects) Clear(wait bool) { e.sink.ClearOutput(wait) }

// Show prints the text/plain form of each value to standard output, a line
// each. In a notebook the kernel puts its own Show here.
func Show(values ...any) { Bind(terminal{}).Show(values...) }

// Update prints the text/plain form of v to standard output. In a notebook the
// kernel puts its own Update here, which replaces the displays named id.
func Update(id string, v any) { Bind(terminal{}).Update(id, v) }

// Clear does nothing outside a notebook: what is printed is printed.
func Clear(wait bool) { Bind(terminal{}).Clear(wait) }

// terminal is the sink of programs that run outside a notebook.
type terminal struct{}

func (terminal) Display(d Data) { fmt.Fprintln(os.Stdout, d.String()) }

func (t terminal) Update(d Data) { t.Display(d) }

func (terminal) ClearOutput(bool) {}
