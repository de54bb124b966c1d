package ops_test

import (
	"fmt"

	"cahier/ops"
)

func ExampleVar() {
	x := ops.From([]float64{1, 2, 3, 4})
	fmt.Println(ops.Var(x), ops.Var(x, ops.VarOptions{Correction: 1}))
	// Output: 1.25 1.66667
}

func ExampleStd() {
	x := ops.From([][]float64{{1, 3}, {10, 30}})
	fmt.Println(ops.Std(x, ops.VarOptions{Axes: []int{1}}))
	// Output: [1 10]
}
