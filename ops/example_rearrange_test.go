package ops_test

import (
	"fmt"

	"cahier/ops"
)

func ExampleRoll() {
	fmt.Println(ops.Roll(ops.From([]int{1, 2, 3, 4}), []int{1}))
	// Output: [4 1 2 3]
}

func ExampleTile() {
	fmt.Println(ops.Tile(ops.From([]int{1, 2}), 3))
	// Output: [1 2 1 2 1 2]
}

func ExampleRepeat() {
	fmt.Println(ops.Repeat(ops.From([]int{1, 2}), 3, 0))
	// Output: [1 1 1 2 2 2]
}

func ExamplePixelShuffle() {
	fmt.Println(ops.PixelShuffle(ops.Arange(4).Reshape(1, 4, 1, 1), 2))
	// Output:
	// [[[[0 1]
	//    [2 3]]]]
}

func ExamplePixelUnshuffle() {
	fmt.Println(ops.PixelUnshuffle(ops.Arange(4).Reshape(1, 1, 2, 2), 2).Flatten(0))
	// Output: [0 1 2 3]
}

func ExampleNonzero() {
	fmt.Println(ops.Nonzero(ops.From([][]float64{{0, 5}, {7, 0}})))
	// Output:
	// [[0 1]
	//  [1 0]]
}

func ExampleMaskedSelect() {
	x := ops.From([]float64{3, -1, 4, -1, 5})
	fmt.Println(ops.MaskedSelect(x, x.Greater(0)))
	// Output: [3 4 5]
}

func ExampleQuantile() {
	fmt.Println(ops.Quantile(ops.From([]float64{3, 1, 2, 4, 5}), 0.25))
	// Output: 2
}

func ExampleQuantiles() {
	fmt.Println(ops.Quantiles(ops.From([]float64{3, 1, 2, 4, 5}), []float64{0.1, 0.5, 1}))
	// Output: [1.4 3 5]
}

func ExampleMedian() {
	fmt.Println(ops.Median(ops.From([]float64{3, 1, 2, 100})))
	// Output: 2.5
}

func ExampleUnfold() {
	x := ops.Arange(4).Reshape(1, 1, 4)
	fmt.Println(ops.Unfold(x, []int{2}))
	// Output:
	// [[[0 1 2]
	//   [1 2 3]]]
}
