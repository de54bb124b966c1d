package widget

import "fmt"

// anyVersion is the range of versions of anywidget's front end whose AnyModel
// this is.
const anyVersion = "~0.11.*"

var anySpec = spec{name: "AnyModel", module: "anywidget", version: anyVersion, view: "AnyView", viewModule: "anywidget", viewModVersion: anyVersion,
	open: true, attrs: []attr{
		{name: "_esm", kind: kindString, def: `""`},
		{name: "_css", kind: kindString, def: `""`},
		{name: "_anywidget_id", kind: kindString, def: `"cahier.ESM"`},
		{name: "_dom_classes", kind: kindStrings, def: "[]"},
		{name: "layout", kind: kindRef, make: "LayoutModel"},
		{name: "tabbable", kind: kindBool, null: true, def: "null"},
		{name: "tooltip", kind: kindString, null: true, def: "null"},
	}}

// AnyModel is a widget with a front end of your own; see [ESM].
type AnyModel struct{ Model }

// ESM makes a widget whose front end is an ECMAScript module, as anywidget has
// it: its default export has a function render({model, el}), which draws into the
// element el, reads the state by model.get(name), changes it by model.set(name,
// value) and model.save_changes(), and hears of changes by model.on("change:" +
// name, f). css is a style sheet, or empty.
//
//	counter := widget.ESM(`export default { render({model, el}) {
//		const b = document.createElement("button");
//		const draw = () => b.textContent = "clicked " + model.get("count");
//		b.onclick = () => { model.set("count", model.get("count") + 1); model.save_changes(); };
//		model.on("change:count", draw); draw(); el.append(b);
//	} }`, "", map[string]any{"count": 0})
//	counter.Observe("count", func(v any) { fmt.Println(v) })
//
// The state holds what JSON can say, and bytes ([]byte) anywhere in it, which
// arrive as a DataView. [Model.Get], [Model.Set] and [Model.Observe] read and
// change it. The front end needs the JupyterLab extension of the Python package
// anywidget (pip install anywidget), version 0.11. ESM panics with an [*Error]
// if JSON cannot say the state.
func ESM(esm, css string, state map[string]any) *AnyModel { return nowhere().newESM(esm, css, state) }

func (h *Home) newESM(esm, css string, state map[string]any) *AnyModel {
	w := &AnyModel{}
	h.init(&w.Model, &anySpec, w)
	w.start("ESM", "_esm", esm, "_css", css)
	for name, v := range state {
		if len(name) == 0 || name[0] == '_' {
			panic(&Error{Func: "ESM", Got: fmt.Sprintf("the name %q in the state", name), Want: "names that do not begin with _"})
		}
		w.start("ESM", name, v)
	}
	return w
}

// Layout returns where and how large the widget is.
func (w *AnyModel) Layout() *LayoutModel { return as[*LayoutModel](&w.Model, "layout") }
