package ops_test

import "cahier/ops"

var padModes = map[string]ops.PadMode{"constant": ops.PadZeros, "reflect": ops.PadReflect, "replicate": ops.PadReplicate, "circular": ops.PadCircular}

func init() {
	torchOps["conv_padded"] = func(c torchCall) []*ops.Tensor {
		conv := []func(x, w *ops.Tensor, opts ...ops.ConvOptions) *ops.Tensor{1: ops.Conv1D, 2: ops.Conv2D, 3: ops.Conv3D}[c.int("n", 0)]
		return list(conv(c.in[0], c.in[1], ops.ConvOptions{Stride: c.ints("stride"), Pad: c.ints("pad"), PadMode: padModes[c.text("mode")], Bias: c.in[2]}))
	}
	torchOps["pad_mode"] = func(c torchCall) []*ops.Tensor {
		return list(ops.Pad(c.in[0], c.ints("before"), c.ints("behind"), ops.PadOptions{Mode: padModes[c.text("mode")], Value: c.num("value", 0)}))
	}
	torchOps["std"] = func(c torchCall) []*ops.Tensor {
		return list(ops.Std(c.in[0], ops.VarOptions{Axes: c.ints("axes"), Correction: c.int("correction", 0)}))
	}
	torchOps["instance_norm"] = func(c torchCall) []*ops.Tensor {
		return list(ops.InstanceNorm(c.in[0], ops.NormOptions{Weight: c.input(1), Bias: c.input(2), Eps: c.num("eps", 0)}))
	}
	torchOps["batch_norm_train"] = func(c torchCall) []*ops.Tensor {
		o := ops.BatchNormOptions{Mean: c.named("mean"), Variance: c.named("var"), Weight: c.named("w"), Bias: c.named("b"), Momentum: c.num("momentum", 0)}
		y, mean, variance := ops.BatchNormTrain(c.in[0], o)
		return list(y, mean, variance)[:len(c.Out)]
	}
	for _, op := range []string{"rnn", "gru", "lstm"} {
		torchOps[op] = torchRecurrent
	}
	torchOps["attention"] = func(c torchCall) []*ops.Tensor {
		return list(ops.Attention(c.in[0], c.in[1], c.in[2], ops.AttentionOptions{Mask: c.input(3), Causal: c.on("causal"), UpperLeft: c.on("upper_left"), Scale: c.num("scale", 0)}))
	}
	torchOps["multi_head_attention"] = torchHeads
}

// torchRecurrent runs layers whose weights have PyTorch's names.
func torchRecurrent(c torchCall) []*ops.Tensor {
	var weights []ops.RNNWeights
	for l := range c.int("layers", 1) {
		for _, direction := range []string{"", "_reverse"} {
			name := func(s string) *ops.Tensor { return c.named(s + "_l" + string(rune('0'+l)) + direction) }
			if name("weight_ih") != nil {
				weights = append(weights, ops.RNNWeights{Input: name("weight_ih"), Hidden: name("weight_hh"), InputBias: name("bias_ih"), HiddenBias: name("bias_hh"), Projection: name("weight_hr")})
			}
		}
	}
	x, both, first, h0, lengths := c.in[0], c.on("bidirectional"), c.on("batch_first"), c.named("h0"), c.named("lengths")
	switch c.Op {
	case "rnn":
		y, h := ops.RNN(x, weights, ops.RNNOptions{Activation: c.text("activation"), Bidirectional: both, BatchFirst: first, Initial: h0, Lengths: lengths})
		return list(y, h)
	case "gru":
		y, h := ops.GRU(x, weights, ops.GRUOptions{Bidirectional: both, BatchFirst: first, Initial: h0, Lengths: lengths})
		return list(y, h)
	}
	y, h, cell := ops.LSTM(x, weights, ops.LSTMOptions{Bidirectional: both, BatchFirst: first, Initial: h0, InitialCell: c.named("c0"), Lengths: lengths})
	return list(y, h, cell)
}

// torchHeads runs multi-head attention with the weights and masks of
// PyTorch's module: its boolean masks are true where attention is forbidden.
func torchHeads(c torchCall) []*ops.Tensor {
	w := ops.MultiHeadWeights{Query: c.named("q_proj_weight"), Key: c.named("k_proj_weight"), Value: c.named("v_proj_weight"),
		Output: c.named("out_proj__weight"), OutputBias: c.named("out_proj__bias")}
	if all := c.named("in_proj_weight"); all != nil {
		parts := ops.Chunk(all, 3, 0)
		w.Query, w.Key, w.Value = parts[0], parts[1], parts[2]
	}
	if all := c.named("in_proj_bias"); all != nil {
		parts := ops.Chunk(all, 3, 0)
		w.QueryBias, w.KeyBias, w.ValueBias = parts[0], parts[1], parts[2]
	}
	o := ops.MultiHeadOptions{Heads: c.int("heads", 1), Memory: c.named("memory")}
	if m := c.named("mask"); m != nil {
		if m.DType() == ops.Bool {
			m = m.Not()
		}
		o.Attention.Mask = m
	}
	if p := c.named("padding"); p != nil {
		var keys []int64
		for n := range p.Size(0) {
			keys = append(keys, int64(p.Size(1))-int64(p.Select(0, n).To(ops.Int64).Sum().Item()))
		}
		o.Attention.Lengths = i64(keys...)
	}
	return list(ops.MultiHeadAttention(c.in[0], w, o))
}
