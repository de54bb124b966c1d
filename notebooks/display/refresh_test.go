package display

import (
	"sync"
	"testing"
	"time"
)

// heard counts what is published.
type heard struct {
	mu             sync.Mutex
	shown, updated int
	last           string
	ends           []func()
}

func (h *heard) Display(d Data) { h.take(&h.shown, d) }
func (h *heard) Update(d Data)  { h.take(&h.updated, d) }
func (h *heard) take(n *int, d Data) {
	h.mu.Lock()
	defer h.mu.Unlock()
	*n++
	h.last = d.String()
}
func (h *heard) ClearOutput(bool) {}
func (h *heard) AtEnd(f func())   { h.ends = append(h.ends, f) }

func TestRefresherShowsTheFirstAndTheLastState(t *testing.T) {
	h := &heard{}
	state := 0
	r := Bind(h).Refresher(func() any { return state })
	if h.shown != 0 {
		t.Fatal("shown before anything changed")
	}
	for range 5000 {
		r.mu.Lock()
		state++
		r.mu.Unlock()
		r.Changed()
	}
	for _, f := range h.ends {
		f()
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.shown != 1 || h.last != "5000" {
		t.Errorf("%d displays, the last state shown is %s; want 1 and 5000", h.shown, h.last)
	}
	if h.updated > 100 {
		t.Errorf("%d updates for 5000 changes", h.updated)
	}
}

// Without anything more happening, the last state is shown by itself.
func TestRefresherShowsALateState(t *testing.T) {
	h := &heard{}
	r := Bind(h).Refresher(func() any { return "x" })
	r.Changed()
	r.Changed()
	for range 500 {
		h.mu.Lock()
		done := h.updated == 1
		h.mu.Unlock()
		if done {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("the second state was never shown")
}

// A thousand updates of each of two displays are few messages, the last states
// among them, and a new display of the name comes after what was held back.
func TestUpdatesAreHeldBack(t *testing.T) {
	h := &heard{}
	e := Bind(h)
	for i := range 1000 {
		e.Update("a", i)
		e.Update("b", -i)
	}
	for _, f := range h.ends {
		f()
	}
	if h.updated > 100 || h.updated < 3 || h.last != "-999" {
		t.Errorf("%d updates, the last is %q", h.updated, h.last)
	}
	e.Update("a", "held back") // follows the last one at once
	before := h.updated
	e.Show(Text("new").WithID("a"))
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.last != "new" || h.shown != 1 || h.updated > before+1 {
		t.Errorf("%d updates and %d displays, the last is %q", h.updated, h.shown, h.last)
	}
}
