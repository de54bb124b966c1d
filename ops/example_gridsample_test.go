package ops_test

import (
	"fmt"

	"cahier/ops"
)

func ExampleGridSample() {
	x := ops.From([][]float64{{1, 2}, {3, 4}}).Reshape(1, 1, 2, 2)
	middle, right := ops.From([]float64{0, 0}), ops.From([]float64{0.5, 0})
	fmt.Println(ops.GridSample(x, ops.Stack([]*ops.Tensor{middle, right}, 0).Reshape(1, 1, 2, 2)).Flatten(0))
	// Output: [2.5 3]
}

func ExampleAffineGrid() {
	x := ops.From([][]float64{{1, 2}, {3, 4}}).Reshape(1, 1, 2, 2)
	mirror := ops.From([][][]float64{{{-1, 0, 0}, {0, 1, 0}}})
	fmt.Println(ops.GridSample(x, ops.AffineGrid(mirror, 2, 2)).Reshape(2, 2))
	// Output:
	// [[2 1]
	//  [4 3]]
}
