package nn_test

import (
	"fmt"

	"cahier/ops"
	"cahier/ops/nn"
)

func ExampleReLU() {
	layer := nn.ReLU()
	fmt.Println(layer, layer.Forward(ops.From([]float64{-1, 0, 2})))
	// Output:
	// ReLU() [0 0 2]
}

func ExampleReLU6() {
	layer := nn.ReLU6()
	fmt.Println(layer, layer.Forward(ops.From([]float64{-1, 2, 7})))
	// Output:
	// ReLU6() [0 2 6]
}

func ExampleLeakyReLU() {
	layer := nn.LeakyReLU(0.1)
	fmt.Println(layer, layer.Forward(ops.From([]float64{-1, 0, 2})))
	// Output:
	// LeakyReLU(0.1) [-0.1 0 2]
}

func ExampleELU() {
	layer := nn.ELU()
	fmt.Println(layer, layer.Forward(ops.From([]float64{-1, 0, 2})))
	// Output:
	// ELU() [-0.632121 0 2]
}

func ExampleCELU() {
	layer := nn.CELU()
	fmt.Println(layer, layer.Forward(ops.From([]float64{-1, 0, 2})))
	// Output:
	// CELU() [-0.632121 0 2]
}

func ExampleSELU() {
	layer := nn.SELU()
	fmt.Println(layer, layer.Forward(ops.From([]float64{-1, 0, 2})))
	// Output:
	// SELU() [-1.11133 0 2.1014]
}

func ExampleGELU() {
	layer := nn.GELU()
	fmt.Println(layer, layer.Forward(ops.From([]float64{-1, 0, 2})))
	// Output:
	// GELU() [-0.158655 0 1.9545]
}

func ExampleGELUTanh() {
	layer := nn.GELUTanh()
	fmt.Println(layer, layer.Forward(ops.From([]float64{-1, 0, 2})))
	// Output:
	// GELUTanh() [-0.158808 0 1.9546]
}

func ExampleSiLU() {
	layer := nn.SiLU()
	fmt.Println(layer, layer.Forward(ops.From([]float64{-1, 0, 2})))
	// Output:
	// SiLU() [-0.268941 0 1.76159]
}

func ExampleMish() {
	layer := nn.Mish()
	fmt.Println(layer, layer.Forward(ops.From([]float64{-1, 0, 2})))
	// Output:
	// Mish() [-0.303401 0 1.94396]
}

func ExampleHardSwish() {
	layer := nn.HardSwish()
	fmt.Println(layer, layer.Forward(ops.From([]float64{-1, 0, 2})))
	// Output:
	// HardSwish() [-0.333333 0 1.66667]
}

func ExampleHardSigmoid() {
	layer := nn.HardSigmoid()
	fmt.Println(layer, layer.Forward(ops.From([]float64{-1, 0, 2})))
	// Output:
	// HardSigmoid() [0.333333 0.5 0.833333]
}

func ExampleSigmoid() {
	layer := nn.Sigmoid()
	fmt.Println(layer, layer.Forward(ops.From([]float64{-1, 0, 2})))
	// Output:
	// Sigmoid() [0.268941 0.5 0.880797]
}

func ExampleLogSigmoid() {
	layer := nn.LogSigmoid()
	fmt.Println(layer, layer.Forward(ops.From([]float64{-1, 0, 2})))
	// Output:
	// LogSigmoid() [-1.31326 -0.693147 -0.126928]
}

func ExampleTanh() {
	layer := nn.Tanh()
	fmt.Println(layer, layer.Forward(ops.From([]float64{-1, 0, 2})))
	// Output:
	// Tanh() [-0.761594 0 0.964028]
}

func ExampleSoftplus() {
	layer := nn.Softplus()
	fmt.Println(layer, layer.Forward(ops.From([]float64{-1, 0, 2})))
	// Output:
	// Softplus() [0.313262 0.693147 2.12693]
}

func ExampleSoftsign() {
	layer := nn.Softsign()
	fmt.Println(layer, layer.Forward(ops.From([]float64{-1, 0, 2})))
	// Output:
	// Softsign() [-0.5 0 0.666667]
}

func ExampleSoftmax() {
	layer := nn.Softmax(-1)
	fmt.Println(layer.Forward(ops.From([]float64{0, 0, 0, 0})))
	// Output:
	// [0.25 0.25 0.25 0.25]
}

func ExampleLogSoftmax() {
	layer := nn.LogSoftmax(1)
	fmt.Println(layer.Forward(ops.From([][]float64{{1, 1}, {0, 100}})))
	// Output:
	// [[-0.693147 -0.693147]
	//  [     -100         0]]
}

func ExamplePReLU() {
	layer := nn.PReLU()
	fmt.Println(layer.Forward(ops.From([]float64{-2, 2})), nn.Named(layer))
	// Output:
	// [-0.5 2] weight  Float32 [1] 0.25
	// 1 parameters in 1 tensors
}

func ExampleActivation() {
	layer := nn.Activation("abs")
	fmt.Println(layer, layer.Forward(ops.From([]float64{-3, 2})))
	// Output:
	// Activation("abs") [3 2]
}
