package ops_test

import (
	"fmt"

	"cahier/ops"
)

func ExampleBCE() {
	fmt.Println(ops.BCE(ops.From([]float64{0.5, 0.5}), ops.From([]float64{0, 1}, ops.Float32)))
	// Output: 0.693147
}

func ExamplePoissonNLL() {
	fmt.Println(ops.PoissonNLL(ops.From([]float64{0}), ops.From([]float64{3})))
	// Output: 1
}

func ExampleGaussianNLL() {
	fmt.Println(ops.GaussianNLL(ops.From([]float64{1}), ops.From([]float64{3}), ops.From([]float64{1})))
	// Output: 2
}

func ExampleSoftMargin() {
	fmt.Println(ops.SoftMargin(ops.From([]float64{0}), ops.From([]float64{1})))
	// Output: 0.693147
}

func ExampleHingeEmbedding() {
	distance := ops.From([]float64{0.25, 0.25})
	fmt.Println(ops.HingeEmbedding(distance, ops.From([]float64{1, -1}), ops.MarginOptions{Reduction: ops.ReduceNone}))
	// Output: [0.25 0.75]
}

func ExampleMarginRanking() {
	fmt.Println(ops.MarginRanking(ops.From([]float64{2}), ops.From([]float64{3}), ops.From([]float64{1.0})))
	// Output: 1
}

func ExampleMultiMargin() {
	fmt.Println(ops.MultiMargin(ops.From([][]float64{{3, 2.5}}), ops.From([]int{0})))
	// Output: 0.25
}

func ExampleTriplet() {
	a := ops.From([][]float64{{0, 0}})
	fmt.Println(ops.Triplet(a, a.Add(1), a.Add(9)))
	// Output: 0
}

func ExampleCosineEmbedding() {
	a, b := ops.From([][]float64{{1, 0}}), ops.From([][]float64{{0, 2}})
	fmt.Println(ops.CosineEmbedding(a, b, ops.From([]float64{1})))
	// Output: 1
}

func ExampleCosineSimilarity() {
	fmt.Println(ops.CosineSimilarity(ops.From([]float64{1, 1}), ops.From([]float64{2, 2}), 0))
	// Output: 1
}

func ExampleNormalize() {
	fmt.Println(ops.Normalize(ops.From([]float64{3, 4}), 0))
	// Output: [0.6 0.8]
}

func ExampleGLU() {
	fmt.Println(ops.GLU(ops.From([]float64{2, 4, 0, 0}), 0))
	// Output: [1 2]
}

func ExampleSoftmin() {
	fmt.Println(ops.Softmin(ops.From([]float64{1, 1}), 0))
	// Output: [0.5 0.5]
}

func ExampleHardTanh() {
	fmt.Println(ops.HardTanh(ops.From([]float64{-2, 0.5, 2})))
	// Output: [-1 0.5 1]
}

func ExampleHardShrink() {
	fmt.Println(ops.HardShrink(ops.From([]float64{-2, 0.25, 2})))
	// Output: [-2 0 2]
}

func ExampleSoftShrink() {
	fmt.Println(ops.SoftShrink(ops.From([]float64{-2, 0.25, 2})))
	// Output: [-1.5 0 1.5]
}

func ExampleTanhShrink() {
	fmt.Println(ops.TanhShrink(ops.From([]float64{0})))
	// Output: [0]
}
