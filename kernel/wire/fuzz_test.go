package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"
)

// FuzzDecode feeds frames with a right signature, so that everything behind
// the signature is reached, and checks what decoding promises.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(goodHeader), []byte("{}"), []byte("{}"), []byte("{}"), []byte("buffer"))
	f.Add([]byte("null"), []byte("null"), []byte("null"), []byte("null"), []byte{})
	s, err := NewSession("", []byte("k"))
	if err != nil {
		f.Fatal(err)
	}
	for _, c := range contents {
		fr, err := s.Encode(s.New(c.content))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(fr[2], fr[3], fr[4], fr[5], []byte{})
	}
	f.Fuzz(func(t *testing.T, header, parent, metadata, content, buffer []byte) {
		s, err := NewSession("", []byte("k"))
		if err != nil {
			t.Fatal(err)
		}
		frames := [][]byte{[]byte("id"), delimiter, s.Sign(header, parent, metadata, content), header, parent, metadata, content, buffer}
		m, err := s.Decode(frames)
		if err != nil {
			var e *DecodeError
			if !errors.As(err, &e) || e.Reason < BadHeader {
				t.Fatalf("%v for a signed message", err)
			}
			if m = e.Message; m == nil {
				return
			}
		}
		out, err := s.Encode(m.Child(&InterruptReply{Outcome: Ok}))
		if err != nil {
			t.Fatalf("a reply cannot be written: %v", err)
		}
		if !bytes.Equal(out[4], header) {
			t.Fatalf("parent header %q, want %q", out[4], header)
		}
		again, err := s.Encode(m)
		if err != nil {
			t.Fatalf("%s cannot be written again: %v", m.Type(), err)
		}
		for i := 3; i < 7; i++ {
			if !json.Valid(again[i]) {
				t.Fatalf("frame %d is not JSON: %q", i, again[i])
			}
		}
	})
}

// FuzzVerify looks for a signature that passes although it is not ours.
func FuzzVerify(f *testing.F) {
	f.Add([]byte("00"), []byte(goodHeader))
	f.Add(bytes.Repeat([]byte("0"), 64), []byte("{}"))
	f.Add([]byte{}, []byte("{}"))
	f.Fuzz(func(t *testing.T, signature, header []byte) {
		s, err := NewSession("", []byte("k"))
		if err != nil {
			t.Fatal(err)
		}
		rest := [][]byte{header, []byte("{}"), []byte("{}"), []byte("{}")}
		right := s.Sign(rest...)
		_, err = s.Decode(append([][]byte{delimiter, signature}, rest...))
		var e *DecodeError
		refused := errors.As(err, &e) && (e.Reason == BadSignature || e.Reason == Unsigned)
		if ours := bytes.EqualFold(signature, right); ours == refused {
			t.Fatalf("signature %q: %v", signature, err)
		}
	})
}

// FuzzFrames cuts bytes into frames at every zero, so that the number of
// frames varies.
func FuzzFrames(f *testing.F) {
	f.Add([]byte("a\x00<IDS|MSG>\x00\x00{}\x00{}\x00{}\x00{}"), true)
	f.Add([]byte("<IDS|MSG>"), false)
	f.Add([]byte{}, false)
	f.Fuzz(func(t *testing.T, b []byte, signed bool) {
		var key []byte
		if signed {
			key = []byte("k")
		}
		s, err := NewSession("", key)
		if err != nil {
			t.Fatal(err)
		}
		m, err := s.Decode(bytes.Split(b, []byte{0}))
		if err == nil && (m.Header.MsgType == "" || m.Content == nil) {
			t.Fatalf("decoded to %+v", m)
		}
	})
}

// FuzzConnectionFile checks that what is accepted can be used and refused
// text gives one line.
func FuzzConnectionFile(f *testing.F) {
	f.Add([]byte(goodConnection))
	f.Add([]byte(`{"transport":"ipc","ip":"a","shell_port":1,"iopub_port":2,"stdin_port":3,"control_port":4,"hb_port":5,"key":""}`))
	f.Add([]byte("[]"))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := ParseConnectionFile(b)
		if err != nil {
			var e *ConnectionFileError
			if !errors.As(err, &e) || bytes.ContainsAny([]byte(err.Error()), "\n\r") {
				t.Fatalf("%q", err)
			}
			return
		}
		if _, err := c.Session(); err != nil {
			t.Fatal(err)
		}
		if c.Check() != nil || c.Endpoint(Shell) == "" {
			t.Fatalf("%+v", c)
		}
	})
}
