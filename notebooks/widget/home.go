package widget

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"sync"
	"time"

	"cahier/notebooks/display"
)

// Event is a message of a comm, in either direction.
type Event struct {
	Kind     Kind
	ID       string // of the comm
	Target   string // of an Open
	Data     json.RawMessage
	Metadata json.RawMessage
	Buffers  [][]byte
}

// Kind tells the three comm messages apart.
type Kind uint8

// The kinds of Event.
const (
	Open Kind = iota
	Message
	Close
)

// Host is what a kernel's session gives to its widgets. A nil function does
// nothing.
type Host struct {
	// Comm publishes a comm message, as part of the cell of the calling
	// goroutine.
	Comm func(Event)
	// Owner is the cell of the calling goroutine, for [Call].
	Owner func() any
	// Capture runs f on the calling goroutine's behalf and gives what it
	// prints and shows, and how it fails, to c.
	Capture func(f func(), c Capture)
	// Render makes a value presentable, as the session does with the value of
	// a cell's last expression.
	Render func(v any) display.Data
}

// Capture takes the output of a function.
type Capture interface {
	Stream(name string, text []byte)
	Display(d display.Data)
	Update(d display.Data)
	ClearOutput(wait bool)
	// Error takes a panic, or that f was interrupted.
	Error(name, value string, traceback []string)
}

// Call is a function of a cell to be called because of what a front end did.
type Call struct {
	Owner any // what Host.Owner said when the function was handed over
	F     func()
}

// paceTime is the shortest time between two updates of a session's widgets: it
// is a frame of a film, and front ends keep up with it.
const paceTime = 50 * time.Millisecond

// bytesPerSecond bounds what updates may cost in the long run; large states
// (pictures, long outputs) are sent less often for it.
const bytesPerSecond = 10 << 20

// Home is where a session's widgets live. It is made by [Bind]; its methods may
// be called from any goroutine. After a change it starts a goroutine, which ends
// when the change is sent.
type Home struct {
	host Host
	live bool // there are front ends

	sending sync.Mutex // held while messages are collected and sent; taken before mu

	mu       sync.Mutex // guards what follows, and the state of all models
	open     map[string]*Model
	order    []*Model        // open ones, as they were opened
	touched  []*Model        // with something to be sent
	controls map[string]bool // comms of the control protocol
	waiting  bool
	next     time.Time                 // nothing is sent before
	displays map[string][]*OutputModel // that show a display, by its id
}

// Bind makes a home of widgets for a session.
func Bind(host Host) *Home {
	return &Home{host: host, live: host.Comm != nil, open: map[string]*Model{}, controls: map[string]bool{}, displays: map[string][]*OutputModel{}}
}

// nowhere is the home of a widget outside a notebook: it has a state, and
// shows itself as text.
func nowhere() *Home { return Bind(Host{}) }

func (h *Home) owner() any {
	if h.host.Owner == nil {
		return nil
	}
	return h.host.Owner()
}

// emit sends a message. h.mu is not held.
func (h *Home) emit(e Event) {
	if h.host.Comm != nil {
		h.host.Comm(e)
	}
}

// init makes m a model of this home.
func (h *Home) init(m *Model, s *spec, self Widget) {
	m.home, m.spec, m.self, m.id = h, s, self, newID()
}

func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// make makes a widget by its model's name, with defaults. nil: there is none.
func (h *Home) make(name string) Widget {
	for i := range specs {
		if specs[i].name == name {
			return makers[i](h)
		}
	}
	return nil
}

// show opens the comms of a widget and of all that it refers to.
func (h *Home) show(w Widget) {
	h.sending.Lock()
	defer h.sending.Unlock()
	h.mu.Lock()
	var events []Event
	h.collectOpen(w, &events)
	h.mu.Unlock()
	for _, e := range events {
		h.emit(e)
	}
}

// collectOpen makes the messages that open w and what it refers to, which
// comes first. h.mu is held.
func (h *Home) collectOpen(w Widget, events *[]Event) {
	m := w.base()
	if m.home != h || m.opened || m.closed || !h.live {
		return
	}
	m.opened = true // a circle ends here
	state := m.fullState()
	for _, name := range slices.Sorted(maps.Keys(m.state)) {
		h.collectRefs(m.state[name], events)
	}
	m.dirty = nil
	h.open[m.id] = m
	h.order = append(h.order, m)
	*events = append(*events, h.stateEvent(Open, m, "", state))
}

func (h *Home) collectRefs(v any, events *[]Event) {
	switch x := v.(type) {
	case Widget:
		h.collectOpen(x, events)
	case []Widget:
		for _, w := range x {
			h.collectOpen(w, events)
		}
	case pair:
		h.collectOpen(x.widget, events)
	case []any:
		for _, e := range x {
			h.collectRefs(e, events)
		}
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(x)) {
			h.collectRefs(x[k], events)
		}
	}
}

// fullState is the state as messages have it. home.mu is held.
func (m *Model) fullState() map[string]any {
	state := map[string]any{
		"_model_name": m.spec.name, "_model_module": m.spec.module, "_model_module_version": m.spec.version,
		"_view_name": nil, "_view_module": m.spec.viewModule, "_view_module_version": m.spec.viewModVersion,
	}
	if m.spec.view != "" {
		state["_view_name"] = m.spec.view
	}
	for i := range m.spec.attrs {
		a := &m.spec.attrs[i]
		state[a.name] = m.wireOf(a)
	}
	for name, v := range m.state {
		if a, _ := m.spec.attr(name); state[name] == nil {
			state[name] = a.wire(v)
		}
	}
	return state
}

// wireOf is an attribute as messages have it. home.mu is held.
func (m *Model) wireOf(a *attr) any {
	if o, ok := m.self.(*OutputModel); ok && a.name == "outputs" {
		list := make([]any, len(o.list))
		for i, e := range o.list {
			list[i] = e.wire()
		}
		return list
	}
	return a.wire(m.valueLocked(a.name))
}

// stateEvent is a message with a state, whole or in part.
func (h *Home) stateEvent(kind Kind, m *Model, method string, state map[string]any) Event {
	plain, paths, buffers := splitBuffers(state)
	data := map[string]any{"state": plain, "buffer_paths": paths}
	if method != "" {
		data["method"] = method
	}
	e := Event{Kind: kind, ID: m.id, Data: mustJSON(data), Buffers: buffers}
	if kind == Open {
		e.Target, e.Metadata = target, json.RawMessage(`{"version":"2.1.0"}`)
	}
	return e
}

// mustJSON writes a state, of which everything has been checked.
func mustJSON(v any) json.RawMessage {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return text
}

// touch has m sent. h.mu is held.
func (h *Home) touch(m *Model) {
	if !slices.Contains(h.touched, m) {
		h.touched = append(h.touched, m)
	}
}

// pace sends what has changed, now or soon.
func (h *Home) pace() {
	if !h.live {
		return
	}
	h.mu.Lock()
	if len(h.touched) == 0 || h.waiting {
		h.mu.Unlock()
		return
	}
	rest := time.Until(h.next)
	if rest > 0 {
		h.waiting = true
	}
	h.mu.Unlock()
	if rest <= 0 {
		h.Flush()
		return
	}
	go func() { // inherits the cell of the one who changed it
		time.Sleep(rest)
		h.mu.Lock()
		h.waiting = false
		h.mu.Unlock()
		h.Flush()
	}()
}

// Flush sends what has changed.
func (h *Home) Flush() { h.FlushTo(h.emit) }

// FlushTo sends what has changed to send.
func (h *Home) FlushTo(send func(Event)) {
	h.sending.Lock()
	defer h.sending.Unlock()
	h.mu.Lock()
	var events []Event
	for i := 0; i < len(h.touched); i++ {
		m := h.touched[i]
		if m.closed || !m.opened {
			continue
		}
		if len(m.dirty) > 0 {
			state := map[string]any{}
			for name := range m.dirty {
				a, _ := m.spec.attr(name)
				h.collectRefs(m.valueLocked(name), &events)
				state[name] = m.wireOf(a)
			}
			m.dirty = nil
			events = append(events, h.stateEvent(Message, m, "update", state))
		}
		events = append(events, m.outbox...)
		m.outbox = nil
	}
	h.touched = nil
	size := 0
	for _, e := range events {
		size += len(e.Data)
		for _, b := range e.Buffers {
			size += len(b)
		}
	}
	if len(events) > 0 {
		h.next = time.Now().Add(paceTime + time.Duration(size)*(time.Second/bytesPerSecond))
	}
	h.mu.Unlock()
	for _, e := range events {
		send(e)
	}
}
