package ops_test

import (
	"fmt"

	"cahier/ops"
)

func ExampleCTC() {
	// Two steps, three classes of which 0 is the blank: 1 1, 1 0 and 0 1 say 1.
	x := ops.From([][]float64{{0, 0, 0}, {0, 0, 0}}).Reshape(2, 1, 3)
	loss := ops.CTC(x, ops.From([][]int{{1}}))
	fmt.Println(loss.Neg().Exp().Mul(9))
	// Output: 3
}
