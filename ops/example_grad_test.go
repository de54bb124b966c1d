package ops_test

import (
	"fmt"

	"cahier/ops"
)

func ExampleValueAndGrad() {
	x := ops.From([]float64{1, 2, 3})
	value, grads := ops.ValueAndGrad(func(p []*ops.Tensor) *ops.Tensor { return p[0].Square().Sum() }, []*ops.Tensor{x})
	fmt.Println(value, grads[0])
	// Output: 14 [2 4 6]
}

func ExampleValueAndGradOf() {
	w, b := ops.From([]float64{2}), ops.From([]float64{1})
	model := func(x *ops.Tensor) *ops.Tensor { return x.Mul(w).Add(b) }
	value, grads := ops.ValueAndGradOf(func() *ops.Tensor { return model(ops.From([]float64{3})).Sum() }, []*ops.Tensor{w, b})
	fmt.Println(value, grads[0], grads[1])
	// Output: 7 [3] [1]
}

func ExampleVJP() {
	x := ops.From([]float64{1, 2})
	results, pullback := ops.VJP(func(xs []*ops.Tensor) []*ops.Tensor { return []*ops.Tensor{xs[0].Square()} }, []*ops.Tensor{x})
	fmt.Println(results[0], pullback([]*ops.Tensor{ops.From([]float64{1, 10})})[0])
	// Output: [1 4] [2 40]
}

func ExampleJVP() {
	x, along := ops.From([]float64{1, 2}), ops.From([]float64{1, 10})
	results, derivatives := ops.JVP(func(xs []*ops.Tensor) []*ops.Tensor { return []*ops.Tensor{xs[0].Square()} }, []*ops.Tensor{x}, []*ops.Tensor{along})
	fmt.Println(results[0], derivatives[0])
	// Output: [1 4] [2 40]
}

func ExampleCustomVJP() {
	// Forward it rounds, backward it is the identity.
	round := func(x *ops.Tensor) *ops.Tensor {
		return ops.CustomVJP(func(xs []*ops.Tensor) *ops.Tensor { return xs[0].Round() },
			func(xs []*ops.Tensor, y, g *ops.Tensor) []*ops.Tensor { return []*ops.Tensor{g} }, x)
	}
	x := ops.From([]float64{0.7, 1.2})
	value, grads := ops.ValueAndGrad(func(p []*ops.Tensor) *ops.Tensor { return round(p[0]).Mul(3).Sum() }, []*ops.Tensor{x})
	fmt.Println(value, grads[0])
	// Output: 6 [3 3]
}

func ExampleCheckpoint() {
	block := func(xs []*ops.Tensor) []*ops.Tensor { return []*ops.Tensor{xs[0].Exp().Exp()} }
	x := ops.From([]float64{0, 0.5})
	plain := ops.Grad(func(p []*ops.Tensor) *ops.Tensor { return block(p)[0].Sum() }, []*ops.Tensor{x})
	saved := ops.Grad(func(p []*ops.Tensor) *ops.Tensor { return ops.Checkpoint(block, p[0])[0].Sum() }, []*ops.Tensor{x})
	fmt.Println(plain[0], saved[0])
	// Output: [2.71828 8.57389] [2.71828 8.57389]
}

func ExampleTensor_Detach() {
	x := ops.From([]float64{3})
	g := ops.Grad(func(p []*ops.Tensor) *ops.Tensor { return p[0].Mul(p[0].Detach()).Sum() }, []*ops.Tensor{x})
	fmt.Println(g[0]) // not 6: the detached factor is a constant
	// Output: [3]
}
