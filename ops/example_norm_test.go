package ops_test

import (
	"fmt"

	"cahier/ops"
)

func ExampleStandardize() {
	y, mean, scale := ops.Standardize(ops.From([][]float64{{1, 2, 3}, {10, 20, 30}}), ops.StandardizeOptions{Axes: []int{1}, Eps: 1e-9})
	fmt.Println(y)
	fmt.Println(mean.Squeeze(), scale.Squeeze())
	// Output:
	// [[-1.22474        0  1.22474]
	//  [-1.22474        0  1.22474]]
	// [2 20] [1.22474 0.122474]
}

func ExampleLayerNorm() {
	x := ops.From([][]float64{{1, 2, 3}, {10, 20, 30}})
	fmt.Println(ops.LayerNorm(x, ops.LayerNormOptions{Bias: ops.From([]float64{0, 1, 0})}))
	// Output:
	// [[-1.22474        1  1.22474]
	//  [-1.22474        1  1.22474]]
}

func ExampleRMSNorm() {
	fmt.Println(ops.RMSNorm(ops.From([]float64{3, 4, 0, 0})))
	// Output: [1.2 1.6 0 0]
}

func ExampleGroupNorm() {
	x := ops.From([][]float64{{1, 3, 10, 30}})
	fmt.Println(ops.GroupNorm(x, 2))
	// Output: [[-0.999995  0.999995        -1         1]]
}

func ExampleInstanceNorm() {
	x := ops.From([]float64{1, 3, 10, 30}).Reshape(1, 2, 2)
	fmt.Println(ops.InstanceNorm(x))
	// Output:
	// [[[-0.999995  0.999995]
	//   [       -1         1]]]
}

func ExampleBatchNorm() {
	x, mean, variance := ops.From([][]float64{{1, 10}, {3, 30}}), ops.From([]float64{2, 20}), ops.From([]float64{1, 100})
	fmt.Println(ops.BatchNorm(x, mean, variance))
	// Output:
	// [[-0.999995        -1]
	//  [ 0.999995         1]]
}

func ExampleBatchNormTrain() {
	x := ops.From([][]float64{{1, 10}, {3, 30}})
	y, mean, variance := ops.BatchNormTrain(x)
	fmt.Println(y)
	fmt.Println(mean, variance)
	// Output:
	// [[-0.999995        -1]
	//  [ 0.999995         1]]
	// [2 20] [1 100]
}

func ExampleLocalResponseNorm() {
	x := ops.From([]float64{1, 2, 3}).Reshape(1, 3, 1)
	y := ops.LocalResponseNorm(x, 3, ops.LocalResponseNormOptions{Alpha: 3, Beta: 1})
	fmt.Println(y.Flatten(0))
	// Output: [0.166667 0.133333 0.214286]
}
