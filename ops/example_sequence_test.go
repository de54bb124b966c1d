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

func ExampleEmbedding() {
	table := ops.From([][]float64{{0, 0}, {1, 10}, {2, 20}})
	fmt.Println(ops.Embedding(ops.From([]int{2, 1, 2}), table))
	// Output:
	// [[ 2 20]
	//  [ 1 10]
	//  [ 2 20]]
}

func ExampleSinusoidalPositions() {
	fmt.Println(ops.SinusoidalPositions(3, 4))
	// Output:
	// [[         0          1          0          1]
	//  [  0.841471   0.540302 0.00999983    0.99995]
	//  [  0.909297  -0.416147  0.0199987     0.9998]]
}

func ExampleRotaryEmbedding() {
	x := ops.From([][]float64{{1, 0}, {1, 0}, {1, 0}}) // T D
	fmt.Println(ops.RotaryEmbedding(x))
	// Output:
	// [[        1         0]
	//  [ 0.540302  0.841471]
	//  [-0.416147  0.909297]]
}

func ExampleMultiHeadAttention() {
	x := ops.From([]float64{1, 0, 0, 1}).Reshape(1, 2, 2) // N T E
	w := ops.MultiHeadWeights{Query: ops.Eye(2), Key: ops.Eye(2), Value: ops.Eye(2), Output: ops.Eye(2)}
	fmt.Println(ops.MultiHeadAttention(x, w, ops.MultiHeadOptions{Heads: 2, Attention: ops.AttentionOptions{Causal: true}}))
	// Output:
	// [[[       1        0]
	//   [     0.5 0.731059]]]
}

func ExampleFeedForward() {
	w := ops.FeedForwardWeights{In: ops.From([][]float64{{1, 0}, {0, 1}, {-1, -1}}), Out: ops.From([][]float64{{1, 1, 1}})}
	fmt.Println(ops.FeedForward(ops.From([][]float64{{1, 2}, {-1, -2}}), w))
	// Output:
	// [[3]
	//  [3]]
}

func ExampleKVCache_Append() {
	one := func(v float64) *ops.Tensor { return ops.Full(v, 1, 1, 1, 1) } // N G T D
	var cache ops.KVCache
	for step := range 3 {
		cache = cache.Append(one(float64(step)), one(1))
	}
	fmt.Println(cache)
	fmt.Println(cache.Keys().Flatten(0))
	// Output:
	// KVCache of 3 steps: keys [1 1 3 1], values [1 1 3 1]
	// [0 1 2]
}
