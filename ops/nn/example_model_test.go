package nn_test

import (
	"fmt"

	"cahier/ops"
	"cahier/ops/nn"
)

func ExampleSequential() {
	model := nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
	fmt.Println(model)
	fmt.Println(model.Forward(ops.Zeros(3, 4)).Shape(), len(model.Parameters()))
	// Output:
	// Sequential {
	//   0: Linear(4, 8)
	//   1: ReLU()
	//   2: Linear(8, 2)
	// }
	// [3 2] 4
}

func ExampleResidual() {
	block := nn.Residual(nn.Sequential(nn.LayerNorm(4), nn.Linear(4, 4)))
	fmt.Println(block)
	fmt.Println(block.Forward(ops.Zeros(3, 4)).Shape())
	// Output:
	// Residual {
	//   body: Sequential {
	//     0: LayerNorm(4)
	//     1: Linear(4, 4)
	//   }
	// }
	// [3 4]
}

func ExampleFunc() {
	crop := nn.Func("crop", func(x *ops.Tensor) *ops.Tensor { return x.Slice(1, 1, -1) })
	model := nn.Sequential(crop, nn.Linear(2, 1))
	fmt.Println(model.Forward(ops.Zeros(3, 4)).Shape())
	// Output:
	// [3 1]
}

func ExampleParameters() {
	type net struct {
		body, head *nn.LinearLayer
		scale      *ops.Tensor `nn:"parameter"`
	}
	n := &net{nn.Linear(4, 8), nn.Linear(8, 2), ops.Ones(1)}
	for _, p := range nn.Parameters(n) {
		fmt.Println(p.Shape())
	}
	// Output:
	// [8 4]
	// [8]
	// [2 8]
	// [2]
	// [1]
}

func ExampleNamed() {
	layer := nn.BatchNorm(2)
	fmt.Println(nn.Named(layer))
	// Output:
	// weight        Float32 [2], 1 to 1, mean 1
	// bias          Float32 [2], 0 to 0, mean 0
	// running_mean  Float32 [2], 0 to 0, mean 0 (buffer)
	// running_var   Float32 [2], 1 to 1, mean 1 (buffer)
	// 4 parameters in 4 tensors
}

func ExampleValueAndGrad() {
	model := nn.Linear(1, 1)
	nn.Constant(model.Weight, 3)
	nn.Zeros(model.Bias)
	x, y := ops.From([][]float64{{1}, {2}}), ops.From([][]float64{{2}, {4}})
	loss, grads := nn.ValueAndGrad(model, func() *ops.Tensor { return ops.MSE(model.Forward(x), y) })
	fmt.Println(loss, grads[0], grads[1])
	// Output:
	// 2.5 [[5]] [3]
}

func ExampleCast() {
	model := nn.Linear(2, 2)
	nn.Cast(model, ops.Float64)
	fmt.Println(model.Weight.DType())
	// Output:
	// Float64
}

func ExampleState() {
	a, b := nn.Linear(2, 1), nn.Linear(2, 1)
	state := nn.State(a)
	fmt.Println(nn.LoadState(b, state), len(state))
	fmt.Println(ops.Max(a.Weight.Sub(b.Weight).Abs()))
	// Output:
	// <nil> 2
	// 0
}

func ExampleLoadState() {
	state := map[string]*ops.Tensor{"weight": ops.Ones(1, 3), "scale": ops.Ones(1)}
	fmt.Println(nn.LoadState(nn.Linear(2, 1), state))
	// Output:
	// nn.LoadState: the state does not fit the model: 1 missing: bias; 1 unexpected: scale; 1 of another shape or type: weight is Float32 [1 3], want Float32 [1 2]
}

func ExampleTrain() {
	model := nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.5))
	nn.Eval(model)
	// … measure …
	nn.Train(model)
	fmt.Println(nn.Training(model))
	// Output:
	// true
}

func ExampleEval() {
	model := nn.Sequential(nn.Dropout(0.5), nn.Flatten())
	nn.Eval(model)
	fmt.Println(model.Forward(ops.Ones(1, 4)))
	// Output:
	// [[1 1 1 1]]
}

func ExampleTraining() {
	drop := nn.Dropout(0.5)
	fmt.Println(nn.Training(drop))
	nn.Eval(drop)
	fmt.Println(nn.Training(drop))
	// Output:
	// true
	// false
}

func ExampleOutputs() {
	model := nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 2))
	hidden := nn.Outputs(model, func() { model.Forward(ops.Zeros(3, 4)) })
	fmt.Println(hidden.Get("1").Shape())
	for _, o := range hidden {
		fmt.Println(o.Name, o.Layer)
	}
	// Output:
	// [3 8]
	// 0 Linear(4, 8)
	// 1 Tanh()
	// 2 Linear(8, 2)
}

func ExampleSummary() {
	model := nn.Sequential(nn.Conv2D(1, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(5408, 10))
	fmt.Println(nn.Summary(model, 1, 1, 28, 28))
	// Output:
	// layer                    output       parameters  multiply-adds
	// 0      Conv2D(1, 8, 3)   [1 8 26 26]          80         48 672
	// 1      ReLU()            [1 8 26 26]           0              0
	// 2      Flatten()         [1 5408]              0              0
	// 3      Linear(5408, 10)  [1 10]           54 090         54 080
	// total                                     54 170        102 752
	// input [1 1 28 28], 211.6 KiB
}

func ExampleSummaryOf() {
	layer := nn.TransformerDecoderLayer(8, 2)
	fmt.Println(nn.SummaryOf(layer, func() { layer.Run(ops.Zeros(1, 5, 8), ops.Zeros(1, 7, 8)) }))
	// Output:
	// layer                                           output   parameters  multiply-adds
	// self_attn     MultiHeadAttention(8, 2, Causal)  [1 5 8]         288          1 680
	// norm1         LayerNorm(8)                      [1 5 8]          16              0
	// cross_attn    MultiHeadAttention(8, 2)          [1 5 8]         288          2 096
	// norm2         LayerNorm(8)                      [1 5 8]          16              0
	// feed_forward  FeedForward(8, 32)                [1 5 8]         552          2 560
	// norm3         LayerNorm(8)                      [1 5 8]          16              0
	// total                                                         1 176          6 336
	// 4.6 KiB
}
