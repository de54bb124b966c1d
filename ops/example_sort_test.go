package ops_test

import (
	"fmt"

	"cahier/ops"
)

func ExampleCumSum() {
	x := ops.From([]int{1, 2, 3})
	fmt.Println(ops.CumSum(x, 0), ops.CumSum(x, 0, ops.CumulativeOptions{Exclusive: true, Reverse: true}))
	// Output: [1 3 6] [5 3 0]
}

func ExampleCumProd() {
	fmt.Println(ops.CumProd(ops.From([]float64{2, 0.5, 4}), 0))
	// Output: [2 1 4]
}

func ExampleSort() {
	x := ops.From([]float64{3, 1, 2})
	fmt.Println(ops.Sort(x, 0), ops.Sort(x, 0, ops.SortOptions{Descending: true}))
	// Output: [1 2 3] [3 2 1]
}

func ExampleArgSort() {
	x := ops.From([]float64{3, 1, 2})
	fmt.Println(ops.ArgSort(x, 0), x.Gather(0, x.ArgSort(0)))
	// Output: [1 2 0] [1 2 3]
}

func ExampleTopK() {
	y, places := ops.TopK(ops.From([]float64{0.1, 0.5, 0.4}), 2, 0)
	fmt.Println(y, places)
	// Output: [0.5 0.4] [1 2]
}

func ExampleProd() {
	x := ops.From([][]float64{{1, 2}, {3, 4}})
	fmt.Println(ops.Prod(x), x.Prod(0))
	// Output: 24 [3 8]
}

func ExampleAnyTrue() {
	x := ops.From([][]float64{{1, 2}, {3, 4}}).Greater(2)
	fmt.Println(ops.AnyTrue(x), x.Any(1))
	// Output: true [false true]
}

func ExampleAllTrue() {
	x := ops.From([][]float64{{1, 2}, {3, 4}}).Greater(2)
	fmt.Println(ops.AllTrue(x), x.All(1))
	// Output: false [false true]
}

func ExampleNorm() {
	x := ops.From([]float64{3, -4})
	fmt.Println(ops.Norm(x, 1), x.Norm())
	// Output: 7 5
}

func ExampleCumMax() {
	fmt.Println(ops.CumMax(ops.From([]int{2, 1, 5, 4}), 0))
	// Output: [2 2 5 5] [0 0 2 2]
}

func ExampleCumMin() {
	fmt.Println(ops.CumMin(ops.From([]int{2, 1, 5, 0}), 0))
	// Output: [2 1 1 0] [0 1 1 3]
}

func ExampleLogCumSumExp() {
	fmt.Println(ops.LogCumSumExp(ops.From([]float64{1000, 1000}), 0))
	// Output: [1000 1000.69]
}
