package ops_test

import (
	"fmt"

	"cahier/ops"
)

func ExampleArgMax() {
	x := ops.From([][]float64{{1, 5, 2}, {9, 0, 9}})
	fmt.Println(ops.ArgMax(x, -1), x.ArgMax(0))
	// Output: [1 0] [1 0 1]
}

func ExampleArgMin() {
	x := ops.From([][]float64{{1, 5, 2}, {9, 0, 9}})
	fmt.Println(ops.ArgMin(x, -1))
	// Output: [0 1]
}

func ExampleOneHot() {
	fmt.Println(ops.OneHot(ops.From([]int{0, 2}), 3))
	// Output:
	// [[1 0 0]
	//  [0 0 1]]
}
