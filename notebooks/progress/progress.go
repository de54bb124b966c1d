// Package progress shows how far a loop is: how much of it is done, how fast
// it goes and how long it will take.
//
//	for i := range progress.Range(1000, "training") {
//		...
//	}
//
// [Slice] does so for the indices of a slice, [Reader] for what is read, and
// [New] makes a bar that is moved by hand. Bars that are started while others
// run stand below these; one that has ended makes room for the next. [Table]
// shows a table that grows by a row each epoch.
//
// In a notebook all bars of one loop are one display, which is brought up to
// date at most ten times a second and always shows the last state; what is saved
// is the final one, also as text. A loop that is left by break, return or a panic
// shows where it stopped. Elsewhere a terminal gets lines that are overwritten on
// standard error, and what is no terminal only the final ones.
package progress

import (
	"fmt"
	"io"
	"reflect"
	"sync"
	"time"

	"cahier/notebooks/display"
)

// Progress makes bars for one place: the displays of a kernel's session, or a
// terminal. Its methods are the functions of the package.
type Progress struct {
	begin   func(*group) canvas // starts to show a group
	effects display.Effects     // of a notebook
	rows    io.Writer           // gets the rows of tables where there is no notebook
	now     func() time.Time

	mu      sync.Mutex // guards current
	current *group     // which new bars join while it runs
}

// canvas shows a group. Its methods may be called from any goroutine.
type canvas interface {
	changed() // soon
	ended()   // now: nothing will change for a while
}

// On gives the functions of the package, bound to the displays of e, as a
// kernel binds them.
func On(e display.Effects) *Progress {
	return &Progress{
		begin: func(g *group) canvas {
			r := e.Refresher(func() any { return g.data() })
			return refresher{r}
		},
		effects: e,
		now:     time.Now,
	}
}

type refresher struct{ r *display.Refresher }

func (r refresher) changed() { r.r.Changed() }

func (r refresher) ended() { r.r.Changed(); r.r.Flush() }

// program is the terminal of a program that uses the package outside a
// notebook: there is one.
var program = sync.OnceValue(func() *Progress { return onTerminal(stderr()) })

// Range is for range: i goes from 0 to n - 1, and a bar shows how far it is. At
// most one label is used. A loop that is left early shows where it stopped. It
// panics with an [*Error] if n is negative.
func Range(n int, label ...string) func(yield func(i int) bool) {
	return program().Range(n, label...)
}

// Slice is [Range] over the indices of xs: a slice, an array or a string, or a
// pointer to an array. It panics with an [*Error] if xs is something else.
func Slice(xs any, label ...string) func(yield func(i int) bool) {
	return program().Slice(xs, label...)
}

// Reader reads from r and shows how many bytes of size it has read; a size of 0
// or less means that it is not known. The bar is done when r ends. A reader that
// is closed (it is an io.Closer) or not read any more shows where it stopped.
func Reader(r io.Reader, size int64, label ...string) io.ReadCloser {
	return program().Reader(r, size, label...)
}

// New shows a bar that is moved by hand, by Add, and ended by Done. A total of 0
// or less means that it is not known.
func New(total int, label ...string) *Bar { return program().New(total, label...) }

// Table shows a table with these columns, which grows by a row each epoch:
//
//	table := progress.Table("epoch", "loss", "accuracy").Lowest("loss")
//	table.Row(1, 0.52, 0.91)
//
// Numbers have four significant digits, and the best ones of a column that
// Lowest or Highest names are marked. Of many rows the first and the last are
// shown. Outside a notebook every row is a line of standard output. It panics
// with an [*Error] without columns, with more than 50, or with one name twice.
func Table(columns ...string) *TrainingTable { return program().Table(columns...) }

// Error is what the functions panic with when they are used wrongly.
type Error struct {
	Func string // the function, "Range"
	Got  string // what it was given
	Want string // what it takes
}

func (e *Error) Error() string {
	return fmt.Sprintf("progress.%s: got %s, want %s", e.Func, e.Got, e.Want)
}

func one(function string, label []string) string {
	switch len(label) {
	case 0:
		return ""
	case 1:
		return label[0]
	}
	panic(&Error{function, fmt.Sprintf("%d labels", len(label)), "one at most"})
}

// Range is the function Range.
func (p *Progress) Range(n int, label ...string) func(yield func(i int) bool) {
	if n < 0 {
		panic(&Error{"Range", fmt.Sprint(n), "0 or more"})
	}
	return p.over(n, one("Range", label))
}

// Slice is the function Slice.
func (p *Progress) Slice(xs any, label ...string) func(yield func(i int) bool) {
	v := reflect.ValueOf(xs)
	if v.Kind() == reflect.Pointer && v.Type().Elem().Kind() == reflect.Array {
		v = reflect.Zero(v.Type().Elem()) // its length is its type's
	}
	switch v.Kind() {
	case reflect.Slice, reflect.Array, reflect.String:
		return p.over(v.Len(), one("Slice", label))
	}
	panic(&Error{"Slice", fmt.Sprintf("a %T", xs), "a slice or an array"})
}

// over is the loop.
func (p *Progress) over(n int, label string) func(yield func(i int) bool) {
	return func(yield func(i int) bool) {
		b := p.bar(int64(n), true, false, label)
		defer b.stop() // also when the body panics
		for i := range n {
			if !yield(i) {
				return
			}
			b.add(1)
		}
		b.Done()
	}
}

// New is the function New.
func (p *Progress) New(total int, label ...string) *Bar {
	return p.bar(int64(total), total > 0, false, one("New", label))
}

// Reader is the function Reader.
func (p *Progress) Reader(r io.Reader, size int64, label ...string) io.ReadCloser {
	return &reader{r, p.bar(size, size > 0, true, one("Reader", label))}
}

type reader struct {
	r   io.Reader
	bar *Bar
}

func (r *reader) Read(b []byte) (int, error) {
	n, err := r.r.Read(b)
	if n > 0 {
		r.bar.add(int64(n))
	}
	switch {
	case err == io.EOF:
		r.bar.Done()
	case err != nil:
		r.bar.stop()
	}
	return n, err
}

// Close ends the bar where it is, and closes what is read if that can be
// closed.
func (r *reader) Close() error {
	r.bar.stop()
	if c, ok := r.r.(io.Closer); ok {
		return c.Close()
	}
	return nil
}
