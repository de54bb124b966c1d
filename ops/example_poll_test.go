package ops_test

import (
	"fmt"

	"cahier/ops"
)

func ExampleOnPoll() {
	product := func() (stopped any) {
		remove := ops.OnPoll(func() { panic("no longer wanted") })
		defer remove()
		defer func() { stopped = recover() }()
		ops.MatMul(ops.Ones(2000, 2000), ops.Ones(2000, 2000)) // some tenths of a second
		return nil
	}
	fmt.Println(product())
	// Output: no longer wanted
}
