package worker

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"cahier/interp"
)

func testFrame(t testing.TB, kind frameKind, id, sync uint64, body any, buffers ...[]byte) frame {
	t.Helper()
	f, err := newFrame(kind, id, body, buffers...)
	if err != nil {
		t.Fatal(err)
	}
	f.sync = sync
	return f
}

func TestFrameRoundTrip(t *testing.T) {
	frames := []frame{
		testFrame(t, frameInterrupt, 7, 0, nil),
		testFrame(t, frameExecute, 1<<63, 0, executeBody{Cell: interp.Cell{Code: "x := 1", Number: 3}}),
		testFrame(t, frameCommOut, 9, 5, commBody{Event: interp.CommEvent{ID: "c"}}, []byte("a"), nil, bytes.Repeat([]byte{7}, 3<<20)),
	}
	var all []byte
	for _, f := range frames {
		b := f.append(nil)
		if uint64(len(b)) != f.size() {
			t.Errorf("size %d, want %d", f.size(), len(b))
		}
		all = append(all, b...)
	}
	for _, r := range []io.Reader{bytes.NewReader(all), iotest.HalfReader(bytes.NewReader(all))} {
		for i, want := range frames {
			got, err := readFrame(r)
			if err != nil {
				t.Fatal(err)
			}
			if got.kind != want.kind || got.id != want.id || got.sync != want.sync || !bytes.Equal(got.body, want.body) || len(got.buffers) != len(want.buffers) {
				t.Fatalf("frame %d: got %+v", i, got)
			}
			for j := range want.buffers {
				if !bytes.Equal(got.buffers[j], want.buffers[j]) {
					t.Errorf("frame %d: buffer %d differs", i, j)
				}
			}
		}
		if _, err := readFrame(r); err != io.EOF {
			t.Errorf("at the end: %v", err)
		}
	}
	var b executeBody
	if err := frames[1].decode(&b); err != nil || b.Cell.Code != "x := 1" || b.Cell.Number != 3 {
		t.Errorf("got %+v %v", b, err)
	}
}

func TestFrameMalformed(t *testing.T) {
	good := testFrame(t, frameComm, 1, 0, commBody{}, []byte("abc")).append(nil)
	change := func(f func(b []byte)) []byte {
		b := bytes.Clone(good)
		f(b)
		return b
	}
	for name, c := range map[string]struct {
		b    []byte
		want string
	}{
		"short header":   {good[:10], "inside its header"},
		"short body":     {good[:len(good)-1], "it ends after"},
		"length too big": {change(func(b []byte) { binary.BigEndian.PutUint32(b, maxFrame+1) }), "length 536870913, want 24 to 536870912"},
		"length too small": {change(func(b []byte) { binary.BigEndian.PutUint32(b, 3) }),
			"length 3"},
		"kind":          {change(func(b []byte) { b[4] = 200 }), "kind 200"},
		"kind zero":     {change(func(b []byte) { b[4] = 0 }), "kind 0"},
		"padding":       {change(func(b []byte) { b[6] = 1 }), "padding"},
		"body too long": {change(func(b []byte) { binary.BigEndian.PutUint32(b[24:], 1<<30) }), "a body of"},
		"buffer too long": {change(func(b []byte) { binary.BigEndian.PutUint32(b[len(b)-7:], 4) }),
			"a buffer of 4 bytes in 3"},
		"bytes left": {change(func(b []byte) { binary.BigEndian.PutUint32(b[len(b)-7:], 1) }),
			"2 bytes after the last buffer"},
	} {
		_, err := readFrame(bytes.NewReader(c.b))
		if !errors.Is(err, errFrame) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	// A length alone allocates little.
	head := change(func(b []byte) { binary.BigEndian.PutUint32(b, maxFrame) })
	if n := testing.AllocsPerRun(1, func() { readFrame(bytes.NewReader(head)) }); n > 20 {
		t.Errorf("%v allocations", n)
	}
	f := frame{kind: frameExecute, body: []byte(`{"cell": 3}`)}
	if err := f.decode(&executeBody{}); !errors.Is(err, errFrame) {
		t.Errorf("got %v", err)
	}
}

func FuzzReadFrame(f *testing.F) {
	f.Add(testFrame(f, frameHello, 0, 0, helloBody{Version: 1, Nonce: []byte("n")}).append(nil))
	f.Add(testFrame(f, frameCommOut, 3, 9, commBody{}, []byte("abc"), nil).append(nil))
	f.Add([]byte{0, 0, 0, 24})
	f.Fuzz(func(t *testing.T, b []byte) {
		r := bytes.NewReader(b)
		for {
			fr, err := readFrame(r)
			if err != nil {
				if err != io.EOF && !errors.Is(err, errFrame) {
					t.Fatalf("unexpected error %v", err)
				}
				return
			}
			if fr.size() > uint64(len(b)) {
				t.Fatalf("a frame of %d bytes out of %d", fr.size(), len(b))
			}
			again, err := readFrame(bytes.NewReader(fr.append(nil)))
			if err != nil || again.kind != fr.kind || again.id != fr.id || again.sync != fr.sync || !bytes.Equal(again.body, fr.body) || len(again.buffers) != len(fr.buffers) {
				t.Fatalf("%+v became %+v, %v", fr, again, err)
			}
			// No body makes the supervisor panic.
			for _, v := range []any{&readyBody{}, &answerBody{}, &resultBody{}, &bundleBody{}, &clearBody{}, &inputBody{}, &commBody{}, &logBody{}} {
				if fr.decode(v) == nil {
					if b, ok := v.(*bundleBody); ok {
						b.bundle()
					}
				}
			}
		}
	})
}

// scanned is what a scanner made of a pipe's bytes.
type scanned struct {
	owner uint64
	text  string
	mark  marker
}

func scanAll(nonce, b []byte, pieces func(int) int) []scanned {
	var got []scanned
	s := &scanner{nonce: nonce,
		text: func(owner uint64, p []byte) {
			if n := len(got); n > 0 && got[n-1].mark.kind == 0 && got[n-1].owner == owner {
				got[n-1].text += string(p)
				return
			}
			got = append(got, scanned{owner: owner, text: string(p)})
		},
		mark: func(m marker) { got = append(got, scanned{mark: m}) },
	}
	for i := 0; len(b) > 0; i++ {
		n := min(max(pieces(i), 1), len(b))
		s.feed(bytes.Clone(b[:n]))
		b = b[n:]
	}
	s.end()
	return got
}

var testNonce = []byte("\xff3456789abcdef01")

func TestScanner(t *testing.T) {
	mark := func(k markKind, length uint32, value uint64) string {
		return string(marker{kind: k, length: length, value: value}.append(nil, testNonce))
	}
	in := "one" + mark(markSync, 0, 1) + "\xfftwo\xff3456" + mark(markText, 5, 9) + "three" + "four" + mark(markFrame, 0, 2) + mark(markFrame, 0, 3) +
		mark(markText, 2, 8) + "\xff3" + "456" + "\xff3456789abc"
	want := []scanned{
		{text: "one"}, {mark: marker{kind: markSync, value: 1}}, {text: "\xfftwo\xff3456"}, {owner: 9, text: "three"}, {text: "four"},
		{mark: marker{kind: markFrame, value: 2}}, {mark: marker{kind: markFrame, value: 3}},
		{owner: 8, text: "\xff3"}, {text: "456\xff3456789abc"},
	}
	for size := 1; size < 100; size++ {
		if got := scanAll(testNonce, []byte(in), func(int) int { return size }); !reflect.DeepEqual(got, want) {
			t.Fatalf("in pieces of %d:\n got %+v\nwant %+v", size, got, want)
		}
	}
}

// However the bytes are cut, the same comes out.
func FuzzScanner(f *testing.F) {
	f.Add([]byte("text\xff345"), []byte{3, 1})
	f.Add(marker{kind: markText, length: 3, value: 1}.append([]byte("a"), testNonce), []byte{1})
	f.Add(marker{kind: markSync, value: 1}.append([]byte("\xff\xff3"), testNonce), []byte{17, 20})
	f.Fuzz(func(t *testing.T, b, cuts []byte) {
		want := scanAll(testNonce, b, func(int) int { return len(b) })
		got := scanAll(testNonce, b, func(i int) int {
			if len(cuts) == 0 {
				return 1
			}
			return int(cuts[i%len(cuts)])
		})
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("got %+v want %+v", got, want)
		}
	})
}
