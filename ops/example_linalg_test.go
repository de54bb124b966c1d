package ops_test

import (
	"fmt"

	"cahier/ops"
)

func ExampleSolve() {
	a := ops.From([][]float64{{2, 1}, {1, 3}})
	fmt.Println(ops.Solve(a, ops.From([]float64{3, 5})))
	// Output: [0.8 1.4]
}

func ExampleSolveTriangular() {
	a := ops.From([][]float64{{2, 0}, {1, 4}})
	fmt.Println(ops.SolveTriangular(a, ops.From([]float64{2, 5})))
	// Output: [1 1]
}

func ExampleInverse() {
	fmt.Println(ops.Inverse(ops.From([][]float64{{2, 1}, {1, 1}})))
	// Output:
	// [[ 1 -1]
	//  [-1  2]]
}

func ExampleDet() {
	fmt.Println(ops.Det(ops.From([][]float64{{2, 1}, {1, 3}})))
	// Output: 5
}

func ExampleLogDet() {
	sign, log := ops.LogDet(ops.From([][]float64{{0, 1}, {1, 0}}))
	fmt.Println(sign, log)
	// Output: -1 0
}

func ExampleCholesky() {
	fmt.Println(ops.Cholesky(ops.From([][]float64{{4, 2}, {2, 5}})))
	// Output:
	// [[2 0]
	//  [1 2]]
}

func ExampleQR() {
	q, r := ops.QR(ops.From([][]float64{{3, 1}, {4, 3}}))
	fmt.Println(r)
	fmt.Println(ops.MatMul(q, r).Round())
	// Output:
	// [[5 3]
	//  [0 1]]
	// [[3 1]
	//  [4 3]]
}

func ExampleSVD() {
	u, s, vt := ops.SVD(ops.From([][]float64{{3, 0}, {0, -2}, {0, 0}}))
	fmt.Println(s)
	fmt.Println(ops.MatMul(u.Mul(s), vt).Round())
	// Output:
	// [3 2]
	// [[ 3  0]
	//  [ 0 -2]
	//  [ 0  0]]
}

func ExampleEigenSym() {
	w, v := ops.EigenSym(ops.From([][]float64{{2, 1}, {1, 2}}))
	fmt.Println(w)
	fmt.Println(v.Abs().Mul(2).Square().Round())
	// Output:
	// [1 3]
	// [[2 2]
	//  [2 2]]
}

func ExamplePseudoInverse() {
	fmt.Println(ops.PseudoInverse(ops.From([][]float64{{2, 0}, {0, 0}, {0, 4}})))
	// Output:
	// [[ 0.5    0    0]
	//  [   0    0 0.25]]
}

func ExampleLeastSquares() {
	// The line through (0, 1), (1, 3), (2, 5).
	a := ops.From([][]float64{{1, 0}, {1, 1}, {1, 2}})
	fmt.Println(ops.LeastSquares(a, ops.From([]float64{1, 3, 5})).Mul(1000).Round().Div(1000))
	// Output: [1 2]
}

func ExampleMatrixPower() {
	fib := ops.MatrixPower(ops.From([][]float64{{1, 1}, {1, 0}}), 10)
	fmt.Println(fib.At(0, 1))
	// Output: 55
}

func ExampleMatrixExp() {
	// A quarter turn.
	a := ops.From([][]float64{{0, -1}, {1, 0}}).Mul(1.5707963267948966)
	fmt.Println(ops.MatrixExp(a).Round().Add(0))
	// Output:
	// [[ 0 -1]
	//  [ 1  0]]
}

func ExampleDot() {
	a := ops.From([]float64{1, 2, 3})
	fmt.Println(ops.Dot(a, a))
	// Output: 14
}

func ExampleOuter() {
	fmt.Println(ops.Outer(ops.From([]float64{1, 2}), ops.From([]float64{3, 4, 5})))
	// Output:
	// [[ 3  4  5]
	//  [ 6  8 10]]
}

func ExampleCross() {
	fmt.Println(ops.Cross(ops.From([]float64{1, 0, 0}), ops.From([]float64{0, 1, 0})))
	// Output: [0 0 1]
}

func ExampleKron() {
	fmt.Println(ops.Kron(ops.Eye(2), ops.From([][]float64{{1, 2}})))
	// Output:
	// [[1 2 0 0]
	//  [0 0 1 2]]
}

func ExampleMatrixNorm() {
	a := ops.From([][]float64{{3, 0}, {4, 5}})
	fmt.Println(ops.MatrixNorm(a, ops.ColumnNorm), ops.MatrixNorm(a, ops.RowNorm), ops.MatrixNorm(a, ops.NuclearNorm))
	// Output: 7 9 8.94427
}
