package ops_test

import (
	"fmt"
	"math"

	"cahier/ops"
)

func ExampleNeg() {
	fmt.Println(ops.Neg(ops.From([]float64{1, -2})))
	// Output: [-1 2]
}

func ExampleAbs() {
	fmt.Println(ops.Abs(ops.From([]float64{1, -2})))
	// Output: [1 2]
}

func ExampleSign() {
	fmt.Println(ops.Sign(ops.From([]float64{3, 0, -2})))
	// Output: [1 0 -1]
}

func ExampleSquare() {
	fmt.Println(ops.Square(ops.From([]float64{1, 2, 3})))
	// Output: [1 4 9]
}

func ExampleReciprocal() {
	fmt.Println(ops.Reciprocal(ops.From([]float64{1, 2, 4})))
	// Output: [1 0.5 0.25]
}

func ExampleSqrt() {
	fmt.Println(ops.Sqrt(ops.From([]float64{1, 4, 9})))
	// Output: [1 2 3]
}

func ExampleExp() {
	fmt.Println(ops.Exp(ops.From([]float64{0, 1})))
	// Output: [1 2.71828]
}

func ExampleExpm1() {
	fmt.Println(ops.Expm1(ops.From([]float64{0, 1e-9})))
	// Output: [0 1e-09]
}

func ExampleLog() {
	fmt.Println(ops.Log(ops.From([]float64{1, math.E})))
	// Output: [0 1]
}

func ExampleLog1p() {
	fmt.Println(ops.Log1p(ops.From([]float64{0, 1e-9})))
	// Output: [0 1e-09]
}

func ExampleSin() {
	fmt.Println(ops.Sin(ops.From([]float64{0, math.Pi / 2})))
	// Output: [0 1]
}

func ExampleCos() {
	fmt.Println(ops.Cos(ops.From([]float64{0, math.Pi})))
	// Output: [1 -1]
}

func ExampleTan() {
	fmt.Println(ops.Tan(ops.From([]float64{0, 1})))
	// Output: [0 1.55741]
}

func ExampleAsin() {
	fmt.Println(ops.Asin(ops.From([]float64{0, 1})))
	// Output: [0 1.5708]
}

func ExampleAcos() {
	fmt.Println(ops.Acos(ops.From([]float64{1, 0})))
	// Output: [0 1.5708]
}

func ExampleAtan() {
	fmt.Println(ops.Atan(ops.From([]float64{0, 1})))
	// Output: [0 0.785398]
}

func ExampleSinh() {
	fmt.Println(ops.Sinh(ops.From([]float64{0, 1})))
	// Output: [0 1.1752]
}

func ExampleCosh() {
	fmt.Println(ops.Cosh(ops.From([]float64{0, 1})))
	// Output: [1 1.54308]
}

func ExampleTanh() {
	fmt.Println(ops.Tanh(ops.From([]float64{0, 1})))
	// Output: [0 0.761594]
}

func ExampleErf() {
	fmt.Println(ops.Erf(ops.From([]float64{0, 1})))
	// Output: [0 0.842701]
}

func ExampleFloor() {
	fmt.Println(ops.Floor(ops.From([]float64{1.5, -1.5})))
	// Output: [1 -2]
}

func ExampleCeil() {
	fmt.Println(ops.Ceil(ops.From([]float64{1.5, -1.5})))
	// Output: [2 -1]
}

func ExampleRound() {
	fmt.Println(ops.Round(ops.From([]float64{0.5, 1.5, -1.7})))
	// Output: [0 2 -2]
}

func ExampleSigmoid() {
	fmt.Println(ops.Sigmoid(ops.From([]float64{0, 2, -2})))
	// Output: [0.5 0.880797 0.119203]
}
