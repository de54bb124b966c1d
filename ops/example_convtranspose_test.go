package ops_test

import (
	"fmt"

	"cahier/ops"
)

func ExampleConvTranspose1D() {
	x := ops.From([]float64{1, 2, 3}).Reshape(1, 1, 3)
	w := ops.From([]float64{1, 10}).Reshape(1, 1, 2)
	fmt.Println(ops.ConvTranspose1D(x, w))
	fmt.Println(ops.ConvTranspose1D(x, w, ops.ConvTransposeOptions{Stride: []int{2}}))
	// Output:
	// [[[ 1 12 23 30]]]
	// [[[ 1 10  2 20  3 30]]]
}

func ExampleConvTranspose2D() {
	x := ops.Arange(4).Reshape(1, 1, 2, 2)
	w := ops.Ones(1, 1, 2, 2)
	fmt.Println(ops.ConvTranspose2D(x, w, ops.ConvTransposeOptions{Stride: []int{2}}).Squeeze())
	// Output:
	// [[0 0 1 1]
	//  [0 0 1 1]
	//  [2 2 3 3]
	//  [2 2 3 3]]
}

func ExampleConvTranspose3D() {
	x, w := ops.Ones(1, 2, 2, 2, 2), ops.Ones(2, 1, 2, 2, 2)
	fmt.Println(ops.ConvTranspose3D(x, w).Shape())
	// Output: [1 1 3 3 3]
}
