package optim_test

import (
	"fmt"

	"cahier/ops/optim"
)

func ExampleCustom() {
	fmt.Printf("%.3f\n", optim.Custom(func(step int) float64 { return 1 / float64(step+1) }).Rates(4))
	// Output:
	// [1.000 0.500 0.333 0.250]
}

func ExampleStepDecay() {
	fmt.Printf("%.3f\n", optim.StepDecay(1, 2, 0.5).Rates(5))
	// Output:
	// [1.000 1.000 0.500 0.500 0.250]
}

func ExampleMultiStepDecay() {
	fmt.Printf("%.3f\n", optim.MultiStepDecay(1, []int{1, 3}, 0.1).Rates(5))
	// Output:
	// [1.000 0.100 0.100 0.010 0.010]
}

func ExampleExponentialDecay() {
	fmt.Printf("%.3f\n", optim.ExponentialDecay(1, 0.5).Rates(4))
	// Output:
	// [1.000 0.500 0.250 0.125]
}

func ExampleCosine() {
	fmt.Printf("%.3f\n", optim.Cosine(1, 6, optim.CosineOptions{Warmup: 2}).Rates(7))
	// Output:
	// [0.500 1.000 1.000 0.854 0.500 0.146 0.000]
}

func ExampleCosineRestarts() {
	fmt.Printf("%.3f\n", optim.CosineRestarts(1, 2, optim.CosineOptions{Factor: 2}).Rates(7))
	// Output:
	// [1.000 0.500 1.000 0.854 0.500 0.146 1.000]
}

func ExampleLinear() {
	fmt.Printf("%.3f\n", optim.Linear(1, 0, 4).Rates(6))
	// Output:
	// [1.000 0.750 0.500 0.250 0.000 0.000]
}

func ExampleOneCycle() {
	fmt.Printf("%.3f\n", optim.OneCycle(1, 6).Rates(6))
	// Output:
	// [0.040 0.994 0.812 0.463 0.133 0.000]
}

func ExampleNoam() {
	fmt.Printf("%.3f\n", optim.Noam(4, 2).Rates(4))
	// Output:
	// [0.177 0.354 0.289 0.250]
}

func ExampleJoin() {
	s := optim.Join(optim.Linear(0, 1, 2), 2, optim.Linear(1, 0, 4))
	fmt.Println(s)
	fmt.Println(s.Rates(7))
	// Output:
	// Join(Linear(0, 1, 2), 2, Linear(1, 0, 4))
	// [0 0.5 1 0.75 0.5 0.25 0]
}
