// Every way to look through a nil pointer is a run-time error.

package main

import (
	"fmt"
	"runtime"
	"strings"
)

type P struct{ a, b int }

// try says what f panics with.
func try(name string, f func()) {
	defer func() {
		r := recover()
		if err, ok := r.(runtime.Error); ok && r != nil {
			fmt.Println(name, "run-time error", strings.Contains(err.Error(), "nil pointer"))
			return
		}
		fmt.Println(name, "->", r)
	}()
	f()
}
func take(x int) {
	if x == 5 {
		println("5")
	}
}
func takeP(x P) {
	if x.a == 5 {
		println("5")
	}
}
func takeAny(x any)            {}
func ret(p *int) int           { return *p }
func retP(p *P) P              { return *p }
func ret2(p *int) (int, error) { return *p, nil }

type I interface{ get() int }

func (p P) get() int   { return p.a }
func (p *P) pget() int { return p.a }

func main() {
	var p *int
	var pp *P
	var ps *string
	var pa *[3]int
	var psl *[]int
	var pm *map[string]int
	var pf *func()
	var pi *any
	var pe *error
	m := map[int]int{}
	mp := map[int]P{}
	try("take", func() { take(*p) })
	try("takeP", func() { takeP(*pp) })
	try("takeAny", func() { takeAny(*p) })
	try("takeAnyP", func() { takeAny(*pp) })
	try("takeAnyi", func() { takeAny(*pi) })
	try("ret", func() { ret(p) })
	try("retP", func() { retP(pp) })
	try("ret2", func() { ret2(p) })
	try("m", func() { m[0] = *p })
	try("mp", func() { mp[0] = *pp })
	try("comp", func() { _ = []int{*p} })
	try("compS", func() { _ = P{*p, 1} })
	try("compM", func() { _ = map[int]int{1: *p} })
	try("compK", func() { _ = map[int]int{*p: 1} })
	try("append", func() { _ = append([]int{}, *p) })
	try("appendP", func() { _ = append([]P{}, *pp) })
	try("x:=", func() { x := *p; _ = x })
	try("x:=P", func() { x := *pp; _ = x })
	try("x=", func() { x := 1; x = *p; _ = x })
	try("x=P", func() { x := P{}; x = *pp; _ = x })
	try("s[0]=", func() { s := []int{1}; s[0] = *p })
	try("f=", func() { var s P; s.a = *p })
	try("*q=", func() { q := new(int); *q = *p })
	try("*p=", func() { *p = 1 })
	try("*pp=", func() { *pp = P{} })
	try("*p+=", func() { *p += 1 })
	try("*p++", func() { *p++ })
	try("pp.a", func() { x := pp.a; _ = x })
	try("pp.a take", func() { take(pp.a) })
	try("pp.a=", func() { pp.a = 1 })
	try("pp.a++", func() { pp.a++ })
	try("m pp.a", func() { m[0] = pp.a })
	try("&pp.a", func() { q := &pp.a; _ = q })
	try("add", func() { x := 1 + *p; _ = x })
	try("if", func() {
		if *p == 0 {
			println("ne")
		}
	})
	try("if0", func() {
		if *ps == "" {
			println("ne")
		}
	})
	try("len", func() { x := len(*ps); _ = x })
	try("conv", func() { x := float64(*p); _ = x })
	try("pa[0]", func() { x := pa[0]; _ = x })
	try("pa[0]=", func() { pa[0] = 1 })
	try("pa[:]", func() { x := pa[:]; _ = x })
	try("(*psl)[0]", func() { x := (*psl)[0]; _ = x })
	try("*psl append", func() { *psl = append(*psl, 1) })
	try("len psl", func() { println(len(*psl)) })
	try("range psl", func() {
		for range *psl {
		}
	})
	try("range psl2", func() {
		for _, v := range *psl {
			_ = v
		}
	})
	try("pm", func() { x := (*pm)["a"]; _ = x })
	try("pm=", func() { (*pm)["a"] = 1 })
	try("pm ok", func() { x, ok := (*pm)["a"]; _, _ = x, ok })
	try("pf", func() { (*pf)() })
	try("pi", func() { x := *pi; _ = x })
	try("pi assert", func() { x := (*pi).(int); _ = x })
	try("pe", func() { x := *pe; _ = x })
	try("pe ==", func() {
		if *pe == nil {
			println("pe nil")
		}
	})
	try("pi ==", func() {
		if *pi == nil {
			println("pi nil")
		}
	})
	try("fmt", func() { _ = fmt.Sprint(*p) })
	try("fmtP", func() { _ = fmt.Sprint(*pp) })
	try("fmtS", func() { _ = strings.ToUpper(*ps) })
	try("send", func() { c := make(chan int, 1); c <- *p })
	try("switch", func() {
		switch *p {
		case 0:
			println("sw")
		}
	})
	try("neg", func() { x := -*p; _ = x })
	try("!", func() { var b *bool; x := !*b; _ = x })
	try("&&", func() { var b *bool; x := true && *b; _ = x })
	try("if b", func() {
		var b *bool
		if *b {
			println("b")
		} else {
			println("notb")
		}
	})
	try("for b", func() {
		var b *bool
		for *b {
			println("b")
		}
	})
	try("closure", func() { g := func() int { return *p }; g() })
	try("go method", func() { var q *P; q.get() })
	try("go pmethod", func() { var q *P; q.pget() })
	try("method value", func() { var q *P; f := q.get; _ = f })
	try("iface", func() { var i I = (*P)(nil); i.get() })
	try("nil iface", func() { var i I; i.get() })
	try("nil map", func() { var m map[string]int; m["a"] = 1 })
	try("pp copy", func() { var a, b *P; *a = *b })
	try("elem ptr", func() { var a [2]*int; x := *a[1]; _ = x })
	try("struct nil field", func() {
		type N struct {
			next *N
			v    int
		}
		n := &N{}
		x := n.next.v
		_ = x
	})
	try("nested ptr", func() { var q **int; x := **q; _ = x })
	try("nested ptr2", func() { var q *int; r := &q; x := **r; _ = x })
	try("closed", func() { var c chan int; close(c) })
	try("nil func", func() { var f func(int) int; x := f(1); _ = x })
	try("nil func go stmt", func() { var f func(); f() })
	try("div", func() { x := 0; y := 1 / x; _ = y })
	try("shift", func() { x := -1; y := 1 << x; _ = y })
	try("assert", func() { var x any = 1; y := x.(string); _ = y })
	try("conv arr", func() { s := []int{1}; y := [2]int(s); _ = y })
	try("return multi", func() { f := func() (int, P) { return 1, *pp }; a, b := f(); _, _ = a, b })
	try("defer arg", func() { defer take(*p) })
	try("min", func() { x := min(1, *p); _ = x })
	try("copy", func() { copy(*psl, []int{1}) })
	try("delete", func() { delete(*pm, "a") })
	try("print", func() { println(*p) })
	try("select", func() {
		c := make(chan int, 1)
		select {
		case c <- *p:
		}
	})
	try("index by", func() { x := []int{1}[*p]; _ = x })
	try("str idx", func() { x := (*ps)[0]; _ = x })
	try("str slice", func() { x := (*ps)[0:]; _ = x })
	try("struct eq", func() { x := *pp == P{}; _ = x })
	try("any var", func() { var x any = *p; _ = x })
	try("any varP", func() { var x any = *pp; _ = x })
	try("any assign", func() { var x any; x = *pp; _ = x })
	try("slice of any", func() { x := []any{*p}; _ = x })
	try("chan recv", func() { var c *chan int; <-*c })
}
