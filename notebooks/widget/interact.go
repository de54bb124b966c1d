package widget

import (
	"fmt"
	"reflect"
	"slices"
)

// Span is a range for a parameter of [Interact]; see [Range].
type Span struct{ Min, Max, Step float64 }

// Range lets a parameter of [Interact] go from min to max, by step if there is
// one.
func Range(min, max float64, step ...float64) Span {
	s := Span{Min: min, Max: max}
	if len(step) > 1 {
		panic(&Error{Func: "Range", Got: fmt.Sprintf("%d steps", len(step)), Want: "one at most"})
	}
	if len(step) == 1 {
		s.Step = step[0]
	}
	return s
}

// Param is a named parameter of [Interact]; see [Arg].
type Param struct {
	Name string
	Spec any // what Interact takes as an argument; nil: nothing
}

// Arg names a parameter of [Interact], and says what it may be:
//
//	widget.Interact(wave, widget.Arg("frequency", widget.Range(1, 20)))
func Arg(name string, spec ...any) Param {
	p := Param{Name: name}
	if len(spec) > 1 {
		panic(&Error{Func: "Arg", Got: fmt.Sprintf("%d specifications", len(spec)), Want: "one at most"})
	}
	if len(spec) == 1 {
		p.Spec = spec[0]
	}
	return p
}

// Interact makes a control for each parameter of f, which may be int, float64,
// bool, string or []string, and shows f's results, and what it prints and
// shows, below them: at first and whenever a control has changed.
//
//	widget.Interact(func(n int, square bool) { ... })
//	widget.Interact(func(f float64, kind string) *plot.Figure { ... }, widget.Range(0, 5), []string{"sine", "saw"})
//
// The arguments say what the parameters may be, in order; those that are
// missing, and nil, stand for the default:
//
//	int       a slider from 0 to 10; a [Range], or an int to begin with
//	float64   a slider from 0 to 1; a [Range], or a number to begin with
//	bool      a checkbox; a bool to begin with
//	string    a text field; a string to begin with, or a []string to choose from
//	[]string  a list of words; a []string to choose from
//
// A widget that has such a value is taken as it is, and [Arg] gives a parameter
// a name. Interact panics with an [*Error] if f is no function of such
// parameters.
func Interact(f any, args ...any) *VBoxModel { return nowhere().interact(f, args...) }

func (h *Home) interact(f any, args ...any) *VBoxModel {
	fn := reflect.ValueOf(f)
	if fn.Kind() != reflect.Func || fn.IsNil() {
		panic(&Error{Func: "Interact", Got: fmt.Sprintf("%T", f), Want: "a function"})
	}
	t := fn.Type()
	if t.IsVariadic() || len(args) > t.NumIn() {
		panic(&Error{Func: "Interact", Got: fmt.Sprintf("%s and %d arguments", t, len(args)), Want: "a function without ..., and at most an argument for each of its parameters"})
	}
	var controls []Widget
	var values []func() reflect.Value
	out := h.newOutput()
	run := func() {
		in := make([]reflect.Value, len(values))
		for i, v := range values {
			in[i] = v().Convert(t.In(i))
		}
		out.Clear(true)
		out.Run(func() {
			for _, r := range fn.Call(in) {
				out.Show(r.Interface())
			}
		})
		h.mu.Lock()
		left := out.clear // it has shown nothing
		h.mu.Unlock()
		if left {
			out.Clear(false)
		}
	}
	for i := range t.NumIn() {
		var arg any
		if i < len(args) {
			arg = args[i]
		}
		name := fmt.Sprintf("x%d", i+1)
		if t.NumIn() <= 3 {
			name = string("xyz"[i])
		}
		if p, ok := arg.(Param); ok {
			name, arg = p.Name, p.Spec
		}
		w, value := h.control(t.In(i), name, arg)
		controls, values = append(controls, w), append(values, value)
	}
	for _, w := range controls {
		m, name := w.base(), "value"
		if _, ok := m.spec.attr("_options_labels"); ok {
			name = "index"
		}
		m.observe(name, func(any) { run() })
	}
	run()
	return h.newVBox(append(controls, out)...)
}

// control makes the control of a parameter of type t, and what gives its value.
func (h *Home) control(t reflect.Type, name string, arg any) (Widget, func() reflect.Value) {
	if w, ok := arg.(Widget); ok && !isNil(w) {
		value := w.base().parameter()
		if value == nil || !fits(value().Type(), t) {
			panic(&Error{Func: "Interact", Got: w.base().spec.class() + " for a parameter of type " + t.String(), Want: "a widget with a value of that type"})
		}
		return w, value
	}
	bad := func(want string) (Widget, func() reflect.Value) {
		panic(&Error{Func: "Interact", Got: describe(arg) + " for a parameter of type " + t.String(), Want: want})
	}
	var w Widget
	switch {
	case t.Kind() == reflect.Int:
		s := h.newIntSlider(0, 10)
		switch x := arg.(type) {
		case nil:
		case Span:
			s = h.newIntSlider(int(x.Min), int(x.Max))
			if x.Step != 0 {
				s.SetStep(int(x.Step))
			}
			s.SetValue(s.Min())
		default:
			n, ok := integer(arg)
			if !ok {
				return bad("a Range, an integer or a widget")
			}
			// As ipywidgets has it: from -n to 3n.
			s = h.newIntSlider(min(-n, 3*n), max(-n, 3*n, 1))
			s.SetValue(n)
		}
		w = s.WithDescription(name)
	case t.Kind() == reflect.Float64:
		s := h.newFloatSlider(0, 1)
		switch x := arg.(type) {
		case nil:
		case Span:
			s = h.newFloatSlider(x.Min, x.Max)
			if x.Step != 0 {
				s.SetStep(x.Step)
			}
			s.SetValue(s.Min())
		default:
			f, ok := number(arg)
			if !ok {
				return bad("a Range, a number or a widget")
			}
			lo, hi := min(-f, 3*f), max(-f, 3*f)
			if f == 0 {
				hi = 1
			}
			s = h.newFloatSlider(lo, hi)
			s.SetValue(f)
		}
		w = s.WithDescription(name)
	case t.Kind() == reflect.Bool:
		c := h.newCheckbox(name)
		if b, ok := arg.(bool); ok {
			c.SetValue(b)
		} else if arg != nil {
			return bad("true, false or a widget")
		}
		w = c
	case t.Kind() == reflect.String:
		switch x := arg.(type) {
		case nil:
			w = h.newText("").WithDescription(name)
		case string:
			w = h.newText(x).WithDescription(name)
		case []string:
			w = h.newDropdown(x...).WithDescription(name)
		default:
			return bad("a string, a []string to choose from, or a widget")
		}
	case t == reflect.TypeFor[[]string]():
		switch x := arg.(type) {
		case nil:
			w = h.newTagsInput()
		case []string:
			w = h.newSelectMultiple(x...).WithDescription(name)
		default:
			return bad("a []string to choose from, or a widget")
		}
	default:
		panic(&Error{Func: "Interact", Got: "a parameter of type " + t.String(), Want: "parameters of type int, float64, bool, string or []string, or a widget for it"})
	}
	return w, w.base().parameter()
}

// parameter gives the widget's value, or is nil if it has none.
func (m *Model) parameter() func() reflect.Value {
	if _, ok := m.spec.attr("_options_labels"); ok {
		if a, _ := m.spec.attr("index"); a.kind == kindInt {
			return func() reflect.Value { return reflect.ValueOf(oneOf(m.chosen())) }
		}
		return func() reflect.Value { return reflect.ValueOf(m.chosen()) }
	}
	a, ok := m.spec.attr("value")
	if !ok || m.spec.open || !slices.Contains([]kind{kindString, kindBool, kindInt, kindFloat, kindStrings, kindInts, kindFloats, kindInts2, kindFloats2, kindBytes, kindDate, kindDatetime, kindNaive, kindTime}, a.kind) {
		return nil
	}
	return func() reflect.Value {
		if v := m.value("value"); v != nil {
			return reflect.ValueOf(v)
		}
		switch a.kind {
		case kindString:
			return reflect.ValueOf("")
		case kindInt:
			return reflect.ValueOf(0)
		case kindFloat:
			return reflect.ValueOf(0.0)
		}
		return reflect.ValueOf(m.time("value"))
	}
}

// fits tells whether a value of type v may be a parameter of type t: a string
// is no integer, though Go converts it.
func fits(v, t reflect.Type) bool {
	number := func(t reflect.Type) bool { return t.Kind() >= reflect.Int && t.Kind() <= reflect.Float64 }
	return v.ConvertibleTo(t) && (v.Kind() == t.Kind() || number(v) && number(t))
}
