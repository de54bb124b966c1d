package ops_test

import (
	"fmt"

	"cahier/ops"
)

func ExampleEinsum() {
	a, b := ops.Arange(6).Reshape(2, 3), ops.Arange(3)
	fmt.Println(ops.Einsum("ij,j->i", a, b))
	fmt.Println(ops.Einsum("ij,j->ij", a, b))
	fmt.Println(ops.Einsum("...ij->...", a))
	// Output:
	// [5 14]
	// [[ 0  1  4]
	//  [ 0  4 10]]
	// 15
}

func ExampleDiagonal() {
	x := ops.Arange(9).Reshape(3, 3)
	fmt.Println(x.Diagonal(), ops.Diagonal(x, ops.DiagonalOptions{Offset: 1}))
	// Output: [0 4 8] [1 5]
}

func ExampleDiag() {
	fmt.Println(ops.Diag(ops.From([]float64{2, 3})))
	// Output:
	// [[2 0]
	//  [0 3]]
}

func ExampleTrace() {
	x := ops.Arange(9).Reshape(3, 3)
	fmt.Println(ops.Trace(x), x.Trace())
	// Output: 12 12
}

func ExampleTril() {
	fmt.Println(ops.Tril(ops.Ones(3, 3)))
	fmt.Println(ops.Ones(2, 3).Tril(1))
	// Output:
	// [[1 0 0]
	//  [1 1 0]
	//  [1 1 1]]
	// [[1 1 0]
	//  [1 1 1]]
}

func ExampleTriu() {
	fmt.Println(ops.Triu(ops.Ones(3, 3), 1))
	fmt.Println(ops.Ones(2, 2).Triu())
	// Output:
	// [[0 1 1]
	//  [0 0 1]
	//  [0 0 0]]
	// [[1 1]
	//  [0 1]]
}
