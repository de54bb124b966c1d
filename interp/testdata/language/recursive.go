// Declared types that contain themselves without a struct.

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

type lexer struct {
	input string
	pos   int
	items []string
}

type stateFn func(*lexer) stateFn

func lexText(l *lexer) stateFn {
	if l.pos >= len(l.input) {
		return nil
	}
	l.items = append(l.items, "text")
	l.pos++
	return lexNumber
}

func lexNumber(l *lexer) stateFn {
	l.items = append(l.items, "number")
	l.pos++
	return lexText
}

type option func(*config) option
type config struct{ verbosity int }

func verbosity(n int) option {
	return func(c *config) option {
		old := c.verbosity
		c.verbosity = n
		return verbosity(old)
	}
}

type tree []tree

func (t tree) depth() int {
	d := 0
	for _, c := range t {
		d = max(d, c.depth())
	}
	return d + 1
}

type dir map[string]dir
type fifo chan fifo

type counter struct{ n int }
type step func(*counter) (step, error)

func one(c *counter) (step, error) {
	c.n++
	if c.n > 5 {
		return nil, errors.New("end")
	}
	return two, nil
}

func two(c *counter) (step, error) {
	c.n += 2
	return one, nil
}

type a []b
type b map[string]a

type list[T any] func() (T, list[T])

func from(n int) list[int] {
	return func() (int, list[int]) {
		if n > 3 {
			return n, nil
		}
		return n, from(n + 1)
	}
}

func main() {
	l := &lexer{input: "abcd"}
	for state := stateFn(lexText); state != nil; {
		state = state(l)
	}
	fmt.Println(l.items)
	table := map[string]stateFn{"text": lexText}
	table["number"] = lexNumber
	table["number"](l)
	fmt.Println(len(l.items), table["none"] == nil)

	c := &config{1}
	previous := verbosity(3)(c)
	fmt.Println(c.verbosity)
	previous(c)
	fmt.Println(c.verbosity)

	t := tree{tree{}, tree{tree{}}, nil}
	t = append(t, tree{{{}}}, t[1])
	t[0] = tree{t[1]}
	t[2], t[1] = t[1], t[2]
	var x any = t
	fmt.Println(len(t[1]), t.depth(), t[1] == nil, t, x.(tree)[3])
	fmt.Printf("%T %v\n", x, x)
	slices.Reverse(t)
	fmt.Println(t, slices.ContainsFunc(t, func(x tree) bool { return x == nil }))
	text, _ := json.Marshal(t)
	fmt.Println(string(text))

	m := dir{"a": dir{"b": nil}}
	v, ok := m["a"]["b"]
	_, none := m["z"]
	m["c"] = m["a"]
	names := 0
	for k, v := range m {
		names += len(k) + len(v)
	}
	delete(m, "c")
	fmt.Println(len(m["a"]), v == nil, ok, none, names, m)

	ch := make(fifo, 1)
	ch <- make(fifo)
	y, ok := <-ch
	fmt.Println(y != nil, cap(y), cap(ch), ok)

	n := &counter{}
	var err error
	for s := step(one); s != nil; {
		s, err = s(n)
	}
	fmt.Println(n.n, err)

	p := a{b{"x": a{nil}}}
	fmt.Println(len(p[0]["x"]), p)

	for l := from(0); l != nil; {
		var v int
		v, l = l()
		fmt.Print(v, " ")
	}
	fmt.Println()
}
