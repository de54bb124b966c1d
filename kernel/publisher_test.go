package kernel

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"cahier/kernel/wire"
)

// record is a socket that keeps what is sent, and can be stopped.
type record struct {
	session *wire.Session
	gate    chan struct{} // nil, or Send waits until it is closed

	mu       sync.Mutex // guards messages
	messages []*wire.Message
}

func (r *record) Send(frames [][]byte) error {
	if r.gate != nil {
		<-r.gate
	}
	m, err := r.session.Decode(frames)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.messages = append(r.messages, m)
	return nil
}

func (r *record) Close(time.Duration) error { return nil }

// text joins the text of one parent and stream.
func (r *record) text(parent *wire.Message, stream string) string {
	var b strings.Builder
	for _, m := range r.messages {
		if s, ok := m.Content.(*wire.Stream); ok && s.Name == stream && m.Parent.MsgID == parent.Header.MsgID {
			b.WriteString(s.Text)
		}
	}
	return b.String()
}

// newRecorded starts a publisher on a record. End closes it, after which the
// record may be read.
func newRecorded(t testing.TB, gate chan struct{}) (p *publisher, r *record, parent func() *wire.Message, end func()) {
	t.Helper()
	s, err := wire.NewSession("", []byte("k"))
	if err != nil {
		t.Fatal(err)
	}
	other, err := wire.NewSession("", []byte("k"))
	if err != nil {
		t.Fatal(err)
	}
	r = &record{session: other, gate: gate}
	p = newPublisher(r, s, slog.New(slog.DiscardHandler))
	go p.run()
	return p, r, func() *wire.Message { return s.New(&wire.KernelInfoRequest{}) }, func() {
		p.close(10 * time.Second)
		<-p.done
	}
}

// However text is cut into writes, and whatever is published meanwhile for other
// parents, no code point is broken.
func TestCodePointsStayWhole(t *testing.T) {
	p, r, parent, end := newRecorded(t, nil)
	a, b := parent(), parent()
	want := strings.Repeat("aé√𝐚\n", 3000)
	rest := []byte(want)
	for i := 0; len(rest) > 0; i++ {
		n := min(1+i%7, len(rest))
		p.print(a, "stdout", rest[:n])
		rest = rest[n:]
		switch i % 50 {
		case 10:
			p.message(b.Child(&wire.Status{ExecutionState: wire.Busy}))
		case 20:
			p.print(b, "stdout", []byte("é"))
			p.flush(b, nil)
		case 30:
			time.Sleep(time.Millisecond)
		case 40:
			p.print(a, "stderr", []byte("x"))
		}
	}
	p.flush(a, nil)
	end()
	if got := r.text(a, "stdout"); got != want {
		t.Errorf("text came back with %d bytes, want %d, or with broken code points (%d of them)", len(got), len(want), strings.Count(got, "\uFFFD"))
	}
	if got := r.text(b, "stdout"); strings.Trim(got, "é") != "" {
		t.Errorf("other text is %q", got)
	}
}

// Half a code point that never gets its rest is published in the end, as what it is.
func TestHalfACodePointIsNotKeptForEver(t *testing.T) {
	p, r, parent, end := newRecorded(t, nil)
	a := parent()
	p.print(a, "stdout", []byte("ok\xe2\x88"))
	waiting := func() int {
		p.mu.Lock()
		defer p.mu.Unlock()
		return len(p.items)
	}
	for deadline := time.Now().Add(20 * time.Second); waiting() > 0; time.Sleep(textInterval) {
		if time.Now().After(deadline) {
			t.Fatalf("%d items still wait", waiting())
		}
	}
	end()
	if got := r.text(a, "stdout"); got != "ok\uFFFD" && got != "ok\uFFFD\uFFFD" {
		t.Errorf("text is %q", got)
	}
}

func TestLinesAreJoined(t *testing.T) {
	p, r, parent, end := newRecorded(t, nil)
	a := parent()
	const lines = 1_000_000
	start := time.Now()
	line := []byte("a line of text that is printed\n")
	for range lines {
		p.print(a, "stdout", line)
	}
	p.flush(a, nil)
	elapsed := time.Since(start)
	end()
	if got := len(r.text(a, "stdout")); got != lines*len(line) {
		t.Errorf("%d bytes, want %d", got, lines*len(line))
	}
	// One more for the flush; and one for each maxText, which a machine that
	// prints more than 160 MB a second may need.
	limit := int(elapsed.Seconds()*20) + 1 + lines*len(line)/maxText + 1
	if n := len(r.messages); n > limit {
		t.Errorf("%d messages in %v, want at most %d", n, elapsed, limit)
	}
	t.Logf("%d messages in %v", len(r.messages), elapsed)
}

func TestOneLargeTextIsFewMessages(t *testing.T) {
	p, r, parent, end := newRecorded(t, nil)
	a := parent()
	big := bytes.Repeat([]byte("0123456789"), 1<<20)
	p.print(a, "stdout", big)
	p.flush(a, nil)
	end()
	if got := r.text(a, "stdout"); got != string(big) {
		t.Errorf("%d bytes, want %d", len(got), len(big))
	}
	if len(r.messages) > 3 {
		t.Errorf("%d messages for %d bytes, want at most 3", len(r.messages), len(big))
	}
}

// Text of two streams keeps its order; when they alternate without end, each
// stream does and the messages stay few.
func TestAlternatingStreams(t *testing.T) {
	p, r, parent, end := newRecorded(t, nil)
	a := parent()
	for i := range 3 {
		p.print(a, "stdout", fmt.Appendf(nil, "out%d ", i))
		p.print(a, "stderr", fmt.Appendf(nil, "err%d ", i))
	}
	p.flush(a, nil)
	var wantOut, wantErr strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&wantOut, "o%d\n", i)
		fmt.Fprintf(&wantErr, "e%d\n", i)
		p.print(a, "stdout", fmt.Appendf(nil, "o%d\n", i))
		p.print(a, "stderr", fmt.Appendf(nil, "e%d\n", i))
	}
	start := time.Now()
	p.flush(a, nil)
	end()
	var first []string
	for _, m := range r.messages[:6] {
		first = append(first, m.Content.(*wire.Stream).Text)
	}
	if got := strings.Join(first, ""); got != "out0 err0 out1 err1 out2 err2 " {
		t.Errorf("order %q", got)
	}
	if got := r.text(a, "stdout"); !strings.HasSuffix(got, wantOut.String()) {
		t.Error("stdout is not in order")
	}
	if got := r.text(a, "stderr"); !strings.HasSuffix(got, wantErr.String()) {
		t.Error("stderr is not in order")
	}
	if limit := 6 + maxTurns*(2+int(time.Since(start)/textInterval)) + maxTurns*20; len(r.messages) > limit {
		t.Errorf("%d messages, want at most %d", len(r.messages), limit)
	}
}

// While a subscriber takes nothing, what prints waits and memory is bounded; what
// the kernel itself says does not wait.
func TestBackPressure(t *testing.T) {
	gate := make(chan struct{})
	p, r, parent, end := newRecorded(t, gate)
	a, b := parent(), parent()
	chunk := bytes.Repeat([]byte("x"), 1<<20)
	const chunks = 32
	printed := make(chan struct{})
	go func() {
		defer close(printed)
		for range chunks {
			p.print(a, "stdout", chunk)
		}
	}()
	deadline := time.Now().Add(10 * time.Second)
	for p.queuedBytes() < maxQueued && time.Now().Before(deadline) {
		time.Sleep(time.Millisecond)
	}
	done := make(chan struct{})
	go func() {
		for range 100 {
			p.message(b.Child(&wire.Status{ExecutionState: wire.Busy}))
		}
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("a message of the kernel waits for the subscriber")
	}
	select {
	case <-printed:
		t.Error("32 MB were taken although nothing is sent")
	default:
	}
	if q := p.queuedBytes(); q > maxQueued+maxText {
		t.Errorf("%d bytes are queued, want at most %d", q, maxQueued+maxText)
	}
	close(gate)
	<-printed
	p.flush(a, nil)
	if q := p.queuedBytes(); q != 0 {
		t.Errorf("%d bytes are counted as queued, want none", q)
	}
	end()
	if got := len(r.text(a, "stdout")); got != chunks*len(chunk) {
		t.Errorf("%d bytes came, want %d", got, chunks*len(chunk))
	}
}

func (p *publisher) queuedBytes() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.queued
}

// Nobody waits for ever on a publisher that is closed while its socket hangs.
func TestCloseReleasesEverybody(t *testing.T) {
	gate := make(chan struct{})
	p, _, parent, _ := newRecorded(t, gate)
	a := parent()
	var wg sync.WaitGroup
	wg.Go(func() { p.print(a, "stdout", bytes.Repeat([]byte("x"), 2*maxQueued)) })
	wg.Go(func() {
		d := &wire.DisplayData{Data: wire.Object{"text/plain": strings.Repeat("x", maxQueued/2)}}
		for range 3 {
			if err := p.write(a.Child(d)); err != nil {
				t.Error(err)
			}
		}
	})
	time.Sleep(10 * time.Millisecond)
	p.close(10 * time.Millisecond) // in vain: the socket hangs
	wg.Wait()
	p.flush(a, nil) // returns at once
	close(gate)
	<-p.done
}

type panics struct{}

func (panics) MarshalJSON() ([]byte, error) { panic("not today") }

func TestAValueThatPanicsIsAnError(t *testing.T) {
	p, r, parent, end := newRecorded(t, nil)
	err := p.write(parent().Child(&wire.DisplayData{Data: wire.Object{"application/json": panics{}}}))
	if err == nil || !strings.Contains(err.Error(), "not today") {
		t.Errorf("error %v", err)
	}
	end()
	if len(r.messages) != 0 {
		t.Errorf("%d messages were sent", len(r.messages))
	}
}

func TestIncomplete(t *testing.T) {
	for _, tt := range []struct {
		text string
		want int
	}{
		{"", 0}, {"a", 0}, {"é", 0}, {"a\xc3", 1}, {"\xe2\x88", 2}, {"\xe2", 1}, {"√", 0}, {"\xf0\x9d\x90", 3}, {"𝐚", 0},
		{"\x90\x90\x90\x90", 0}, {"\xff", 0}, {"a\x80", 0},
	} {
		if got := incomplete([]byte(tt.text)); got != tt.want {
			t.Errorf("%q: %d, want %d", tt.text, got, tt.want)
		}
	}
}

// FuzzPrint cuts text into writes as the fuzzer likes and checks that it comes back
// whole.
func FuzzPrint(f *testing.F) {
	f.Add("aé√𝐚", []byte{1, 2, 3})
	f.Add("\xe2\x88x\xff", []byte{0, 255})
	f.Fuzz(func(t *testing.T, text string, cuts []byte) {
		if len(text) > 1<<12 {
			return
		}
		p, r, parent, end := newRecorded(t, nil)
		a, b := parent(), parent()
		rest := []byte(text)
		for _, c := range cuts {
			n := min(int(c%16), len(rest))
			p.print(a, "stdout", rest[:n])
			rest = rest[n:]
			switch {
			case c >= 240:
				p.message(b.Child(&wire.Status{ExecutionState: wire.Busy}))
			case c >= 220:
				p.print(b, "stdout", []byte("√"))
			case c >= 200:
				p.print(a, "stderr", []byte("e"))
			}
		}
		p.print(a, "stdout", rest)
		p.flush(a, nil)
		end()
		got := r.text(a, "stdout")
		if utf8.ValidString(text) && got != text {
			t.Fatalf("%q came back as %q", text, got)
		}
		if !utf8.ValidString(got) {
			t.Fatalf("%q is not UTF-8", got)
		}
	})
}

func BenchmarkPrintLines(b *testing.B) {
	p, _, parent, end := newRecorded(b, nil)
	a := parent()
	line := []byte("a line of text that is printed\n")
	b.SetBytes(int64(len(line)))
	for b.Loop() {
		p.print(a, "stdout", line)
	}
	p.flush(a, nil)
	end()
}
