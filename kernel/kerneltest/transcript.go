package kerneltest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"cahier/kernel/wire"
)

// settle is how long an update of a transcript waits for further messages.
const settle = 300 * time.Millisecond

// Transcript runs the transcript in a file against a kernel. With update it
// writes what the kernel sent in place of what was expected.
func Transcript(t *testing.T, file string, over Transport, update bool) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	a := txtar.Parse(text)
	if len(strings.TrimSpace(string(a.Comment))) == 0 {
		t.Errorf("%s does not say what it tests", file)
	}
	r := &runner{Bench: Start(t, over, nil), update: update, fronts: map[string]*FrontEnd{}}
	r.fronts["front"] = r.FrontEnd
	for i := range a.Files {
		s := &a.Files[i]
		if !r.step(s) {
			t.Fatalf("%s: -- %s --: failed at this step", file, s.Name)
		}
	}
	r.leftovers()
	r.order()
	if update && !t.Failed() {
		if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

type runner struct {
	*Bench
	update bool
	fronts map[string]*FrontEnd // by identity
	late   bool                 // output after idle was released
	asked  *wire.Message        // the last input_request
}

// step runs one section and reports whether it went well.
func (r *runner) step(s *txtar.File) bool {
	words := strings.Fields(s.Name)
	opts := map[string]string{}
	for len(words) > 0 {
		k, v, ok := strings.Cut(words[len(words)-1], "=")
		if !ok {
			break
		}
		opts[k] = v
		words = words[:len(words)-1]
	}
	front := r.FrontEnd
	if name := opts["from"]; name != "" {
		if r.fronts[name] == nil {
			r.fronts[name] = r.Join(name)
		}
		front = r.fronts[name]
	}
	switch {
	case len(words) == 4 && words[0] == "send":
		return r.send(front, words[1], words[2], words[3], s.Data, opts)
	case len(words) == 2 && words[0] == "raw":
		return r.raw(front, words[1], s.Data)
	case len(words) == 2 && words[0] == "again":
		ch, ok := r.channel(words[1])
		front.mu.Lock()
		frames := front.last[ch]
		front.mu.Unlock()
		if ok {
			front.SendFrames(ch, frames)
		}
		return ok
	case len(words) == 2 && words[0] == "release":
		r.late = true
		r.Executor.Release(words[1])
		return true
	case len(words) == 2 && words[0] == "waiting":
		return r.awaitWaiting(words[1])
	case len(words) == 1 && words[0] == "ping":
		r.Ping(strings.TrimSpace(string(s.Data)))
		return true
	case len(words) == 1 && words[0] == "dropped":
		return r.dropped(s)
	case len(words) == 1 && words[0] == "stopped":
		if err := r.Stopped(); err != nil {
			r.t.Errorf("Serve returned %v", err)
			return false
		}
		return true
	case len(words) == 2:
		ch, ok := r.channel(words[0])
		return ok && r.expect(front, ch, words[1], s)
	}
	r.t.Errorf("unknown step")
	return false
}

func (r *runner) channel(name string) (wire.Channel, bool) {
	for ch := wire.Shell; ch < wire.Heartbeat; ch++ {
		if ch.String() == name {
			return ch, true
		}
	}
	r.t.Errorf("unknown channel %q", name)
	return 0, false
}

func (r *runner) send(front *FrontEnd, channel, msgType, id string, body []byte, opts map[string]string) bool {
	ch, ok := r.channel(channel)
	if !ok {
		return false
	}
	if body = bytes.TrimSpace(body); len(body) == 0 {
		body = []byte("{}")
	}
	m := front.session.New(&wire.Unknown{Name: msgType, Raw: body})
	m.Header.MsgID = id
	m.Header.SubshellID = opts["subshell"]
	if v := opts["metadata"]; v != "" {
		m.Metadata = json.RawMessage(v)
	}
	if v := opts["buffers"]; v != "" {
		for b := range strings.SplitSeq(v, ",") {
			m.Buffers = append(m.Buffers, []byte(b))
		}
	}
	if opts["parent"] == "request" {
		if r.asked == nil {
			r.t.Error("there was no input_request")
			return false
		}
		m.Parent = r.asked.Header
	}
	front.SendMessage(ch, m)
	return true
}

func (r *runner) raw(front *FrontEnd, channel string, body []byte) bool {
	ch, ok := r.channel(channel)
	if !ok {
		return false
	}
	var frames [][]byte
	sign := -1
	for line := range strings.Lines(strings.TrimSpace(string(body))) {
		switch line = strings.TrimSpace(line); line {
		case "DELIMITER":
			frames = append(frames, []byte("<IDS|MSG>"))
		case "SIGNATURE":
			sign = len(frames)
			frames = append(frames, nil)
		default:
			s, err := strconv.Unquote(line)
			if err != nil {
				r.t.Errorf("%s: %v", line, err)
				return false
			}
			frames = append(frames, []byte(s))
		}
	}
	if sign >= 0 {
		if len(frames) < sign+5 {
			r.t.Errorf("%d frames follow SIGNATURE, want four", len(frames)-sign-1)
			return false
		}
		frames[sign] = front.session.Sign(frames[sign+1 : sign+5]...)
	}
	front.SendFrames(ch, frames)
	return true
}

// awaitWaiting waits until so many requests wait for the shell lane.
func (r *runner) awaitWaiting(number string) bool {
	end := time.Now().Add(Patience)
	for strconv.Itoa(r.Kernel.Waiting()) != number {
		if time.Now().After(end) {
			r.t.Errorf("%d requests wait, want %s", r.Kernel.Waiting(), number)
			return false
		}
		time.Sleep(time.Millisecond)
	}
	return true
}

// dropped waits for the counters, because nothing is sent when a message is
// dropped.
func (r *runner) dropped(s *txtar.File) bool {
	count := func() string {
		var lines []string
		for reason, n := range r.Kernel.Dropped() {
			lines = append(lines, fmt.Sprintf("%s: %d\n", reason, n))
		}
		slices.Sort(lines)
		return strings.Join(lines, "")
	}
	if r.update {
		time.Sleep(settle)
		s.Data = []byte(count())
		return true
	}
	end := time.Now().Add(Patience)
	for count() != string(s.Data) {
		if time.Now().After(end) {
			r.t.Errorf("dropped:\n%swant:\n%s", count(), s.Data)
			return false
		}
		time.Sleep(time.Millisecond)
	}
	return true
}

// expect compares messages with the lines of a section.
func (r *runner) expect(front *FrontEnd, ch wire.Channel, parent string, s *txtar.File) bool {
	if parent == "-" {
		parent = ""
	}
	want := slices.Collect(strings.Lines(string(s.Data)))
	if r.update {
		return r.rewrite(front, ch, parent, want, s)
	}
	for i := 0; i < len(want); i++ {
		line := strings.TrimSuffix(want[i], "\n")
		g := r.take(front, ch, parent, Patience)
		if g == nil {
			r.t.Errorf("want %s\ngot nothing within %v; received:\n%s", line, Patience, front.log())
			return false
		}
		if got := format(g); !match(line, got) {
			r.t.Errorf("got  %s\nwant %s", got, line)
			return false
		}
	}
	return true
}

// rewrite replaces the lines by what came, and keeps their holes.
func (r *runner) rewrite(front *FrontEnd, ch wire.Channel, parent string, want []string, s *txtar.File) bool {
	var b strings.Builder
	for i := 0; ; i++ {
		wait := settle
		if i == 0 {
			wait = 10 * settle
		}
		g := r.take(front, ch, parent, wait)
		if g == nil {
			break
		}
		line := format(g)
		if i < len(want) && match(strings.TrimSuffix(want[i], "\n"), line) {
			line = strings.TrimSuffix(want[i], "\n")
		}
		b.WriteString(line + "\n")
	}
	s.Data = []byte(b.String())
	return true
}

// take receives a message, and joins text: how it is cut into messages is a
// matter of time.
func (r *runner) take(front *FrontEnd, ch wire.Channel, parent string, patience time.Duration) *Got {
	g, err := front.next(ch, parent, patience)
	if err != nil {
		return nil
	}
	switch c := g.Content.(type) {
	case *wire.InputRequest:
		r.asked = g.Message
	case *wire.Stream:
		for {
			n := front.peek(ch, parent, settle/3)
			if n == nil {
				return g
			}
			s, ok := n.Content.(*wire.Stream)
			if !ok || s.Name != c.Name {
				return g
			}
			c.Text += s.Text
			front.Next(ch, parent)
		}
	}
	return g
}

// peek looks at the next message without taking it.
func (f *FrontEnd) peek(ch wire.Channel, parent string, patience time.Duration) *Got {
	end := time.After(patience)
	for {
		f.mu.Lock()
		q, more := f.waiting[slot{ch, parent}], f.more
		f.mu.Unlock()
		if len(q) > 0 {
			return q[0]
		}
		select {
		case <-more:
		case <-end:
			return nil
		}
	}
}

// format writes a message as a line of a transcript.
func format(g *Got) string {
	var b bytes.Buffer
	b.WriteString(g.Type())
	if m := string(g.Metadata); m != "{}" {
		b.WriteString(" metadata=" + m)
	}
	if len(g.Buffers) > 0 {
		b.WriteString(" buffers=" + string(bytes.Join(g.Buffers, []byte(","))))
	}
	b.WriteByte(' ')
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(g.Content); err != nil {
		b.WriteString(err.Error())
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// match compares lines; the words before the content literally, the contents as
// JSON with "*" for any value.
func match(want, got string) bool {
	w, wantJSON, _ := strings.Cut(want, " {")
	g, gotJSON, _ := strings.Cut(got, " {")
	if w != g {
		return false
	}
	var a, b any
	if json.Unmarshal([]byte("{"+wantJSON), &a) != nil || json.Unmarshal([]byte("{"+gotJSON), &b) != nil {
		return want == got
	}
	return like(a, b)
}

func like(want, got any) bool {
	switch w := want.(type) {
	case string:
		return w == "*" || reflect.DeepEqual(want, got)
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok || len(w) != len(g) {
			return false
		}
		for k := range w {
			if v, ok := g[k]; !ok || !like(w[k], v) {
				return false
			}
		}
		return true
	case []any:
		g, ok := got.([]any)
		return ok && slices.EqualFunc(w, g, like)
	}
	return reflect.DeepEqual(want, got)
}
