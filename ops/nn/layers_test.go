package nn_test

import (
	"fmt"
	"math"
	"testing"

	"cahier/ops"
	"cahier/ops/nn"
)

// layerCase is a layer, an input for it, and what it should compute, by the
// plain functions of package ops.
type layerCase struct {
	layer nn.Layer
	x     *ops.Tensor
	want  func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor
	text  string
}

func r() *ops.RNG                    { return ops.NewRNG(3) }
func randn(shape ...int) *ops.Tensor { return ops.NewRNG(4).Randn(shape...).To(ops.Float64) }
func perAxis(axes ...int) ops.ReduceOptions {
	return ops.ReduceOptions{Axes: axes, KeepDims: true}
}

// normal is (x - mean)/√(variance + eps) over axes, from the definition.
func normal(x *ops.Tensor, axes ...int) *ops.Tensor {
	d := x.Sub(ops.Mean(x, perAxis(axes...)))
	return d.Div(ops.Mean(d.Square(), perAxis(axes...)).Add(1e-5).Sqrt())
}

func layerCases() []layerCase {
	ids := ops.From([][]int{{1, 0, 2}, {2, 2, 4}})
	return []layerCase{
		{nn.Linear(4, 3, nn.LinearOptions{RNG: r()}), randn(2, 5, 4), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			return ops.MatMul(x, p["weight"].T()).Add(p["bias"])
		}, "Linear(4, 3)"},
		{nn.Linear(4, 3, nn.LinearOptions{NoBias: true, RNG: r()}), randn(2, 4), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			return ops.MatMul(x, p["weight"].T())
		}, "Linear(4, 3, NoBias)"},
		{nn.Conv1D(4, 6, 3, nn.ConvOptions{Groups: 2, RNG: r()}), randn(2, 4, 7), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			return ops.Conv1D(x, p["weight"], ops.ConvOptions{Groups: 2}).Add(p["bias"].Reshape(6, 1))
		}, "Conv1D(4, 6, 3, Groups=2)"},
		{nn.Conv2D(2, 3, 3, nn.ConvOptions{Stride: []int{2}, Pad: ops.Same, NoBias: true, RNG: r()}), randn(2, 2, 5, 6), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			return ops.Conv2D(x, p["weight"], ops.ConvOptions{Stride: []int{2}, Pad: ops.Same})
		}, "Conv2D(2, 3, 3, Stride=2, Pad=Same, NoBias)"},
		{nn.Conv2D(2, 3, 0, nn.ConvOptions{Kernel: []int{1, 3}, Pad: ops.Padding{0, 1}, PadMode: ops.PadReflect, Dilation: []int{1, 2}, RNG: r()}), randn(2, 2, 5, 6), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			return ops.Conv2D(ops.Pad(x, []int{0, 0, 0, 1}, []int{0, 0, 0, 1}, ops.PadOptions{Mode: ops.PadReflect}), p["weight"], ops.ConvOptions{Dilation: []int{1, 2}, Bias: p["bias"]})
		}, "Conv2D(2, 3, [1 3], Dilation=[1 2], Pad=[0 1], PadMode=reflect)"},
		{nn.Conv3D(1, 2, 2, nn.ConvOptions{RNG: r()}), randn(1, 1, 3, 4, 3), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			return ops.Conv3D(x, p["weight"], ops.ConvOptions{Bias: p["bias"]})
		}, "Conv3D(1, 2, 2)"},
		{nn.ConvTranspose1D(2, 3, 3, nn.ConvTransposeOptions{RNG: r()}), randn(2, 2, 4), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			return ops.ConvTranspose1D(x, p["weight"]).Add(p["bias"].Reshape(3, 1))
		}, "ConvTranspose1D(2, 3, 3)"},
		{nn.ConvTranspose2D(4, 2, 3, nn.ConvTransposeOptions{Stride: []int{2}, Pad: ops.Padding{1}, OutputPad: []int{1}, Groups: 2, RNG: r()}), randn(1, 4, 3, 3), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			return ops.ConvTranspose2D(x, p["weight"], ops.ConvTransposeOptions{Stride: []int{2}, Pad: ops.Padding{1}, OutputPad: []int{1}, Groups: 2, Bias: p["bias"]})
		}, "ConvTranspose2D(4, 2, 3, Stride=2, Pad=1, OutputPad=1, Groups=2)"},
		{nn.ConvTranspose3D(1, 2, 2, nn.ConvTransposeOptions{NoBias: true, RNG: r()}), randn(1, 1, 2, 2, 2), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			return ops.ConvTranspose3D(x, p["weight"])
		}, "ConvTranspose3D(1, 2, 2, NoBias)"},

		{nn.MaxPool1D(2), randn(2, 3, 6), plain(func(x *ops.Tensor) *ops.Tensor {
			return ops.Max(x.Reshape(2, 3, 3, 2), ops.ReduceOptions{Axes: []int{3}})
		}), "MaxPool1D(2)"},
		{nn.MaxPool2D(2, ops.PoolOptions{Stride: []int{1}}), randn(1, 2, 3, 4), plain(func(x *ops.Tensor) *ops.Tensor { return ops.MaxPool2D(x, 2, ops.PoolOptions{Stride: []int{1}}) }), "MaxPool2D(2, Stride=1)"},
		{nn.MaxPool3D(2), randn(1, 1, 2, 2, 4), plain(func(x *ops.Tensor) *ops.Tensor { return ops.MaxPool3D(x, 2) }), "MaxPool3D(2)"},
		{nn.AvgPool1D(3), randn(2, 3, 6), plain(func(x *ops.Tensor) *ops.Tensor {
			return ops.Mean(x.Reshape(2, 3, 2, 3), ops.ReduceOptions{Axes: []int{3}})
		}), "AvgPool1D(3)"},
		{nn.AvgPool2D(0, ops.PoolOptions{Size: []int{1, 2}}), randn(1, 2, 3, 4), plain(func(x *ops.Tensor) *ops.Tensor {
			return ops.Mean(x.Reshape(1, 2, 3, 2, 2), ops.ReduceOptions{Axes: []int{4}})
		}), "AvgPool2D([1 2])"},
		{nn.AvgPool3D(2), randn(1, 1, 2, 2, 4), plain(func(x *ops.Tensor) *ops.Tensor { return ops.AvgPool3D(x, 2) }), "AvgPool3D(2)"},
		{nn.AdaptiveAvgPool1D(2), randn(2, 3, 6), plain(func(x *ops.Tensor) *ops.Tensor {
			return ops.Mean(x.Reshape(2, 3, 2, 3), ops.ReduceOptions{Axes: []int{3}})
		}), "AdaptiveAvgPool1D(2)"},
		{nn.AdaptiveAvgPool2D(2, 1), randn(1, 2, 4, 3), plain(func(x *ops.Tensor) *ops.Tensor {
			return ops.Mean(x.Reshape(1, 2, 2, 2, 3), ops.ReduceOptions{Axes: []int{3, 4}}).Unsqueeze(3)
		}), "AdaptiveAvgPool2D(2, 1)"},
		{nn.AdaptiveAvgPool3D(1), randn(1, 2, 2, 3, 2), plain(func(x *ops.Tensor) *ops.Tensor { return ops.Mean(x, perAxis(2, 3, 4)) }), "AdaptiveAvgPool3D(1)"},
		{nn.AdaptiveMaxPool1D(3), randn(2, 2, 6), plain(func(x *ops.Tensor) *ops.Tensor {
			return ops.Max(x.Reshape(2, 2, 3, 2), ops.ReduceOptions{Axes: []int{3}})
		}), "AdaptiveMaxPool1D(3)"},
		{nn.AdaptiveMaxPool2D(2), randn(1, 2, 4, 5), plain(func(x *ops.Tensor) *ops.Tensor { return ops.AdaptiveMaxPool2D(x, 2, 2) }), "AdaptiveMaxPool2D(2)"},
		{nn.AdaptiveMaxPool3D(1, 1, 1), randn(1, 2, 2, 3, 2), plain(func(x *ops.Tensor) *ops.Tensor { return ops.Max(x, perAxis(2, 3, 4)) }), "AdaptiveMaxPool3D(1, 1, 1)"},
		{nn.Upsample(2), randn(1, 2, 2, 3), plain(func(x *ops.Tensor) *ops.Tensor {
			return x.Reshape(1, 2, 2, 1, 3, 1).BroadcastTo(1, 2, 2, 2, 3, 2).Reshape(1, 2, 4, 6)
		}), "Upsample(2)"},
		{nn.Upsample(0, ops.ResizeOptions{Size: []int{5}, Mode: ops.ResizeLinear, Coordinates: ops.AlignCorners}), randn(1, 2, 3, 3), plain(func(x *ops.Tensor) *ops.Tensor {
			return ops.Resize(x, ops.ResizeOptions{Size: []int{5, 5}, Mode: ops.ResizeLinear, Coordinates: ops.AlignCorners})
		}), "Upsample(0, Size=5, Mode=linear, Coordinates=align_corners)"},
		{nn.Upsample(0, ops.ResizeOptions{Scale: []float64{1.5, 2}, Mode: ops.ResizeCubic}), randn(1, 2, 4, 3), plain(func(x *ops.Tensor) *ops.Tensor {
			return ops.Resize(x, ops.ResizeOptions{Scale: []float64{1.5, 2}, Mode: ops.ResizeCubic})
		}), "Upsample(0, Scale=[1.5 2], Mode=cubic)"},
		{nn.PixelShuffle(2), randn(1, 8, 2, 3), plain(func(x *ops.Tensor) *ops.Tensor {
			return x.Reshape(1, 2, 2, 2, 2, 3).Permute(0, 1, 4, 2, 5, 3).Reshape(1, 2, 4, 6)
		}), "PixelShuffle(2)"},
		{nn.PixelUnshuffle(2), randn(1, 2, 4, 6), plain(func(x *ops.Tensor) *ops.Tensor {
			return x.Reshape(1, 2, 2, 2, 3, 2).Permute(0, 1, 3, 5, 2, 4).Reshape(1, 8, 2, 3)
		}), "PixelUnshuffle(2)"},
		{nn.Pad(ops.Padding{1, 0, 2, 1}), randn(1, 2, 2, 3), plain(func(x *ops.Tensor) *ops.Tensor {
			return ops.Pad(x, []int{0, 0, 1, 0}, []int{0, 0, 2, 1})
		}), "Pad([1 0 2 1])"},
		{nn.Pad(ops.Padding{1}, ops.PadOptions{Value: 2}), randn(1, 2, 3), plain(func(x *ops.Tensor) *ops.Tensor {
			edge := ops.Full(2, 1, 2, 1).To(ops.Float64)
			return ops.Concat([]*ops.Tensor{edge, x, edge}, 2)
		}), "Pad(1, Value=2)"},
		{nn.Pad(ops.Padding{1, 2}, ops.PadOptions{Mode: ops.PadReflect}), randn(1, 2, 3, 4), plain(func(x *ops.Tensor) *ops.Tensor {
			return ops.Pad(x, []int{0, 0, 1, 2}, []int{0, 0, 1, 2}, ops.PadOptions{Mode: ops.PadReflect})
		}), "Pad([1 2], Mode=reflect)"},
		{nn.Pad(nil), randn(1, 2, 3), plain(func(x *ops.Tensor) *ops.Tensor { return x }), "Pad()"},
		{nn.Unflatten(1, 2, -1), randn(2, 6, 3), plain(func(x *ops.Tensor) *ops.Tensor { return x.Reshape(2, 2, 3, 3) }), "Unflatten(1, 2, -1)"},
		{nn.Unflatten(-1, 3, 1), randn(2, 6, 3), plain(func(x *ops.Tensor) *ops.Tensor { return x.Reshape(2, 6, 3, 1) }), "Unflatten(-1, 3, 1)"},
		{nn.Identity(), randn(2, 3), plain(func(x *ops.Tensor) *ops.Tensor { return x }), "Identity()"},
		{nn.Parallel(1, nn.Linear(4, 3, nn.LinearOptions{RNG: r()}), nn.Identity()), randn(2, 4), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			return ops.Concat([]*ops.Tensor{ops.MatMul(x, p["0.weight"].T()).Add(p["0.bias"]), x}, 1)
		}, "Parallel along axis 1 {\n  0: Linear(4, 3)\n  1: Identity()\n}"},
		{nn.LocalResponseNorm(3, ops.LocalResponseNormOptions{Alpha: 0.5, K: 2}), randn(2, 4, 3), plain(func(x *ops.Tensor) *ops.Tensor {
			return ops.LocalResponseNorm(x, 3, ops.LocalResponseNormOptions{Alpha: 0.5, K: 2})
		}), "LocalResponseNorm(3, Alpha=0.5, K=2)"},
		{nn.GlobalAvgPool(), randn(2, 3, 4, 5), plain(func(x *ops.Tensor) *ops.Tensor { return ops.Mean(x, ops.ReduceOptions{Axes: []int{2, 3}}) }), "GlobalAvgPool()"},
		{nn.GlobalMaxPool(), randn(2, 3, 4), plain(func(x *ops.Tensor) *ops.Tensor { return ops.Max(x, ops.ReduceOptions{Axes: []int{2}}) }), "GlobalMaxPool()"},
		{nn.Flatten(), randn(2, 3, 4), plain(func(x *ops.Tensor) *ops.Tensor { return x.Reshape(2, 12) }), "Flatten()"},
		{nn.Flatten(2), randn(2, 3, 4, 2), plain(func(x *ops.Tensor) *ops.Tensor { return x.Reshape(2, 3, 8) }), "Flatten(2)"},
		{nn.Reshape(4, -1), randn(2, 12), plain(func(x *ops.Tensor) *ops.Tensor { return x.Reshape(2, 4, 3) }), "Reshape(4, -1)"},

		{nn.ReLU(), randn(9), plain(ops.ReLU), "ReLU()"},
		{nn.ReLU6(), randn(9), plain(ops.ReLU6), "ReLU6()"},
		{nn.LeakyReLU(0.2), randn(9), plain(func(x *ops.Tensor) *ops.Tensor { return ops.LeakyReLU(x, 0.2) }), "LeakyReLU(0.2)"},
		{nn.LeakyReLU(), randn(9), plain(func(x *ops.Tensor) *ops.Tensor { return ops.LeakyReLU(x) }), "LeakyReLU()"},
		{nn.ELU(2), randn(9), plain(func(x *ops.Tensor) *ops.Tensor { return ops.ELU(x, 2) }), "ELU(2)"},
		{nn.CELU(2), randn(9), plain(func(x *ops.Tensor) *ops.Tensor { return ops.CELU(x, 2) }), "CELU(2)"},
		{nn.SELU(), randn(9), plain(ops.SELU), "SELU()"},
		{nn.GELU(), randn(9), plain(ops.GELU), "GELU()"},
		{nn.GELUTanh(), randn(9), plain(ops.GELUTanh), "GELUTanh()"},
		{nn.SiLU(), randn(9), plain(func(x *ops.Tensor) *ops.Tensor { return x.Mul(x.Sigmoid()) }), "SiLU()"},
		{nn.Mish(), randn(9), plain(func(x *ops.Tensor) *ops.Tensor { return x.Mul(ops.Tanh(ops.Softplus(x))) }), "Mish()"},
		{nn.HardSwish(), randn(9), plain(ops.HardSwish), "HardSwish()"},
		{nn.HardSigmoid(), randn(9), plain(ops.HardSigmoid), "HardSigmoid()"},
		{nn.Sigmoid(), randn(9), plain(ops.Sigmoid), "Sigmoid()"},
		{nn.LogSigmoid(), randn(9), plain(func(x *ops.Tensor) *ops.Tensor { return x.Sigmoid().Log() }), "LogSigmoid()"},
		{nn.Tanh(), randn(9), plain(ops.Tanh), "Tanh()"},
		{nn.Softplus(), randn(9), plain(ops.Softplus), "Softplus()"},
		{nn.Softsign(), randn(9), plain(func(x *ops.Tensor) *ops.Tensor { return x.Div(x.Abs().Add(1)) }), "Softsign()"},
		{nn.Softmax(-1), randn(3, 4), plain(func(x *ops.Tensor) *ops.Tensor { return x.Exp().Div(ops.Sum(x.Exp(), perAxis(1))) }), "Softmax(-1)"},
		{nn.LogSoftmax(1), randn(3, 4), plain(func(x *ops.Tensor) *ops.Tensor { return ops.Softmax(x, 1).Log() }), "LogSoftmax(1)"},
		{nn.Activation("sin"), randn(4), plain(ops.Sin), `Activation("sin")`},
		{nn.PReLU(), randn(9), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			return ops.Where(x.Greater(0), x, x.Mul(p["weight"]))
		}, "PReLU()"},
		{nn.PReLU(3), randn(2, 3, 4), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			return ops.Where(x.Greater(0), x, x.Mul(p["weight"].Reshape(3, 1)))
		}, "PReLU(3)"},

		{nn.BatchNorm(3), randn(4, 3, 5), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			return normal(x, 0, 2).Mul(p["weight"].Reshape(3, 1)).Add(p["bias"].Reshape(3, 1))
		}, "BatchNorm(3)"},
		{nn.LayerNorm(5), randn(4, 3, 5), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			return normal(x, 2).Mul(p["weight"]).Add(p["bias"])
		}, "LayerNorm(5)"},
		{nn.LayerNorm(5, nn.NormOptions{NoBias: true, Eps: 1e-5}), randn(3, 5), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor { return normal(x, 1).Mul(p["weight"]) }, "LayerNorm(5, Eps=1e-05, NoBias)"},
		{nn.LayerNormOver([]int{3, 5}, nn.NormOptions{Plain: true}), randn(4, 3, 5), plain(func(x *ops.Tensor) *ops.Tensor { return normal(x, 1, 2) }), "LayerNormOver([3 5], Plain)"},
		{nn.RMSNorm(5), randn(4, 5), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			return x.Div(ops.Mean(x.Square(), perAxis(1)).Add(1e-5).Sqrt()).Mul(p["weight"])
		}, "RMSNorm(5)"},
		{nn.GroupNorm(2, 4), randn(2, 4, 3), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			return normal(x.Reshape(2, 2, 6), 2).Reshape(2, 4, 3).Mul(p["weight"].Reshape(4, 1)).Add(p["bias"].Reshape(4, 1))
		}, "GroupNorm(2, 4)"},
		{nn.InstanceNorm(4), randn(2, 4, 3), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			return normal(x, 2).Mul(p["weight"].Reshape(4, 1)).Add(p["bias"].Reshape(4, 1))
		}, "InstanceNorm(4)"},

		{nn.Embedding(5, 3, nn.EmbeddingOptions{RNG: r()}), ids, func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			return ops.IndexSelect(p["weight"], 0, x.Flatten(0)).Reshape(2, 3, 3)
		}, "Embedding(5, 3)"},
		{nn.SinusoidalPositions(), randn(2, 4, 6), plain(func(x *ops.Tensor) *ops.Tensor { return x.Add(ops.SinusoidalPositions(4, 6).To(ops.Float64)) }), "SinusoidalPositions()"},
		{nn.LearnedPositions(7, 6, nn.InitOptions{RNG: r()}), randn(2, 4, 6), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			return x.Add(p["weight"].Slice(0, 0, 4))
		}, "LearnedPositions(7, 6)"},

		{nn.RNN(3, 4, nn.RecurrentOptions{RNG: r()}), randn(5, 2, 3), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			y, _ := ops.RNN(x, layerOf(p, "_l0"))
			return y
		}, "RNN(3, 4)"},
		{nn.LSTM(3, 4, nn.RecurrentOptions{Layers: 2, Bidirectional: true, BatchFirst: true, RNG: r()}), randn(2, 5, 3), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			y, _, _ := ops.LSTM(x, layerOf(p, "_l0", "_l0_reverse", "_l1", "_l1_reverse"), ops.LSTMOptions{Bidirectional: true, BatchFirst: true})
			return y
		}, "LSTM(3, 4, Layers=2, Bidirectional, BatchFirst)"},
		{nn.LSTM(3, 4, nn.RecurrentOptions{Projection: 2, Peephole: true, NoBias: true, Last: true, RNG: r()}), randn(5, 2, 3), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			_, h, _ := ops.LSTM(x, layerOf(p, "_l0"))
			return h.Reshape(2, 2)
		}, "LSTM(3, 4, Last, NoBias, Peephole, Projection=2)"},
		{nn.GRU(3, 4, nn.RecurrentOptions{Reverse: true, ResetFirst: true, RNG: r()}), randn(5, 2, 3), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			y, _ := ops.GRU(x, layerOf(p, "_l0"), ops.GRUOptions{Reverse: true, ResetFirst: true})
			return y
		}, "GRU(3, 4, Reverse, ResetFirst)"},
		{nn.LSTM(3, 4, nn.RecurrentOptions{Coupled: true, Clip: 0.5, CellClip: 0.25, GateActivation: "hard_sigmoid", CellActivation: "softsign", StateActivation: "sin", RNG: r()}), randn(5, 2, 3), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			y, _, _ := ops.LSTM(x, layerOf(p, "_l0"), ops.LSTMOptions{Coupled: true, Clip: 0.5, CellClip: 0.25, GateActivation: "hard_sigmoid", CellActivation: "softsign", StateActivation: "sin"})
			return y
		}, "LSTM(3, 4, GateActivation=hard_sigmoid, CellActivation=softsign, StateActivation=sin, Clip=0.5, CellClip=0.25, Coupled)"},
		{nn.GRU(3, 4, nn.RecurrentOptions{Clip: 0.5, GateActivation: "hard_sigmoid", StateActivation: "sin", RNG: r()}), randn(5, 2, 3), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			y, _ := ops.GRU(x, layerOf(p, "_l0"), ops.GRUOptions{Clip: 0.5, GateActivation: "hard_sigmoid", StateActivation: "sin"})
			return y
		}, "GRU(3, 4, GateActivation=hard_sigmoid, StateActivation=sin, Clip=0.5)"},
		{nn.RNN(3, 4, nn.RecurrentOptions{Clip: 0.5, RNG: r()}), randn(5, 2, 3), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			y, _ := ops.RNN(x, layerOf(p, "_l0"), ops.RNNOptions{Clip: 0.5})
			return y
		}, "RNN(3, 4, Clip=0.5)"},
		{nn.GRU(3, 4, nn.RecurrentOptions{Bidirectional: true, Last: true, RNG: r()}), randn(5, 2, 3), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			y, _ := ops.GRU(x, layerOf(p, "_l0", "_l0_reverse"), ops.GRUOptions{Bidirectional: true})
			return ops.Concat([]*ops.Tensor{y.Select(0, 4).Slice(1, 0, 4), y.Select(0, 0).Slice(1, 4, 8)}, 1)
		}, "GRU(3, 4, Bidirectional, Last)"},

		{nn.MultiHeadAttention(6, 2, nn.AttentionOptions{RNG: r()}), randn(2, 4, 6), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			return heads(p, x, x, 2, nil)
		}, "MultiHeadAttention(6, 2)"},
		{nn.MultiHeadAttention(8, 4, nn.AttentionOptions{Groups: 2, Causal: true, Rotary: &ops.RotaryOptions{}, NoBias: true, RNG: r()}), randn(2, 4, 8), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			return ops.MultiHeadAttention(x, ops.MultiHeadWeights{Query: p["query.weight"], Key: p["key.weight"], Value: p["value.weight"], Output: p["output.weight"]},
				ops.MultiHeadOptions{Heads: 4, Groups: 2, Attention: ops.AttentionOptions{Causal: true}, Rotary: &ops.RotaryOptions{}})
		}, "MultiHeadAttention(8, 4, Groups=2, Causal, Rotary, NoBias)"},
		{nn.FeedForward(4, 6, nn.FeedForwardOptions{RNG: r()}), randn(2, 3, 4), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			return ops.Linear(ops.ReLU(ops.Linear(x, p["in.weight"], p["in.bias"])), p["out.weight"], p["out.bias"])
		}, "FeedForward(4, 6)"},
		{nn.FeedForward(4, 6, nn.FeedForwardOptions{Gated: true, Activation: "gelu", NoBias: true, RNG: r()}), randn(2, 4), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			return ops.Linear(ops.GELU(ops.Linear(x, p["gate.weight"], nil)).Mul(ops.Linear(x, p["in.weight"], nil)), p["out.weight"], nil)
		}, "FeedForward(4, 6, Activation=gelu, Gated, NoBias)"},

		{nn.Sequential(nn.Linear(4, 3, nn.LinearOptions{RNG: r()}), nn.Tanh()), randn(2, 4), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			return ops.Tanh(ops.Linear(x, p["0.weight"], p["0.bias"]))
		}, "Sequential {\n  0: Linear(4, 3)\n  1: Tanh()\n}"},
		{nn.Residual(nn.Linear(4, 3, nn.LinearOptions{RNG: r()}), nn.Linear(4, 3, nn.LinearOptions{NoBias: true, RNG: r()})), randn(2, 4), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			return ops.Linear(x, p["body.weight"], p["body.bias"]).Add(ops.Linear(x, p["shortcut.weight"], nil))
		}, "Residual {\n  body: Linear(4, 3)\n  shortcut: Linear(4, 3, NoBias)\n}"},
		{nn.Residual(nn.Tanh()), randn(2, 4), plain(func(x *ops.Tensor) *ops.Tensor { return x.Add(x.Tanh()) }), "Residual {\n  body: Tanh()\n}"},
		{nn.Func("double", func(x *ops.Tensor) *ops.Tensor { return x.Mul(2) }), randn(3), plain(func(x *ops.Tensor) *ops.Tensor { return x.Mul(2) }), "Func(double)"},

		{nn.TransformerEncoderLayer(4, 2, nn.TransformerOptions{RNG: r()}), randn(2, 3, 4), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			return encoder(p, "", x, false)
		}, "TransformerEncoderLayer(4, 2)"},
		{nn.TransformerEncoder(4, 2, 2, nn.TransformerOptions{PreNorm: true, Causal: true, RNG: r()}), randn(2, 3, 4), func(p map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor {
			x = encoder(p, "layers.1.", encoder(p, "layers.0.", x, true), true)
			return layerNorm(p, "norm", x)
		}, "TransformerEncoder(4, 2, 2, PreNorm, Causal)"},
	}
}

func plain(f func(x *ops.Tensor) *ops.Tensor) func(map[string]*ops.Tensor, *ops.Tensor) *ops.Tensor {
	return func(_ map[string]*ops.Tensor, x *ops.Tensor) *ops.Tensor { return f(x) }
}

// layerOf collects the weights of recurrent layers by PyTorch's names.
func layerOf(p map[string]*ops.Tensor, suffixes ...string) []ops.RNNWeights {
	var w []ops.RNNWeights
	for _, s := range suffixes {
		w = append(w, ops.RNNWeights{Input: p["weight_ih"+s], Hidden: p["weight_hh"+s], InputBias: p["bias_ih"+s], HiddenBias: p["bias_hh"+s],
			Peephole: p["peephole"+s], Projection: p["weight_hr"+s]})
	}
	return w
}

// heads is multi-head attention head by head, from the definition; mask, if
// any, is added to the scores.
func heads(p map[string]*ops.Tensor, x, memory *ops.Tensor, n int, mask *ops.Tensor) *ops.Tensor {
	q := ops.Linear(x, p["query.weight"], p["query.bias"])
	k := ops.Linear(memory, p["key.weight"], p["key.bias"])
	v := ops.Linear(memory, p["value.weight"], p["value.bias"])
	d := q.Size(2) / n
	var out []*ops.Tensor
	for h := range n {
		part := func(t *ops.Tensor) *ops.Tensor { return t.Slice(2, h*d, (h+1)*d) }
		scores := ops.MatMul(part(q), part(k).Transpose(1, 2)).Div(math.Sqrt(float64(d)))
		if mask != nil {
			scores = scores.Add(mask)
		}
		out = append(out, ops.MatMul(ops.Softmax(scores, 2), part(v)))
	}
	return ops.Linear(ops.Concat(out, 2), p["output.weight"], p["output.bias"])
}

// within returns the parameters below a name.
func within(p map[string]*ops.Tensor, prefix string) map[string]*ops.Tensor {
	q := map[string]*ops.Tensor{}
	for name, t := range p {
		if len(name) > len(prefix) && name[:len(prefix)] == prefix {
			q[name[len(prefix):]] = t
		}
	}
	return q
}

func layerNorm(p map[string]*ops.Tensor, name string, x *ops.Tensor) *ops.Tensor {
	return normal(x, 2).Mul(p[name+".weight"]).Add(p[name+".bias"])
}

// causal is 0 where a step may look, and very small elsewhere.
func causal(steps int) *ops.Tensor {
	at := ops.ArangeInt(steps)
	return ops.Where(at.Reshape(1, steps).LessEqual(at.Reshape(steps, 1)), ops.Zeros(), -1e30).To(ops.Float64)
}

// encoder is a layer with two heads, norms behind the sums or, with pre,
// before the blocks and causal.
func encoder(p map[string]*ops.Tensor, prefix string, x *ops.Tensor, pre bool) *ops.Tensor {
	p = within(p, prefix)
	ff := func(x *ops.Tensor) *ops.Tensor {
		q := within(p, "feed_forward.")
		return ops.Linear(ops.ReLU(ops.Linear(x, q["in.weight"], q["in.bias"])), q["out.weight"], q["out.bias"])
	}
	if pre {
		n := layerNorm(p, "norm1", x)
		x = x.Add(heads(within(p, "self_attn."), n, n, 2, causal(x.Size(1))))
		return x.Add(ff(layerNorm(p, "norm2", x)))
	}
	x = layerNorm(p, "norm1", x.Add(heads(within(p, "self_attn."), x, x, 2, nil)))
	return layerNorm(p, "norm2", x.Add(ff(x)))
}

// near compares two tensors relative to the largest element.
func near(t *testing.T, what string, got, want *ops.Tensor, tolerance float64) {
	t.Helper()
	if !got.Shape().Equal(want.Shape()) || got.DType() != want.DType() {
		t.Errorf("%s is %v %v, want %v %v", what, got.DType(), got.Shape(), want.DType(), want.Shape())
		return
	}
	a, b := got.Float64s(), want.Float64s()
	size := 1.0
	for _, v := range b {
		size = max(size, math.Abs(v))
	}
	for i := range a {
		if !(math.Abs(a[i]-b[i]) <= tolerance*size) {
			t.Errorf("%s: element %d is %v, want %v", what, i, a[i], b[i])
			return
		}
	}
}

// scattered gives parameters values that differ from their first ones, such
// as the ones and zeros of norms.
func scattered(model any) {
	for i, p := range nn.Named(model) {
		if !p.Buffer {
			p.Value.Assign(p.Value.Add(ops.NewRNG(uint64(100 + i)).Randn(p.Value.Shape()...).To(p.Value.DType()).Mul(0.1)))
		}
	}
}

// TestLayers compares each layer with the plain formula, its text, and its
// gradients with central differences.
func TestLayers(t *testing.T) {
	for _, c := range layerCases() {
		t.Run(c.text, func(t *testing.T) {
			if got := fmt.Sprint(c.layer); got != c.text {
				t.Errorf("it prints %s", got)
			}
			nn.Cast(c.layer, ops.Float64)
			scattered(c.layer)
			p := map[string]*ops.Tensor{}
			for _, q := range nn.Named(c.layer) {
				p[q.Name] = q.Value
			}
			near(t, "output", c.layer.Forward(c.x), c.want(p, c.x), 1e-12)
			gradients(t, c.layer, c.x)
		})
	}
}

// gradients compares the derivatives by parameters and input with central
// differences along random directions.
func gradients(t *testing.T, layer nn.Layer, x *ops.Tensor) {
	t.Helper()
	ps := nn.Parameters(layer)
	if x.DType().IsFloat() {
		ps = append(ps, x)
	}
	weights := randn(layer.Forward(x).Shape()...)
	loss := func() *ops.Tensor { return layer.Forward(x).Mul(weights).Sum() }
	_, grads := ops.ValueAndGradOf(loss, ps)
	for seed := range uint64(3) {
		const h = 1e-6
		want, got := 0.0, 0.0
		old := make([]*ops.Tensor, len(ps))
		dirs := make([]*ops.Tensor, len(ps))
		for i, p := range ps {
			old[i] = p.Clone()
			dirs[i] = ops.NewRNG(1000*seed + uint64(i)).Randn(p.Shape()...).To(ops.Float64)
			got += grads[i].Mul(dirs[i]).Sum().Item()
		}
		for _, sign := range []float64{1, -1} {
			for i, p := range ps {
				p.Assign(old[i].Add(dirs[i].Mul(sign * h)))
			}
			want += sign * loss().Item() / (2 * h)
		}
		for i, p := range ps {
			p.Assign(old[i])
		}
		if math.Abs(got-want) > 1e-6*max(1, math.Abs(want)) {
			t.Errorf("the derivative along direction %d is %v, by differences %v", seed, got, want)
		}
	}
}
