package ops

// FeedForwardWeights are the weights of a feed-forward block of E features
// with K hidden ones.
type FeedForwardWeights struct {
	In      *Tensor // [K E]
	InBias  *Tensor // [K], or nil
	Gate    *Tensor // [K E], what the activation is applied to, as a factor of In's product; nil for none
	Out     *Tensor // [O K]
	OutBias *Tensor // [O], or nil
}

// FeedForwardOptions are the options of FeedForward.
type FeedForwardOptions struct {
	Activation string  // an operation on one tensor, by its registered name; "relu" if empty, "silu" with Gate
	Dropout    float64 // probability that a hidden feature is 0
	RNG        *RNG    // draws the dropout's mask; the default source if nil
}

// FeedForward is the block of a transformer that works on each step by itself:
// two linear layers with an activation between them, or a gated one.
//
//   - Formula: y = W_o·f(W_i·x + b_i) + b_o, or y = W_o·(f(W_g·x)·(W_i·x + b_i)) + b_o with Gate
//   - Shapes: x [… E], y [… O]; see [FeedForwardWeights]
//   - DTypes: Float32, Float64; the same for all; as [Linear]
//   - Options: [FeedForwardOptions]: ReLU, or SiLU with Gate; no dropout
//   - Panics: [ShapeError], [DTypeError], [ArgError]
//   - Gradient: of x and all weights, to any order where the activation is smooth
//   - Cost: 2·rows·K·(E + O) operations, and 2·rows·K·E with Gate
//   - Paper: Vaswani et al., Attention is all you need, 2017; gates: Shazeer, GLU variants improve transformer, 2020
//   - Differences: PyTorch and ONNX have none
func FeedForward(x *Tensor, w FeedForwardWeights, opts ...FeedForwardOptions) *Tensor {
	const fn = "ops.FeedForward"
	o := one(fn, opts)
	checkDropout(fn, "Dropout", o.Dropout)
	name := o.Activation
	switch {
	case name != "":
	case w.Gate != nil:
		name = "silu"
	default:
		name = "relu"
	}
	f, err := activationNamed("activation", name)
	if err != nil {
		fail(fn, err)
	}
	given(fn, x)
	h := Linear(x, w.In, w.InBias)
	if w.Gate != nil {
		h = Mul(apply1(f, nil, Linear(x, w.Gate, nil)), h)
	} else {
		h = apply1(f, nil, h)
	}
	if o.Dropout > 0 {
		h = Mul(h, dropFactors(o.RNG, h.dtype, o.Dropout, h.shape...))
	}
	return Linear(h, w.Out, w.OutBias)
}
