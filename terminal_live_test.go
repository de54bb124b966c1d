package main

import (
	"strings"
	"testing"

	"cahier/notebooks"
	"cahier/notebooks/progress"
)

func liveDisplay(text string) notebooks.Output {
	return notebooks.NewDisplay(map[string]any{"text/plain": text}, map[string]any{progress.Live: true})
}

// screen is what a terminal shows of text with the escapes that are used here.
func screen(t *testing.T, text string) []string {
	t.Helper()
	lines := []string{""}
	at := 0
	for text != "" {
		switch {
		case strings.HasPrefix(text, "\x1b["):
			end := strings.IndexAny(text, "AJm")
			n := 0
			for _, c := range text[2:end] {
				n = n*10 + int(c-'0')
			}
			switch text[end] {
			case 'A':
				at -= n
				if at < 0 {
					t.Fatalf("above the screen: %q", lines)
				}
			case 'J':
				lines = append(lines[:at:at], "")
			}
			text = text[end+1:]
		case text[0] == '\n':
			if at++; at == len(lines) {
				lines = append(lines, "")
			}
			text = text[1:]
		case text[0] == '\r':
			text = text[1:]
		default:
			end := strings.IndexAny(text, "\x1b\n\r")
			if end < 0 {
				end = len(text)
			}
			lines[at] += text[:end]
			text = text[end:]
		}
	}
	return lines
}

// TestLiveOnATerminal draws progress in the last lines, below what is printed.
func TestLiveOnATerminal(t *testing.T) {
	term, out, _ := testTerminal(false)
	term.out.tty = true
	var run notebooks.CellRun
	bar := liveDisplay("outer 0%\ninner 0%")
	term.output(run, bar)
	for _, state := range []string{"outer 10%\ninner 50%", "outer 20%\ninner 99%"} {
		bar["data"] = map[string]any{"text/plain": state}
		term.updated(run, bar)
	}
	check := func(want ...string) {
		t.Helper()
		if got := screen(t, out.String()); strings.Join(got, "|") != strings.Join(want, "|")+"|" {
			t.Errorf("the screen shows %q, want %q", got, want)
		}
	}
	check("outer 20%", "inner 99%")
	term.output(run, notebooks.NewStream("stdout", "printed\n"))
	check("printed", "outer 20%", "inner 99%")
	term.output(run, notebooks.NewStream("stdout", "half a"))
	term.updated(run, bar) // waits for the end of the line
	term.output(run, notebooks.NewStream("stdout", " line\n"))
	check("printed", "half a line", "outer 20%", "inner 99%")
	table := liveDisplay("epoch  loss\n1  0.5")
	term.output(run, table)
	bar["data"] = map[string]any{"text/plain": "outer 100%" + strings.Repeat(" wide", 40)}
	term.updated(run, bar)
	if got := screen(t, out.String()); len([]rune(got[2])) != term.out.width-1 || got[3] != "epoch  loss" {
		t.Errorf("%q", got)
	}
	bar["data"] = map[string]any{"text/plain": "outer 100%"}
	term.updated(run, bar)
	term.finished(run)
	check("printed", "half a line", "outer 100%", "epoch  loss", "1  0.5")
}

// TestLiveElsewhere shows only the last state where lines cannot be taken back.
func TestLiveElsewhere(t *testing.T) {
	term, out, _ := testTerminal(false)
	var run notebooks.CellRun
	bar := liveDisplay("0%")
	term.output(run, bar)
	term.output(run, notebooks.NewStream("stdout", "printed\n"))
	for range 3 {
		bar["data"] = map[string]any{"text/plain": "100%"}
		term.updated(run, bar)
	}
	term.finished(run)
	if got := out.String(); got != "printed\n100%\n" {
		t.Errorf("got %q", got)
	}
}
