package nn_test

import (
	"fmt"

	"cahier/ops"
	"cahier/ops/nn"
)

func ExampleLinear() {
	layer := nn.Linear(3, 2)
	nn.Ones(layer.Weight)
	nn.Zeros(layer.Bias)
	fmt.Println(layer, layer.Forward(ops.From([][]float64{{1, 2, 3}})))
	// Output:
	// Linear(3, 2) [[6 6]]
}

func ExampleBilinear() {
	layer := nn.Bilinear(2, 2, 1, nn.LinearOptions{NoBias: true})
	nn.Ones(layer.Weight)
	fmt.Println(layer.Apply(ops.From([][]float64{{1, 2}}), ops.From([][]float64{{3, 4}})))
	// Output:
	// [[21]]
}

func ExampleConv1D() {
	layer := nn.Conv1D(1, 1, 3, nn.ConvOptions{Pad: ops.Same, NoBias: true})
	nn.Ones(layer.Weight)
	fmt.Println(layer.Forward(ops.From([][][]float64{{{1, 2, 3, 4}}})))
	// Output:
	// [[[3 6 9 7]]]
}

func ExampleConv2D() {
	layer := nn.Conv2D(3, 8, 3, nn.ConvOptions{Stride: []int{2}, Pad: ops.Same})
	fmt.Println(layer, layer.Forward(ops.Zeros(1, 3, 32, 32)).Shape())
	// Output:
	// Conv2D(3, 8, 3, Stride=2, Pad=Same) [1 8 16 16]
}

func ExampleConv3D() {
	layer := nn.Conv3D(1, 4, 3)
	fmt.Println(layer.Forward(ops.Zeros(1, 1, 8, 8, 8)).Shape())
	// Output:
	// [1 4 6 6 6]
}

func ExampleConvTranspose1D() {
	layer := nn.ConvTranspose1D(1, 1, 2, nn.ConvTransposeOptions{Stride: []int{2}, NoBias: true})
	nn.Ones(layer.Weight)
	fmt.Println(layer.Forward(ops.From([][][]float64{{{1, 2, 3}}})))
	// Output:
	// [[[1 1 2 2 3 3]]]
}

func ExampleConvTranspose2D() {
	layer := nn.ConvTranspose2D(8, 3, 4, nn.ConvTransposeOptions{Stride: []int{2}, Pad: ops.Padding{1}})
	fmt.Println(layer.Forward(ops.Zeros(1, 8, 16, 16)).Shape())
	// Output:
	// [1 3 32 32]
}

func ExampleConvTranspose3D() {
	layer := nn.ConvTranspose3D(2, 1, 2, nn.ConvTransposeOptions{Stride: []int{2}})
	fmt.Println(layer.Forward(ops.Zeros(1, 2, 4, 4, 4)).Shape())
	// Output:
	// [1 1 8 8 8]
}

func ExampleMaxPool1D() {
	fmt.Println(nn.MaxPool1D(2).Forward(ops.From([][][]float64{{{1, 3, 2, 0}}})))
	// Output:
	// [[[3 2]]]
}

func ExampleMaxPool2D() {
	layer := nn.MaxPool2D(3, ops.PoolOptions{Stride: []int{2}})
	fmt.Println(layer, layer.Forward(ops.Zeros(1, 8, 15, 15)).Shape())
	// Output:
	// MaxPool2D(3, Stride=2) [1 8 7 7]
}

func ExampleMaxPool3D() {
	fmt.Println(nn.MaxPool3D(2).Forward(ops.Zeros(1, 1, 4, 4, 4)).Shape())
	// Output:
	// [1 1 2 2 2]
}

func ExampleAvgPool1D() {
	fmt.Println(nn.AvgPool1D(2).Forward(ops.From([][][]float64{{{1, 3, 2, 0}}})))
	// Output:
	// [[[2 1]]]
}

func ExampleAvgPool2D() {
	fmt.Println(nn.AvgPool2D(2).Forward(ops.From([][][][]float64{{{{1, 2}, {3, 6}}}})))
	// Output:
	// [[[[3]]]]
}

func ExampleAvgPool3D() {
	fmt.Println(nn.AvgPool3D(2).Forward(ops.Zeros(1, 1, 4, 4, 4)).Shape())
	// Output:
	// [1 1 2 2 2]
}

func ExampleGlobalAvgPool() {
	fmt.Println(nn.GlobalAvgPool().Forward(ops.From([][][]float64{{{1, 3}, {2, 0}}})))
	// Output:
	// [[2 1]]
}

func ExampleGlobalMaxPool() {
	fmt.Println(nn.GlobalMaxPool().Forward(ops.From([][][]float64{{{1, 3}, {2, 0}}})))
	// Output:
	// [[3 2]]
}

func ExampleFlatten() {
	fmt.Println(nn.Flatten().Forward(ops.Zeros(2, 3, 4)).Shape())
	// Output:
	// [2 12]
}

func ExampleReshape() {
	fmt.Println(nn.Reshape(4, -1).Forward(ops.Zeros(2, 12)).Shape())
	// Output:
	// [2 4 3]
}

func ExampleDropout() {
	drop := nn.Dropout(0.5, nn.DropoutOptions{RNG: ops.NewRNG(1)})
	fmt.Println(drop.Forward(ops.Ones(8)))
	nn.Eval(drop)
	fmt.Println(drop.Forward(ops.Ones(8)))
	// Output:
	// [2 2 2 2 2 2 0 0]
	// [1 1 1 1 1 1 1 1]
}

func ExampleBatchNorm() {
	layer := nn.BatchNorm(1)
	x := ops.From([][]float64{{1}, {3}})
	fmt.Println(layer.Forward(x).Flatten(0), layer.Mean, layer.Variance)
	nn.Eval(layer)
	fmt.Println(layer.Forward(x).Flatten(0))
	// Output:
	// [-0.999995 0.999995] [0.2] [1.1]
	// [0.762767 2.66968]
}

func ExampleLayerNorm() {
	fmt.Println(nn.LayerNorm(2).Forward(ops.From([][]float64{{1, 3}, {5, 5}})))
	// Output:
	// [[-0.999995  0.999995]
	//  [        0         0]]
}

func ExampleLayerNormOver() {
	fmt.Println(nn.LayerNormOver([]int{2, 2}).Forward(ops.From([][][]float64{{{1, 1}, {3, 3}}})))
	// Output:
	// [[[-0.999995 -0.999995]
	//   [ 0.999995  0.999995]]]
}

func ExampleRMSNorm() {
	fmt.Println(nn.RMSNorm(2).Forward(ops.From([][]float64{{1, 7}})))
	// Output:
	// [[0.2 1.4]]
}

func ExampleGroupNorm() {
	fmt.Println(nn.GroupNorm(1, 2).Forward(ops.From([][]float64{{1, 3}})))
	// Output:
	// [[-0.999995  0.999995]]
}

func ExampleInstanceNorm() {
	fmt.Println(nn.InstanceNorm(1).Forward(ops.From([][][]float64{{{1, 3}}})))
	// Output:
	// [[[-0.999995  0.999995]]]
}

func ExampleEmbedding() {
	table := nn.Embedding(100, 8)
	fmt.Println(table.Forward(ops.From([][]int{{5, 1, 5}})).Shape())
	// Output:
	// [1 3 8]
}

func ExampleSinusoidalPositions() {
	fmt.Println(nn.SinusoidalPositions().Forward(ops.Zeros(1, 2, 4)))
	// Output:
	// [[[         0          1          0          1]
	//   [  0.841471   0.540302 0.00999983    0.99995]]]
}

func ExampleLearnedPositions() {
	layer := nn.LearnedPositions(128, 8)
	fmt.Println(layer, layer.Forward(ops.Zeros(1, 5, 8)).Shape())
	// Output:
	// LearnedPositions(128, 8) [1 5 8]
}
