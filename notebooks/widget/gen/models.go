package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// models writes a type for each model, with a method for each attribute.
func (g *generator) models(models []model) error {
	g.printf("import \"time\"\n\n")
	for _, m := range models {
		class := strings.TrimSuffix(m.Model.Name, "Model")
		if !handmade[class] {
			view := ""
			if m.View.Name != nil {
				view = ", shown by " + *m.View.Name
			}
			g.printf("// %s is the model of that name of %s %s%s. [%s] makes one.\ntype %s struct{ Model }\n\n",
				m.Model.Name, m.Model.Module, m.Model.Version, view, nameOf(class), m.Model.Name)
		}
		for _, a := range m.Attributes {
			if err := g.attribute(m.Model.Name, a); err != nil {
				return err
			}
		}
	}
	return nil
}

var reference = regexp.MustCompile("[`\r\n]+")

func help(a attribute) string {
	h := strings.TrimSpace(reference.ReplaceAllString(a.Help, " "))
	if h == "" {
		return ""
	}
	return ": " + strings.TrimSuffix(strings.ToLower(h[:1])+h[1:], ".")
}

// attribute writes the methods of one attribute.
func (g *generator) attribute(model string, a attribute) error {
	k, err := kindOf(model, a)
	if err != nil {
		return err
	}
	if a.Name == "_options_labels" {
		return g.options(model)
	}
	if strings.HasPrefix(a.Name, "_") && a.Name != "_dom_classes" || skipped[model+"."+a.Name] || handmade[strings.TrimSuffix(model, "Model")] && (a.Name == "outputs" || a.Name == "msg_id") {
		return nil
	}
	name := goName(a.Name)
	recv := "func (w *" + model + ")"
	what := "the attribute " + strings.TrimPrefix(a.Name, "_") + help(a)
	typ, get, param, send, note := k.typ, "return w."+k.get+fmt.Sprintf("(%q)", a.Name), "v "+k.typ, "v", ""
	results := typ
	switch {
	case k.name == "kindRef":
		if a.Widget == "Widget" {
			break
		}
		typ = "*" + a.Widget + "Model"
		results, param = typ, "v "+typ
		get = fmt.Sprintf("return as[%s](&w.Model, %q)", typ, a.Name)
	case k.name == "kindInts2" || k.name == "kindFloats2":
		element := strings.TrimPrefix(k.typ, "[]")
		results, param, send = "(low, high "+element+")", "low, high "+element, k.typ+"{low, high}"
		get = fmt.Sprintf("v := w.%s(%q); return v[0], v[1]", k.get, a.Name)
	case strings.HasPrefix(k.typ, "[]") && k.name != "kindBytes":
		param = "v ..." + strings.TrimPrefix(k.typ, "[]")
	case k.name == "kindIntAny", k.name == "kindFloatAny":
		note = " 0 stands for any."
		if k.name == "kindFloatAny" {
			get = fmt.Sprintf("return as[float64](&w.Model, %q)", a.Name)
		}
	case k.typ == "time.Time" && a.Null:
		note = " The zero time stands for none."
	case k.name == "kindString" && a.Null && !slices.Contains(a.Enum, ""):
		send, note = `orNull(v, "")`, " Empty stands for none."
	case k.name == "kindFloat" && a.Null:
		results = "(v float64, ok bool)"
		get = fmt.Sprintf("return maybe[float64](&w.Model, %q)", a.Name)
		note = " There may be none."
	case k.name == "kindFloat":
		get = fmt.Sprintf("return as[float64](&w.Model, %q)", a.Name)
	case k.name == "kindInt" && a.Null && (a.Name == "index" || a.Name == "selected_index"):
		get, send, note = fmt.Sprintf("return w.orNone(%q, -1)", a.Name), "orNull(v, -1)", " -1 stands for none."
	case k.name == "kindInt" && a.Null && a.Name == "rows":
		get, send, note = fmt.Sprintf("return w.orNone(%q, 0)", a.Name), "orNull(v, 0)", " 0 stands for none."
	case (k.name == "kindInt" || k.name == "kindBool") && a.Null:
		results = "(v " + k.typ + ", ok bool)"
		get = fmt.Sprintf("return maybe[%s](&w.Model, %q)", k.typ, a.Name)
		note = " There may be none."
	}
	g.printf("// %s returns %s.%s\n%s %s() %s { %s }\n\n", name, what, note, recv, name, results, get)
	if !readOnly[model+"."+a.Name] {
		g.printf("// Set%s sets the attribute %s.\n%s Set%s(%s) { w.set(%q, %q, %s) }\n\n", name, strings.TrimPrefix(a.Name, "_"), recv, name, param, "Set"+name, a.Name, send)
		g.printf("// With%s sets the attribute %s and returns the widget.\n%s With%s(%s) *%s { w.set(%q, %q, %s); return w }\n\n", name, strings.TrimPrefix(a.Name, "_"), recv, name, param, model, "With"+name, a.Name, send)
		if strings.HasPrefix(results, "(v ") {
			g.printf("// Unset%s makes the attribute %s none.\n%s Unset%s() { w.set(%q, %q, nil) }\n\n", name, a.Name, recv, name, "Unset"+name, a.Name)
		}
	}
	switch {
	case a.Name == "value":
		g.onChange(recv, "OnChange", a.Name, k, typ, "the value")
	case a.Name == "selected_index":
		g.printf("// OnSelect has f called with the index of what is seen from now on, -1 for none, whenever that has changed.\n%s OnSelect(f func(index int)) { w.observe(%q, func(any) { f(w.%s()) }) }\n\n", recv, a.Name, name)
	}
	return nil
}

func (g *generator) onChange(recv, method, name string, k kind, typ, what string) {
	switch {
	case strings.HasSuffix(k.name, "2"):
		element := strings.TrimPrefix(k.typ, "[]")
		g.printf("// %s has f called with the new ends whenever %s has changed, in Go or by the user.\n%s %s(f func(low, high %s)) { w.observe(%q, func(v any) { f(v.(%s)[0], v.(%s)[1]) }) }\n\n",
			method, what, recv, method, element, name, k.typ, k.typ)
	case k.name == "kindBytes" || strings.HasPrefix(k.typ, "[]"):
		g.printf("// %s has f called with the new list whenever %s has changed, in Go or by the user.\n%s %s(f func(v %s)) { w.observe(%q, func(any) { f(w.Value()) }) }\n\n",
			method, what, recv, method, typ, name)
	default:
		g.printf("// %s has f called with the new value whenever %s has changed, in Go or by the user.\n%s %s(f func(v %s)) { w.observe(%q, func(v any) { x, _ := v.(%s); f(x) }) }\n\n",
			method, what, recv, method, typ, name, typ)
	}
}

// options writes the methods of widgets that choose from options, which the
// schema knows only by their index.
func (g *generator) options(model string) error {
	recv := "func (w *" + model + ")"
	g.printf("// Options are what is chosen from.\n%s Options() []string { return w.texts(\"_options_labels\") }\n\n", recv)
	g.printf("// SetOptions changes what is chosen from. A choice that is no more is undone.\n%s SetOptions(options ...string) { w.set(\"SetOptions\", \"_options_labels\", options) }\n\n", recv)
	g.printf("// WithOptions changes what is chosen from and returns the widget.\n%s WithOptions(options ...string) *%s { w.SetOptions(options...); return w }\n\n", recv, model)
	switch model {
	case "SelectMultipleModel":
		g.printf("// Value returns the options that are chosen.\n%s Value() []string { return w.chosen() }\n\n", recv)
		g.printf("// SetValue chooses options. It panics with an [*Error] if one is none.\n%s SetValue(v ...string) { w.set(\"SetValue\", \"index\", w.optionIndices(\"SetValue\", v)) }\n\n", recv)
		g.printf("// WithValue chooses options and returns the widget.\n%s WithValue(v ...string) *%s { w.SetValue(v...); return w }\n\n", recv, model)
		g.printf("// OnChange has f called with the options that are chosen whenever they have changed, in Go or by the user.\n%s OnChange(f func(v []string)) { w.observe(\"index\", func(any) { f(w.chosen()) }) }\n\n", recv)
	case "SelectionRangeSliderModel":
		g.printf("// Value returns the first and the last option of the range; empty without options.\n%s Value() (first, last string) { return twoOf(w.chosen()) }\n\n", recv)
		g.printf("// SetValue chooses a range. It panics with an [*Error] if there is no such option.\n%s SetValue(first, last string) { w.set(\"SetValue\", \"index\", w.optionIndices(\"SetValue\", []string{first, last})) }\n\n", recv)
		g.printf("// WithValue chooses a range and returns the widget.\n%s WithValue(first, last string) *%s { w.SetValue(first, last); return w }\n\n", recv, model)
		g.printf("// OnChange has f called with the ends of the range whenever it has changed, in Go or by the user.\n%s OnChange(f func(first, last string)) { w.observe(\"index\", func(any) { f(w.Value()) }) }\n\n", recv)
	default:
		g.printf("// Value returns the option that is chosen; empty if none is.\n%s Value() string { return oneOf(w.chosen()) }\n\n", recv)
		g.printf("// SetValue chooses an option. It panics with an [*Error] if there is no such option.\n%s SetValue(v string) { w.set(\"SetValue\", \"index\", w.optionIndices(\"SetValue\", []string{v})[0]) }\n\n", recv)
		g.printf("// WithValue chooses an option and returns the widget.\n%s WithValue(v string) *%s { w.SetValue(v); return w }\n\n", recv, model)
		g.printf("// OnChange has f called with the option that is chosen whenever another one is, in Go or by the user.\n%s OnChange(f func(v string)) { w.observe(\"index\", func(any) { f(w.Value()) }) }\n\n", recv)
	}
	return nil
}

func nameOf(class string) string {
	if c := constructors[class]; c.name != "" {
		return c.name
	}
	return class
}

// functions writes the constructors, for programs and for sessions.
func (g *generator) functions(models []model) error {
	var bound strings.Builder
	for i, m := range models {
		class := strings.TrimSuffix(m.Model.Name, "Model")
		if handmade[class] {
			continue
		}
		c, name := constructors[class], nameOf(class)
		args := arguments(c.params)
		doc := c.doc
		if doc == "" {
			if !strings.HasSuffix(class, "Style") {
				return fmt.Errorf("%s has no constructor: constructors.go does not know it", class)
			}
			doc = "the style of a widget, as its method Style returns it."
		}
		g.printf("// %s makes %s\nfunc %s(%s) *%s { return nowhere().new%s(%s) }\n\n", name, doc, name, c.params, m.Model.Name, name, args)
		g.printf("func (h *Home) new%s(%s) *%s {\nw := &%s{}\nh.init(&w.Model, &specs[%d], w)\nw.start(%q, %s)\nreturn w\n}\n\n", name, c.params, m.Model.Name, m.Model.Name, i, name, c.start)
		fmt.Fprintf(&bound, "%q: h.new%s,\n", name, name)
	}
	g.printf("// constructors are the functions above, of a session's widgets.\nfunc (h *Home) constructors() map[string]any {\nreturn map[string]any{\n%s}\n}\n", bound.String())
	return nil
}

// arguments makes the arguments of a call from parameters.
func arguments(params string) string {
	if params == "" {
		return ""
	}
	var list []string
	for _, p := range strings.Split(params, ",") {
		f := strings.Fields(p)
		a := f[0]
		if len(f) > 1 && strings.HasPrefix(f[1], "...") {
			a += "..."
		}
		list = append(list, a)
	}
	return strings.Join(list, ", ")
}
