package ops_test

import (
	"fmt"

	"cahier/ops"
)

func ExampleLpPool1D() {
	x := ops.From([]float64{3, -4, 6, 8}).Reshape(1, 1, 4)
	fmt.Println(ops.LpPool1D(x, 2, 2))
	// Output: [[[ 5 10]]]
}

func ExampleLpPool2D() {
	fmt.Println(ops.LpPool2D(ops.Ones(1, 1, 4, 4), 2, 2))
	// Output:
	// [[[[2 2]
	//    [2 2]]]]
}

func ExampleLpPool3D() {
	fmt.Println(ops.LpPool3D(ops.Ones(1, 1, 2, 2, 2), 1, 2).Item())
	// Output: 8
}
