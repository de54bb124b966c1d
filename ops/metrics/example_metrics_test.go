package metrics_test

import (
	"fmt"
	"math"

	"cahier/ops"
	"cahier/ops/metrics"
	"cahier/ops/nn"
)

func ExampleAccuracy() {
	scores := ops.From([][]float64{{2, 1}, {0, 3}, {5, 4}})
	fmt.Printf("%.3f\n", metrics.Accuracy(scores, ops.From([]int{0, 1, 1})))
	// Output:
	// 0.667
}

func ExampleTopK() {
	scores := ops.From([][]float64{{1, 2, 3}, {3, 2, 1}})
	fmt.Println(metrics.TopK(scores, ops.From([]int{1, 2}), 2))
	// Output:
	// 0.5
}

func ExampleConfusion() {
	predictions, targets := ops.From([]int{0, 0, 1, 1, 1, 0}), ops.From([]int{0, 0, 0, 1, 1, 2})
	m := metrics.Confusion(predictions, targets, "cat", "dog", "owl")
	fmt.Println(m)
	fmt.Println(m.Macro())
	// Output:
	// true \ predicted  cat  dog  owl  precision  recall      F1
	// cat                 2    1    0     0.6667  0.6667  0.6667
	// dog                 0    2    0     0.6667  1.0000  0.8000
	// owl                 1    0    0     0.0000  0.0000  0.0000
	// accuracy 0.6667 of 6; macro F1 0.4889
	// precision 0.4444, recall 0.5556, F1 0.4889
}

func ExampleRMSE() {
	fmt.Println(metrics.RMSE(ops.From([]float64{1, 2}), ops.From([]float64{1, 4})) == math.Sqrt(2))
	// Output:
	// true
}

func ExampleMAE() {
	fmt.Println(metrics.MAE(ops.From([]float64{1, 2}), ops.From([]float64{1, 4})))
	// Output:
	// 1
}

func ExampleR2() {
	fmt.Println(metrics.R2(ops.From([]float64{1, 2, 4}), ops.From([]float64{1, 3, 5})))
	// Output:
	// 0.75
}

func ExamplePerplexity() {
	fmt.Printf("%.1f\n", metrics.Perplexity(math.Log(50)))
	// Output:
	// 50.0
}

func ExampleBitsPerChar() {
	fmt.Printf("%.1f\n", metrics.BitsPerChar(4*math.Ln2, 2))
	// Output:
	// 2.0
}

func ExampleCKA() {
	a := ops.NewRNG(1).Randn(50, 10)
	rotated := ops.MatMul(a, nn.Orthogonal(ops.Zeros(10, 10), nn.InitOptions{RNG: ops.NewRNG(2)}))
	other := ops.NewRNG(3).Randn(50, 10)
	fmt.Printf("%.2f %.2f\n", metrics.CKA(a, rotated), metrics.CKA(a, other))
	// Output:
	// 1.00 0.20
}

func ExampleHomogenize() {
	// Three models on four inputs: who fails where?
	failures := ops.From([][]int{{1, 1, 0, 0}, {1, 0, 1, 0}, {1, 0, 0, 0}})
	fmt.Println(metrics.Homogenize(failures))
	// Output:
	// models that fail  observed  independent
	// 0                   0.2500       0.1875
	// 1                   0.5000       0.4375
	// 2                   0.0000       0.3125
	// 3                   0.2500       0.0625
	// all 3 models fail on 25% of 4 inputs; independent failures would on 6.25%; ratio 4
}
