package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func newSession(t testing.TB, key string) *Session {
	t.Helper()
	s, err := NewSession("hmac-sha256", []byte(key))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// frames builds a signed message from literal JSON, the way a client would.
func (s *Session) frames(parts ...string) [][]byte {
	f := [][]byte{[]byte("peer"), delimiter, nil}
	for _, p := range parts {
		f = append(f, []byte(p))
	}
	if len(parts) >= 4 {
		f[2] = s.Sign(f[3:7]...)
	}
	return f
}

const goodHeader = `{"msg_id":"m1","session":"c","username":"u","date":"2026-01-01T00:00:00Z","msg_type":"kernel_info_request","version":"5.3"}`

// The signature is checked against a value computed with Python's hmac:
// hmac.new(b"key", b'{"a":1}' + b"{}" + b"{}" + b"{}", "sha256").hexdigest()
func TestSignatureKnownAnswer(t *testing.T) {
	got := string(newSession(t, "key").Sign([]byte(`{"a":1}`), []byte("{}"), []byte("{}"), []byte("{}")))
	const want = "f1128388193e4dd1aa760827bd756a1b40b627676b5efe22c0e8297919bfa218"
	if got != want {
		t.Errorf("signature %s, want %s", got, want)
	}
}

func TestDecodeRefuses(t *testing.T) {
	s := newSession(t, "secret")
	sign := func(parts ...string) [][]byte { return s.frames(parts...) }
	deep := strings.Repeat(`{"a":`, 20000) + "1" + strings.Repeat("}", 20000)
	tests := []struct {
		name   string
		frames [][]byte
		want   Reason
		detail string
	}{
		{"nothing", nil, NoDelimiter, "none of 0 frames"},
		{"no delimiter", [][]byte{[]byte("peer"), []byte("x")}, NoDelimiter, "none of 2 frames"},
		{"one empty frame", [][]byte{{}}, NoDelimiter, ""},
		{"delimiter only", [][]byte{delimiter}, TooFewFrames, "0 after the delimiter"},
		{"no content", sign(goodHeader, "{}", "{}"), TooFewFrames, "4 after the delimiter"},
		{"identity that looks like the delimiter", append([][]byte{delimiter}, sign(goodHeader, "{}", "{}", "{}")...), BadSignature, ""},
		{"empty signature", [][]byte{delimiter, {}, []byte(goodHeader), []byte("{}"), []byte("{}"), []byte("{}")}, Unsigned, "has a key"},
		{"short signature", [][]byte{delimiter, []byte("ab"), []byte(goodHeader), []byte("{}"), []byte("{}"), []byte("{}")}, BadSignature, "2 characters"},
		{"signature of other letters", [][]byte{delimiter, bytes.Repeat([]byte("x"), 64), []byte(goodHeader), []byte("{}"), []byte("{}"), []byte("{}")}, BadSignature, "not hexadecimal"},
		{"wrong signature", [][]byte{delimiter, bytes.Repeat([]byte("0"), 64), []byte(goodHeader), []byte("{}"), []byte("{}"), []byte("{}")}, BadSignature, "does not fit"},
		{"signature with a tail", func() [][]byte {
			f := sign(goodHeader, "{}", "{}", `{"tail":1}`)
			f[2] = append(f[2], "00"...)
			return f
		}(), BadSignature, "66 characters"},
		{"header is text", sign("hello", "{}", "{}", "{}"), BadHeader, "not valid JSON"},
		{"header is empty", sign("", "{}", "{}", "{}"), BadHeader, "empty"},
		{"header is a list", sign("[]", "{}", "{}", "{}"), BadHeader, "got an array"},
		{"header without type", sign(`{"msg_id":"a"}`, "{}", "{}", "{}"), BadHeader, "msg_type is missing"},
		{"header without id", sign(`{"msg_type":"a"}`, "{}", "{}", "{}"), BadHeader, "msg_id is missing"},
		{"header with a number for an id", sign(`{"msg_type":"a","msg_id":4}`, "{}", "{}", "{}"), BadHeader, "msg_id"},
		{"header too long", sign(`{"msg_type":"a","msg_id":"`+strings.Repeat("x", maxHeader)+`"}`, "{}", "{}", "{}"), BadHeader, "at most"},
		{"header null", sign("null", "{}", "{}", "{}"), BadHeader, "msg_type is missing"},
		{"parent is a string", sign(goodHeader, `"x"`, "{}", "{}"), BadParent, "got a string"},
		{"metadata are cut", sign(goodHeader, "{}", `{"a":`, "{}"), BadMetadata, "unexpected end"},
		{"metadata are a number", sign(goodHeader, "{}", "3", "{}"), BadMetadata, "got a number"},
		{"content is cut", sign(goodHeader, "{}", "{}", `{"a"`), BadContent, "kernel_info_request: unexpected end"},
		{"content is a list", sign(goodHeader, "{}", "{}", `[]`), BadContent, "got an array"},
		{"content is a boolean", sign(goodHeader, "{}", "{}", `true`), BadContent, "got a boolean"},
		{"content after content", sign(goodHeader, "{}", "{}", `{}{}`), BadContent, "after top-level value"},
		{"content too deep", sign(goodHeader, "{}", "{}", deep), BadContent, "exceeded max depth"},
		{"code is a number", sign(strings.Replace(goodHeader, "kernel_info", "execute", 1), "{}", "{}", `{"code":5}`), BadField, "execute_request: field code: want string, got number"},
		{"history part is missing", sign(strings.Replace(goodHeader, "kernel_info_request", "history_reply", 1), "{}", "{}", `{"history":[[1,2]]}`), BadField, "2 parts"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := s.Decode(tt.frames)
			var e *DecodeError
			if !errors.As(err, &e) || m != nil {
				t.Fatalf("got message %v, error %v; want a DecodeError", m, err)
			}
			if e.Reason != tt.want || !strings.Contains(e.Detail, tt.detail) {
				t.Errorf("got %v: %q, want %v with %q", e.Reason, e.Detail, tt.want, tt.detail)
			}
			if !strings.Contains(e.Error(), tt.want.String()) {
				t.Errorf("error %q does not name %q", e.Error(), tt.want)
			}
			if (e.Message != nil) != (tt.want == BadField) {
				t.Errorf("Message is %v for %v", e.Message, tt.want)
			}
		})
	}
}

func TestReasonsHaveNames(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Reasons() {
		if s := r.String(); strings.HasPrefix(s, "reason") || seen[s] {
			t.Errorf("reason %d is called %q", r, s)
		} else {
			seen[s] = true
		}
	}
	if len(seen) != int(BadField) {
		t.Errorf("%d reasons, want %d", len(seen), BadField)
	}
}

func TestReplayIsRefused(t *testing.T) {
	s := newSession(t, "secret")
	f := s.frames(goodHeader, "{}", "{}", "{}")
	if _, err := s.Decode(f); err != nil {
		t.Fatal(err)
	}
	f[2] = bytes.ToUpper(f[2]) // the same signature, written differently
	_, err := s.Decode(f)
	var e *DecodeError
	if !errors.As(err, &e) || e.Reason != Replayed {
		t.Errorf("second time: %v, want replayed", err)
	}
}

func TestReplayHistoryIsBounded(t *testing.T) {
	var seen digests
	mk := func(i int) (d digest) {
		copy(d[:], fmt.Sprintf("%016d", i))
		return d
	}
	for i := range 2*rememberedDigests + 10 {
		if !seen.add(mk(i)) {
			t.Fatalf("digest %d is taken for known", i)
		}
	}
	if len(seen.set) != rememberedDigests || len(seen.ring) != rememberedDigests {
		t.Errorf("%d digests in the set and %d in the ring, want %d", len(seen.set), len(seen.ring), rememberedDigests)
	}
	for _, i := range []int{rememberedDigests + 10, 2*rememberedDigests + 9} {
		if seen.add(mk(i)) {
			t.Errorf("digest %d is forgotten although it is one of the last %d", i, rememberedDigests)
		}
	}
	if !seen.add(mk(5)) {
		t.Error("digest 5 is still known although it is the oldest")
	}
}

func TestAForgedSignatureDoesNotEnterTheHistory(t *testing.T) {
	s := newSession(t, "secret")
	f := s.frames(goodHeader, "{}", "{}", "{}")
	forged := append([][]byte{}, f...)
	forged[6] = []byte(`{"x":1}`)
	if _, err := s.Decode(forged); err == nil {
		t.Fatal("a changed content passed")
	}
	if _, err := s.Decode(f); err != nil {
		t.Errorf("the genuine message is refused after the forged one: %v", err)
	}
}

func TestEmptyKeyVerifiesNothing(t *testing.T) {
	s := newSession(t, "")
	out, err := s.Encode(s.New(&KernelInfoRequest{}))
	if err != nil {
		t.Fatal(err)
	}
	if len(out[1]) != 0 {
		t.Errorf("signature %q, want an empty frame", out[1])
	}
	for range 2 {
		if _, err := s.Decode(out); err != nil {
			t.Error(err)
		}
	}
	f := s.frames(goodHeader, "{}", "{}", "{}")
	f[2] = []byte("whatever")
	if _, err := s.Decode(f); err != nil {
		t.Error(err)
	}
}

func TestSchemes(t *testing.T) {
	for scheme, length := range map[string]int{"": 64, "hmac-sha256": 64, "hmac-sha384": 96, "hmac-sha512": 128} {
		s, err := NewSession(scheme, []byte("k"))
		if err != nil {
			t.Errorf("%q: %v", scheme, err)
			continue
		}
		f, err := s.Encode(s.New(&InputReply{Value: "x"}))
		if err != nil || len(f[1]) != length {
			t.Errorf("%q: signature of %d characters, want %d (%v)", scheme, len(f[1]), length, err)
		}
		if _, err := s.Decode(f); err != nil {
			t.Errorf("%q: %v", scheme, err)
		}
	}
	for _, scheme := range []string{"sha256", "hmac-md5", "hmac-sha1", "HMAC-SHA256", "none"} {
		_, err := NewSession(scheme, []byte("k"))
		var e *SchemeError
		if !errors.As(err, &e) || !strings.Contains(err.Error(), scheme) {
			t.Errorf("%q: %v, want a SchemeError that names it", scheme, err)
		}
	}
}

func TestChildCarriesTheParentByteForByte(t *testing.T) {
	client, kernel := newSession(t, "k"), newSession(t, "k")
	odd := `{"msg_id" : "m1",  "extra":[1, 2.50],"msg_type":"kernel_info_request","session":"c"}`
	m, err := kernel.Decode(client.frames(odd, "{}", "null", "null"))
	if err != nil {
		t.Fatal(err)
	}
	reply := m.Child(&KernelInfoReply{Outcome: Ok})
	f, err := kernel.Encode(reply)
	if err != nil {
		t.Fatal(err)
	}
	if string(f[0]) != "peer" || !bytes.Equal(f[1], delimiter) {
		t.Errorf("prefix %q %q, want the peer's identity and the delimiter", f[0], f[1])
	}
	if string(f[4]) != odd {
		t.Errorf("parent header\n %s, want\n %s", f[4], odd)
	}
	if string(f[5]) != "{}" {
		t.Errorf("metadata %s, want {}", f[5])
	}
	got, err := client.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	if got.Header.Session != kernel.ID() || got.Header.MsgType != "kernel_info_reply" || got.Parent.MsgID != "m1" || got.Header.Version != "5.5" {
		t.Errorf("header %+v with parent %+v", got.Header, got.Parent)
	}
	if kernel.ID() == client.ID() {
		t.Error("two sessions have one id")
	}
	if d, err := time.Parse("2006-01-02T15:04:05.000000Z07:00", got.Header.Date); err != nil || time.Since(d) > time.Hour {
		t.Errorf("date %q: %v", got.Header.Date, err)
	}
	if again := m.Child(&KernelInfoReply{}); again.Header.MsgID == reply.Header.MsgID {
		t.Error("two messages have one id")
	}
}

func TestChildOfALiteralMessage(t *testing.T) {
	m := &Message{Header: Header{MsgID: "x", MsgType: "y"}, Content: &Unknown{Name: "y"}}
	c := m.Child(&Status{ExecutionState: Idle})
	if c.Header.MsgID == "" || c.Header.Session == "" || c.Parent != m.Header {
		t.Errorf("child %+v", c)
	}
}

func TestNoParentIsAnEmptyObject(t *testing.T) {
	s := newSession(t, "k")
	f, err := s.Encode(s.New(&Status{ExecutionState: Starting}))
	if err != nil {
		t.Fatal(err)
	}
	if string(f[3]) != "{}" || string(f[4]) != "{}" || string(f[5]) != `{"execution_state":"starting"}` {
		t.Errorf("parent %s, metadata %s, content %s", f[3], f[4], f[5])
	}
}

func TestEncodeRefuses(t *testing.T) {
	s := newSession(t, "k")
	for name, m := range map[string]*Message{
		"no content":                   {Header: Header{MsgID: "a"}},
		"content that JSON cannot say": s.New(&DisplayData{Data: Object{"x": make(chan int)}}),
		"content that is no object":    s.New(&Unknown{Name: "x", Raw: json.RawMessage("[1]")}),
		"metadata that are no object": func() *Message {
			m := s.New(&KernelInfoRequest{})
			m.Metadata = json.RawMessage(`"x"`)
			return m
		}(),
	} {
		if f, err := s.Encode(m); err == nil {
			t.Errorf("%s: written as %q", name, f)
		}
	}
}

func TestBuffersAreCarriedUnsigned(t *testing.T) {
	s := newSession(t, "k")
	m := s.New(&CommMsg{CommID: "c"})
	m.Buffers = [][]byte{{0, 1, 2}, {}, delimiter}
	f, err := s.Encode(m)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Decode(append([][]byte{[]byte("a"), []byte("b")}, f...))
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Buffers) != 3 || !bytes.Equal(got.Buffers[0], m.Buffers[0]) || len(got.Buffers[1]) != 0 || !bytes.Equal(got.Buffers[2], delimiter) {
		t.Errorf("buffers %q, want %q", got.Buffers, m.Buffers)
	}
	if len(got.Identities) != 2 {
		t.Errorf("%d identities, want 2", len(got.Identities))
	}
}
