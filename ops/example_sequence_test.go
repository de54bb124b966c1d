package ops_test

import (
	"fmt"

	"cahier/ops"
)

func ExampleLSTM() {
	x := ops.From([]float64{1, 0, -1}).Reshape(3, 1, 1) // T N F
	w := ops.RNNWeights{Input: ops.Ones(4, 1), Hidden: ops.Full(0.5, 4, 1)}
	y, h, c := ops.LSTM(x, []ops.RNNWeights{w})
	fmt.Println(y.Flatten(0))
	fmt.Println(h.Shape(), c.Shape())
	// Output:
	// [0.369606 0.20926 -0.0260197]
	// [1 1 1] [1 1 1]
}

func ExampleGRU() {
	x := ops.From([]float64{1, 0, -1}).Reshape(3, 1, 1) // T N F
	w := ops.RNNWeights{Input: ops.Ones(3, 1), Hidden: ops.Full(0.5, 3, 1)}
	y, _ := ops.GRU(x, []ops.RNNWeights{w})
	fmt.Println(y.Flatten(0))
	first, _ := ops.GRU(x, []ops.RNNWeights{w}, ops.GRUOptions{ResetFirst: true})
	fmt.Println(first.At(0, 0, 0) == y.At(0, 0, 0)) // the same from a state of zero without biases
	// Output:
	// [0.204824 0.133163 -0.503319]
	// true
}

func ExampleAttentionWeights() {
	q := ops.From([]float64{1, 2}).Reshape(1, 1, 2, 1) // N H T D
	k := ops.From([]float64{0, 1}).Reshape(1, 1, 2, 1)
	fmt.Println(ops.AttentionWeights(q, k, ops.AttentionOptions{Causal: true}))
	// Output:
	// [[[[       1        0]
	//    [0.119203 0.880797]]]]
}
