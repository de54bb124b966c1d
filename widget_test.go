package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"cahier/kernel/client"
	"cahier/kernel/wire"
)

// widgetPage is a front end's view of a kernel's widgets: every iopub message,
// as it comes.
type widgetPage struct {
	t        *testing.T
	k        *client.Client
	ctx      context.Context
	mu       sync.Mutex // guards messages
	messages []*wire.Message
}

func (p *widgetPage) take(m *wire.Message) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.messages = append(p.messages, m)
}

// until returns the first message that f likes, of those to come or already here.
func (p *widgetPage) until(what string, f func(*wire.Message) bool) *wire.Message {
	p.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		p.mu.Lock()
		for _, m := range p.messages {
			if f(m) {
				p.mu.Unlock()
				return m
			}
		}
		p.mu.Unlock()
	}
	p.t.Fatalf("no %s came", what)
	return nil
}

func (p *widgetPage) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.messages = nil
}

func (p *widgetPage) cell(code string) string {
	p.t.Helper()
	shown := ""
	reply, err := p.k.Execute(p.ctx, code, client.ExecuteOptions{Output: func(m *wire.Message) {
		p.take(m)
		if r, ok := m.Content.(*wire.ExecuteResult); ok {
			shown, _ = r.Data["text/plain"].(string)
		}
	}})
	if err != nil || reply.Status != wire.StatusOk {
		p.t.Fatalf("%s: %v, %+v", code, err, reply)
	}
	return shown
}

func commData(m *wire.Message) (id, data string) {
	switch c := m.Content.(type) {
	case *wire.CommOpen:
		return c.CommID, string(c.Data)
	case *wire.CommMsg:
		return c.CommID, string(c.Data)
	case *wire.CommClose:
		return c.CommID, string(c.Data)
	}
	return "", ""
}

// TestWidgetProtocol speaks the widgets' protocol with the kernel as it is: open,
// update, echo, control, close, with buffers; callbacks while no cell runs, and their
// interruption.
func TestWidgetProtocol(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	p := &widgetPage{t: t, ctx: ctx}
	k, err := client.Start(ctx, client.Spec{Argv: []string{self(t), "kernel", "-f", "{connection_file}"}, InterruptMode: "message"}, client.Options{Other: p.take})
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	p.k = k

	p.cell("picture := widget.Image([]byte{137, 80, 78, 71}, \"png\")\nslider := widget.IntSlider(0, 100)\nmoved, spinning := 0, false\nslider.OnChange(func(v int) { moved = v; fmt.Println(\"moved to\", v) })\nb := widget.Button(\"spin\")\nb.OnClick(func() { fmt.Println(\"spinning\"); for {} })\nwidget.VBox(picture, slider, b)")
	ids := map[string]string{}
	var opened []string
	p.mu.Lock()
	for _, m := range p.messages {
		c, ok := m.Content.(*wire.CommOpen)
		if !ok {
			continue
		}
		var d struct {
			State map[string]any
			Paths json.RawMessage `json:"buffer_paths"`
		}
		if err := json.Unmarshal(c.Data, &d); err != nil || c.TargetName != "jupyter.widget" || string(m.Metadata) != `{"version":"2.1.0"}` {
			t.Errorf("comm_open %s, %s, %v", c.TargetName, m.Metadata, err)
		}
		for _, part := range strings.SplitAfter(string(c.Data), `"IPY_MODEL_`)[1:] {
			if id := part[:32]; !strings.Contains(strings.Join(opened, " "), id) {
				t.Errorf("%s refers to %s before it is open", d.State["_model_name"], id)
			}
		}
		opened = append(opened, c.CommID)
		name, _ := d.State["_model_name"].(string)
		ids[name] = c.CommID
		if name == "ImageModel" && (string(d.Paths) != `[["value"]]` || len(m.Buffers) != 1 || string(m.Buffers[0]) != "\x89PNG" || d.State["value"] != nil) {
			t.Errorf("the picture: paths %s, buffers %q, value %v", d.Paths, m.Buffers, d.State["value"])
		}
	}
	p.mu.Unlock()
	if ids["IntSliderModel"] == "" || ids["VBoxModel"] == "" {
		t.Fatalf("opened %v", ids)
	}

	// The user moves the slider while no cell runs.
	p.forget()
	start := time.Now()
	if err := k.Send(wire.Shell, &wire.CommMsg{CommID: ids["IntSliderModel"], Data: json.RawMessage(`{"method":"update","state":{"value":42},"buffer_paths":[]}`)}); err != nil {
		t.Fatal(err)
	}
	echo := p.until("echo", func(m *wire.Message) bool { _, d := commData(m); return strings.Contains(d, "echo_update") })
	if id, d := commData(echo); id != ids["IntSliderModel"] || !strings.Contains(d, `"value":42`) || echo.Parent.MsgType != wire.TypeCommMsg {
		t.Errorf("echo %s of %s, parent %s", d, id, echo.Parent.MsgType)
	}
	said := p.until("text of the callback", func(m *wire.Message) bool { s, ok := m.Content.(*wire.Stream); return ok && s.Text == "moved to 42\n" })
	if said.Parent.MsgType != wire.TypeExecuteRequest {
		t.Errorf("the callback's text belongs to %s, not to the cell", said.Parent.MsgType)
	}
	t.Logf("%v from the slider to the callback's text", time.Since(start))
	if got := p.cell("moved"); got != "42" {
		t.Errorf("moved is %s", got)
	}

	// A page that is loaded again asks for all states.
	p.forget()
	control := "c0"
	_ = k.Send(wire.Shell, &wire.CommOpen{CommID: control, TargetName: "jupyter.widget.control", Data: json.RawMessage(`{}`)})
	_ = k.Send(wire.Shell, &wire.CommMsg{CommID: control, Data: json.RawMessage(`{"method":"request_states"}`)})
	states := p.until("update_states", func(m *wire.Message) bool { id, _ := commData(m); return id == control })
	var all struct {
		Method string
		States map[string]struct {
			State map[string]any
		}
		Paths [][]string `json:"buffer_paths"`
	}
	if _, d := commData(states); json.Unmarshal([]byte(d), &all) != nil || all.Method != "update_states" || len(all.States) != len(opened) {
		t.Errorf("%s with %d states, want %d", all.Method, len(all.States), len(opened))
	}
	if all.States[ids["IntSliderModel"]].State["value"] != 42.0 || fmt.Sprint(all.Paths) != fmt.Sprintf("[[%s state value]]", ids["ImageModel"]) || len(states.Buffers) != 1 {
		t.Errorf("the slider is at %v; paths %v", all.States[ids["IntSliderModel"]].State["value"], all.Paths)
	}

	// A callback that does not end is interrupted, and the next cell runs.
	p.forget()
	_ = k.Send(wire.Shell, &wire.CommMsg{CommID: ids["ButtonModel"], Data: json.RawMessage(`{"method":"custom","content":{"event":"click"}}`)})
	p.until("callback", func(m *wire.Message) bool { s, ok := m.Content.(*wire.Stream); return ok && s.Text == "spinning\n" })
	if err := k.Interrupt(ctx); err != nil {
		t.Fatal(err)
	}
	p.until("notice of the interrupt", func(m *wire.Message) bool {
		s, ok := m.Content.(*wire.Stream)
		return ok && s.Name == "stderr" && strings.Contains(s.Text, "Interrupted")
	})
	if got := p.cell("moved"); got != "42" {
		t.Errorf("after the interrupt moved is %s", got)
	}

	// Close removes it there; what the front end closes is gone here.
	p.forget()
	p.cell("b.Close()")
	p.until("comm_close", func(m *wire.Message) bool {
		c, ok := m.Content.(*wire.CommClose)
		return ok && c.CommID == ids["ButtonModel"]
	})
	_ = k.Send(wire.Shell, &wire.CommClose{CommID: ids["IntSliderModel"], Data: json.RawMessage(`{}`)})
	reply, err := k.Request(ctx, wire.Shell, &wire.CommInfoRequest{TargetName: "jupyter.widget"})
	if err != nil {
		t.Fatal(err)
	}
	comms := reply.Content.(*wire.CommInfoReply).Comms
	if _, ok := comms[ids["IntSliderModel"]]; ok || len(comms) != len(opened)-2 {
		t.Errorf("%d comms are open, want %d", len(comms), len(opened)-2)
	}
	if err := k.Shutdown(ctx); err != nil {
		t.Error(err)
	}
}
