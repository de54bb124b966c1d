package ops_test

import (
	"fmt"

	"cahier/ops"
)

func ExampleTensor_Shape() {
	x := ops.Zeros(2, 3)
	fmt.Println(x.Shape(), x.Rank(), x.Size(-1), x.Len())
	// Output: [2 3] 2 3 6
}

func ExampleTensor_Rank() {
	fmt.Println(ops.Zeros(2, 3).Rank(), ops.Zeros().Rank())
	// Output: 2 0
}

func ExampleTensor_Size() {
	fmt.Println(ops.Zeros(2, 3).Size(0), ops.Zeros(2, 3).Size(-1))
	// Output: 2 3
}

func ExampleTensor_Len() {
	fmt.Println(ops.Zeros(2, 3).Len(), ops.Zeros(2, 0).Len(), ops.Zeros().Len())
	// Output: 6 0 1
}

func ExampleTensor_DType() {
	fmt.Println(ops.From(1.5).DType(), ops.From(1).DType(), ops.From(true).DType())
	// Output: Float32 Int64 Bool
}

func ExampleTensor_Stride() {
	x := ops.Zeros(2, 3)
	fmt.Println(x.Stride(), x.T().Stride(), x.Slice(1, 0, 3, 2).Stride())
	// Output: [3 1] [1 3] [3 2]
}

func ExampleTensor_Offset() {
	fmt.Println(ops.Arange(6).Slice(0, 2, 5).Offset())
	// Output: 2
}

func ExampleTensor_IsContiguous() {
	x := ops.Zeros(2, 3)
	fmt.Println(x.IsContiguous(), x.T().IsContiguous(), x.T().Clone().IsContiguous())
	// Output: true false true
}

func ExampleTensor_Item() {
	fmt.Println(ops.From([]float64{1, 2, 3}).Sum().Item() / 2)
	// Output: 3
}

func ExampleTensor_At() {
	x := ops.Arange(6).Reshape(2, 3)
	fmt.Println(x.At(1, 0), x.At(-1, -1))
	// Output: 3 5
}

func ExampleTensor_Float64s() {
	x := ops.Arange(4).Reshape(2, 2)
	fmt.Println(x.T().Float64s())
	// Output: [0 2 1 3]
}

func ExampleTensor_Float32s() {
	fmt.Println(ops.From([]float64{0.5, 1.5}).Float32s())
	// Output: [0.5 1.5]
}

func ExampleTensor_Int64s() {
	fmt.Println(ops.From([]float64{1.9, -1.9}).Int64s())
	// Output: [1 -1]
}

func ExampleTensor_Ints() {
	names := []string{"cat", "dog"}
	for _, i := range ops.From([]int{1, 0, 1}).Ints() {
		fmt.Print(names[i], " ")
	}
	fmt.Println()
	// Output: dog cat dog
}

func ExampleTensor_Uint8s() {
	fmt.Println(ops.From([]float64{0, 127.9, 255}).Uint8s())
	// Output: [0 127 255]
}

func ExampleTensor_Bools() {
	fmt.Println(ops.From([]float64{1, 5, 3}).Greater(2).Bools())
	// Output: [false true true]
}

func ExampleTensor_Assign() {
	w := ops.From([]float64{1, 2})
	old := w.Mul(10)
	w.Assign(w.Sub(0.5))
	fmt.Println(w, old)
	// Output: [0.5 1.5] [10 20]
}

func ExampleTensor_Clone() {
	x := ops.Arange(4).Reshape(2, 2).T()
	fmt.Println(x.Clone(), x.Clone().Stride())
	// Output:
	// [[0 2]
	//  [1 3]] [2 1]
}

func ExampleTensor_T() {
	fmt.Println(ops.Arange(6).Reshape(2, 3).T())
	// Output:
	// [[0 3]
	//  [1 4]
	//  [2 5]]
}

func ExampleTensor_Text() {
	x := ops.Linspace(0, 1, 7)
	fmt.Println(x.Text(ops.TextOptions{Limit: 5, Edge: 2, Digits: 2}))
	// Output: [0 0.17 … 0.83 1]
}

func ExampleTensor_Summary() {
	fmt.Println(ops.Zeros(2, 3).Summary())
	// Output: Float32 [2 3], 0 to 0, mean 0
}

func ExampleTensor_String() {
	fmt.Println(ops.From([][]float64{{1, 20}, {300, 0.5}}).String())
	// Output:
	// [[  1  20]
	//  [300 0.5]]
}

func ExampleShape_Len() {
	fmt.Println(ops.Shape{2, 3, 4}.Len(), ops.Shape{}.Len())
	// Output: 24 1
}

func ExampleShape_Equal() {
	fmt.Println(ops.Zeros(2, 3).Shape().Equal(ops.Shape{2, 3}))
	// Output: true
}

func ExampleDType_Size() {
	fmt.Println(ops.Float32.Size(), ops.Float64.Size(), ops.Bool.Size())
	// Output: 4 8 1
}

func ExampleDType_IsFloat() {
	fmt.Println(ops.Float32.IsFloat(), ops.Int64.IsFloat())
	// Output: true false
}

func ExampleKVCache_Keys() {
	var cache ops.KVCache
	cache = cache.Append(ops.Ones(1, 1, 2, 3), ops.Zeros(1, 1, 2, 3)) // N G T D
	fmt.Println(cache.Keys().Shape(), cache.Keys().At(0, 0, 1, 2))
	// Output: [1 1 2 3] 1
}

func ExampleKVCache_Values() {
	var cache ops.KVCache
	cache = cache.Append(ops.Ones(1, 1, 2, 3), ops.Zeros(1, 1, 2, 3)) // N G T D
	fmt.Println(cache.Values().Shape(), cache.Values().At(0, 0, 1, 2))
	// Output: [1 1 2 3] 0
}

func ExampleKVCache_Len() {
	var cache ops.KVCache
	fmt.Println(cache.Len(), cache.Append(ops.Ones(1, 1, 2, 3), ops.Ones(1, 1, 2, 3)).Len())
	// Output: 0 2
}

func ExampleKVCache_Truncate() {
	var cache ops.KVCache
	cache = cache.Append(ops.Ones(1, 1, 4, 2), ops.Ones(1, 1, 4, 2))
	fmt.Println(cache.Truncate(1)) // a draft was refused behind its first step
	// Output: KVCache of 1 steps: keys [1 1 1 2], values [1 1 1 2]
}
