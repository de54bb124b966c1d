package ops_test

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"cahier/ops"
)

func ExampleZeros() {
	fmt.Println(ops.Zeros(2, 3), ops.Zeros(), ops.Zeros(2).DType())
	// Output:
	// [[0 0 0]
	//  [0 0 0]] 0 Float32
}

func ExampleOnes() {
	fmt.Println(ops.Ones(2, 2))
	// Output:
	// [[1 1]
	//  [1 1]]
}

func ExampleFull() {
	fmt.Println(ops.Full(0.5, 3))
	// Output: [0.5 0.5 0.5]
}

func ExampleZerosLike() {
	x := ops.From([]int{4, 5})
	fmt.Println(ops.ZerosLike(x), ops.ZerosLike(x).DType())
	// Output: [0 0] Int64
}

func ExampleOnesLike() {
	fmt.Println(ops.OnesLike(ops.From([]bool{true, false})))
	// Output: [true true]
}

func ExampleEye() {
	fmt.Println(ops.Eye(2))
	// Output:
	// [[1 0]
	//  [0 1]]
}

func ExampleArange() {
	fmt.Println(ops.Arange(3), ops.Arange(1, 2, 0.25), ops.Arange(3, 0, -1))
	// Output: [0 1 2] [1 1.25 1.5 1.75] [3 2 1]
}

func ExampleArangeInt() {
	x := ops.ArangeInt(2, 8, 3)
	fmt.Println(x, x.DType())
	// Output: [2 5] Int64
}

func ExampleLinspace() {
	fmt.Println(ops.Linspace(0, 1, 5))
	// Output: [0 0.25 0.5 0.75 1]
}

func ExampleWrap32() {
	fmt.Println(ops.Wrap32([]float32{1, 2, 3, 4}, 2, 2))
	// Output:
	// [[1 2]
	//  [3 4]]
}

func ExampleWrap64() {
	x := ops.Wrap64([]float64{0.1, 0.2})
	fmt.Println(x, x.DType())
	// Output: [0.1 0.2] Float64
}

func ExampleWrapInt64() {
	fmt.Println(ops.WrapInt64([]int64{1, 2, 3, 4}, 2, 2))
	// Output:
	// [[1 2]
	//  [3 4]]
}

func ExampleWrapUint8() {
	fmt.Println(ops.WrapUint8([]uint8{0, 128, 255}))
	// Output: [0 128 255]
}

func ExampleWrapBool() {
	fmt.Println(ops.WrapBool([]bool{true, false}))
	// Output: [true false]
}

func ExampleFromMat() {
	m := mat.NewDense(2, 2, []float64{1, 2, 3, 4})
	x := ops.FromMat(m)
	fmt.Println(x, x.DType())
	// Output:
	// [[1 2]
	//  [3 4]] Float64
}

func ExampleTensor_Mat() {
	m := ops.From([][]float64{{1, 2}, {3, 4}}).Mat()
	fmt.Println(mat.Det(m))
	// Output: -2
}

func ExampleTensor_Vec() {
	v := ops.From([]float64{3, 4}).Vec()
	fmt.Println(mat.Norm(v, 2))
	// Output: 5
}
