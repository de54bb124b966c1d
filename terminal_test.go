package main

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"
	"time"

	"cahier/notebooks"
)

func testTerminal(colour bool) (*terminal, *bytes.Buffer, *bytes.Buffer) {
	var out, err bytes.Buffer
	t := newTerminal(streams{strings.NewReader(""), &out, &err}, false)
	t.out.colour, t.err.colour = colour, colour
	t.out.picture = colour
	return t, &out, &err
}

// onePixel is a PNG of one red pixel, in base64.
func pictureOf(t *testing.T, w, h int) string {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, color.NRGBA{255, 0, uint8(y), 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

func TestTerminalOutputs(t *testing.T) {
	bundle := func(data map[string]any) notebooks.Output { return notebooks.NewDisplay(data, nil) }
	for _, c := range []struct {
		name   string
		output notebooks.Output
		want   string
	}{
		{"text", notebooks.NewStream("stdout", "a\nb"), "a\nb"},
		{"colours", notebooks.NewStream("stdout", "\x1b[1;31mred\x1b[0m"), "red"},
		{"plain", bundle(map[string]any{"text/plain": "p", "text/html": "<b>h</b>"}), "p\n"},
		{"HTML only", bundle(map[string]any{"text/html": "<p>a &amp; <b>b</b></p>"}), "a & b\n"},
		{"picture", bundle(map[string]any{"text/plain": "picture, 1 x 1", "image/png": pictureOf(t, 1, 1)}), "[picture, 1 x 1]\n"},
		{"picture only", bundle(map[string]any{"image/svg+xml": "<svg/>"}), "[picture]\n"},
		{"other", bundle(map[string]any{"application/json": 1}), "application/json\n"},
		{"error", notebooks.NewError("E", "v", nil), ""},
	} {
		term, out, _ := testTerminal(false)
		term.output(notebooks.CellRun{}, c.output)
		if got := out.String(); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestTerminalPictures(t *testing.T) {
	term, out, _ := testTerminal(true)
	term.output(notebooks.CellRun{}, notebooks.NewDisplay(map[string]any{"image/png": pictureOf(t, 2, 3)}, nil))
	want := "\x1b[38;2;255;0;0m\x1b[48;2;255;0;1m▀\x1b[38;2;255;0;0m\x1b[48;2;255;0;1m▀\x1b[0m\n" +
		"\x1b[38;2;255;0;2m▀\x1b[38;2;255;0;2m▀\x1b[0m\n"
	if got := out.String(); got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
	pane := pane{picture: true, width: 80}
	if lines := strings.Count(blocks(pictureOf(t, 400, 1000), pane), "\n"); lines != blockRows/2 {
		t.Errorf("%d lines", lines)
	}
	for _, broken := range []string{"", "!", base64.StdEncoding.EncodeToString([]byte("no PNG"))} {
		if got := blocks(broken, pane); got != "" {
			t.Errorf("%q gives %q", broken, got)
		}
	}
}

func TestTerminalShowsTheLastStateOfADisplay(t *testing.T) {
	term, out, err := testTerminal(false)
	d := notebooks.NewDisplay(map[string]any{"text/plain": "0 %"}, nil)
	run := notebooks.CellRun{Cell: &notebooks.Cell{Source: "x"}, Number: 3, Of: 12, Elapsed: 2 * time.Second}
	term.started(run)
	term.output(run, d)
	for _, text := range []string{"50 %", "100 %"} {
		d["data"] = map[string]any{"text/plain": text}
		term.updated(run, d)
	}
	term.finished(run)
	if got := out.String(); got != "0 %\n100 %\n" {
		t.Errorf("got %q", got)
	}
	if got := err.String(); got != "[ 3/12] x\n✓ 2.00 s\n" {
		t.Errorf("progress %q", got)
	}
}

func TestTerminalLinesDoNotRunTogether(t *testing.T) {
	term, out, err := testTerminal(false)
	run := notebooks.CellRun{Cell: &notebooks.Cell{Source: "x"}, Number: 1, Of: 1}
	term.output(run, notebooks.NewStream("stdout", "no line break"))
	term.output(run, notebooks.NewDisplay(map[string]any{"text/plain": "d"}, nil))
	term.output(run, notebooks.NewStream("stderr", "again none"))
	term.finished(run)
	if out.String() != "no line break\nd\nagain none\n" || err.String() != "✓ 0.00 s\n" {
		t.Errorf("%q, %q", out.String(), err.String())
	}
}

func TestCutAndSeconds(t *testing.T) {
	if got := cut("añb\tc", 4); got != "añb…" {
		t.Errorf("got %q", got)
	}
	for d, want := range map[time.Duration]string{
		1234 * time.Millisecond: "1.23 s", 12340 * time.Millisecond: "12.3 s", 125 * time.Second: "2m5s",
	} {
		if got := seconds(d); got != want {
			t.Errorf("%v: %q", d, got)
		}
	}
}
