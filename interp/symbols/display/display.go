// Package display binds packages notebooks/display, notebooks/plot and
// notebooks/progress to an interpreter session: how values are rendered, and where what has effects
// publishes.
package display

import (
	"reflect"

	"cahier/notebooks/display"
	"cahier/notebooks/plot"
	"cahier/notebooks/progress"
)

// Import paths of the packages that cells use.
const (
	path         = "cahier/notebooks/display"
	plotPath     = "cahier/notebooks/plot"
	progressPath = "cahier/notebooks/progress"
)

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
	// AtEnd has f called when the running cell has ended.
	AtEnd func(f func())
	// Prepare gives the value that is rendered in place of v: values of a
	// cell's own types come in the engine's form.
	Prepare func(v any) any
	// Bare gives the value of a cell's type without that type.
	Bare func(v any) any
}

// Functions are the functions with effects, bound to s, by import path and
// name. They replace those of the symbol tables.
func Functions(s Sink) map[string]map[string]reflect.Value {
	e := display.Bind(sink{s})
	p := progress.On(e)
	return map[string]map[string]reflect.Value{
		path: {
			"Show": reflect.ValueOf(func(values ...any) {
				for _, v := range values {
					e.Show(s.Prepare(v))
				}
			}),
			"Update": reflect.ValueOf(func(id string, v any) { e.Update(id, s.Prepare(v)) }),
			"Clear":  reflect.ValueOf(e.Clear),
			"Render": reflect.ValueOf(func(v any) display.Data { return display.Render(s.Prepare(v)) }),
			"Format": reflect.ValueOf(func(v any) string { return display.Format(s.Prepare(v)) }),
			"Here":   reflect.ValueOf(func() display.Effects { return e }),
		},
		progressPath: {
			"Range":  reflect.ValueOf(p.Range),
			"Slice":  reflect.ValueOf(func(xs any, label ...string) func(func(int) bool) { return p.Slice(s.Bare(xs), label...) }),
			"Reader": reflect.ValueOf(p.Reader),
			"New":    reflect.ValueOf(p.New),
			"Table":  reflect.ValueOf(p.Table),
		},
		plotPath: {
			"Live": reflect.ValueOf(func(names ...string) *plot.LiveFigure { return plot.LiveOn(e, names...) }),
		},
	}
}

// Render renders a value as the package does.
func Render(v any) Bundle { return Bundle(display.Render(v)) }

type sink struct{ s Sink }

func (k sink) Display(d display.Data) { k.s.Display(Bundle(d)) }
func (k sink) Update(d display.Data)  { k.s.Update(Bundle(d)) }
func (k sink) ClearOutput(wait bool)  { k.s.Clear(wait) }
func (k sink) AtEnd(f func())         { k.s.AtEnd(f) }
