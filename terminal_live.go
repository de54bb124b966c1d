package main

import (
	"fmt"
	"slices"
	"strings"

	"cahier/notebooks"
	"cahier/notebooks/display"
	"cahier/notebooks/progress"
)

// liveLines bounds what is drawn again and again at the end of a terminal.
const liveLines = 16

// isLive reports whether a display is going to be updated until its cell ends,
// as progress is.
func isLive(o notebooks.Output) bool {
	m, _ := o["metadata"].(map[string]any)
	live, _ := m[progress.Live].(bool)
	return live
}

// same reports whether two are one output, which updates change in place.
func same(a, b notebooks.Output) bool { return fmt.Sprintf("%p", a) == fmt.Sprintf("%p", b) }

// showLive shows a display of progress: on a terminal in the last lines, over
// its state before; elsewhere only when the cell has ended.
func (t *terminal) showLive(o notebooks.Output) {
	if !slices.ContainsFunc(t.live, func(l notebooks.Output) bool { return same(l, o) }) {
		t.live = append(t.live, o)
	}
	t.drawLive()
}

// drawLive draws what is live below what was written.
func (t *terminal) drawLive() {
	if !t.out.tty || len(t.live) == 0 || t.out.midline {
		return
	}
	var lines []string
	for _, o := range t.live {
		lines = append(lines, strings.Split(plainOf(o), "\n")...)
	}
	lines = lines[max(len(lines)-liveLines, 0):]
	for i, line := range lines {
		lines[i] = cut(line, t.out.width-1) // a line that wraps is two to erase
	}
	t.out.write(t.eraser() + strings.Join(lines, "\n") + "\n")
	t.drawn = len(lines)
}

// eraser takes the cursor to where the live lines begin and erases them. It is
// for terminals only, where escapes are not taken out.
func (t *terminal) eraser() string {
	if t.drawn == 0 {
		return ""
	}
	s := fmt.Sprintf("\x1b[%dA\r\x1b[J", t.drawn)
	t.drawn = 0
	return s
}

// eraseLive makes room for other text.
func (t *terminal) eraseLive() {
	if s := t.eraser(); s != "" {
		t.out.write(s)
		t.out.midline = false
	}
}

// endLive leaves the last state of what was live.
func (t *terminal) endLive() {
	t.eraseLive()
	for _, o := range t.live {
		t.out.line(plainOf(o))
	}
	t.live = nil
}

func plainOf(o notebooks.Output) string {
	data := o.Data()
	if text, ok := data["text/plain"].(string); ok {
		return strings.TrimRight(text, "\n")
	}
	return display.MIME(data, nil).String()
}
