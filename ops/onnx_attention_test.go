package ops_test

import (
	"math"

	"cahier/ops"
)

func init() {
	onnxOps["Attention"] = attentionONNX
	onnxOps["RotaryEmbedding"] = func(c *onnxCase) []*ops.Tensor {
		x, cos, sin := headsONNX(c.in[0], c.int("num_heads", 0)), c.in[1], c.in[2]
		if p := c.input(3); p != nil {
			table := func(x *ops.Tensor) *ops.Tensor {
				return x.IndexSelect(0, p.Flatten(0)).Reshape(p.Size(0), p.Size(1), x.Size(1))
			}
			cos, sin = table(cos), table(sin)
		}
		y := ops.Call("rotary_embedding", ops.Attrs{"interleaved": c.int("interleaved", 0) == 1}, x, cos.Unsqueeze(1), sin.Unsqueeze(1))
		if c.in[0].Rank() == 3 {
			y = y.Transpose(1, 2).Flatten(2)
		}
		return list(y)
	}
}

// headsONNX gives an input of three axes [N T H·D] the axis of heads.
func headsONNX(x *ops.Tensor, heads int) *ops.Tensor {
	if x.Rank() == 4 {
		return x
	}
	return x.Reshape(x.Size(0), x.Size(1), heads, x.Size(2)/heads).Transpose(1, 2)
}

func attentionONNX(c *onnxCase) []*ops.Tensor {
	flat := c.in[0].Rank() == 3
	q, k, v := headsONNX(c.in[0], c.int("q_num_heads", 0)), headsONNX(c.in[1], c.int("kv_num_heads", 0)), headsONNX(c.in[2], c.int("kv_num_heads", 0))
	past, lengths := c.input(4), c.input(6)
	var cache ops.KVCache
	if past != nil {
		cache = cache.Append(past, c.input(5))
	}
	cache = cache.Append(k, v)
	k, v = cache.Keys(), cache.Values()
	t, s := q.Size(2), k.Size(2)
	mask := c.input(3)
	if mask != nil && mask.Size(-1) < s { // the keys behind are padding
		fill := ops.Full(math.Inf(-1), append(mask.Shape()[:mask.Rank()-1], s-mask.Size(-1))...).To(mask.DType())
		if mask.DType() == ops.Bool {
			fill = ops.Zeros(fill.Shape()...).To(ops.Bool)
		}
		mask = ops.Concat(list(mask, fill), -1)
	}
	o := ops.AttentionOptions{
		Causal:    c.int("is_causal", 0) == 1,
		UpperLeft: lengths == nil,
		Mask:      mask,
		Lengths:   lengths,
		Scale:     c.float("scale", 0),
		SoftCap:   c.float("softcap", 0),
	}
	if past != nil && o.UpperLeft {
		o.Past = past.Size(2)
	}
	y := ops.Attention(q, k, v, o)
	if flat {
		y = y.Transpose(1, 2).Flatten(2)
	}
	out := list(y, k, v)
	if len(c.node.Outputs) < 4 {
		return out
	}
	mode := c.int("qk_matmul_output_mode", 0)
	if mode == 3 {
		return append(out, ops.AttentionWeights(q, k, o))
	}
	// The scores on their way to the softmax are no operation of ours.
	scale := o.Scale
	if scale == 0 {
		scale = 1 / math.Sqrt(float64(q.Size(3)))
	}
	repeat := q.Size(1) / k.Size(1)
	keys := k.Unsqueeze(2).BroadcastTo(k.Size(0), k.Size(1), repeat, s, k.Size(3)).Reshape(k.Size(0), q.Size(1), s, k.Size(3))
	scores := q.MatMul(keys.T()).Mul(scale)
	if mode >= 1 && o.SoftCap > 0 {
		scores = scores.Div(o.SoftCap).Tanh().Mul(o.SoftCap)
	}
	if mode >= 2 {
		if o.Causal {
			scores = ops.Where(ops.ArangeInt(s).LessEqual(ops.ArangeInt(t).Reshape(t, 1).Add(o.Past)), scores, math.Inf(-1))
		}
		switch {
		case mask == nil:
		case mask.DType() == ops.Bool:
			scores = ops.Where(mask, scores, math.Inf(-1))
		default:
			scores = scores.Add(mask)
		}
	}
	return append(out, scores)
}
