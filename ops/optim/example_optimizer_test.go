package optim_test

import (
	"fmt"

	"cahier/ops"
	"cahier/ops/optim"
)

func ExampleSGD() {
	p := ops.From([]float64{1, 1})
	opt := optim.SGD([]*ops.Tensor{p}, 0.1, optim.SGDOptions{Momentum: 0.9})
	opt.Step([]*ops.Tensor{ops.From([]float64{2, -1})})
	fmt.Println(p)
	fmt.Println(opt)
	// Output:
	// [0.8 1.1]
	// SGD(Momentum=0.9), rate 0.1, step 1, 2 parameters in 1 tensors
}

func ExampleAdam() {
	p := ops.From([]float64{1, 1})
	opt := optim.Adam([]*ops.Tensor{p}, 0.1)
	opt.Step([]*ops.Tensor{ops.From([]float64{2, -1})})
	fmt.Println(p)
	fmt.Println(opt)
	// Output:
	// [0.9 1.1]
	// Adam(Betas=[0.9 0.999], Eps=1e-08), rate 0.1, step 1, 2 parameters in 1 tensors
}

func ExampleAdamW() {
	p := ops.From([]float64{1, 1})
	opt := optim.AdamW([]*ops.Tensor{p}, 0.1, optim.AdamOptions{WeightDecay: 0.5})
	opt.Step([]*ops.Tensor{ops.From([]float64{2, -1})})
	fmt.Println(p)
	fmt.Println(opt)
	// Output:
	// [0.85 1.05]
	// AdamW(Betas=[0.9 0.999], Eps=1e-08, WeightDecay=0.5), rate 0.1, step 1, 2 parameters in 1 tensors
}

func ExampleAdamax() {
	p := ops.From([]float64{1, 1})
	opt := optim.Adamax([]*ops.Tensor{p}, 0.1)
	opt.Step([]*ops.Tensor{ops.From([]float64{2, -1})})
	fmt.Println(p)
	fmt.Println(opt)
	// Output:
	// [0.9 1.1]
	// Adamax(Betas=[0.9 0.999], Eps=1e-08), rate 0.1, step 1, 2 parameters in 1 tensors
}

func ExampleNAdam() {
	p := ops.From([]float64{1, 1})
	opt := optim.NAdam([]*ops.Tensor{p}, 0.1)
	opt.Step([]*ops.Tensor{ops.From([]float64{2, -1})})
	fmt.Println(p)
	fmt.Println(opt)
	// Output:
	// [0.894355 1.10565]
	// NAdam(Betas=[0.9 0.999], Eps=1e-08, MomentumDecay=0.004), rate 0.1, step 1, 2 parameters in 1 tensors
}

func ExampleRAdam() {
	p := ops.From([]float64{1, 1})
	opt := optim.RAdam([]*ops.Tensor{p}, 0.1)
	opt.Step([]*ops.Tensor{ops.From([]float64{2, -1})})
	fmt.Println(p)
	fmt.Println(opt)
	// Output:
	// [0.8 1.1]
	// RAdam(Betas=[0.9 0.999], Eps=1e-08), rate 0.1, step 1, 2 parameters in 1 tensors
}

func ExampleRMSProp() {
	p := ops.From([]float64{1, 1})
	opt := optim.RMSProp([]*ops.Tensor{p}, 0.01)
	opt.Step([]*ops.Tensor{ops.From([]float64{2, -1})})
	fmt.Println(p)
	fmt.Println(opt)
	// Output:
	// [0.9 1.1]
	// RMSProp(Smoothing=0.99, Eps=1e-08), rate 0.01, step 1, 2 parameters in 1 tensors
}

func ExampleAdagrad() {
	p := ops.From([]float64{1, 1})
	opt := optim.Adagrad([]*ops.Tensor{p}, 0.1)
	opt.Step([]*ops.Tensor{ops.From([]float64{2, -1})})
	fmt.Println(p)
	fmt.Println(opt)
	// Output:
	// [0.9 1.1]
	// Adagrad(Eps=1e-10), rate 0.1, step 1, 2 parameters in 1 tensors
}

func ExampleAdadelta() {
	p := ops.From([]float64{1, 1})
	opt := optim.Adadelta([]*ops.Tensor{p}, 1)
	opt.Step([]*ops.Tensor{ops.From([]float64{2, -1})})
	fmt.Println(p)
	fmt.Println(opt)
	// Output:
	// [0.996838 1.00316]
	// Adadelta(Smoothing=0.9, Eps=1e-06), rate 1, step 1, 2 parameters in 1 tensors
}

func ExampleEMA() {
	p := ops.From([]float64{1})
	average := optim.EMA([]*ops.Tensor{p}, 0.9)
	p.Assign(ops.From([]float64{2}))
	average.Update()
	fmt.Println(average.Values()[0])
	average.Swap() // to evaluate with the average
	fmt.Println(p)
	average.Swap() // and back
	// Output:
	// [1.1]
	// [1.1]
}

func ExampleClipByNorm() {
	grads := []*ops.Tensor{ops.From([]float64{3}), ops.From([]float64{4})}
	clipped, norm := optim.ClipByNorm(grads, 1)
	fmt.Println(norm, clipped[0], clipped[1])
	// Output:
	// 5 [0.6] [0.8]
}

func ExampleClipByValue() {
	fmt.Println(optim.ClipByValue([]*ops.Tensor{ops.From([]float64{-3, 0.5})}, 1))
	// Output:
	// [[-1 0.5]]
}

func ExampleNorm() {
	fmt.Println(optim.Norm([]*ops.Tensor{ops.From([]float64{3}), ops.From([]float64{4})}))
	// Output:
	// 5
}

func ExampleOptimizer_SetGroup() {
	body, head := ops.From([]float64{1, 1}), ops.From([]float64{1})
	opt := optim.SGD([]*ops.Tensor{body, head}, 0.5).SetGroup([]*ops.Tensor{body}, optim.GroupOptions{RateFactor: 0.1})
	opt.Step([]*ops.Tensor{ops.From([]float64{2, -2}), ops.From([]float64{2})})
	fmt.Println(body, head)
	fmt.Println(opt)
	// Output:
	// [0.9 1.1] [0]
	// SGD(), rate 0.5, step 1, 3 parameters in 2 tensors, 1 in groups of their own
}
