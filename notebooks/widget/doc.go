// Package widget makes live controls: the Jupyter widgets (ipywidgets 8), with
// Go types.
//
//	s := widget.FloatSlider(0, 10).WithDescription("frequency")
//	label := widget.Label("")
//	s.OnChange(func(v float64) { label.SetValue(fmt.Sprint("now ", v)) })
//	widget.VBox(s, label)
//
// A widget as the last expression of a cell, or given to display.Show, is shown;
// it may be shown in several places, which all follow its state. Every attribute
// of the widgets' published schema has three methods: Value returns it, SetValue
// changes it, WithValue changes it and returns the widget, for use where it is
// made. What the widget cannot have (an unknown option, a min above max) is a
// panic with an [*Error]; a value beyond its limits is brought between them.
//
// # Callbacks
//
// OnChange, OnClick, OnSubmit, OnSelect and [Model.Observe] take functions, in
// cells ordinary ones. When Go code changes a value they are called before the
// method returns. When the user changes it they are called by the session, one
// at a time and never while a cell runs: they wait until it ends, as those of
// ipywidgets do. So they need no locks for the variables of cells, and a cell
// cannot wait for one. What they print and show appears below the cell that
// handed them over, or, within [OutputModel.Run], there; so does a panic, which
// ends nothing but the callback. Interrupting the kernel ends a callback that
// runs for too long.
//
// # What travels
//
// A widget is sent to front ends when it is first shown. Later changes are
// collected and sent at most twenty times a second, and when a cell or callback
// ends, so that a loop may call SetValue as often as it likes; the last state
// always arrives. A page that is loaded again gets all states. `cahier run -o`
// and JupyterLab save them in the notebook, and viewers show them without a
// kernel; where there are no widgets at all, text or plain HTML says what they
// said.
//
// [Interact] makes controls of a function's parameters, [Link] keeps two widgets
// equal, [Output] takes output, [ESM] is a widget with a front end of your own.
//
// Outside a notebook widgets are values with a state, which show themselves as
// text.
package widget

//go:generate go run ./gen
