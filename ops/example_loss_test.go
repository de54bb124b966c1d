package ops_test

import (
	"fmt"

	"cahier/ops"
)

func ExampleLogSumExp() {
	x := ops.From([][]float64{{1, 2, 3}, {1000, 1000, 0}})
	fmt.Println(ops.LogSumExp(x, ops.ReduceOptions{Axes: []int{1}}))
	// Output: [3.40761 1000.69]
}

func ExampleMSE() {
	x, target := ops.From([]float64{1, 2, 3}), ops.From([]float64{1, 4, 0})
	fmt.Println(ops.MSE(x, target), ops.MSE(x, target, ops.LossOptions{Reduction: ops.ReduceNone}))
	// Output: 4.33333 [0 4 9]
}

func ExampleL1() {
	x, target := ops.From([]float64{1, 2, 3}), ops.From([]float64{1, 4, 0})
	fmt.Println(ops.L1(x, target, ops.LossOptions{Reduction: ops.ReduceSum}))
	// Output: 5
}

func ExampleHuber() {
	x, target := ops.From([]float64{1, 2, 3}), ops.From([]float64{1, 4, 0})
	fmt.Println(ops.Huber(x, target, ops.HuberOptions{Delta: 2, Reduction: ops.ReduceNone}))
	// Output: [0 2 4]
}

func ExampleSmoothL1() {
	x, target := ops.From([]float64{1, 2, 3}), ops.From([]float64{1, 4, 0})
	fmt.Println(ops.SmoothL1(x, target, ops.SmoothL1Options{Beta: 2, Reduction: ops.ReduceNone}))
	// Output: [0 1 2]
}

func ExampleBCEWithLogits() {
	scores, target := ops.From([]float64{2, -1, 0}), ops.From([]float64{1, 0, 1})
	fmt.Println(ops.BCEWithLogits(scores, target, ops.BCEOptions{Reduction: ops.ReduceNone}))
	// Output: [0.126928 0.313262 0.693147]
}

func ExampleKLDivergence() {
	q := ops.LogSoftmax(ops.Zeros(1, 4), -1)
	p := ops.From([][]float64{{0.5, 0.5, 0, 0}})
	fmt.Println(ops.KLDivergence(q, p)) // log 2: q spreads over twice as many
	// Output: 0.693147
}

func ExampleCrossEntropy() {
	scores := ops.From([][]float64{{2, 0, 0}, {0, 0, 3}})
	classes := ops.From([]int{0, 1})
	fmt.Println(ops.CrossEntropy(scores, classes))
	fmt.Println(ops.CrossEntropy(scores, classes, ops.CrossEntropyOptions{Smoothing: 0.1, Ignore: []int{1}}))
	// Output:
	// 1.66723
	// 0.372878
}

func ExampleNLL() {
	logs := ops.LogSoftmax(ops.From([][]float64{{2, 0, 0}, {0, 0, 3}}), -1)
	fmt.Println(ops.NLL(logs, ops.From([]int{0, 1}), ops.NLLOptions{Reduction: ops.ReduceNone}))
	// Output: [0.239545 3.09492]
}

func ExampleDropout() {
	x := ops.Ones(8)
	fmt.Println(ops.Dropout(x, 0.5, ops.DropoutOptions{RNG: ops.NewRNG(1)}))
	fmt.Println(ops.Dropout(x, 0.5, ops.DropoutOptions{Eval: true}))
	// Output:
	// [2 2 2 2 2 2 0 0]
	// [1 1 1 1 1 1 1 1]
}
