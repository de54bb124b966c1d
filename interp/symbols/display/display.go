// Package display binds package notebooks/display to an interpreter session:
// how values are rendered, and where Show, Update and Clear publish.
package display

import (
	"reflect"

	"cahier/notebooks/display"
)

// Path is the import path of the package that cells use.
const Path = "cahier/notebooks/display"

// Bundle is a rendered value.
type Bundle struct {
	MIME      map[string]any
	Metadata  map[string]any
	DisplayID string
}

// Sink is where a session publishes; its functions may be called from any
// goroutine.
type Sink struct {
	Display func(Bundle)
	Update  func(Bundle)
	Clear   func(wait bool)
	// Prepare gives the value that is rendered in place of v: values of a
	// cell's own types come in the engine's form.
	Prepare func(v any) any
}

// Functions are the functions of the package with effects, bound to s, by
// name. They replace those of its symbol table.
func Functions(s Sink) map[string]reflect.Value {
	e := display.Bind(sink{s})
	return map[string]reflect.Value{
		"Show": reflect.ValueOf(func(values ...any) {
			for _, v := range values {
				e.Show(s.Prepare(v))
			}
		}),
		"Update": reflect.ValueOf(func(id string, v any) { e.Update(id, s.Prepare(v)) }),
		"Clear":  reflect.ValueOf(e.Clear),
		"Render": reflect.ValueOf(func(v any) display.Data { return display.Render(s.Prepare(v)) }),
		"Format": reflect.ValueOf(func(v any) string { return display.Format(s.Prepare(v)) }),
	}
}

// Render renders a value as the package does.
func Render(v any) Bundle { return Bundle(display.Render(v)) }

type sink struct{ s Sink }

func (k sink) Display(d display.Data) { k.s.Display(Bundle(d)) }
func (k sink) Update(d display.Data)  { k.s.Update(Bundle(d)) }
func (k sink) ClearOutput(wait bool)  { k.s.Clear(wait) }
