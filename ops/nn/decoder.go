package nn

import (
	"fmt"

	"cahier/ops"
)

// DecoderLayer is one layer of a transformer's decoder: attention of the steps
// to those before them, attention to a memory, and a feed-forward block.
type DecoderLayer struct {
	common
	Attention   *AttentionLayer    `nn:",self_attn"`
	Cross       *AttentionLayer    `nn:",cross_attn"`
	FeedForward *FeedForwardLayer  `nn:",feed_forward"`
	Norm1       *LayerNormLayer    `nn:",norm1"`
	Norm2       *LayerNormLayer    `nn:",norm2"`
	Norm3       *LayerNormLayer    `nn:",norm3"`
	Drop        *DropoutLayer      `nn:",drop"`
	Options     TransformerOptions `nn:"-"`
}

// TransformerDecoderLayer returns one layer of a decoder, see
// [TransformerEncoderLayer]; between its attention, which is causal, and its
// feed-forward block stands attention to a memory, with a norm of its own.
func TransformerDecoderLayer(features, heads int, opts ...TransformerOptions) *DecoderLayer {
	o := one("nn.TransformerDecoderLayer", opts)
	return &DecoderLayer{Options: o, Attention: o.attention(features, heads, true, false), Cross: o.attention(features, heads, false, true),
		FeedForward: o.feedForward(features), Norm1: o.norm(features), Norm2: o.norm(features), Norm3: o.norm(features),
		Drop: Dropout(o.Dropout, DropoutOptions{RNG: o.RNG})}
}

// Run returns y [N T E] for x [N T E] and a memory [N S M].
func (l *DecoderLayer) Run(x, memory *ops.Tensor, opts ...MaskOptions) *ops.Tensor {
	return l.run("nn.DecoderLayer.Run", x, memory, one("nn.DecoderLayer.Run", opts), nil, nil)
}

func (l *DecoderLayer) run(fn string, x, memory *ops.Tensor, m MaskOptions, cache, remembered *ops.KVCache) *ops.Tensor {
	if remembered == nil {
		given(fn, "memory", memory)
	}
	x = l.Options.around(x, l.Norm1, l.Drop, func(x *ops.Tensor) *ops.Tensor {
		return l.Attention.Attend(x, AttendOptions{Mask: m.Mask, Lengths: m.Lengths, Cache: cache})
	})
	x = l.Options.around(x, l.Norm2, l.Drop, func(x *ops.Tensor) *ops.Tensor {
		return l.Cross.Attend(x, AttendOptions{Memory: memory, Remembered: remembered, Mask: m.MemoryMask, Lengths: m.MemoryLengths})
	})
	return l.Options.around(x, l.Norm3, l.Drop, l.FeedForward.Forward)
}

// Parameters returns the tensors that are trained, see [Parameters].
func (l *DecoderLayer) Parameters() []*ops.Tensor { return Parameters(l) }

// String returns the layer as it is made.
func (l *DecoderLayer) String() string {
	e, h := l.Attention.Query.Weight.Size(1), l.Attention.Heads
	return describe("TransformerDecoderLayer", fmt.Sprintf("%d, %d", e, h), l.Options.text()...)
}

// DecoderStack is the layers of a transformer's decoder.
type DecoderStack struct {
	common
	Layers  []*DecoderLayer    `nn:",layers"`
	Norm    *LayerNormLayer    `nn:",norm"` // behind the last layer with PreNorm, else nil
	Options TransformerOptions `nn:"-"`
}

// TransformerDecoder returns so many layers of a decoder, see
// [TransformerDecoderLayer].
func TransformerDecoder(features, heads, layers int, opts ...TransformerOptions) *DecoderStack {
	o := one("nn.TransformerDecoder", opts)
	positive("nn.TransformerDecoder", "layers", layers)
	s := &DecoderStack{Options: o}
	for range layers {
		s.Layers = append(s.Layers, TransformerDecoderLayer(features, heads, o))
	}
	if o.PreNorm {
		s.Norm = o.norm(features)
	}
	return s
}

// Run returns y [N T E] for x [N T E] and a memory [N S M].
func (s *DecoderStack) Run(x, memory *ops.Tensor, opts ...MaskOptions) *ops.Tensor {
	const fn = "nn.DecoderStack.Run"
	m := one(fn, opts)
	for _, l := range s.Layers {
		x = l.run(fn, x, memory, m, nil, nil)
	}
	if s.Norm != nil {
		x = s.Norm.Forward(x)
	}
	return x
}

// Parameters returns the tensors that are trained, see [Parameters].
func (s *DecoderStack) Parameters() []*ops.Tensor { return Parameters(s) }

// String returns the layers as they are made.
func (s *DecoderStack) String() string {
	l := s.Layers[0].Attention
	e, h := l.Query.Weight.Size(1), l.Heads
	return describe("TransformerDecoder", fmt.Sprintf("%d, %d, %d", e, h, len(s.Layers)), s.Options.text()...)
}
