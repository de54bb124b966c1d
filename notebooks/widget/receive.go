package widget

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"cahier/notebooks/display"
)

// The comm targets of the Jupyter widgets.
const (
	target        = "jupyter.widget"
	controlTarget = "jupyter.widget.control"
)

// received is the data of a comm message.
type received struct {
	Method  string          `json:"method"`
	State   json.RawMessage `json:"state"`
	Paths   [][]any         `json:"buffer_paths"`
	Content json.RawMessage `json:"content"`
}

// Receive takes a comm message of a front end. What has to be answered at once
// goes to reply; calls are the functions of cells to be called for it, in order,
// after which the session calls Flush. known is false for a comm, or a target, that
// is not ours.
//
// Source: "Jupyter widgets messaging protocol", version 2.1.0, and "Control
// Widget messaging protocol", version 1.0.
func (h *Home) Receive(e Event, reply func(Event)) (known bool, calls []Call) {
	switch e.Kind {
	case Open:
		return h.receiveOpen(e, reply), nil
	case Close:
		return h.receiveClose(e), nil
	}
	var r received
	if json.Unmarshal(e.Data, &r) != nil {
		return true, nil
	}
	h.mu.Lock()
	m, control := h.open[e.ID], h.controls[e.ID]
	h.mu.Unlock()
	switch {
	case control:
		if r.Method == "request_states" {
			reply(h.states(e.ID))
		}
		return true, nil
	case m == nil:
		// Left behind by an earlier process: the front end should know.
		reply(Event{Kind: Close, ID: e.ID, Data: json.RawMessage("{}")})
		return false, nil
	}
	switch r.Method {
	case "update", "backbone": // the second is what version 1 calls it
		return true, m.receiveUpdate(r, e.Buffers, reply)
	case "request_state":
		h.sending.Lock()
		defer h.sending.Unlock()
		h.mu.Lock()
		answer := h.stateEvent(Message, m, "update", m.fullState())
		h.mu.Unlock()
		reply(answer)
	case "custom":
		content, err := decode(r.Content)
		if err != nil {
			return true, nil
		}
		h.mu.Lock()
		list := slices.Clone(m.messages)
		h.mu.Unlock()
		for _, o := range list {
			calls = append(calls, Call{o.owner, func() { o.f(message{content, e.Buffers}) }})
		}
	}
	return true, calls
}

// receiveOpen takes the control comm, and a widget that the front end has made,
// as a Controller does with its buttons and axes.
func (h *Home) receiveOpen(e Event, reply func(Event)) bool {
	if e.Target == controlTarget {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.controls[e.ID] = true
		return true
	}
	if e.Target != target {
		return false
	}
	var r received
	var name struct {
		Name string `json:"_model_name"`
	}
	if json.Unmarshal(e.Data, &r) != nil || json.Unmarshal(r.State, &name) != nil {
		return false
	}
	w := h.make(name.Name)
	if w == nil {
		return false
	}
	m := w.base()
	h.mu.Lock()
	m.id, m.opened = e.ID, true
	h.open[m.id] = m
	h.order = append(h.order, m)
	h.mu.Unlock()
	m.receiveUpdate(r, e.Buffers, func(Event) {})
	return true
}

func (h *Home) receiveClose(e Event) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.controls[e.ID] {
		delete(h.controls, e.ID)
		return true
	}
	m := h.open[e.ID]
	if m == nil {
		return false
	}
	m.closed = true
	delete(h.open, e.ID)
	h.order = slices.DeleteFunc(h.order, func(x *Model) bool { return x == m })
	return true
}

// states answers request_states: a page that was loaded again finds its widgets.
func (h *Home) states(id string) Event {
	h.sending.Lock()
	defer h.sending.Unlock()
	h.mu.Lock()
	defer h.mu.Unlock()
	all := map[string]any{}
	for _, m := range h.order {
		all[m.id] = map[string]any{
			"model_name": m.spec.name, "model_module": m.spec.module, "model_module_version": m.spec.version, "state": m.fullState(),
		}
	}
	plain, paths, buffers := splitBuffers(all)
	return Event{Kind: Message, ID: id, Buffers: buffers, Data: mustJSON(map[string]any{"method": "update_states", "states": plain, "buffer_paths": paths})}
}

// receiveUpdate takes a state of the front end. All front ends hear of it by an
// echo; what the widget cannot have is set right by the next update.
func (m *Model) receiveUpdate(r received, buffers [][]byte, reply func(Event)) []Call {
	v, err := decode(r.State)
	state, ok := v.(map[string]any)
	if err != nil || !ok {
		return nil
	}
	joinBuffers(state, r.Paths, buffers)
	h := m.home
	h.sending.Lock()
	defer h.sending.Unlock()
	h.mu.Lock()
	echo, changes := m.take(state)
	answer := h.stateEvent(Message, m, "echo_update", echo)
	h.mu.Unlock()
	if len(echo) > 0 {
		reply(answer)
	}
	var calls []Call
	for _, n := range slices.Sorted(maps.Keys(changes)) {
		for _, o := range changes[n].observers {
			calls = append(calls, Call{o.owner, func() { o.f(changes[n].value) }})
		}
	}
	return calls
}

// take stores a state of the front end and returns what is echoed and what has
// changed. home.mu is held.
func (m *Model) take(state map[string]any) (echo map[string]any, all map[string]change) {
	find := func(id string) Widget {
		if w := m.home.open[id]; w != nil {
			return w.self
		}
		return nil
	}
	echo, all = map[string]any{}, map[string]change{}
	for _, name := range inOrder(state) {
		a, ok := m.spec.attr(name)
		if !ok || strings.HasPrefix(name, "_") && name != "_options_labels" {
			continue
		}
		c, err := a.convert(state[name], find)
		if err == nil && !(m.spec.name == "FileUploadModel" && name == "value") { // ipywidgets sends no files back either
			echo[name] = state[name]
		}
		var changes map[string]change
		if err == nil {
			changes, err = m.put(name, c, false)
		}
		if err != nil {
			m.mark(name)
			continue
		}
		delete(m.dirty, name) // the front end's word is the later one
		for n, ch := range changes {
			if n != name {
				m.mark(n)
			}
			all[n] = ch
		}
		if !same(m.valueLocked(name), c) {
			m.mark(name)
		}
	}
	return echo, all
}

// inOrder lists the attributes of a state, limits and options first, so that a
// value that comes with them is judged by them.
func inOrder(state map[string]any) []string {
	names := slices.Sorted(maps.Keys(state))
	late := func(n string) int {
		if n == "value" || n == "index" || n == "selected_index" {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(names, func(a, b string) int { return late(a) - late(b) })
	return names
}

// Updated brings along the display named d.DisplayID where it stands in an
// [OutputModel].
func (h *Home) Updated(d display.Data) {
	h.mu.Lock()
	list := slices.Clone(h.displays[d.DisplayID])
	h.mu.Unlock()
	for _, o := range list {
		o.update(d)
	}
}
