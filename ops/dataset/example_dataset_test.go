package dataset_test

import (
	"fmt"

	"cahier/ops"
	"cahier/ops/dataset"
)

func ExampleBatches() {
	x, y := ops.Arange(10).Reshape(5, 2), ops.ArangeInt(5)
	batches := dataset.Batches(x, y, 2, dataset.BatchOptions{InOrder: true})
	for i := range batches.Len() {
		b := batches.Batch(0, i)
		fmt.Println(b.X.Shape(), b.Y)
	}
	// Output:
	// [2 2] [0 1]
	// [2 2] [2 3]
	// [1 2] [4]
}

func ExampleSplit() {
	x, y := ops.Zeros(10, 3), ops.ArangeInt(10)
	train, test := dataset.Split(x, y, 0.2)
	fmt.Println(train)
	fmt.Println(test)
	// Output:
	// Set of 8 examples: X Float32 [8 3], Y Int64 [8]
	// Set of 2 examples: X Float32 [2 3], Y Int64 [2]
}

func ExampleFold() {
	x := ops.Arange(6)
	for i := range 3 {
		train, test := dataset.Fold(x, nil, 3, i, dataset.SplitOptions{InOrder: true})
		fmt.Println(train.X, test.X)
	}
	// Output:
	// [2 3 4 5] [0 1]
	// [0 1 4 5] [2 3]
	// [0 1 2 3] [4 5]
}

func ExampleStandardize() {
	train := ops.From([][]float64{{1, 10}, {3, 30}})
	scale := dataset.Standardize(train)
	fmt.Println(scale.Apply(train))
	fmt.Println(scale.Apply(ops.From([][]float64{{2, 40}})))
	// Output:
	// [[-1 -1]
	//  [ 1  1]]
	// [[0 2]]
}

func ExampleLabels() {
	y, classes := dataset.Labels([]string{"dog", "cat", "dog"})
	fmt.Println(y, classes)
	fmt.Println(classes.OneHot(y))
	// Output:
	// [1 0 1] 2 classes: ["cat" "dog"]
	// [[0 1]
	//  [1 0]
	//  [0 1]]
}
