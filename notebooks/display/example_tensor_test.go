package display_test

import (
	"fmt"

	"cahier/notebooks/display"
	"cahier/ops"
	"cahier/ops/nn"
)

// In a notebook a tensor of more than 400 elements, or of more than two axes, is shown
// so by itself: as the last expression of a cell, or by Show.
func ExampleTensor() {
	x := ops.Linspace(-1, 1, 64).Reshape(8, 8)
	d := display.Tensor(x, display.TensorOptions{FullRange: true})
	fmt.Println(d.MIME["text/html"] != nil, d.MIME["image/png"] != nil)
	fmt.Println(display.Tensor(ops.From([][]float64{{0, 1, 2}, {3, 4, 5}})))
	// Output:
	// true true
	// Float32 [2 3], 0 to 5, mean 2.5, std 1.70783 █▁█▁█▁▁█▁█▁█
	// [[0 1 2]
	//  [3 4 5]]
}

func ExampleAttention() {
	tokens := []string{"the", "cat", "sat"}
	scores := ops.From([][]float64{{4, 0, 0}, {0, 3, 0}, {0, 2, 2}})
	display.Show(display.Attention(ops.Softmax(scores, -1), display.AttentionOptions{Tokens: tokens}))
	// Output:
	// Float32 [3 3], 0.0176684 to 0.964663, mean 0.333333, std 0.365913 █▁▁▁▁▄▁▁▁▁▁▄
	// [[ 0.964663 0.0176684 0.0176684]
	//  [0.0452785  0.909443 0.0452785]
	//  [0.0633789  0.468311  0.468311]]
}

func ExampleFilters() {
	layer := nn.Conv2D(1, 1, 2)
	layer.Weight.Assign(ops.From([][][][]float64{{{{1, -1}, {1, -1}}}}))
	display.Show(display.Filters(layer.Weight))
	// Output:
	// Float32 [1 1 2 2], -1 to 1, mean 0, std 1 █▁▁▁▁▁▁▁▁▁▁█
	// [[[[ 1 -1]
	//    [ 1 -1]]]]
}

func ExampleFeatureMaps() {
	x := ops.Ones(1, 1, 3, 3)
	edges := ops.From([][][][]float64{{{{1, -1}}}})
	display.Show(display.FeatureMaps(ops.Conv2D(x, edges)))
	// Output:
	// Float32 [1 1 3 2], all zero
	// [[[[0 0]
	//    [0 0]
	//    [0 0]]]]
}

// Parameters, gradients and states are shown with a line for each tensor.
func ExampleRender_list() {
	fmt.Println(display.Render([]*ops.Tensor{ops.From([]float64{1, 2, 3, 4}), ops.Zeros(2, 2)}))
	// Output:
	// 0  Float32 [4], 1 to 4, mean 2.5, std 1.11803 █▁▁▁█▁▁▁█▁▁█
	// 1  Float32 [2 2], all zero
	// 8 elements in 2 tensors
}
