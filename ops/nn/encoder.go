package nn

import (
	"fmt"

	"cahier/ops"
)

// EncoderLayer is one layer of a transformer's encoder: attention of the
// steps to each other, and a feed-forward block.
type EncoderLayer struct {
	common
	Attention   *AttentionLayer    `nn:",self_attn"`
	FeedForward *FeedForwardLayer  `nn:",feed_forward"`
	Norm1       *LayerNormLayer    `nn:",norm1"`
	Norm2       *LayerNormLayer    `nn:",norm2"`
	Drop        *DropoutLayer      `nn:",drop"`
	Options     TransformerOptions `nn:"-"`
}

// TransformerEncoderLayer returns one layer of an encoder on x [N T E] of so
// many features (Vaswani et al., Attention is all you need, 2017; norms before
// the blocks: Xiong et al., On layer normalization in the transformer
// architecture, 2020).
//
//	x ← norm1(x + attention(x)), x ← norm2(x + feedForward(x))
//	x ← x + attention(norm1(x)), x ← x + feedForward(norm2(x)) with PreNorm
//
// It panics with an [ops.ArgError] as [MultiHeadAttention] and [FeedForward]
// do.
func TransformerEncoderLayer(features, heads int, opts ...TransformerOptions) *EncoderLayer {
	o := one("nn.TransformerEncoderLayer", opts)
	return &EncoderLayer{Options: o, Attention: o.attention(features, heads, o.Causal, false), FeedForward: o.feedForward(features),
		Norm1: o.norm(features), Norm2: o.norm(features), Drop: Dropout(o.Dropout, DropoutOptions{RNG: o.RNG})}
}

// Forward returns y [N T E] for x [N T E].
func (l *EncoderLayer) Forward(x *ops.Tensor) *ops.Tensor { return l.Run(x) }

// Run is Forward with masks.
func (l *EncoderLayer) Run(x *ops.Tensor, opts ...MaskOptions) *ops.Tensor {
	m := one("nn.EncoderLayer.Run", opts)
	return l.run(x, AttendOptions{Mask: m.Mask, Lengths: m.Lengths})
}

func (l *EncoderLayer) run(x *ops.Tensor, a AttendOptions) *ops.Tensor {
	x = l.Options.around(x, l.Norm1, l.Drop, func(x *ops.Tensor) *ops.Tensor { return l.Attention.Attend(x, a) })
	return l.Options.around(x, l.Norm2, l.Drop, l.FeedForward.Forward)
}

// Parameters returns the tensors that are trained, see [Parameters].
func (l *EncoderLayer) Parameters() []*ops.Tensor { return Parameters(l) }

// String returns the layer as it is made.
func (l *EncoderLayer) String() string {
	e, h := l.Attention.Query.Weight.Size(1), l.Attention.Heads
	return describe("TransformerEncoderLayer", fmt.Sprintf("%d, %d", e, h), l.Options.text()...)
}

// EncoderStack is the layers of a transformer's encoder.
type EncoderStack struct {
	common
	Layers  []*EncoderLayer    `nn:",layers"`
	Norm    *LayerNormLayer    `nn:",norm"` // behind the last layer with PreNorm, else nil
	Options TransformerOptions `nn:"-"`
}

// TransformerEncoder returns so many layers of an encoder, see
// [TransformerEncoderLayer]; with Causal it is the body of a language model
// that predicts the next token, as GPT is one.
func TransformerEncoder(features, heads, layers int, opts ...TransformerOptions) *EncoderStack {
	o := one("nn.TransformerEncoder", opts)
	positive("nn.TransformerEncoder", "layers", layers)
	s := &EncoderStack{Options: o}
	for range layers {
		s.Layers = append(s.Layers, TransformerEncoderLayer(features, heads, o))
	}
	if o.PreNorm {
		s.Norm = o.norm(features)
	}
	return s
}

// Forward returns y [N T E] for x [N T E].
func (s *EncoderStack) Forward(x *ops.Tensor) *ops.Tensor { return s.Run(x) }

// Run is Forward with masks.
func (s *EncoderStack) Run(x *ops.Tensor, opts ...MaskOptions) *ops.Tensor {
	m := one("nn.EncoderStack.Run", opts)
	for _, l := range s.Layers {
		x = l.run(x, AttendOptions{Mask: m.Mask, Lengths: m.Lengths})
	}
	return s.end(x)
}

func (s *EncoderStack) end(x *ops.Tensor) *ops.Tensor {
	if s.Norm != nil {
		return s.Norm.Forward(x)
	}
	return x
}

// Decode returns the outputs y [N T E] of steps x [N T E] that stand behind
// those in the caches, and the caches with them: token by token it gives what
// Forward gives of the whole sequence, and computes each step once.
//
//	y, cache = model.Decode(x, cache)
//
// It panics with an [ops.ArgError] unless the encoder is causal, and with an
// [ops.GradError] while a gradient is computed.
func (s *EncoderStack) Decode(x *ops.Tensor, cache Caches) (*ops.Tensor, Caches) {
	const fn = "nn.EncoderStack.Decode"
	if !s.Options.Causal {
		panic(&ops.ArgError{OpName: fn, Arg: "the encoder", Rule: "is not causal: earlier steps would have to see later ones", Help: "make it with TransformerOptions{Causal: true}"})
	}
	cache = cache.grown(fn, len(s.Layers))
	for i, l := range s.Layers {
		x = l.run(x, AttendOptions{Cache: &cache[i]})
	}
	return s.end(x), cache
}

// Parameters returns the tensors that are trained, see [Parameters].
func (s *EncoderStack) Parameters() []*ops.Tensor { return Parameters(s) }

// String returns the layers as they are made.
func (s *EncoderStack) String() string {
	l := s.Layers[0].Attention
	e, h := l.Query.Weight.Size(1), l.Heads
	return describe("TransformerEncoder", fmt.Sprintf("%d, %d, %d", e, h, len(s.Layers)), s.Options.text()...)
}
