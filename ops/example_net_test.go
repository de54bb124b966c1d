package ops_test

import (
	"fmt"

	"cahier/ops"
)

func ExampleSum() {
	x := ops.Arange(6).Reshape(2, 3)
	fmt.Println(ops.Sum(x, ops.ReduceOptions{Axes: []int{1}, KeepDims: true}))
	// Output:
	// [[ 3]
	//  [12]]
}

func ExampleMean() {
	x := ops.Arange(6).Reshape(2, 3)
	fmt.Println(ops.Mean(x), x.Mean(0))
	// Output: 2.5 [1.5 2.5 3.5]
}

func ExampleMax() {
	x := ops.Arange(6).Reshape(2, 3)
	fmt.Println(ops.Max(x), x.Max(1))
	// Output: 5 [2 5]
}

func ExampleMin() {
	x := ops.Arange(6).Reshape(2, 3)
	fmt.Println(ops.Min(x), x.Min(0))
	// Output: 0 [0 1 2]
}

func ExampleLogSoftmax() {
	fmt.Println(ops.LogSoftmax(ops.From([]float64{1, 2, 3}), -1))
	// Output: [-2.40761 -1.40761 -0.407606]
}

func ExampleMatMul() {
	a := ops.From([][]float64{{1, 2}, {3, 4}})
	fmt.Println(ops.MatMul(a, a))
	fmt.Println(ops.MatMul(a, ops.From([]float64{1, 1})))
	// Output:
	// [[ 7 10]
	//  [15 22]]
	// [3 7]
}

func ExampleConv1D() {
	x := ops.From([]float64{1, 2, 4, 8}).Reshape(1, 1, 4)
	w := ops.From([]float64{-1, 1}).Reshape(1, 1, 2)
	fmt.Println(ops.Conv1D(x, w))
	// Output: [[[1 2 4]]]
}

func ExampleConv3D() {
	x, w := ops.Ones(1, 1, 3, 3, 3), ops.Ones(1, 1, 3, 3, 3)
	fmt.Println(ops.Conv3D(x, w).Item())
	// Output: 27
}

func ExampleMaxPool1D() {
	x := ops.From([]float64{1, 3, 2, 5}).Reshape(1, 1, 4)
	fmt.Println(ops.MaxPool1D(x, 2))
	// Output: [[[3 5]]]
}

func ExampleMaxPool3D() {
	fmt.Println(ops.MaxPool3D(ops.Arange(8).Reshape(1, 1, 2, 2, 2), 2).Item())
	// Output: 7
}

func ExampleMaxPool1DIndices() {
	y, places := ops.MaxPool1DIndices(ops.From([]float64{1, 3, 2, 5}).Reshape(1, 1, 4), 2)
	fmt.Println(y, places)
	// Output: [[[3 5]]] [[[1 3]]]
}

func ExampleMaxPool2DIndices() {
	y, places := ops.MaxPool2DIndices(ops.Arange(4).Reshape(1, 1, 2, 2), 2)
	fmt.Println(y, places)
	// Output: [[[[3]]]] [[[[3]]]]
}

func ExampleMaxPool3DIndices() {
	y, places := ops.MaxPool3DIndices(ops.Arange(8).Reshape(1, 1, 2, 2, 2), 2)
	fmt.Println(y, places)
	// Output: [[[[[7]]]]] [[[[[7]]]]]
}

func ExampleAvgPool1D() {
	x := ops.From([]float64{1, 3, 2, 5}).Reshape(1, 1, 4)
	fmt.Println(ops.AvgPool1D(x, 2))
	fmt.Println(ops.AvgPool1D(x, 3, ops.PoolOptions{Stride: []int{1}, Pad: ops.Same}))
	// Output:
	// [[[  2 3.5]]]
	// [[[      2       2 3.33333     3.5]]]
}

func ExampleAvgPool3D() {
	fmt.Println(ops.AvgPool3D(ops.Arange(8).Reshape(1, 1, 2, 2, 2), 2).Item())
	// Output: 3.5
}
