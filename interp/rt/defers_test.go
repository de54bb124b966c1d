package rt

import (
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

// function is a function of a cell as lowering makes it: it enters, and tells
// what recover gives it.
func (l *trail) function(r *Runtime, name string, then func()) func() {
	return func() {
		p := r.Enter()
		if then != nil {
			then()
		}
		*l = append(*l, fmt.Sprint(name, " ", r.Recover(p)))
	}
}

type trail []string

func TestRecover(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(r *Runtime, l *trail)
		want string
		left any // the panic that is left
	}{
		{"by the deferred function", func(r *Runtime, l *trail) {
			d := r.NewDefers()
			r.RunBody(d, func() { r.Defer(d, l.function(r, "f", nil)); panic(1) })
		}, "f 1", nil},
		{"once", func(r *Runtime, l *trail) {
			d := r.NewDefers()
			r.RunBody(d, func() {
				r.Defer(d, l.function(r, "f", nil))
				r.Defer(d, l.function(r, "g", nil))
				panic(1)
			})
		}, "g 1, f <nil>", nil},
		{"not by what the deferred function calls", func(r *Runtime, l *trail) {
			d := r.NewDefers()
			g := l.function(r, "g", nil)
			r.RunBody(d, func() { r.Defer(d, func() { r.Enter(); g() }); panic(1) })
		}, "g <nil>", 1},
		{"by the deferred function after what it calls", func(r *Runtime, l *trail) {
			d := r.NewDefers()
			r.RunBody(d, func() { r.Defer(d, l.function(r, "f", l.function(r, "g", nil))); panic(1) })
		}, "g <nil>, f 1", nil},
		{"not by what a compiled function calls", func(r *Runtime, l *trail) {
			d := r.NewDefers()
			r.RunBody(d, func() { r.DeferCompiled(d, l.function(r, "f", nil)); panic(1) })
		}, "f <nil>", 1},
		{"by none when there is no panic", func(r *Runtime, l *trail) {
			d := r.NewDefers()
			r.RunBody(d, func() { r.Defer(d, l.function(r, "f", nil)) })
		}, "f <nil>", nil},
		{"another panic", func(r *Runtime, l *trail) {
			d := r.NewDefers()
			r.RunBody(d, func() {
				r.Defer(d, l.function(r, "f", nil))
				r.Defer(d, func() { panic(2) })
				panic(1)
			})
		}, "f 2", nil},
		{"recover itself is deferred", func(r *Runtime, l *trail) {
			d := r.NewDefers()
			r.RunBody(d, func() { r.DeferRecover(d, r.Enter()); panic(1) })
		}, "", 1},
		{"nil is deferred", func(r *Runtime, l *trail) {
			d := r.NewDefers()
			r.RunBody(d, func() { r.Defer(d, nil) })
		}, "", NilDereference},
	} {
		var l trail
		r := New()
		left := panicOf(func() { c.do(r, &l) })
		if got := strings.Join(l, ", "); got != c.want || left != c.left {
			t.Errorf("%s: %q and %v left, want %q and %v", c.name, got, left, c.want, c.left)
		}
		if n := r.polling.Load(); n != 0 || *r.Stop || len(r.panics) != 0 {
			t.Errorf("%s: %d reasons to poll and %d panics are left", c.name, n, len(r.panics))
		}
	}
}

// TestDefersAndGoexit: deferred calls run when the goroutine ends.
func TestDefersAndGoexit(t *testing.T) {
	r := New()
	var l trail
	done := make(chan bool)
	go func() {
		defer close(done)
		d := r.NewDefers()
		r.RunBody(d, func() { r.Defer(d, l.function(r, "f", nil)); runtime.Goexit() })
		l = append(l, "went on")
	}()
	<-done
	if got := strings.Join(l, ", "); got != "f <nil>" {
		t.Errorf("%q, want f <nil>", got)
	}
}

// TestCause: the engine's panics in Go's words, others as they are.
func TestCause(t *testing.T) {
	g, _, _ := registry(t)
	err := errors.New("e")
	for _, c := range []struct{ v, want any }{
		{1, 1}, {"text", "text"}, {err, err}, {reflect.ValueOf(err), err}, {reflect.Value{}, nil},
		{"reflect: slice index out of range", "runtime error: index out of range"},
		{&reflect.ValueError{Method: "reflect.Value.Int"}, NilDereference.Error()},
		{"reflect: Call using zero Value argument", NilDereference.Error()},
		{"reflect: cannot convert slice with length 2 to array with length 3", "runtime error: cannot convert slice with length 2 to array or pointer to array with length 3"},
		{"reflect: cannot convert slice with length 2 to pointer to array with length 3", "runtime error: cannot convert slice with length 2 to array or pointer to array with length 3"},
		{"reflect.MakeSlice: negative len", "runtime error: makeslice: len out of range"},
		{"reflect: something that a cell does by package reflect", "reflect: something that a cell does by package reflect"},
	} {
		got := g.Cause(c.v)
		if text, ok := c.want.(string); ok && got != c.want {
			if e, is := got.(runtime.Error); !is || e.Error() != text {
				t.Errorf("the cause of %v is %v, want %v", c.v, got, c.want)
			}
			continue
		}
		if got != c.want {
			t.Errorf("the cause of %v is %v, want %v", c.v, got, c.want)
		}
	}
	m := map[any]int{}
	v := panicOf(func() { m[[]enginePoint{}] = 1 })
	if got := fmt.Sprint(g.Cause(v)); !strings.HasPrefix(got, "runtime error: hash of unhashable type ") {
		t.Errorf("an unhashable key panics with %s", got)
	}
}
