package widget

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"cahier/notebooks/display"
)

func TestLimits(t *testing.T) {
	s := IntSlider(5, 10)
	if s.Value() != 5 {
		t.Errorf("a slider from 5 to 10 begins at %d", s.Value())
	}
	s.SetValue(99)
	s.SetMax(8)
	if s.Value() != 8 {
		t.Errorf("below a new maximum the value is %d", s.Value())
	}
	if v, ok := FloatSlider(0, 1).Step(); !ok || v != 0.01 {
		t.Errorf("the step from 0 to 1 is %v, %v", v, ok)
	}
	r := FloatRangeSlider(0, 4)
	r.SetValue(3, 1)
	if lo, hi := r.Value(); lo != 1 || hi != 3 {
		t.Errorf("the range 3, 1 is %v, %v", lo, hi)
	}
	if got := FloatLogSlider(-2, 2).WithValue(1e9).Value(); got != 100 {
		t.Errorf("a logarithmic slider up to 10² is at %v", got)
	}
	d := Dropdown("a", "b", "c").WithValue("c")
	d.SetOptions("x", "y")
	if d.Value() != "" || d.Index() != -1 {
		t.Errorf("after its option is gone a dropdown says %q", d.Value())
	}
	if got := SelectMultiple("a", "b", "c").WithValue("c", "a").Value(); fmt.Sprint(got) != "[c a]" {
		t.Errorf("chosen: %v", got)
	}
	for want, f := range map[string]func(){
		"widget.IntSlider.SetMin: got 11 (int), want min not above max, which are 11 and 8 then":                                              func() { s.SetMin(11) },
		"widget.IntSlider: got a min of 3 above a max of 1, want limits in order":                                                             func() { IntSlider(3, 1) },
		`widget.Dropdown.SetValue: got "z", want one of the options "x", "y"`:                                                                 func() { d.SetValue("z") },
		"widget.Dropdown.SetIndex: got 7 (int), want an index below 2, or none":                                                               func() { d.SetIndex(7) },
		"widget.FloatSlider.SetValue: got NaN (float64), want a number for value":                                                             func() { FloatSlider(0, 1).SetValue(math.NaN()) },
		`widget.Button.SetButtonStyle: got nice (string), want one of "primary", "success", "info", "warning", "danger", "" for button_style`: func() { Button("x").SetButtonStyle("nice") },
	} {
		if got := failure(f); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestTimes(t *testing.T) {
	zone := time.FixedZone("", 2*3600)
	for _, c := range []struct {
		k    kind
		t    time.Time
		want string
	}{
		{kindDate, time.Date(2024, 2, 29, 13, 0, 0, 0, zone), `{"date":29,"month":1,"year":2024}`},
		{kindDatetime, time.Date(2024, 1, 1, 1, 30, 5, 7e6, zone), `{"date":31,"hours":23,"milliseconds":7,"minutes":30,"month":11,"seconds":5,"year":2023}`},
		{kindNaive, time.Date(2024, 1, 1, 1, 30, 5, 7e6, zone), `{"date":1,"hours":1,"milliseconds":7,"minutes":30,"month":0,"seconds":5,"year":2024}`},
		{kindTime, time.Date(2024, 1, 1, 0, 0, 0, 0, zone), `{"hours":0,"milliseconds":0,"minutes":0,"seconds":0}`},
	} {
		a := attr{name: "value", kind: c.k, null: true}
		v, err := a.convert(c.t, nil)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := json.Marshal(a.wire(v))
		if string(text) != c.want {
			t.Errorf("%s of %v: %s, want %s", c.k, c.t, text, c.want)
		}
		wired, _ := decode(text)
		back, err := a.convert(wired, nil)
		if again, _ := json.Marshal(a.wire(back)); err != nil || string(again) != c.want {
			t.Errorf("%s comes back as %s (%v)", c.want, again, err)
		}
	}
}

func TestUserUpdates(t *testing.T) {
	p, h := newPage()
	s := h.newIntSlider(0, 10)
	moved := []int{}
	s.OnChange(func(v int) { moved = append(moved, v) })
	if n := len(p.events); n != 0 {
		t.Fatalf("%d messages before it is shown", n)
	}
	s.MIMEBundle()
	send := func(data string, buffers ...[]byte) []Event {
		from := len(p.events)
		_, calls := h.Receive(Event{Kind: Message, ID: s.ID(), Data: json.RawMessage(data), Buffers: buffers}, p.take)
		for _, c := range calls {
			c.F()
		}
		h.Flush()
		return p.events[from:]
	}
	if got := send(`{"method":"update","state":{"value":4},"buffer_paths":[]}`); len(got) != 1 || string(got[0].Data) != `{"buffer_paths":[],"method":"echo_update","state":{"value":4}}` {
		t.Errorf("answered %+v", got)
	}
	// What the widget cannot have is echoed, as ipywidgets does, and set right.
	got := send(`{"method":"update","state":{"value":40,"readout":"no","_model_name":"X","stranger":1},"buffer_paths":[]}`)
	if len(got) != 2 || string(got[1].Data) != `{"buffer_paths":[],"method":"update","state":{"readout":true,"value":10}}` {
		t.Errorf("answered %+v", got)
	}
	if fmt.Sprint(moved) != "[4 10]" {
		t.Errorf("called with %v", moved)
	}
	for _, bad := range []string{"", "[]", `{"method":"update"}`, `{"method":"update","state":[1]}`, `{"method":"custom"}`, `{"method":"update","state":{"value":1e999}}`} {
		send(bad) // must not panic
	}
	if got := send(`{"method":"request_state"}`); len(got) != 1 || !strings.Contains(string(got[0].Data), `"value":10`) {
		t.Errorf("answered %+v", got)
	}
	known, _ := h.Receive(Event{Kind: Message, ID: "gone", Data: json.RawMessage(`{"method":"update","state":{}}`)}, p.take)
	if last := p.events[len(p.events)-1]; known || last.Kind != Close || last.ID != "gone" {
		t.Errorf("a message to a widget of an earlier process: %+v", last)
	}
}

func TestFilesAndController(t *testing.T) {
	p, h := newPage()
	u := h.newFileUpload()
	var files []File
	u.OnChange(func(f []File) { files = f })
	u.MIMEBundle()
	data := `{"method":"update","state":{"value":[{"name":"a.txt","type":"text/plain","size":3,"last_modified":1700000000000,"content":null}]},"buffer_paths":[["value",0,"content"]]}`
	_, calls := h.Receive(Event{Kind: Message, ID: u.ID(), Data: json.RawMessage(data), Buffers: [][]byte{[]byte("abc")}}, p.take)
	for _, c := range calls {
		c.F()
	}
	if len(files) != 1 || files[0].Name != "a.txt" || string(files[0].Content) != "abc" || files[0].Modified.Unix() != 1700000000 {
		t.Errorf("files %+v", files)
	}
	for _, e := range p.events {
		if strings.Contains(string(e.Data), "echo_update") {
			t.Errorf("the files are sent back: %s", e.Data)
		}
	}
	c := h.newController()
	c.MIMEBundle()
	open := `{"state":{"_model_name":"ControllerAxisModel","value":0.5}}`
	if known, _ := h.Receive(Event{Kind: Open, ID: "axis", Target: target, Data: json.RawMessage(open)}, p.take); !known {
		t.Fatal("an axis that the front end made is refused")
	}
	h.Receive(Event{Kind: Message, ID: c.ID(), Data: json.RawMessage(`{"method":"update","state":{"connected":true,"axes":["IPY_MODEL_axis"]}}`)}, p.take)
	if a := c.Axes(); len(a) != 1 || a[0].(*ControllerAxisModel).Value() != 0.5 {
		t.Errorf("axes %v", a)
	}
	if known, _ := h.Receive(Event{Kind: Open, ID: "x", Target: target, Data: json.RawMessage(`{"state":{"_model_name":"StrangerModel"}}`)}, p.take); known {
		t.Error("a model that nobody knows is taken")
	}
}

func TestStatic(t *testing.T) {
	box := VBox(IntSlider(0, 10).WithDescription("<n>").WithValue(3), Checkbox("on").WithValue(true), Dropdown("a&b", "c"), HTML("<b>bold</b>"),
		Tab(Label("one"), FloatProgress(0, 2)).WithTitles("first", "second"), Button("go"))
	b := box.MIMEBundle()
	if _, ok := b[viewMIME]; ok {
		t.Error("outside a notebook there is a live view")
	}
	html := b["text/html"].(string)
	for _, want := range []string{"&lt;n&gt;", "checked", "a&amp;b", "<b>bold</b>", "<b>first</b>", "<progress", "<button disabled>go"} {
		if !strings.Contains(html, want) {
			t.Errorf("%s is missing in %s", want, html)
		}
	}
	if got := IntSlider(0, 10).WithDescription("n").WithValue(3).String(); got != `IntSlider(description="n", value=3, max=10)` {
		t.Errorf("as text: %s", got)
	}
	if got := Password().WithValue("secret").String() + fmt.Sprint(Password().WithValue("secret").MIMEBundle()); strings.Contains(got, "secret") {
		t.Errorf("a password is told: %s", got)
	}
}

func TestOutputKeepsOrder(t *testing.T) {
	p, h := newPage()
	o := h.newOutput()
	o.MIMEBundle()
	fmt.Fprint(o, "a")
	o.Show(display.HTML("<i>x</i>").WithID("d"))
	fmt.Fprint(o, "b")
	h.Updated(display.HTML("<i>y</i>").WithID("d"))
	h.Flush()
	list, _ := json.Marshal(p.states[o.ID()]["outputs"])
	if want := `"text":"a"`; !strings.Contains(string(list), want) || !strings.Contains(string(list), "y\\u003c/i") || strings.Contains(string(list), "x\\u003c/i") {
		t.Errorf("outputs %s", list)
	}
	if got := o.Get("outputs").([]any); len(got) != 3 || got[0].(map[string]any)["text"] != "a" {
		t.Errorf("Get: %v", got)
	}
	if got := failure(func() { o.Set("outputs", nil) }); !strings.Contains(got, "Show, Write, Run") {
		t.Errorf("Set: %s", got)
	}
	o.Clear(true)
	h.Flush()
	if len(p.states[o.ID()]["outputs"].([]any)) != 3 {
		t.Error("Clear(true) does not wait")
	}
	fmt.Fprint(o, "c")
	h.Flush()
	if n := len(p.states[o.ID()]["outputs"].([]any)); n != 1 || len(h.displays) != 0 {
		t.Errorf("%d outputs and %d displays after Clear", n, len(h.displays))
	}
}

// FuzzReceive takes whatever a front end may send.
func FuzzReceive(f *testing.F) {
	f.Add(`{"method":"update","state":{"value":[{"content":null}],"index":-1},"buffer_paths":[["value",0,"content"],["x"],[],[3]]}`, uint8(1), []byte("b"))
	f.Add(`{"method":"update","state":{"value":{"year":1},"min":3,"max":1,"step":"any","children":["IPY_MODEL_x"],"_options_labels":["a"]}}`, uint8(1), []byte{})
	f.Add(`{"state":{"_model_name":"ControllerModel","axes":[]}}`, uint8(0), []byte{})
	f.Fuzz(func(t *testing.T, data string, kind uint8, buffer []byte) {
		_, h := newPage()
		var all []Widget
		for i := range makers {
			all = append(all, makers[i](h))
		}
		h.newVBox(all...).MIMEBundle()
		for _, w := range all {
			_, calls := h.Receive(Event{Kind: Kind(kind % 3), ID: w.ID(), Target: target, Data: json.RawMessage(data), Buffers: [][]byte{buffer}}, func(Event) {})
			for _, c := range calls {
				c.F()
			}
		}
		h.Flush()
		for _, w := range all {
			_ = w.String()
		}
	})
}

func TestLink(t *testing.T) {
	wide, narrow := IntSlider(0, 10).WithValue(8), FloatSlider(0, 5)
	Link(wide, narrow)
	if wide.Value() != 5 || narrow.Value() != 5 {
		t.Errorf("linked: %v and %v", wide.Value(), narrow.Value())
	}
	narrow.SetValue(2.5)
	if wide.Value() != 2 || narrow.Value() != 2.5 {
		t.Errorf("after 2.5: %v and %v", wide.Value(), narrow.Value())
	}
	a, b := Dropdown("x", "y"), RadioButtons("p", "q", "r")
	Link(a, b)
	b.SetValue("q")
	if a.Value() != "y" {
		t.Errorf("the linked choice is %q", a.Value())
	}
	if got := failure(func() { Link(Button("b"), wide) }); got != "widget.Link: got Button and IntSlider, want two widgets that both have a value, or an index" {
		t.Error(got)
	}
	if got := failure(func() { JSLink(wide, "value", narrow, "nonsense") }); !strings.Contains(got, `got "nonsense"`) {
		t.Error(got)
	}
}
