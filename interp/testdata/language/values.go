// Values that the engine alone gets wrong.

package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
)

type blank struct {
	a int
	_ string
	b float64
}

type wrap struct {
	v any
	_ int
}

type named int

func (n named) String() string { return fmt.Sprintf("named=%d", int(n)) }

func c() (float64, float64)             { return 1, 2 }
func c64() complex64                    { return complex(1, 2) }
func part() complex128                  { return 3 + 4i }
func slice() ([]int, int)               { return []int{1}, 2 }
func array() *[4]int                    { return nil }
func id[T any](x T) T                   { return x }
func pick[T any]() func(T) T            { return id[T] }
func call(f func(string) string) string { return f("x") }

type number interface{ ~complex64 | ~complex128 }

func pi[T number]() T { return T(3.14) }

func main() {
	x, y := blank{1, "x", 2}, blank{1, "y", 2}
	fmt.Println(x == y, x != y, any(x) == any(y), [1]blank{x} == [1]blank{y}, x == blank{2, "x", 2})
	fmt.Println(wrap{x, 1} == wrap{y, 2}, wrap{1, 1} == wrap{"a", 1})

	fmt.Println(complex(c()), real(part()), imag(part()), c64())
	var z any = complex64(complex(float32(1), float32(2))) * complex(float32(1), float32(0))
	fmt.Printf("%T %v %v\n", z, z, pi[complex64]())
	fmt.Println(append(slice()))
	fmt.Println(len(array()), cap(array()))

	fmt.Println(pick[int]()(4), []func(int) int{id[int]}[0](7), call(id))

	args := os.Args
	os.Args = []string{"a"}
	fmt.Println(os.Args, len(os.Args), os.Args[0])
	os.Args[0] = "z"
	os.Args = append(os.Args, "b")
	pa := &os.Args
	fmt.Println(os.Args, len(*pa))
	os.Args = args
	rate := runtime.MemProfileRate
	runtime.MemProfileRate = 1 << 20
	runtime.MemProfileRate++
	fmt.Println(runtime.MemProfileRate)
	runtime.MemProfileRate = rate
	flag.Usage = func() { fmt.Println("usage") }
	flag.Usage()

	keys := map[any]string{int(0): "int", named(0): "named", int8(0): "int8"}
	fmt.Println(len(keys), keys[0], keys[named(0)])
	type node struct{ n int }
	nodes := map[*node]int{}
	nodes[nil] = 42
	fmt.Println(nodes[nil], len(nodes))
	delete(nodes, nil)
	fmt.Println(len(nodes))

	recv := make(<-chan int, 2)
	fmt.Println(cap(recv))
	both := make(chan struct{})
	var one <-chan struct{} = both
	switch both {
	case one:
		fmt.Println("the same")
	}
	fmt.Println(one == both, both == one)
	switch s := make([]int, 1); s {
	case nil:
		fmt.Println("nil")
	default:
		fmt.Println("not nil")
	}

	n := named(2)
	fmt.Printf("%[1]T %[1]v|%v|%T %v|%[1]d|%5T|%v\n", n, n, n, n)
	fmt.Printf("%T %v %*d %T\n", n, n, 5, 42, n)
	fmt.Printf("%[2]T %[1]v %T\n", 1, n)
	fmt.Printf("%[1]v %[1]T\n", []named{1})

	bounds := func(f func()) {
		defer func() { fmt.Println(recover()) }()
		f()
	}
	s, str, lo, hi := []int{1, 2, 3}, "abc", 2, 5
	arr := [3]int{}
	bounds(func() { _ = s[lo:hi] })
	bounds(func() { _ = s[hi:] })
	bounds(func() { _ = s[lo:1] })
	bounds(func() { _ = str[lo:hi] })
	bounds(func() { _ = arr[hi:] })
	bounds(func() { _ = s[0:lo:hi] })
	bounds(func() { _ = [4]int(s) })
	lo = -1
	bounds(func() { _ = s[lo:] })
	bounds(func() { _ = s[lo] })
	bounds(func() { m := map[any]int{}; m[[]int{}] = 1 })
	bounds(func() { var e error = errors.New("e"); _ = e.(interface{ Timeout() bool }) })
}
