// recover works only directly in a deferred function.

package main

import "fmt"

func say(what string, v any) { fmt.Println(what, v) }

func direct(what string)   { say(what, recover()) }
func indirect(what string) { direct(what) }
func nested(what string)   { func() { say(what, recover()) }() }

type t struct{ name string }

func (x t) value()    { say(x.name, recover()) }
func (x *t) pointer() { say(x.name, recover()) }

type i interface{ value() }

func each(yield func(int) bool) { yield(1) }

func run(name string, f func()) {
	defer func() { say(name+" left", recover()) }()
	f()
}

func main() {
	run("direct", func() { defer direct("d"); panic(1) })
	run("indirect", func() { defer indirect("d"); panic(2) })
	run("nested", func() { defer nested("d"); panic(3) })
	run("literal", func() { defer func() { say("d", recover()) }(); panic(4) })
	run("twice", func() { defer func() { say("d", recover()); say("d", recover()) }(); panic(5) })
	run("itself", func() { defer recover(); panic(6) })
	run("itself in a deferred function", func() { defer func() { defer recover() }(); panic(7) })
	run("method", func() { defer t{"m"}.value(); panic(8) })
	run("pointer method", func() { defer (&t{"m"}).pointer(); panic(9) })
	run("interface", func() { var x i = t{"m"}; defer x.value(); panic(10) })
	run("method value", func() { f := t{"m"}.value; defer f(); panic(11) })
	run("method expression", func() { f := t.value; defer f(t{"m"}); panic(12) })
	run("in an argument", func() { defer func(v any) { say("d", v); say("d", recover()) }(recover()); panic(13) })
	run("another panic", func() {
		defer direct("outer")
		defer func() {
			defer direct("inner")
			panic("second")
		}()
		panic("first")
	})
	run("replaced", func() {
		defer direct("d")
		defer func() { panic("second") }()
		panic("first")
	})
	run("not panicking", func() { defer direct("d") })
	run("a function that the deferred one calls defers it", func() {
		defer func() {
			func() { defer direct("d") }()
			say("after", recover())
		}()
		panic(14)
	})
	run("in a loop over a function", func() {
		defer func() {
			for range each {
				say("d", recover())
			}
		}()
		panic(15)
	})
	run("outside", func() { say("r", recover()) })
	run("recovered and again", func() {
		defer direct("d2")
		defer func() { recover(); panic("again") }()
		panic("first")
	})
	run("results", func() {
		f := func() (n int, err error) {
			defer func() {
				if r := recover(); r != nil {
					err = fmt.Errorf("caught %v", r)
				}
			}()
			n = 3
			panic("x")
		}
		n, err := f()
		fmt.Println(n, err)
	})
}
