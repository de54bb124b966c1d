package ops_test

import (
	"fmt"

	"cahier/ops"
)

func ExampleLeakyReLU() {
	x := ops.Linspace(-2, 2, 5)
	fmt.Println(ops.LeakyReLU(x), ops.LeakyReLU(x, 0.2))
	// Output: [-0.02 -0.01 0 1 2] [-0.4 -0.2 0 1 2]
}

func ExampleELU() {
	fmt.Println(ops.ELU(ops.Linspace(-2, 2, 5)))
	// Output: [-0.864665 -0.632121 0 1 2]
}

func ExampleSELU() {
	fmt.Println(ops.SELU(ops.Linspace(-2, 2, 5)))
	// Output: [-1.52017 -1.11133 0 1.0507 2.1014]
}

func ExampleCELU() {
	fmt.Println(ops.CELU(ops.Linspace(-2, 2, 5), 0.5))
	// Output: [-0.490842 -0.432332 0 1 2]
}

func ExampleReLU6() {
	fmt.Println(ops.ReLU6(ops.Linspace(-2, 2, 5).Mul(5)))
	// Output: [0 0 0 5 6]
}

func ExampleHardSigmoid() {
	fmt.Println(ops.HardSigmoid(ops.Linspace(-2, 2, 5).Mul(1.5)))
	// Output: [0 0.25 0.5 0.75 1]
}

func ExampleHardSwish() {
	fmt.Println(ops.HardSwish(ops.Linspace(-2, 2, 5).Mul(1.5)))
	// Output: [0 -0.375 0 1.125 3]
}

func ExampleClamp() {
	fmt.Println(ops.Clamp(ops.Linspace(-2, 2, 5), -1, 1.5))
	// Output: [-1 -1 0 1 1.5]
}

func ExampleGELU() {
	fmt.Println(ops.GELU(ops.Linspace(-2, 2, 5)))
	// Output: [-0.0455003 -0.158655 0 0.841345 1.9545]
}

func ExampleGELUTanh() {
	fmt.Println(ops.GELUTanh(ops.Linspace(-2, 2, 5)))
	// Output: [-0.0454023 -0.158808 0 0.841192 1.9546]
}

func ExampleSiLU() {
	fmt.Println(ops.SiLU(ops.Linspace(-2, 2, 5)))
	// Output: [-0.238406 -0.268941 0 0.731059 1.76159]
}

func ExampleMish() {
	fmt.Println(ops.Mish(ops.Linspace(-2, 2, 5)))
	// Output: [-0.252501 -0.303401 0 0.865098 1.94396]
}

func ExampleSoftplus() {
	fmt.Println(ops.Softplus(ops.Linspace(-2, 2, 5)), ops.Softplus(ops.From([]float64{1000})))
	// Output: [0.126928 0.313262 0.693147 1.31326 2.12693] [1000]
}

func ExampleLogSigmoid() {
	fmt.Println(ops.LogSigmoid(ops.Linspace(-2, 2, 5)), ops.LogSigmoid(ops.From([]float64{-1000})))
	// Output: [-2.12693 -1.31326 -0.693147 -0.313262 -0.126928] [-1000]
}

func ExampleSoftsign() {
	fmt.Println(ops.Softsign(ops.Linspace(-2, 2, 5)))
	// Output: [-0.666667 -0.5 0 0.5 0.666667]
}

func ExamplePReLU() {
	x := ops.Linspace(-2, 2, 5).Reshape(1, 5).Slice(1, 1, 4)
	fmt.Println(ops.PReLU(x, ops.From([]float64{0.5, 1, 1})))
	// Output: [[-0.5    0    1]]
}
