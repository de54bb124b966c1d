package ops_test

import (
	"fmt"

	"cahier/ops"
)

func ExampleReshape() {
	fmt.Println(ops.Reshape(ops.Arange(6), 2, -1))
	// Output:
	// [[0 1 2]
	//  [3 4 5]]
}

func ExampleFlatten() {
	fmt.Println(ops.Flatten(ops.Zeros(8, 3, 4, 4), 1).Shape())
	// Output: [8 48]
}

func ExamplePermute() {
	fmt.Println(ops.Permute(ops.Zeros(8, 32, 32, 3), 0, 3, 1, 2).Shape())
	// Output: [8 3 32 32]
}

func ExampleTranspose() {
	x := ops.Arange(6).Reshape(2, 3)
	fmt.Println(ops.Transpose(x, 0, 1))
	// Output:
	// [[0 3]
	//  [1 4]
	//  [2 5]]
}

func ExampleSlice() {
	x := ops.Arange(6).Reshape(2, 3)
	fmt.Println(ops.Slice(x, 1, 1, ops.End))
	// Output:
	// [[1 2]
	//  [4 5]]
}

func ExampleSelect() {
	x := ops.Arange(6).Reshape(2, 3)
	fmt.Println(ops.Select(x, 0, -1))
	// Output: [3 4 5]
}

func ExampleSqueeze() {
	fmt.Println(ops.Squeeze(ops.Zeros(1, 3, 1), 0).Shape())
	// Output: [3 1]
}

func ExampleUnsqueeze() {
	fmt.Println(ops.Unsqueeze(ops.Zeros(3), 0).Shape())
	// Output: [1 3]
}

func ExampleBroadcastTo() {
	fmt.Println(ops.BroadcastTo(ops.From([]float64{1, 2}), 2, 2))
	// Output:
	// [[1 2]
	//  [1 2]]
}

func ExampleFlip() {
	x := ops.Arange(6).Reshape(2, 3)
	fmt.Println(ops.Flip(x, 1))
	// Output:
	// [[2 1 0]
	//  [5 4 3]]
}

func ExampleTensor_To() {
	fmt.Println(ops.From([]float64{1.7, -1.7}).To(ops.Int64))
	// Output: [1 -1]
}

func ExampleConcat() {
	x := ops.Arange(6).Reshape(2, 3)
	fmt.Println(ops.Concat([]*ops.Tensor{x, x}, 1))
	// Output:
	// [[0 1 2 0 1 2]
	//  [3 4 5 3 4 5]]
}

func ExampleStack() {
	a, b := ops.Zeros(2), ops.Ones(2)
	fmt.Println(ops.Stack([]*ops.Tensor{a, b}, 0))
	// Output:
	// [[0 0]
	//  [1 1]]
}

func ExampleSplit() {
	for _, part := range ops.Split(ops.Arange(5), 0, 2, 3) {
		fmt.Println(part)
	}
	// Output:
	// [0 1]
	// [2 3 4]
}

func ExampleChunk() {
	for _, part := range ops.Chunk(ops.Arange(6), 3, 0) {
		fmt.Println(part)
	}
	// Output:
	// [0 1]
	// [2 3]
	// [4 5]
}

func ExampleIndexSelect() {
	x := ops.Arange(6).Reshape(2, 3)
	fmt.Println(ops.IndexSelect(x, 1, ops.From([]int{2, 0})))
	// Output:
	// [[2 0]
	//  [5 3]]
}

func ExampleGather() {
	x := ops.Arange(6).Reshape(2, 3)
	fmt.Println(ops.Gather(x, 1, ops.From([][]int{{2}, {0}})))
	// Output:
	// [[2]
	//  [3]]
}

func ExampleScatterAdd() {
	fmt.Println(ops.ScatterAdd(ops.From([]float64{1, 2, 3}), 0, ops.From([]int{0, 1, 0}), 2))
	// Output: [4 2]
}

func ExamplePad() {
	x := ops.From([]float64{1, 2, 3})
	fmt.Println(ops.Pad(x, []int{1}, []int{2}))
	fmt.Println(ops.Pad(x, []int{2}, []int{1}, ops.PadOptions{Mode: ops.PadReflect}))
	// Output:
	// [0 1 2 3 0 0]
	// [3 2 1 2 3 2]
}

func ExampleToNCHW() {
	fmt.Println(ops.ToNCHW(ops.Zeros(1, 28, 30, 3)).Shape())
	// Output: [1 3 28 30]
}

func ExampleToNHWC() {
	fmt.Println(ops.ToNHWC(ops.Zeros(1, 3, 28, 30)).Shape())
	// Output: [1 28 30 3]
}
