// Package widget binds package notebooks/widget to an interpreter session:
// whose cells make the widgets, and where what they send goes.
package widget

import (
	"reflect"

	"cahier/interp/symbols/display"
	nbdisplay "cahier/notebooks/display"
	"cahier/notebooks/widget"
)

const path = "cahier/notebooks/widget"

// Event is a message of a comm; Call is a function of a cell to be called.
type (
	Event = widget.Event
	Call  = widget.Call
	Home  = widget.Home
	Kind  = widget.Kind
)

// Capture takes the output of a function.
type Capture struct{ to widget.Capture }

// Stream takes text.
func (c Capture) Stream(name string, text []byte) { c.to.Stream(name, text) }

// Display takes a display.
func (c Capture) Display(b display.Bundle) { c.to.Display(nbdisplay.Data(b)) }

// Update takes a change of a display.
func (c Capture) Update(b display.Bundle) { c.to.Update(nbdisplay.Data(b)) }

// Clear empties the output.
func (c Capture) Clear(wait bool) { c.to.ClearOutput(wait) }

// Error takes how the function failed.
func (c Capture) Error(name, value string, traceback []string) { c.to.Error(name, value, traceback) }

// Host is what a session does for its widgets.
type Host struct {
	Comm    func(Event)
	Owner   func() any
	Capture func(f func(), c Capture)
	Render  func(v any) display.Bundle
}

// Bind makes the home of a session's widgets.
func Bind(h Host) *Home {
	return widget.Bind(widget.Host{
		Comm:    h.Comm,
		Owner:   h.Owner,
		Capture: func(f func(), c widget.Capture) { h.Capture(f, Capture{c}) },
		Render:  func(v any) nbdisplay.Data { return nbdisplay.Data(h.Render(v)) },
	})
}

// Updated tells the widgets that a display has changed, which may stand in one of them.
func Updated(h *Home, b display.Bundle) { h.Updated(nbdisplay.Data(b)) }

// Functions are the functions that make widgets of h, by import path and name.
// They replace those of the symbol tables.
func Functions(h *Home) map[string]map[string]reflect.Value {
	m := map[string]reflect.Value{}
	for name, f := range h.Functions() {
		m[name] = reflect.ValueOf(f)
	}
	return map[string]map[string]reflect.Value{path: m}
}
