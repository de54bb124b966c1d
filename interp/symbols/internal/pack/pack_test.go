package pack

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"
)

var entries = map[string][]byte{
	"":      nil,
	"a":     []byte("one"),
	"a/b":   bytes.Repeat([]byte("two "), 10000),
	"zebra": {0, 1, 2},
}

func TestRoundTrip(t *testing.T) {
	data, err := Write(entries)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Write(entries)
	if err != nil || !bytes.Equal(data, again) {
		t.Errorf("the same entries gave other bytes (error %v)", err)
	}
	a, err := Open(string(data))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := a.Names(), slices.Sorted(maps.Keys(entries)); !slices.Equal(got, want) {
		t.Errorf("Names() = %q, want %q", got, want)
	}
	for name, want := range entries {
		got, ok, err := a.Read(name)
		if !ok || err != nil || !bytes.Equal(got, want) {
			t.Errorf("Read(%q) = %d bytes, %v, %v, want %d bytes", name, len(got), ok, err, len(want))
		}
	}
	if _, ok, err := a.Read("no"); ok || err != nil {
		t.Errorf("Read(no) = %v, %v, want nothing", ok, err)
	}
}

func TestBroken(t *testing.T) {
	good, err := Write(entries)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{
		"empty":        "",
		"no magic":     "zip?" + string(good[4:]),
		"no index":     magic,
		"cut index":    string(good[:8]),
		"cut body":     string(good[:len(good)-1]),
		"long body":    string(good) + "x",
		"many entries": magic + "\xff\xff\xff\xff\x0f",
		"endless size": magic + strings.Repeat("\xff", 20),
	} {
		if _, err := Open(data); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func FuzzOpen(f *testing.F) {
	good, err := Write(entries)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(good))
	f.Add(magic + "\x01\x01a\x03\x05\x03\x00\x00")
	f.Fuzz(func(t *testing.T, data string) {
		a, err := Open(data)
		if err != nil {
			return
		}
		for _, name := range a.Names() {
			if len(data) < 1<<16 {
				_, _, _ = a.Read(name)
			}
		}
	})
}
