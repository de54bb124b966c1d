package nn_test

import (
	"fmt"

	"cahier/ops"
	"cahier/ops/nn"
)

func ExampleAdaptiveAvgPool1D() {
	fmt.Println(nn.AdaptiveAvgPool1D(2).Forward(ops.From([][][]float64{{{1, 3, 5, 7}}})))
	// Output: [[[2 6]]]
}

func ExampleAdaptiveAvgPool2D() {
	fmt.Println(nn.AdaptiveAvgPool2D(6).Forward(ops.Zeros(1, 256, 13, 13)).Shape())
	// Output: [1 256 6 6]
}

func ExampleAdaptiveAvgPool3D() {
	fmt.Println(nn.AdaptiveAvgPool3D(1, 2, 2).Forward(ops.Zeros(1, 4, 3, 8, 8)).Shape())
	// Output: [1 4 1 2 2]
}

func ExampleAdaptiveMaxPool1D() {
	fmt.Println(nn.AdaptiveMaxPool1D(2).Forward(ops.From([][][]float64{{{1, 3, 5, 7}}})))
	// Output: [[[3 7]]]
}

func ExampleAdaptiveMaxPool2D() {
	fmt.Println(nn.AdaptiveMaxPool2D(2, 1).Forward(ops.Zeros(1, 4, 8, 8)).Shape())
	// Output: [1 4 2 1]
}

func ExampleAdaptiveMaxPool3D() {
	fmt.Println(nn.AdaptiveMaxPool3D(2).Forward(ops.Zeros(1, 4, 8, 8, 8)).Shape())
	// Output: [1 4 2 2 2]
}

func ExampleUpsample() {
	x := ops.From([][][]float64{{{0, 4}}})
	fmt.Println(nn.Upsample(2).Forward(x))
	fmt.Println(nn.Upsample(2, ops.ResizeOptions{Mode: ops.ResizeLinear}).Forward(x))
	// Output:
	// [[[0 0 4 4]]]
	// [[[0 1 3 4]]]
}

func ExamplePixelShuffle() {
	fmt.Println(nn.PixelShuffle(2).Forward(ops.From([]float64{1, 2, 3, 4}).Reshape(1, 4, 1, 1)).Reshape(2, 2))
	// Output:
	// [[1 2]
	//  [3 4]]
}

func ExamplePixelUnshuffle() {
	fmt.Println(nn.PixelUnshuffle(2).Forward(ops.Zeros(1, 3, 8, 8)).Shape())
	// Output: [1 12 4 4]
}

func ExamplePad() {
	x := ops.From([][][]float64{{{1, 2, 3}}})
	fmt.Println(nn.Pad(ops.Padding{1}).Forward(x))
	fmt.Println(nn.Pad(ops.Padding{0, 2}, ops.PadOptions{Mode: ops.PadReflect}).Forward(x))
	// Output:
	// [[[0 1 2 3 0]]]
	// [[[1 2 3 2 1]]]
}

func ExampleUnflatten() {
	fmt.Println(nn.Unflatten(1, 3, -1).Forward(ops.Zeros(2, 12)).Shape())
	// Output: [2 3 4]
}

func ExampleIdentity() {
	fmt.Println(nn.Identity().Forward(ops.From([]float64{1, 2})))
	// Output: [1 2]
}

func ExampleParallel() {
	block := nn.Parallel(1, nn.Conv2D(8, 4, 1), nn.Conv2D(8, 6, 3, nn.ConvOptions{Pad: ops.Same}), nn.Identity())
	fmt.Println(block)
	fmt.Println(block.Forward(ops.Zeros(1, 8, 5, 5)).Shape())
	// Output:
	// Parallel along axis 1 {
	//   0: Conv2D(8, 4, 1)
	//   1: Conv2D(8, 6, 3, Pad=Same)
	//   2: Identity()
	// }
	// [1 18 5 5]
}

func ExampleLocalResponseNorm() {
	alexNet := nn.LocalResponseNorm(5, ops.LocalResponseNormOptions{Alpha: 5e-4, K: 2})
	fmt.Println(alexNet, alexNet.Forward(ops.Ones(1, 96, 4, 4)).Shape())
	// Output: LocalResponseNorm(5, Alpha=0.0005, K=2) [1 96 4 4]
}
