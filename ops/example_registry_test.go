package ops_test

import (
	"fmt"

	"cahier/ops"
)

func ExampleCall() {
	x := ops.Arange(6).Reshape(2, 3)
	fmt.Println(ops.Call("sum", ops.Attrs{"axes": []int{1}}, x))
	// Output: [3 12]
}

func ExampleCallAll() {
	x := ops.From([]float64{1, 3, 2, 5}).Reshape(1, 1, 4)
	out := ops.CallAll("max_pool1d", ops.Attrs{"size": 2}, x)
	fmt.Println(out[0], out[1])
	// Output: [[[3 5]]] [[[1 3]]]
}

func ExampleLookup() {
	op, ok := ops.Lookup("softmax")
	fmt.Println(ok, op.Doc)
	_, ok = ops.Lookup("soft_max")
	fmt.Println(ok)
	// Output:
	// true exp(x)/Σ exp(x) along an axis; attribute axis, -1 if not set
	// false
}

func ExampleAll() {
	found := 0
	for _, op := range ops.All() {
		if op.Name == "conv1d" || op.Name == "conv2d" || op.Name == "conv3d" {
			found++
		}
	}
	fmt.Println(found)
	// Output: 3
}

func ExampleNear() {
	fmt.Println(ops.Near("soft_max"))
	// Output: did you mean log_softmax, max, softmax?
}

func ExampleRegister() {
	square := ops.Op{
		Name: "example.square", Doc: "x²", Inputs: []string{"x"},
		Infer: func(_ ops.Attrs, in []ops.Spec) ([]ops.Spec, error) { return in, nil },
		Compose: func(_ ops.Attrs, in []*ops.Tensor) ([]*ops.Tensor, error) {
			return []*ops.Tensor{in[0].Mul(in[0])}, nil
		},
	}
	if _, taken := ops.Lookup(square.Name); !taken {
		ops.Register(square)
	}
	fmt.Println(ops.Call("example.square", nil, ops.From([]float64{2, 3})))
	// Output: [4 9]
}

func ExampleReplace() {
	cube := func(factor float64) ops.Op {
		return ops.Op{
			Name: "example.cube", Doc: "x³ times a factor", Inputs: []string{"x"},
			Infer: func(_ ops.Attrs, in []ops.Spec) ([]ops.Spec, error) { return in, nil },
			Compose: func(_ ops.Attrs, in []*ops.Tensor) ([]*ops.Tensor, error) {
				return []*ops.Tensor{in[0].Pow(3).Mul(factor)}, nil
			},
		}
	}
	ops.Replace(cube(1))
	fmt.Println(ops.Call("example.cube", nil, ops.From([]float64{1, 2})))
	ops.Replace(cube(10))
	fmt.Println(ops.Call("example.cube", nil, ops.From([]float64{1, 2})))
	// Output:
	// [1 8]
	// [10 80]
}

func ExampleOp_Call() {
	double := ops.Op{
		Name: "example.double", Doc: "2x", Inputs: []string{"x"},
		Infer: func(_ ops.Attrs, in []ops.Spec) ([]ops.Spec, error) { return in, nil },
		Forward: func(_ *ops.Ctx, _ ops.Attrs, in []*ops.Tensor) ([]*ops.Tensor, error) {
			return []*ops.Tensor{in[0].Mul(2)}, nil
		},
		VJP: func(_ *ops.Ctx, _ ops.Attrs, in, out, cotangent []*ops.Tensor) ([]*ops.Tensor, error) {
			return []*ops.Tensor{cotangent[0].Mul(2)}, nil
		},
	}
	x := ops.From([]float64{1, 2})
	fmt.Println(double.Call(nil, x)[0]) // without registering it
	fmt.Println(ops.Grad(func(p []*ops.Tensor) *ops.Tensor { return double.Call(nil, p[0])[0].Sum() }, []*ops.Tensor{x})[0])
	// Output:
	// [2 4]
	// [2 2]
}
