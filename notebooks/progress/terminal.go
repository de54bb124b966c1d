package progress

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"cahier/notebooks/display"

	"golang.org/x/term"
)

// drawEvery is the shortest time between two states of a terminal.
const drawEvery = 100 * time.Millisecond

// place is where a program's progress is drawn.
type place struct {
	w     io.Writer
	width int // columns of a terminal; 0: it is none
}

// stderr is standard error, where progress does not get into what a program
// prints.
func stderr() place {
	p := place{w: os.Stderr}
	if fd := int(os.Stderr.Fd()); term.IsTerminal(fd) && os.Getenv("TERM") != "dumb" {
		p.width = 80
		if columns, _, err := term.GetSize(fd); err == nil && columns > 20 {
			p.width = columns
		}
	}
	return p
}

// onTerminal makes bars for a program.
func onTerminal(p place) *Progress {
	return &Progress{
		begin:   func(g *group) canvas { return &lines{group: g, place: p} },
		effects: display.Here(),
		rows:    stdout{},
		now:     time.Now,
	}
}

// stdout is standard output as it is when something is written.
type stdout struct{}

func (stdout) Write(b []byte) (int, error) { return os.Stdout.Write(b) }

// lines draws a group on the last lines of a terminal, again and again, and
// elsewhere only when it has ended.
type lines struct {
	group *group
	place place

	mu    sync.Mutex // guards what follows
	last  time.Time
	drawn int // lines on the screen
	over  bool
}

func (l *lines) changed() {
	if l.place.width == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if now := time.Now(); now.Sub(l.last) >= drawEvery && !l.over {
		l.draw()
		l.last = now
	}
}

func (l *lines) ended() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over {
		return
	}
	l.over = true
	l.draw()
}

// draw writes over what is drawn. The cursor is left at the start of the line
// below only at the end, so that nothing scrolls while it runs.
func (l *lines) draw() {
	views, more := l.group.views()
	width := l.place.width - 1
	if l.place.width == 0 {
		width = 200
	}
	var texts []string
	for _, v := range views {
		texts = append(texts, v.text(width))
	}
	if more > 0 {
		texts = append(texts, fmt.Sprintf("and %d more", more))
	}
	var b strings.Builder
	if l.place.width > 0 {
		b.WriteString("\r")
		if l.drawn > 1 {
			fmt.Fprintf(&b, "\x1b[%dA", l.drawn-1)
		}
		b.WriteString("\x1b[J")
	}
	b.WriteString(strings.Join(texts, "\n"))
	if l.over {
		b.WriteString("\n")
	}
	l.drawn = len(texts)
	_, _ = io.WriteString(l.place.w, b.String()) // who closed standard error wants none of it
}
