package ops_test

import (
	"fmt"

	"cahier/ops"
)

func ExampleAsinh() {
	fmt.Println(ops.Asinh(ops.From([]float64{0})))
	// Output: [0]
}

func ExampleAcosh() {
	fmt.Println(ops.Acosh(ops.From([]float64{1})))
	// Output: [0]
}

func ExampleAtanh() {
	fmt.Println(ops.Atanh(ops.From([]float64{0})))
	// Output: [0]
}

func ExampleExp2() {
	fmt.Println(ops.Exp2(ops.From([]float64{3})))
	// Output: [8]
}

func ExampleLog2() {
	fmt.Println(ops.Log2(ops.From([]float64{8})))
	// Output: [3]
}

func ExampleLog10() {
	fmt.Println(ops.Log10(ops.From([]float64{100})))
	// Output: [2]
}

func ExampleRsqrt() {
	fmt.Println(ops.Rsqrt(ops.From([]float64{4})))
	// Output: [0.5]
}

func ExampleTrunc() {
	fmt.Println(ops.Trunc(ops.From([]float64{-1.5})))
	// Output: [-1]
}

func ExampleErfc() {
	fmt.Println(ops.Erfc(ops.From([]float64{0})))
	// Output: [1]
}

func ExampleErfinv() {
	fmt.Println(ops.Erfinv(ops.From([]float64{0})))
	// Output: [0]
}

func ExampleLogGamma() {
	fmt.Println(ops.LogGamma(ops.From([]float64{1})))
	// Output: [0]
}

func ExampleDigamma() {
	// Minus Euler's constant.
	fmt.Println(ops.Digamma(ops.From([]float64{1})))
	// Output: [-0.577216]
}

func ExamplePolygamma() {
	// A sixth of the square of pi.
	fmt.Println(ops.Polygamma(ops.From([]float64{1}), 1))
	// Output: [1.64493]
}

func ExampleAtan2() {
	fmt.Println(ops.Atan2(ops.From([]float64{1, 0}), ops.From([]float64{0, -1})))
	// Output: [1.5708 3.14159]
}

func ExampleHypot() {
	fmt.Println(ops.Hypot(ops.From([]float64{3}), 4))
	// Output: [5]
}

func ExampleRemainder() {
	fmt.Println(ops.Remainder(ops.From([]int{-3, 3, 7}), 5))
	// Output: [2 3 2]
}

func ExampleFmod() {
	fmt.Println(ops.Fmod(ops.From([]int{-3, 3, 7}), 5))
	// Output: [-3 3 2]
}

func ExampleLogAddExp() {
	fmt.Println(ops.LogAddExp(ops.From([]float64{1000}), 1000))
	// Output: [1000.69]
}

func ExampleXLogY() {
	fmt.Println(ops.XLogY(ops.From([]float64{0, 2}), ops.From([]float64{0, 1})))
	// Output: [0 0]
}

func ExampleLerp() {
	fmt.Println(ops.Lerp(ops.From([]float64{0, 10}), 20, 0.5))
	// Output: [10 15]
}

func ExampleIsNaN() {
	fmt.Println(ops.IsNaN(ops.From([]float64{0, 1}).Log().Mul(0)))
	// Output: [true false]
}

func ExampleIsInf() {
	fmt.Println(ops.IsInf(ops.From([]float64{0, 1}).Log()))
	// Output: [true false]
}

func ExampleIsFinite() {
	fmt.Println(ops.IsFinite(ops.From([]float64{0, 1}).Log()))
	// Output: [false true]
}
