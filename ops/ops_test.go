package ops_test

import (
	"fmt"

	"cahier/ops"
)

func ExampleConv2D() {
	x := ops.Arange(16).Reshape(1, 1, 4, 4)
	w := ops.From([][]float64{{1, 0, -1}, {1, 0, -1}, {1, 0, -1}}).Reshape(1, 1, 3, 3)
	fmt.Println(ops.Conv2D(x, w))
	fmt.Println(ops.Conv2D(x, w, ops.ConvOptions{Stride: []int{2}, Pad: ops.Same}).Shape())
	// Output:
	// [[[[-6 -6]
	//    [-6 -6]]]]
	// [1 1 2 2]
}

func ExampleMaxPool2D() {
	x := ops.Arange(16).Reshape(1, 1, 4, 4)
	fmt.Println(ops.MaxPool2D(x, 2))
	// Output:
	// [[[[ 5  7]
	//    [13 15]]]]
}

func ExampleAvgPool2D() {
	x := ops.Arange(16).Reshape(1, 1, 4, 4)
	fmt.Println(ops.AvgPool2D(x, 2))
	// Output:
	// [[[[ 2.5  4.5]
	//    [10.5 12.5]]]]
}

func ExampleSoftmax() {
	fmt.Println(ops.Softmax(ops.From([]float64{1, 2, 3}), -1))
	// Output: [0.0900306 0.244728 0.665241]
}

func ExampleLinear() {
	x := ops.From([][]float64{{1, 2}, {3, 4}})
	w := ops.From([][]float64{{1, 0}, {0, 1}, {1, 1}})
	fmt.Println(ops.Linear(x, w, ops.From([]float64{0, 0, 10})))
	// Output:
	// [[ 1  2 13]
	//  [ 3  4 17]]
}

func ExampleReLU() {
	fmt.Println(ops.ReLU(ops.From([]float64{-1, 0, 2})))
	// Output: [0 0 2]
}

func ExampleRNN() {
	x := ops.From([]float64{1, 0, -1}).Reshape(3, 1, 1) // T N F
	w := ops.RNNWeights{Input: ops.Full(1, 1, 1), Hidden: ops.Full(0.5, 1, 1)}
	y, h := ops.RNN(x, []ops.RNNWeights{w})
	fmt.Println(y.Flatten(0))
	fmt.Println(h.Item() == y.At(2, 0, 0))
	// Output:
	// [0.761594 0.3634 -0.674144]
	// true
}

func ExampleAttention() {
	q := ops.Eye(3).Reshape(1, 1, 3, 3)
	y := ops.Attention(q, q, q, ops.AttentionOptions{Causal: true})
	fmt.Println(y.Squeeze())
	// Output:
	// [[       1        0        0]
	//  [0.359543 0.640457        0]
	//  [0.264458 0.264458 0.471083]]
}

func ExampleTry() {
	err := ops.Try(func() { ops.Conv2D(ops.Zeros(1, 32, 32, 3), ops.Zeros(8, 3, 3, 3)) })
	fmt.Println(err)
	// Output:
	// ops.Conv2D: w has shape [8 3 3 3], want [out 32 kh kw]: axis 1 must equal x axis 1 / groups (32/1)
	// did you pass NHWC data? ops.ToNCHW(x) converts
}

func ExampleGrad() {
	x := ops.From([]float64{1, 2, 3})
	g := ops.Grad(func(p []*ops.Tensor) *ops.Tensor { return p[0].Square().Sum() }, []*ops.Tensor{x})
	fmt.Println(g[0])
	// Output: [2 4 6]
}

func ExampleHVP() {
	x := ops.From([]float64{1, 2})
	cube := func(p []*ops.Tensor) *ops.Tensor { return p[0].Pow(3).Sum() }
	fmt.Println(ops.HVP(cube, []*ops.Tensor{x}, []*ops.Tensor{ops.Ones(2)})[0])
	// Output: [6 12]
}

func ExampleFrom() {
	x := ops.From([][]int{{1, 2, 3}, {4, 5, 6}})
	fmt.Println(x.DType(), x.Shape())
	fmt.Println(x.T())
	// Output:
	// Int64 [2 3]
	// [[1 4]
	//  [2 5]
	//  [3 6]]
}
