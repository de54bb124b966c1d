// The order of evaluation, and what it leaves when something panics.

package main

import "fmt"

var (
	_    = last
	_    = note("blank", c0, b0)
	a0   = note("a")
	b0   = note("b")
	c0   = note("c")
	last = note("last")
)

func note(s string, rest ...int) int {
	fmt.Print(s, " ")
	return len(s)
}

func two(s string) (int, string) {
	fmt.Println("two", s)
	return len(s), s
}

func show(n int, s string) { fmt.Println("show", n, s) }

type rec struct{ name string }

func (r *rec) m(n int, s string) { fmt.Println(r.name, n, s) }

func get(s string) *rec {
	fmt.Println("get", s)
	return &rec{s}
}

func callee() func(int, string) {
	fmt.Println("callee")
	return show
}

func try(f func()) {
	defer func() { fmt.Println("recovered:", recover() != nil) }()
	f()
}

type inner struct{ x, y int }
type outer struct{ in inner }

func main() {
	fmt.Println()
	func() {
		defer show(two("a"))
		defer get("x").m(two("b"))
		r := &rec{"one"}
		defer r.m(two("c"))
		r = &rec{"two"}
		defer fmt.Println(two("d"))
		defer print()
		fmt.Println("end")
	}()
	callee()(two("e"))
	get("y").m(two("f"))

	m := map[int]int{}
	var p *int
	try(func() { m[2], *p = 42, 2 })
	fmt.Println(m)
	s := []int{}
	try(func() { m[3], s[1] = 2, 2 })
	fmt.Println(m)
	try(func() { m[4] = *p })
	fmt.Println(m)
	var o outer
	q := &o
	q, q.in.y = new(outer), 7
	fmt.Println(o, *q)
	i := 0
	arr := [3]int{}
	i, arr[i] = 2, 5
	fmt.Println(i, arr)

	b := make([]byte, 5, 6)
	copy(b, "12346")
	b = append(b[:len(b)-1], '5', b[len(b)-1])
	fmt.Println(string(b))

	f := func() (bad bool) {
		defer func() { recover() }()
		bad, _ = true, *p
		return
	}
	fmt.Println(f())

	count := 0
	switch {
	default:
		count++
		fallthrough
	case false:
		count += 10
		fallthrough
	case 1 > 2:
		count += 100
	case 2 > 3:
		count += 1000
	}
	fmt.Println(count)
	var it any = true
	switch {
	case it:
		fmt.Println("true")
	default:
		fmt.Println("not")
	}
}
