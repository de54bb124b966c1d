package ops_test

import (
	"fmt"

	"cahier/ops"
)

func ExampleSeed() {
	ops.Seed(1)
	a := ops.Rand(3)
	ops.Seed(1)
	fmt.Println(a, ops.Rand(3))
	// Output: [0.894685 0.711268 0.874112] [0.894685 0.711268 0.874112]
}

func ExampleRand() {
	ops.Seed(1)
	fmt.Println(ops.Rand(2, 2))
	// Output:
	// [[0.894685 0.711268]
	//  [0.874112 0.656103]]
}

func ExampleRandn() {
	ops.Seed(1)
	fmt.Println(ops.Randn(4))
	// Output: [-0.511254 -2.05918 -1.13262 -1.69171]
}

func ExampleRandInt() {
	ops.Seed(1)
	fmt.Println(ops.RandInt(1, 7, 5)) // five dice
	// Output: [6 5 6 4 4]
}

func ExamplePerm() {
	ops.Seed(1)
	fmt.Println(ops.Perm(5))
	// Output: [0 1 4 2 3]
}

func ExampleDefaultRNG() {
	ops.Seed(1)
	a := ops.DefaultRNG().Rand(2)
	ops.Seed(1)
	fmt.Println(a, ops.Rand(2))
	// Output: [0.894685 0.711268] [0.894685 0.711268]
}

func ExampleNewRNG() {
	a, b := ops.NewRNG(7), ops.NewRNG(7)
	fmt.Println(a.Randn(3), b.Randn(3))
	// Output: [1.43003 0.853714 1.719] [1.43003 0.853714 1.719]
}

func ExampleRNG_Seed() {
	r := ops.NewRNG(7)
	a := r.Uint64()
	r.Seed(7)
	fmt.Println(a == r.Uint64())
	// Output: true
}

func ExampleRNG_Rand() {
	fmt.Println(ops.NewRNG(7).Rand(3))
	// Output: [0.750152 0.0856578 0.795284]
}

func ExampleRNG_Randn() {
	fmt.Println(ops.NewRNG(7).Randn(2, 2))
	// Output:
	// [[  1.43003  0.853714]
	//  [    1.719 -0.466156]]
}

func ExampleRNG_RandInt() {
	fmt.Println(ops.NewRNG(7).RandInt(0, 10, 4))
	// Output: [7 0 7 9]
}

func ExampleRNG_Perm() {
	x := ops.From([]float64{10, 20, 30})
	fmt.Println(x.IndexSelect(0, ops.NewRNG(7).Perm(3)))
	// Output: [20 10 30]
}

func ExampleRNG_Uint64() {
	fmt.Printf("%x\n", ops.NewRNG(7).Uint64())
	// Output: c009f9dcf4607a2d
}

func ExampleRNG_Float64() {
	fmt.Printf("%.6f\n", ops.NewRNG(7).Float64())
	// Output: 0.750152
}

func ExampleBernoulli() {
	ops.Seed(1)
	fmt.Println(ops.Bernoulli(0.8, 4))
	// Output: [false true false true]
}

func ExampleCategorical() {
	ops.Seed(1)
	fmt.Println(ops.Categorical(ops.From([]float64{0.1, 0.7, 0.2}), 6))
	// Output: [2 1 2 1 1 2]
}

func ExampleRNG_Bernoulli() {
	fmt.Println(ops.NewRNG(7).Bernoulli(0.5, 3))
	// Output: [false true false]
}

func ExampleRNG_Categorical() {
	p := ops.Softmax(ops.From([][]float64{{0, 9}, {9, 0}}), -1)
	fmt.Println(ops.NewRNG(7).Categorical(p, 3))
	// Output:
	// [[1 1 1]
	//  [0 0 0]]
}
