package ops_test

import (
	"fmt"

	"cahier/ops"
)

func ExampleAdd() {
	fmt.Println(ops.Add(ops.From([]float64{1, 2}), 10))
	// Output: [11 12]
}

func ExampleSub() {
	fmt.Println(ops.Sub(10, ops.From([]float64{1, 2})))
	// Output: [9 8]
}

func ExampleMul() {
	fmt.Println(ops.Mul(ops.From([][]float64{{1}, {2}}), ops.From([]float64{3, 4})))
	// Output:
	// [[3 4]
	//  [6 8]]
}

func ExampleDiv() {
	fmt.Println(ops.Div(1, ops.From([]float64{2, 4})))
	// Output: [0.5 0.25]
}

func ExamplePow() {
	fmt.Println(ops.Pow(ops.From([]float64{1, 2, 3}), 2))
	// Output: [1 4 9]
}

func ExampleMaximum() {
	fmt.Println(ops.Maximum(ops.From([]float64{1, 5}), 3))
	// Output: [3 5]
}

func ExampleMinimum() {
	fmt.Println(ops.Minimum(ops.From([]float64{1, 5}), 3))
	// Output: [1 3]
}

func ExampleEqual() {
	fmt.Println(ops.Equal(ops.From([]int{1, 2, 3}), 2))
	// Output: [false true false]
}

func ExampleNotEqual() {
	fmt.Println(ops.NotEqual(ops.From([]int{1, 2, 3}), 2))
	// Output: [true false true]
}

func ExampleLess() {
	fmt.Println(ops.Less(ops.From([]int{1, 2, 3}), 2))
	// Output: [true false false]
}

func ExampleLessEqual() {
	fmt.Println(ops.LessEqual(ops.From([]int{1, 2, 3}), 2))
	// Output: [true true false]
}

func ExampleGreater() {
	fmt.Println(ops.Greater(ops.From([]int{1, 2, 3}), 2))
	// Output: [false false true]
}

func ExampleGreaterEqual() {
	fmt.Println(ops.GreaterEqual(ops.From([]int{1, 2, 3}), 2))
	// Output: [false true true]
}

func ExampleAnd() {
	fmt.Println(ops.And(ops.From([]bool{true, false}), ops.From([]bool{true, true})))
	// Output: [true false]
}

func ExampleOr() {
	fmt.Println(ops.Or(ops.From([]bool{true, false}), ops.From([]bool{false, false})))
	// Output: [true false]
}

func ExampleXor() {
	fmt.Println(ops.Xor(ops.From([]bool{true, false}), true))
	// Output: [false true]
}

func ExampleNot() {
	fmt.Println(ops.Not(ops.From([]bool{true, false})))
	// Output: [false true]
}

func ExampleWhere() {
	x := ops.From([]float64{-1, 2, -3})
	fmt.Println(ops.Where(x.Greater(0), x, 0))
	// Output: [0 2 0]
}
