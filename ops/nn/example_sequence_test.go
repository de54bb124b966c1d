package nn_test

import (
	"fmt"

	"cahier/ops"
	"cahier/ops/nn"
)

func ExampleRNN() {
	net := nn.RNN(3, 4, nn.RecurrentOptions{BatchFirst: true})
	fmt.Println(net.Forward(ops.Zeros(2, 5, 3)).Shape())
	// Output:
	// [2 5 4]
}

func ExampleLSTM() {
	net := nn.LSTM(3, 4, nn.RecurrentOptions{Layers: 2, Bidirectional: true})
	y, state := net.Run(ops.Zeros(5, 2, 3))
	fmt.Println(net)
	fmt.Println(y.Shape(), state.H.Shape(), state.C.Shape())
	// Output:
	// LSTM(3, 4, Layers=2, Bidirectional)
	// [5 2 8] [4 2 4] [4 2 4]
}

func ExampleGRU() {
	// A classifier of sequences takes the last state.
	model := nn.Sequential(nn.GRU(3, 8, nn.RecurrentOptions{Last: true}), nn.Linear(8, 2))
	fmt.Println(model.Forward(ops.Zeros(5, 4, 3)).Shape())
	// Output:
	// [4 2]
}

func ExampleMultiHeadAttention() {
	layer := nn.MultiHeadAttention(16, 4, nn.AttentionOptions{Causal: true})
	x, memory := ops.Zeros(1, 5, 16), ops.Zeros(1, 7, 16)
	fmt.Println(layer.Forward(x).Shape())
	cross := nn.MultiHeadAttention(16, 4)
	fmt.Println(cross.Attend(x, nn.AttendOptions{Memory: memory}).Shape())
	// Output:
	// [1 5 16]
	// [1 5 16]
}

func ExampleFeedForward() {
	layer := nn.FeedForward(16, 64, nn.FeedForwardOptions{Gated: true})
	fmt.Println(layer.Forward(ops.Zeros(1, 5, 16)).Shape())
	// Output:
	// [1 5 16]
}

func ExampleTransformerEncoderLayer() {
	layer := nn.TransformerEncoderLayer(16, 4, nn.TransformerOptions{PreNorm: true, Dropout: 0.1})
	fmt.Println(layer)
	fmt.Println(layer.Forward(ops.Zeros(1, 5, 16)).Shape())
	// Output:
	// TransformerEncoderLayer(16, 4, Dropout=0.1, PreNorm)
	// [1 5 16]
}

func ExampleTransformerEncoder() {
	ops.Seed(1)
	gpt := nn.TransformerEncoder(16, 4, 2, nn.TransformerOptions{Causal: true, PreNorm: true})
	x := ops.Randn(1, 3, 16)
	y := gpt.Forward(x)

	// Step by step, with the keys and values of earlier steps kept.
	var cache nn.Caches
	for i := range 3 {
		var step *ops.Tensor
		step, cache = gpt.Decode(x.Slice(1, i, i+1), cache)
		fmt.Println(ops.Max(step.Sub(y.Slice(1, i, i+1)).Abs()).Item() < 1e-5, cache)
	}
	// Output:
	// true caches of 2 layers with 1 steps
	// true caches of 2 layers with 2 steps
	// true caches of 2 layers with 3 steps
}

func ExampleTransformerDecoderLayer() {
	layer := nn.TransformerDecoderLayer(16, 4)
	fmt.Println(layer.Run(ops.Zeros(1, 5, 16), ops.Zeros(1, 7, 16)).Shape())
	// Output:
	// [1 5 16]
}

func ExampleTransformerDecoder() {
	encoder, decoder := nn.TransformerEncoder(16, 4, 2), nn.TransformerDecoder(16, 4, 2)
	memory := encoder.Forward(ops.Zeros(1, 7, 16))
	fmt.Println(decoder.Run(ops.Zeros(1, 5, 16), memory).Shape())
	// Output:
	// [1 5 16]
}
