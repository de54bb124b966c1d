package ops_test

import "cahier/ops"

func init() {
	onnxOps["RNN"] = func(c *onnxCase) []*ops.Tensor {
		o := ops.RNNOptions{Clip: c.float("clip", 0), Lengths: c.input(4), Initial: initialONNX(c, 5), BatchFirst: c.int("layout", 0) == 1, Reverse: c.string("direction") == "reverse", Bidirectional: c.string("direction") == "bidirectional"}
		y, h := ops.RNN(c.in[0], weightsONNX(c, 0), o)
		return list(statesONNX(c, y), lastONNX(c, h))
	}
	onnxOps["GRU"] = func(c *onnxCase) []*ops.Tensor {
		o := ops.GRUOptions{Clip: c.float("clip", 0), Lengths: c.input(4), Initial: initialONNX(c, 5), BatchFirst: c.int("layout", 0) == 1, Reverse: c.string("direction") == "reverse", Bidirectional: c.string("direction") == "bidirectional",
			ResetFirst: c.int("linear_before_reset", 0) == 0}
		y, h := ops.GRU(c.in[0], weightsONNX(c, 1, 0, 2), o)
		return list(statesONNX(c, y), lastONNX(c, h))
	}
	onnxOps["LSTM"] = func(c *onnxCase) []*ops.Tensor {
		o := ops.LSTMOptions{Clip: c.float("clip", 0), Coupled: c.int("input_forget", 0) == 1, Lengths: c.input(4), Initial: initialONNX(c, 5), InitialCell: initialONNX(c, 6), BatchFirst: c.int("layout", 0) == 1, Reverse: c.string("direction") == "reverse", Bidirectional: c.string("direction") == "bidirectional"}
		y, h, cell := ops.LSTM(c.in[0], weightsONNX(c, 0, 2, 3, 1), o)
		return list(statesONNX(c, y), lastONNX(c, h), lastONNX(c, cell))
	}
	for _, name := range []string{"RNN", "GRU", "LSTM"} {
		f := onnxOps[name]
		onnxOps[name] = func(c *onnxCase) []*ops.Tensor {
			for _, attr := range []string{"activations", "activation_alpha", "activation_beta"} {
				if _, ok := c.node.Attrs[attr]; ok {
					return nil // names and parameters of theirs: the case fails for want of outputs
				}
			}
			return f(c)
		}
	}
}

// weightsONNX translates the weights of each direction. gates are the places
// in ONNX's order of our gates.
func weightsONNX(c *onnxCase, gates ...int) []ops.RNNWeights {
	order := func(x *ops.Tensor, places ...int) *ops.Tensor {
		blocks, sorted := ops.Chunk(x, len(places), 0), []*ops.Tensor(nil)
		for _, p := range places {
			sorted = append(sorted, blocks[p])
		}
		return ops.Concat(sorted, 0)
	}
	var weights []ops.RNNWeights
	for d := range c.in[1].Size(0) {
		w := ops.RNNWeights{Input: order(c.in[1].Select(0, d), gates...), Hidden: order(c.in[2].Select(0, d), gates...)}
		if b := c.input(3); b != nil {
			half := ops.Chunk(b.Select(0, d), 2, 0)
			w.InputBias, w.HiddenBias = order(half[0], gates...), order(half[1], gates...)
		}
		if p := c.input(7); p != nil {
			w.Peephole = order(p.Select(0, d), 0, 2, 1)
		}
		weights = append(weights, w)
	}
	return weights
}

// initialONNX translates a first state, [N D H] where the batch leads.
func initialONNX(c *onnxCase, i int) *ops.Tensor {
	x := c.input(i)
	if x != nil && c.int("layout", 0) == 1 {
		return x.Transpose(0, 1)
	}
	return x
}

// statesONNX gives y the axis of directions: [T D N H], or [N T D H].
func statesONNX(c *onnxCase, y *ops.Tensor) *ops.Tensor {
	dirs := c.in[1].Size(0)
	y = y.Reshape(y.Size(0), y.Size(1), dirs, y.Size(2)/dirs)
	if c.int("layout", 0) == 1 {
		return y
	}
	return y.Transpose(1, 2)
}

func lastONNX(c *onnxCase, h *ops.Tensor) *ops.Tensor {
	if c.int("layout", 0) == 1 {
		return h.Transpose(0, 1)
	}
	return h
}
