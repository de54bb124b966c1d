package widget

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// schemaModel is a model of the published schema, which judges our messages.
type schemaModel struct {
	Attributes []schemaAttr
	Model      struct{ Module, Name, Version string }
	View       struct {
		Module, Version string
		Name            *string
	}
}

type schemaAttr struct {
	Name    string
	Type    any
	Default any
	Null    bool `json:"allow_none"`
	Enum    []string
	Widget  string
	Items   *struct{ Type, Widget string }
	Union   []schemaAttr `json:"union_attributes"`
}

func readSchema(t *testing.T) []schemaModel {
	t.Helper()
	f, err := os.Open("gen/models.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var models []schemaModel
	if err := json.NewDecoder(z).Decode(&models); err != nil {
		t.Fatal(err)
	}
	if len(models) != 69 {
		t.Fatalf("the schema has %d models, want 69", len(models))
	}
	return models
}

// page is a front end that remembers.
type page struct {
	events []Event
	states map[string]map[string]any
}

func newPage() (*page, *Home) {
	p := &page{states: map[string]map[string]any{}}
	return p, Bind(Host{Comm: p.take})
}

func (p *page) take(e Event) {
	p.events = append(p.events, e)
	if e.Kind == Close {
		delete(p.states, e.ID)
		return
	}
	var d struct {
		State map[string]any
		Paths [][]any `json:"buffer_paths"`
	}
	if err := json.Unmarshal(e.Data, &d); err != nil {
		panic(err)
	}
	if e.Kind == Open {
		p.states[e.ID] = map[string]any{}
	}
	joinBuffers(d.State, d.Paths, e.Buffers)
	for k, v := range d.State {
		p.states[e.ID][k] = v
	}
}

// fits tells why a value of a message is not what the schema says.
func (a schemaAttr) fits(p *page, v any) error {
	bad := func() error { return fmt.Errorf("%s is %v (%T), want %v", a.Name, v, v, a.Type) }
	if v == nil {
		if a.Null {
			return nil
		}
		return bad()
	}
	if a.Union != nil {
		for _, u := range a.Union {
			if u.fits(p, v) == nil {
				return nil
			}
		}
		return bad()
	}
	ok := false
	switch a.Type {
	case "string":
		s, is := v.(string)
		ok = is && (a.Enum == nil || slices.Contains(a.Enum, s))
	case "bool":
		_, ok = v.(bool)
	case "int":
		f, is := v.(float64)
		ok = is && f == float64(int(f))
	case "float":
		_, ok = v.(float64)
	case "bytes":
		_, ok = v.([]byte)
	case "object":
		_, ok = v.(map[string]any)
	case "Date", "Datetime", "Time":
		m, is := v.(map[string]any)
		var want []string
		if a.Type != "Time" {
			want = append(want, "year", "month", "date")
		}
		if a.Type != "Date" {
			want = append(want, "hours", "minutes", "seconds", "milliseconds")
		}
		ok = is && len(m) == len(want)
		for _, w := range want {
			_, number := m[w].(float64)
			ok = ok && number
		}
	case "reference":
		id, is := v.(string)
		id, prefix := strings.CutPrefix(id, "IPY_MODEL_")
		state := p.states[id]
		ok = is && prefix && state != nil
		if name := a.Widget; ok && name != "Widget" {
			got, _ := state["_model_name"].(string)
			ok = got == name+"Model" || got == "Controller"+name+"Model"
		}
	case "array":
		list, is := v.([]any)
		ok = is
		if a.Items != nil {
			one := schemaAttr{Name: a.Name, Type: a.Items.Type, Widget: a.Items.Widget}
			for _, e := range list {
				if err := one.fits(p, e); err != nil {
					return err
				}
			}
		}
	}
	if !ok {
		return bad()
	}
	return nil
}

// TestOpenedStates renders every model and compares the state of its comm_open
// with the schema: names, types, defaults, enumerations.
func TestOpenedStates(t *testing.T) {
	for i, m := range readSchema(t) {
		p, h := newPage()
		w := makers[i](h)
		h.show(w)
		state := p.states[w.ID()]
		if state == nil || p.events[len(p.events)-1].ID != w.ID() {
			t.Fatalf("%s: what it refers to has to be opened before it", m.Model.Name)
		}
		for _, a := range m.Attributes {
			v, ok := state[a.Name]
			if a.Type == "bytes" && !ok {
				t.Errorf("%s.%s is not sent", m.Model.Name, a.Name)
				continue
			}
			if !ok {
				t.Errorf("%s.%s is missing", m.Model.Name, a.Name)
				continue
			}
			if err := a.fits(p, v); err != nil {
				t.Errorf("%s: %v", m.Model.Name, err)
			}
			switch {
			case a.Default == "reference to new instance", a.Type == "bytes":
			case !reflect.DeepEqual(v, a.Default):
				t.Errorf("%s.%s is %v at first, want %v", m.Model.Name, a.Name, v, a.Default)
			}
		}
		if len(state) != len(m.Attributes) {
			t.Errorf("%s has %d attributes, want %d", m.Model.Name, len(state), len(m.Attributes))
		}
		if state["_model_name"] != m.Model.Name || state["_model_module"] != m.Model.Module || state["_model_module_version"] != m.Model.Version {
			t.Errorf("%s is sent as %v", m.Model.Name, state["_model_name"])
		}
	}
}

// TestEverySetter calls the three methods of every attribute and compares what
// arrives with the schema.
func TestEverySetter(t *testing.T) {
	called := 0
	for i, m := range readSchema(t) {
		for _, a := range m.Attributes {
			p, h := newPage()
			w := makers[i](h)
			h.show(w)
			name := "Set" + methodName(a.Name)
			set := reflect.ValueOf(w).MethodByName(name)
			if !set.IsValid() {
				if !withoutSetter(m.Model.Name, a.Name) {
					t.Errorf("%s has no %s", m.Model.Name, name)
				}
				continue
			}
			called++
			if strings.Contains(a.Name, "index") && a.Name != "index" || a.Name == "index" && m.Model.Name != "ControllerModel" {
				for _, prepare := range []string{"SetOptions", "SetChildren"} {
					if f := reflect.ValueOf(w).MethodByName(prepare); f.IsValid() {
						f.Call(samples(h, f.Type(), schemaAttr{}))
					}
				}
			}
			args := samples(h, set.Type(), a)
			set.Call(args)
			h.Flush()
			if err := a.fits(p, p.states[w.ID()][a.Name]); err != nil {
				t.Errorf("%s.%s(%v): %v", m.Model.Name, name, args, err)
			}
			if reflect.DeepEqual(p.states[w.ID()][a.Name], a.Default) && len(a.Enum) != 1 && !unchanged(m.Model.Name, a.Name) {
				t.Errorf("%s.%s(%v) has not changed anything", m.Model.Name, name, args)
			}
			get := reflect.ValueOf(w).MethodByName(methodName(a.Name)).Call(nil)
			if g := reflect.ValueOf(w).MethodByName("With" + methodName(a.Name)).Call(args); g[0].Interface() != w {
				t.Errorf("%s.With%s does not return the widget", m.Model.Name, methodName(a.Name))
			}
			if len(args) > 0 && !set.Type().IsVariadic() && !reflect.DeepEqual(get[0].Interface(), args[0].Interface()) && !unchanged(m.Model.Name, a.Name) && a.Type != "Time" { // which has no date
				t.Errorf("%s.%s returns %v after %v", m.Model.Name, methodName(a.Name), get[0], args[0])
			}
			if len(a.Enum) > 0 {
				if got := failure(func() { set.Call([]reflect.Value{reflect.ValueOf("nonsense")}) }); !strings.Contains(got, "want one of") && !strings.Contains(got, a.Enum[0]) {
					t.Errorf("%s.%s(nonsense): %s", m.Model.Name, name, got)
				}
			}
		}
	}
	if called < 650 {
		t.Errorf("only %d setters were called", called)
	}
}

// withoutSetter are attributes that are the front end's, or set by other words.
func withoutSetter(model, name string) bool {
	return strings.HasPrefix(name, "_") || model == "FileUploadModel" && name == "value" ||
		model == "OutputModel" || strings.HasPrefix(model, "Controller") || strings.HasSuffix(model, "LinkModel")
}

// unchanged are attributes whose samples are brought between limits.
func unchanged(model, name string) bool {
	return name == "value" && (strings.Contains(model, "Log") || strings.Contains(model, "Range")) || name == "index" || name == "max" && strings.Contains(model, "Log") ||
		name == "allowed_tags" || model == "ColorPickerModel" && name == "value"
}

func methodName(attribute string) string {
	switch attribute {
	case "error":
		return "UploadError"
	case "_dom_classes":
		return "DOMClasses"
	}
	var b strings.Builder
	for _, s := range strings.Split(attribute, "_") {
		switch {
		case s == "html":
			b.WriteString("HTML")
		case s != "":
			b.WriteString(strings.ToUpper(s[:1]) + s[1:])
		}
	}
	return b.String()
}

// samples makes arguments for a setter.
func samples(h *Home, f reflect.Type, a schemaAttr) []reflect.Value {
	var args []reflect.Value
	for i := range f.NumIn() {
		t := f.In(i)
		n := 1
		if f.IsVariadic() && i == f.NumIn()-1 {
			t, n = t.Elem(), 2
		}
		for j := range n {
			args = append(args, sample(h, t, i+j, a))
		}
	}
	return args
}

func sample(h *Home, t reflect.Type, n int, a schemaAttr) reflect.Value {
	switch {
	case t.Kind() == reflect.String:
		for _, e := range a.Enum {
			if e != a.Default {
				return reflect.ValueOf(e)
			}
		}
		return reflect.ValueOf(fmt.Sprint("text", n))
	case t.Kind() == reflect.Bool:
		return reflect.ValueOf(a.Default != true)
	case t.Kind() == reflect.Int:
		if strings.HasSuffix(a.Name, "index") {
			return reflect.ValueOf(n)
		}
		return reflect.ValueOf(2 + n)
	case t.Kind() == reflect.Float64:
		return reflect.ValueOf(0.75 + float64(n))
	case t == reflect.TypeFor[[]byte]():
		return reflect.ValueOf([]byte{1, 2, 3})
	case t == reflect.TypeFor[time.Time]():
		return reflect.ValueOf(time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC))
	case t == reflect.TypeFor[Widget]():
		return reflect.ValueOf(h.newLabel("x"))
	case t.Kind() == reflect.Pointer:
		return reflect.ValueOf(h.make(t.Elem().Name()))
	}
	panic("no sample of " + t.String())
}

// failure is the message of f's panic.
func failure(f func()) (text string) {
	defer func() {
		if v := recover(); v != nil {
			text = fmt.Sprint(v)
		}
	}()
	f()
	return "nothing"
}
