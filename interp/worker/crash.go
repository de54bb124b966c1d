package worker

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"cahier/interp"
)

// Names of the errors that this package makes ([interp.CellError].Name).
const (
	namePanic       = "Panic"
	nameStack       = "StackOverflow"
	nameMap         = "ConcurrentMapAccess"
	nameDeadlock    = "Deadlock"
	nameOutOfMemory = "OutOfMemory"
	nameFatal       = "FatalError"
	nameExit        = "Exit"
	nameKilled      = "Killed"
	nameInterrupted = "Interrupted"
	nameWorkerDied  = "WorkerDied"
	nameGoexit      = "Goexit"
	nameTooLarge    = "TooLarge"
	nameReplay      = "ReplayError"
)

// newCellError makes an error whose traceback is its head line, then the
// frames, then further lines.
func newCellError(name, value string, frames []string, more ...string) *interp.CellError {
	first, rest, _ := strings.Cut(value, "\n")
	tb := []string{name + ": " + first}
	for l := range strings.Lines(rest) {
		tb = append(tb, strings.TrimRight(l, "\n"))
	}
	for _, f := range frames {
		tb = append(tb, "    at "+f)
	}
	tb = append(tb, more...)
	return &interp.CellError{Name: name, Value: first, Traceback: tb}
}

// trace is what a crash report of the Go runtime says.
type trace struct {
	name   string   // one of the names above; empty: no report was found
	value  string   // what happened; may be several lines
	frames []string // of the cell, or else the first few that are not the runtime's
}

// maxFrames is how many frames an error shows.
const maxFrames = 8

var (
	// cellPosition is a place in a cell: cell3.go:12:5 or cell3.go:12.
	cellPosition = regexp.MustCompile(`\bcell(\d+)\.go:(\d+)(?::(\d+))?`)
	// crashBegin is how a crash report begins, at any place of a line: what
	// was printed before may not have ended its line.
	crashBegin = regexp.MustCompile(`panic: |fatal error: |runtime: goroutine stack exceeds|runtime: out of memory|unexpected fault address |SIG[A-Z]+: |fatal: morestack`)
	signalLine = regexp.MustCompile(`^(SIG[A-Z]+): (.*)$`)
	goroutine  = regexp.MustCompile(`^goroutine \d+ .*\[.*\]:$`)
	repanic    = regexp.MustCompile(` \[recovered(, repanicked)?\]$`)
	typed      = regexp.MustCompile(`^[\w./*]+\((?s:(.*))\)$`)
)

// parseTrace reads a crash report, or a stack alone.
func parseTrace(text string) trace {
	var t trace
	lines := strings.Split(text, "\n")
	body := len(lines) // where the first goroutine's stack begins
	for i, l := range lines {
		if goroutine.MatchString(l) {
			body = i
			break
		}
	}
	head := lines[:body]
	for i, l := range head {
		if _, msg, ok := strings.Cut(l, "fatal error: "); ok {
			t.fatal(msg)
			break
		}
		if interpretedFrame(l) != "" {
			continue
		}
		if _, msg, ok := strings.Cut(l, "panic: "); ok {
			t.panicked(msg, head[i+1:])
			break
		}
		if m := signalLine.FindStringSubmatch(l); m != nil {
			t.name = nameKilled
			t.value = fmt.Sprintf("the worker process was ended by %s (%s), which came from compiled code, from C or from outside", m[1], m[2])
			break
		}
	}
	t.readFrames(lines[body:])
	if t.name == "" {
		t.guess(text)
	}
	return t
}

// panicked reads the value of a panic: the lines up to the first that is empty.
// Of a chain of panics the last says what ended the process.
func (t *trace) panicked(msg string, more []string) {
	t.name = namePanic
	value := []string{repanic.ReplaceAllString(msg, "")}
	for _, l := range more {
		if l == "" || strings.HasPrefix(l, "[signal ") || strings.HasPrefix(l, "goroutine ") {
			break
		}
		l = strings.TrimPrefix(l, "\t")
		if next, ok := strings.CutPrefix(l, "panic: "); ok {
			value = value[:0]
			l = repanic.ReplaceAllString(next, "")
		}
		value = append(value, l)
	}
	t.value = strings.Join(value, "\n")
	// A string type's value is printed with its type: main.Reason("text").
	if m := typed.FindStringSubmatch(t.value); m != nil && strings.HasPrefix(m[1], `"`) {
		t.value = strings.Trim(m[1], `"`)
	}
}

// fatal reads what the runtime calls a fatal error.
func (t *trace) fatal(msg string) {
	t.value = msg
	switch {
	case strings.Contains(msg, "stack overflow"):
		t.name, t.value = nameStack, "a function called itself without end: the goroutine's stack is full"
	case strings.Contains(msg, "concurrent map"):
		t.name, t.value = nameMap, msg+": goroutines used one map at the same time; guard it with a sync.Mutex"
	case strings.Contains(msg, "all goroutines are asleep"):
		t.name = nameDeadlock
	case strings.Contains(msg, "out of memory"), strings.Contains(msg, "cannot allocate memory"):
		t.name = nameOutOfMemory
	default:
		t.name = nameFatal
	}
}

// guess finds the cause in the functions of the stack: the head of a report is
// lost when a cell closed descriptor 2.
func (t *trace) guess(text string) {
	switch {
	case strings.Contains(text, "runtime.newstack("):
		t.fatal("stack overflow")
	case strings.Contains(text, "internal/runtime/maps.fatal("), strings.Contains(text, "runtime.mapassign"):
		t.fatal("concurrent map access")
	case strings.Contains(text, "runtime.sysMap"), strings.Contains(text, "runtime.(*mheap).sysAlloc("):
		t.fatal("out of memory")
	case strings.Contains(text, "runtime.throw("), strings.Contains(text, "runtime.fatalthrow("):
		t.name, t.value = nameFatal, "the Go runtime gave up"
	}
}

// readFrames reads the frames of the first goroutine of a stack.
func (t *trace) readFrames(lines []string) {
	var cells, others []string
	for i := 0; i+1 < len(lines); i++ {
		if i > 0 && lines[i] == "" {
			break // the next goroutine
		}
		pos, ok := strings.CutPrefix(lines[i+1], "\t")
		if !ok {
			continue
		}
		fn := functionName(lines[i])
		pos, _, _ = strings.Cut(pos, " ")
		switch {
		case cellPosition.MatchString(pos):
			cells = appendFrame(cells, fn+" ("+readablePosition(pos)+")")
		case !ownFunction(fn):
			others = appendFrame(others, fn+" ("+shortPath(pos)+")")
		}
		i++
	}
	t.frames = cells
	if len(cells) == 0 {
		t.frames = others
	}
	if len(t.frames) > maxFrames {
		t.frames = t.frames[:maxFrames]
	}
}

// appendFrame adds a frame once: a recursion is one frame, not a hundred.
func appendFrame(frames []string, f string) []string {
	if slices.Contains(frames, f) {
		return frames
	}
	return append(frames, f)
}

// functionName takes the arguments off a line of a stack.
func functionName(l string) string {
	l = strings.TrimPrefix(l, "created by ")
	l, _, _ = strings.Cut(l, " in goroutine ")
	if i := strings.LastIndexByte(l, '('); i > 0 && strings.HasSuffix(l, ")") {
		l = l[:i]
	}
	return l
}

// ownFunction says whether a function belongs to the machinery below a cell.
func ownFunction(fn string) bool {
	for _, p := range []string{
		"runtime.", "runtime/", "internal/", "reflect.", "panic", "sync.", "testing.",
		"github.com/traefik/yaegi/", "cahier/interp.", "cahier/interp/",
	} {
		if strings.HasPrefix(fn, p) && !strings.Contains(fn, "_test.") {
			return true
		}
	}
	return false
}

// readablePosition turns cell3.go:12:5 into "cell 3, line 12".
func readablePosition(pos string) string {
	m := cellPosition.FindStringSubmatch(pos)
	if m == nil {
		return pos
	}
	s := "cell " + m[1] + ", line " + m[2]
	if m[3] != "" {
		s += ", column " + m[3]
	}
	return s
}

// shortPath leaves the folder and name of a file.
func shortPath(p string) string {
	dir, file := path.Split(p)
	return path.Join(path.Base(dir), file)
}

// interpretedFrames finds the frames that the interpreter writes to standard
// error when interpreted code panics.
func interpretedFrames(text string) []string {
	var frames []string
	for l := range strings.Lines(text) {
		if f := interpretedFrame(l); f != "" && len(frames) < maxFrames {
			frames = appendFrame(frames, f)
		}
	}
	return frames
}

// interpretedFrame reads one line "cell1.go:2:6: panic: main.f(...)". It
// returns an empty text if the line is something else.
func interpretedFrame(l string) string {
	pos, rest, ok := strings.Cut(strings.TrimSpace(l), ": panic: ")
	if !ok || !framePosition.MatchString(pos+": ") || !strings.HasSuffix(rest, "(...)") {
		return ""
	}
	return strings.TrimSuffix(rest, "(...)") + " (" + readablePosition(pos) + ")"
}
