package widget

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Widget is a live control, or what it is made of: a layout, a style. The types
// of this package implement it, and no others can; a widget of your own is
// [ESM].
type Widget interface {
	// MIMEBundle shows the widget, as package display has it.
	MIMEBundle() map[string]any
	String() string
	// ID is the comm and model id.
	ID() string
	base() *Model
}

// Error is what methods panic with that are given what a widget cannot have.
type Error struct {
	Func string // "FloatSlider.SetMin"
	Got  string // what it was given
	Want string // what it takes
}

func (e *Error) Error() string {
	return fmt.Sprintf("widget.%s: got %s, want %s", e.Func, e.Got, e.Want)
}

// Model is what all widgets are: a state that the front end mirrors. Its methods
// may be called from any goroutine.
//
// The methods of a widget's own type are safer; Get, Set and Observe reach every
// attribute by its name in the schema of the Jupyter widgets.
type Model struct {
	home *Home
	spec *spec
	self Widget
	id   string

	// What follows is guarded by home.mu.
	state     map[string]any // every attribute of the spec, and others if it is open
	observers map[string][]observer
	messages  []observer // of custom messages
	dirty     map[string]bool
	outbox    []Event // custom messages to be sent after the state
	opened    bool
	closed    bool
}

// observer is a function that is called when something has changed.
type observer struct {
	f     func(v any)
	owner any // the cell that made it; see Host
}

// message is what an observer of custom messages gets.
type message struct {
	content any
	buffers [][]byte
}

func (m *Model) base() *Model { return m }

// ID is the comm id, by which front ends know the widget.
func (m *Model) ID() string { return m.id }

// fail panics with an Error about the attribute name.
func (m *Model) fail(method, got, want string) {
	panic(&Error{Func: m.spec.class() + "." + method, Got: got, Want: want})
}

// Get returns an attribute by its name in the schema, "readout_format" for
// example: nil, string, bool, int, float64, a slice of those, a Widget, a
// []Widget, []byte or time.Time; of an [ESM] widget what JSON has, with numbers as
// float64. It panics with an [*Error] if there is no such attribute.
func (m *Model) Get(name string) any {
	a, ok := m.spec.attr(name)
	if !ok {
		m.fail("Get", fmt.Sprintf("%q", name), "one of "+m.names())
	}
	v := m.value(a.name)
	if _, ok := m.self.(*OutputModel); ok && name == "outputs" {
		m.home.mu.Lock()
		v, _ = plain(m.wireOf(a))
		m.home.mu.Unlock()
	}
	if a.kind == kindJSON {
		return floats(v)
	}
	return v
}

// floats makes float64 of the numbers of JSON.
func floats(v any) any {
	switch x := v.(type) {
	case json.Number:
		f, _ := x.Float64()
		return f
	case []any:
		out := make([]any, len(x))
		for i, e := range x {
			out[i] = floats(e)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(x))
		for k, e := range x {
			out[k] = floats(e)
		}
		return out
	}
	return v
}

func (m *Model) names() string {
	var list []string
	for _, a := range m.spec.attrs {
		if !strings.HasPrefix(a.name, "_") {
			list = append(list, a.name)
		}
	}
	return strings.Join(list, ", ")
}

// Set changes an attribute by its name in the schema. Any Go number is taken for a
// number, nil for null. It panics with an [*Error] if there is no such
// attribute, or if it cannot have the value.
func (m *Model) Set(name string, v any) {
	if a, ok := m.spec.attr(name); !ok || strings.HasPrefix(a.name, "_") && !m.spec.open && name != "_dom_classes" && name != "_options_labels" {
		m.fail("Set", fmt.Sprintf("%q", name), "one of "+m.names())
	}
	if _, ok := m.self.(*OutputModel); ok && (name == "outputs" || name == "msg_id") {
		m.fail("Set", fmt.Sprintf("%q", name), "Show, Write, Run and Clear, which change the output")
	}
	m.set("Set", name, v)
}

// Observe has f called with the new value whenever the attribute has changed,
// in Go or by the user. It panics with an [*Error] if there is no such attribute.
func (m *Model) Observe(name string, f func(v any)) {
	if _, ok := m.spec.attr(name); !ok {
		m.fail("Observe", fmt.Sprintf("%q", name), "one of "+m.names())
	}
	json := m.spec.open
	m.observe(name, func(v any) {
		if json {
			v = floats(v)
		}
		f(v)
	})
}

func (m *Model) observe(name string, f func(v any)) {
	o := observer{f: f, owner: m.home.owner()}
	m.home.mu.Lock()
	defer m.home.mu.Unlock()
	if m.observers == nil {
		m.observers = map[string][]observer{}
	}
	m.observers[name] = append(m.observers[name], o)
}

// OnMessage has f called with each custom message of the front end.
func (m *Model) OnMessage(f func(content any, buffers [][]byte)) {
	o := observer{owner: m.home.owner(), f: func(v any) { f(floats(v.(message).content), v.(message).buffers) }}
	m.home.mu.Lock()
	defer m.home.mu.Unlock()
	m.messages = append(m.messages, o)
}

// Send sends a custom message to the widget's front ends, if it is shown. It
// panics with an [*Error] if JSON cannot say the content.
func (m *Model) Send(content any, buffers ...[]byte) {
	data, err := json.Marshal(map[string]any{"method": "custom", "content": content})
	if err != nil {
		m.fail("Send", err.Error(), "what JSON can say")
	}
	h := m.home
	h.mu.Lock()
	if m.opened && !m.closed {
		m.outbox = append(m.outbox, Event{Kind: Message, ID: m.id, Data: data, Buffers: buffers})
		h.touch(m)
	}
	h.mu.Unlock()
	h.Flush()
}

// Close removes the widget from all front ends. It cannot be shown again.
func (m *Model) Close() {
	h := m.home
	h.Flush()
	h.mu.Lock()
	was := m.opened && !m.closed
	m.closed = true
	delete(h.open, m.id)
	h.order = slices.DeleteFunc(h.order, func(x *Model) bool { return x == m })
	h.mu.Unlock()
	if was {
		h.emit(Event{Kind: Close, ID: m.id, Data: json.RawMessage("{}")})
	}
}

// value is the state of an attribute; a reference to a new instance is made now.
func (m *Model) value(name string) any {
	h := m.home
	h.mu.Lock()
	defer h.mu.Unlock()
	return m.valueLocked(name)
}

func (m *Model) valueLocked(name string) any {
	v, ok := m.state[name]
	if ok {
		return v
	}
	a, _ := m.spec.attr(name)
	if a.make != "" {
		v = m.home.make(a.make)
	} else {
		v = a.zero()
	}
	if m.state == nil {
		m.state = map[string]any{}
	}
	m.state[name] = v
	return v
}

// change is an attribute that has changed, with those to be told.
type change struct {
	value     any
	observers []observer
}

// set changes an attribute for method, and tells the observers.
func (m *Model) set(method, name string, v any) {
	a, _ := m.spec.attr(name)
	c, err := a.convert(v, nil)
	if err != nil {
		m.fail(method, describe(v), strings.TrimPrefix(after(err.Error(), ", want "), "")+" for "+name)
	}
	h := m.home
	h.mu.Lock()
	changes, err := m.put(name, c, false)
	if err == nil && m.opened && !m.closed {
		for n := range changes {
			m.mark(n)
		}
	}
	h.mu.Unlock()
	if err != nil {
		m.fail(method, describe(v), err.Error())
	}
	for _, n := range slices.Sorted(maps.Keys(changes)) {
		for _, o := range changes[n].observers {
			o.f(changes[n].value)
		}
	}
	h.pace()
}

func after(s, sep string) string {
	if _, t, ok := strings.Cut(s, sep); ok {
		return t
	}
	return s
}

// mark has an attribute sent. home.mu is held.
func (m *Model) mark(name string) {
	if m.dirty == nil {
		m.dirty = map[string]bool{}
	}
	m.dirty[name] = true
	m.home.touch(m)
}

// put stores a value and what follows from it, and returns what has changed.
// home.mu is held. While a widget is made its limits need not fit each other.
func (m *Model) put(name string, v any, making bool) (map[string]change, error) {
	changes := map[string]change{}
	store := func(name string, v any) {
		if old := m.valueLocked(name); !same(old, v) {
			m.state[name] = v
			changes[name] = change{v, m.observers[name]}
		}
	}
	fixed, err := m.check(name, v, making)
	if err != nil {
		return nil, err
	}
	store(name, fixed)
	if !making {
		m.follow(name, store)
	}
	return changes, nil
}

// start gives attributes their first values.
func (m *Model) start(method string, pairs ...any) {
	h := m.home
	for i := 0; i < len(pairs); i += 2 {
		name := pairs[i].(string)
		a, _ := m.spec.attr(name)
		c, err := a.convert(pairs[i+1], nil)
		if err == nil {
			h.mu.Lock()
			_, err = m.put(name, c, true)
			h.mu.Unlock()
		}
		if err != nil {
			panic(&Error{Func: method, Got: describe(pairs[i+1]), Want: after(err.Error(), ", want ") + " for " + name})
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	err := m.settle()
	if err != nil {
		panic(&Error{Func: method, Got: err.Error(), Want: "limits in order"})
	}
}

// Getters of the generated methods; null is the zero value.

func as[T any](m *Model, name string) T {
	v, _ := m.value(name).(T)
	return v
}

func (m *Model) text(name string) string       { return as[string](m, name) }
func (m *Model) truth(name string) bool        { return as[bool](m, name) }
func (m *Model) whole(name string) int         { return as[int](m, name) }
func (m *Model) texts(name string) []string    { return slices.Clone(as[[]string](m, name)) }
func (m *Model) wholes(name string) []int      { return slices.Clone(as[[]int](m, name)) }
func (m *Model) numbers(name string) []float64 { return slices.Clone(as[[]float64](m, name)) }
func (m *Model) data(name string) []byte       { return slices.Clone(as[[]byte](m, name)) }
func (m *Model) time(name string) time.Time    { return as[time.Time](m, name) }
func (m *Model) widgets(name string) []Widget  { return slices.Clone(as[[]Widget](m, name)) }

// orNone is whole with none for null.
func (m *Model) orNone(name string, none int) int {
	if n, ok := m.value(name).(int); ok {
		return n
	}
	return none
}

// maybe is a value, and whether there is one.
func maybe[T any](m *Model, name string) (T, bool) {
	v, ok := m.value(name).(T)
	return v, ok
}

// orNull is nil for a value that stands for null.
func orNull[T comparable](v, none T) any {
	if v == none {
		return nil
	}
	return v
}
