package nn_test

import (
	"fmt"
	"math"

	"cahier/ops"
	"cahier/ops/nn"
)

func ExampleZeros() {
	fmt.Println(nn.Zeros(ops.Ones(3)))
	// Output:
	// [0 0 0]
}

func ExampleOnes() {
	fmt.Println(nn.Ones(ops.Zeros(3)))
	// Output:
	// [1 1 1]
}

func ExampleConstant() {
	fmt.Println(nn.Constant(ops.Zeros(3), 0.5))
	// Output:
	// [0.5 0.5 0.5]
}

func ExampleUniform() {
	w := nn.Uniform(ops.Zeros(100), -1, 1, nn.InitOptions{RNG: ops.NewRNG(1)})
	fmt.Println(ops.Max(w.Abs()).Item() <= 1)
	// Output:
	// true
}

func ExampleNormal() {
	w := nn.Normal(ops.Zeros(10000), 0, 0.02, nn.InitOptions{RNG: ops.NewRNG(1)})
	fmt.Printf("%.3f\n", ops.Std(w).Item())
	// Output:
	// 0.020
}

func ExampleXavierUniform() {
	w := nn.XavierUniform(ops.Zeros(200, 100), nn.InitOptions{RNG: ops.NewRNG(1)})
	fmt.Printf("%.4f, below %.4f\n", ops.Max(w).Item(), math.Sqrt(6.0/300))
	// Output:
	// 0.1414, below 0.1414
}

func ExampleXavierNormal() {
	w := nn.XavierNormal(ops.Zeros(200, 100), nn.InitOptions{RNG: ops.NewRNG(1)})
	fmt.Printf("%.3f\n", ops.Std(w).Item())
	// Output:
	// 0.082
}

func ExampleKaimingUniform() {
	layer := nn.Conv2D(16, 32, 3)
	nn.KaimingUniform(layer.Weight, nn.InitOptions{RNG: ops.NewRNG(1)})
	fmt.Printf("%.3f, below %.3f\n", ops.Max(layer.Weight).Item(), math.Sqrt(6.0/144))
	// Output:
	// 0.204, below 0.204
}

func ExampleKaimingNormal() {
	w := nn.KaimingNormal(ops.Zeros(200, 100), nn.InitOptions{RNG: ops.NewRNG(1)})
	fmt.Printf("%.3f\n", ops.Std(w).Item())
	// Output:
	// 0.141
}

func ExampleOrthogonal() {
	w := nn.Orthogonal(ops.Zeros(3, 5), nn.InitOptions{RNG: ops.NewRNG(1)})
	fmt.Println(ops.Round(ops.MatMul(w, w.T()).Abs()))
	// Output:
	// [[1 0 0]
	//  [0 1 0]
	//  [0 0 1]]
}

func ExampleGain() {
	fmt.Println(nn.Gain("tanh") == 5.0/3, nn.Gain("sigmoid"))
	// Output:
	// true 1
}
