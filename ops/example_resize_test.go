package ops_test

import (
	"fmt"

	"cahier/ops"
)

func ExampleResize() {
	x := ops.From([]float64{1, 2, 4}).Reshape(1, 1, 3)
	fmt.Println(ops.Resize(x, ops.ResizeOptions{Size: []int{6}}))
	fmt.Println(ops.Resize(x, ops.ResizeOptions{Size: []int{5}, Mode: ops.ResizeLinear, Coordinates: ops.AlignCorners}))
	// Output:
	// [[[1 1 2 2 4 4]]]
	// [[[  1 1.5   2   3   4]]]
}

func ExampleAdaptiveAvgPool1D() {
	fmt.Println(ops.AdaptiveAvgPool1D(ops.Arange(6).Reshape(1, 1, 6), 2))
	// Output: [[[1 4]]]
}

func ExampleAdaptiveAvgPool2D() {
	fmt.Println(ops.AdaptiveAvgPool2D(ops.Arange(16).Reshape(1, 1, 4, 4), 2))
	// Output:
	// [[[[ 2.5  4.5]
	//    [10.5 12.5]]]]
}

func ExampleAdaptiveAvgPool3D() {
	fmt.Println(ops.AdaptiveAvgPool3D(ops.Arange(8).Reshape(1, 1, 2, 2, 2)).Item())
	// Output: 3.5
}

func ExampleAdaptiveMaxPool1D() {
	fmt.Println(ops.AdaptiveMaxPool1D(ops.Arange(6).Reshape(1, 1, 6), 2))
	// Output: [[[2 5]]]
}

func ExampleAdaptiveMaxPool1DIndices() {
	x := ops.From([]float64{3, 1, 4, 1, 5, 9}).Reshape(1, 1, 6)
	fmt.Println(ops.AdaptiveMaxPool1DIndices(x, 2))
	// Output: [[[4 9]]] [[[2 5]]]
}

func ExampleAdaptiveMaxPool2D() {
	fmt.Println(ops.AdaptiveMaxPool2D(ops.Arange(16).Reshape(1, 1, 4, 4), 2))
	// Output:
	// [[[[ 5  7]
	//    [13 15]]]]
}

func ExampleAdaptiveMaxPool2DIndices() {
	_, places := ops.AdaptiveMaxPool2DIndices(ops.Arange(16).Reshape(1, 1, 4, 4), 1)
	fmt.Println(places.Item())
	// Output: 15
}

func ExampleAdaptiveMaxPool3D() {
	fmt.Println(ops.AdaptiveMaxPool3D(ops.Arange(8).Reshape(1, 1, 2, 2, 2)).Item())
	// Output: 7
}

func ExampleAdaptiveMaxPool3DIndices() {
	y, places := ops.AdaptiveMaxPool3DIndices(ops.Arange(8, 0, -1).Reshape(1, 1, 2, 2, 2))
	fmt.Println(y.Item(), places.Item())
	// Output: 8 0
}

func ExampleGlobalAvgPool() {
	fmt.Println(ops.GlobalAvgPool(ops.Arange(8).Reshape(1, 2, 4)).Flatten(1))
	// Output: [[1.5 5.5]]
}

func ExampleGlobalMaxPool() {
	fmt.Println(ops.GlobalMaxPool(ops.Arange(8).Reshape(1, 2, 4)).Flatten(1))
	// Output: [[3 7]]
}

func ExampleGlobalLpPool() {
	fmt.Println(ops.GlobalLpPool(ops.From([]float64{3, 4}).Reshape(1, 1, 2), 2).Item())
	// Output: 5
}

func ExampleMaxUnpool() {
	x := ops.From([]float64{3, 1, 4, 1}).Reshape(1, 1, 4)
	y, places := ops.MaxPool1DIndices(x, 2)
	fmt.Println(ops.MaxUnpool(y, places, 4))
	// Output: [[[3 0 4 0]]]
}
