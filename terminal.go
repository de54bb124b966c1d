package main

import (
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"sync"
	"time"

	"cahier/notebooks"
	"cahier/notebooks/display"

	"golang.org/x/term"
)

// terminal shows a run: what cells show goes to standard output, progress and
// failures to standard error.
type terminal struct {
	quiet bool

	mu       sync.Mutex // guards what follows; notes come from other goroutines
	out, err pane
	cells    []*notebooks.Cell
	told     int // cells whose headings have been shown
	changed  []notebooks.Output
	live     []notebooks.Output // progress of the cell
	drawn    int                // lines of it at the end of the screen
	broken   func(error)        // is told that standard output cannot be written; may be nil
}

// pane is one of the two streams.
type pane struct {
	w       io.Writer
	colour  bool
	picture bool // shows pictures as coloured blocks
	width   int
	tty     bool // lines can be erased
	midline bool // the last thing written was no line break
	failed  error
}

func newTerminal(s streams, quiet bool) *terminal {
	return &terminal{quiet: quiet, out: newPane(s.out), err: newPane(s.err)}
}

func newPane(w io.Writer) pane {
	p := pane{w: w, width: 80}
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return p
	}
	if columns, _, err := term.GetSize(int(f.Fd())); err == nil && columns > 20 {
		p.width = columns
	}
	p.tty = os.Getenv("TERM") != "dumb"
	p.colour = os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	depth := os.Getenv("COLORTERM")
	p.picture = p.colour && (depth == "truecolor" || depth == "24bit")
	return p
}

// The styles of a terminal, as SGR parameters.
const (
	bold  = "1"
	dim   = "2"
	red   = "31"
	green = "32"
	cyan  = "36"
)

func (p *pane) style(sgr, text string) string {
	if !p.colour || text == "" {
		return text
	}
	return "\x1b[" + sgr + "m" + text + "\x1b[0m"
}

var escapes = regexp.MustCompile(`\x1b\[[0-9;?]*[ -/]*[@-~]`)

// write writes text as it is, without colours where there are none.
func (p *pane) write(text string) {
	if !p.colour {
		text = escapes.ReplaceAllStringFunc(text, func(e string) string {
			if p.tty && (strings.HasSuffix(e, "A") || strings.HasSuffix(e, "J")) {
				return e // moves the cursor
			}
			return ""
		})
	}
	if text == "" || p.failed != nil {
		return
	}
	_, p.failed = io.WriteString(p.w, text)
	p.midline = !strings.HasSuffix(text, "\n")
}

// line writes whole lines, on a line of their own.
func (p *pane) line(text string) {
	if p.midline {
		p.write("\n")
	}
	p.write(strings.TrimSuffix(text, "\n") + "\n")
}

// progress writes a line to standard error, after what is on standard output.
func (t *terminal) progress(text string) {
	if t.quiet {
		return
	}
	if t.out.midline {
		t.out.write("\n")
	}
	t.err.line(text)
}

// note says something that is not the notebook's, also when quiet.
func (t *terminal) note(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.eraseLive()
	t.err.line("cahier: " + fmt.Sprintf(format, args...))
}

// prompt asks for a line of input.
func (t *terminal) prompt(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.eraseLive()
	t.err.write(text)
	t.err.midline = false // the user's answer ends the line
}

func (t *terminal) begin(name string, n *notebooks.Notebook) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.cells = n.Cells
	t.progress(t.err.style(bold, name))
}

var heading = regexp.MustCompile(`^#{1,6}\s+(.+?)\s*#*$`)

// headings shows the headings of the Markdown cells before a cell.
func (t *terminal) headings(before int) {
	for ; t.told < before; t.told++ {
		c := t.cells[t.told]
		if c.Type != notebooks.Markdown {
			continue
		}
		fenced := false
		for line := range strings.Lines(c.Source) {
			line = strings.TrimRight(line, "\r\n")
			if strings.HasPrefix(line, "```") {
				fenced = !fenced
			}
			if m := heading.FindStringSubmatch(line); m != nil && !fenced {
				t.progress("\n" + t.err.style(bold, m[1]))
			}
		}
	}
}

func (t *terminal) started(r notebooks.CellRun) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.headings(r.Index)
	t.changed = nil
	label := fmt.Sprintf("[%*d/%d] ", len(fmt.Sprint(r.Of)), r.Number, r.Of)
	source := strings.TrimSpace(r.Cell.Source)
	first, rest, _ := strings.Cut(source, "\n")
	if rest != "" {
		first += " …"
	}
	t.progress(t.err.style(cyan, label) + t.err.style(dim, cut(first, t.err.width-len(label)-1)))
}

// cut shortens a line to a number of characters.
func cut(line string, width int) string {
	r := []rune(strings.ReplaceAll(line, "\t", " "))
	if len(r) <= width {
		return string(r)
	}
	return string(r[:max(width-1, 0)]) + "…"
}

func (t *terminal) output(_ notebooks.CellRun, o notebooks.Output) {
	if t.quiet {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if isLive(o) {
		t.showLive(o)
	} else if name, text, ok := o.Stream(); ok {
		t.eraseLive()
		if name == "stderr" {
			text = t.out.style(red, text)
		}
		t.out.write(text)
		t.drawLive()
	} else {
		t.eraseLive()
		t.bundle(o)
		t.drawLive()
	}
	if t.out.failed != nil && t.broken != nil {
		t.broken(t.out.failed)
	}
}

// bundle shows a display or a result: a picture as blocks where that is
// possible, else the text that stands for it.
func (t *terminal) bundle(o notebooks.Output) {
	data := o.Data()
	if data == nil {
		return // an error: finished shows it
	}
	text, isText := data["text/plain"].(string)
	if encoded, ok := data["image/png"].(string); ok {
		if picture := blocks(encoded, t.out); picture != "" {
			t.out.line(picture)
			return
		}
	}
	source, isHTML := data["text/html"].(string)
	switch {
	case hasPicture(data):
		if !isText {
			text = "picture"
		}
		t.out.line("[" + text + "]")
	case isText:
		t.out.line(text)
	case isHTML:
		t.out.line(display.HTML(source).String())
	default:
		t.out.line(display.MIME(data, nil).String())
	}
}

func hasPicture(data map[string]any) bool {
	for mime := range data {
		if strings.HasPrefix(mime, "image/") {
			return true
		}
	}
	return false
}

// updated remembers a display that has changed. Its last state is shown when
// the cell has ended: a terminal cannot take back what it has shown.
func (t *terminal) updated(_ notebooks.CellRun, o notebooks.Output) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.quiet {
		return
	}
	if isLive(o) {
		t.showLive(o)
		return
	}
	for _, known := range t.changed {
		if same(known, o) {
			return
		}
	}
	t.changed = append(t.changed, o)
}

func (t *terminal) cleared(notebooks.CellRun) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.eraseLive()
	t.changed, t.live = nil, nil
}

func (t *terminal) finished(r notebooks.CellRun) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.quiet {
		t.endLive()
		for _, o := range t.changed {
			t.bundle(o)
		}
	}
	mark := t.err.style(green, "✓")
	if r.Failure != nil || r.Err != nil {
		mark = t.err.style(red, "✗")
	}
	t.progress(mark + t.err.style(dim, " "+seconds(r.Elapsed)))
	if r.Failure != nil {
		t.failure(r.Failure)
	}
}

// failure shows a cell that has failed, with its lines numbered, and the error.
func (t *terminal) failure(e *notebooks.CellError) {
	if t.out.midline {
		t.out.write("\n")
	}
	t.err.line(t.err.style(red, fmt.Sprintf("cell %d failed:", e.Number)))
	lines := strings.Split(strings.TrimRight(e.Source, "\n"), "\n")
	for i, line := range lines {
		t.err.line(t.err.style(dim, fmt.Sprintf("%*d │ ", len(fmt.Sprint(len(lines))), i+1)) + line)
	}
	traceback := strings.Join(e.Traceback, "\n")
	if !strings.Contains(escapes.ReplaceAllString(traceback, ""), e.Value) {
		t.err.line(t.err.style(red, e.Name) + ": " + e.Value)
	}
	if traceback != "" {
		t.err.line(traceback)
	}
}

func (t *terminal) end(n *notebooks.Notebook, elapsed time.Duration, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err != nil {
		return
	}
	t.headings(len(n.Cells))
	t.progress("\n" + t.err.style(green, "done") + t.err.style(dim, " in "+seconds(elapsed)))
}

// seconds prints a duration for people.
func seconds(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return fmt.Sprintf("%.2f s", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return d.Round(time.Second).String()
}

// decoded is base64 of Jupyter, which may be broken into lines.
func decoded(encoded string) ([]byte, error) {
	return base64.StdEncoding.DecodeString(strings.Join(strings.Fields(encoded), ""))
}
