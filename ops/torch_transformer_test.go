package ops_test

import (
	"cahier/ops"
	"cahier/ops/nn"
)

func init() {
	torchOps["transformer_encoder_layer"] = func(c torchCall) []*ops.Tensor {
		l := nn.TransformerEncoderLayer(c.in[0].Size(2), c.int("heads", 1), torchTransformer(c))
		torchEncoder(c, "", l)
		return list(l.Run(c.in[0], nn.MaskOptions{Lengths: c.named("lengths")}))
	}
	torchOps["transformer_encoder"] = func(c torchCall) []*ops.Tensor {
		s := nn.TransformerEncoder(c.in[0].Size(2), c.int("heads", 1), c.int("layers", 1), torchTransformer(c))
		for i, l := range s.Layers {
			torchEncoder(c, "layers__"+string(rune('0'+i))+"__", l)
		}
		torchNorm(c, "norm", s.Norm)
		return list(s.Run(c.in[0], nn.MaskOptions{Lengths: c.named("lengths")}))
	}
	torchOps["transformer_decoder_layer"] = func(c torchCall) []*ops.Tensor {
		l := nn.TransformerDecoderLayer(c.in[0].Size(2), c.int("heads", 1), torchTransformer(c))
		torchDecoder(c, "", l)
		return list(l.Run(c.in[0], c.named("memory"), nn.MaskOptions{MemoryLengths: c.named("memory_lengths")}))
	}
	torchOps["transformer_decoder"] = func(c torchCall) []*ops.Tensor {
		s := nn.TransformerDecoder(c.in[0].Size(2), c.int("heads", 1), c.int("layers", 1), torchTransformer(c))
		for i, l := range s.Layers {
			torchDecoder(c, "layers__"+string(rune('0'+i))+"__", l)
		}
		torchNorm(c, "norm", s.Norm)
		return list(s.Run(c.in[0], c.named("memory"), nn.MaskOptions{MemoryLengths: c.named("memory_lengths")}))
	}
}

func torchTransformer(c torchCall) nn.TransformerOptions {
	return nn.TransformerOptions{Hidden: c.int("hidden", 0), PreNorm: c.on("norm_first"), Activation: c.text("activation"), NoBias: !c.on("bias"), Eps: c.num("eps", 0), Causal: c.on("causal")}
}

// torchEncoder and the functions below put the weights of a case into a layer.
func torchEncoder(c torchCall, prefix string, l *nn.EncoderLayer) {
	torchHeadsOf(c, prefix+"self_attn", l.Attention)
	torchLinear(c, prefix+"linear1", l.FeedForward.In)
	torchLinear(c, prefix+"linear2", l.FeedForward.Out)
	torchNorm(c, prefix+"norm1", l.Norm1)
	torchNorm(c, prefix+"norm2", l.Norm2)
}

func torchDecoder(c torchCall, prefix string, l *nn.DecoderLayer) {
	torchHeadsOf(c, prefix+"self_attn", l.Attention)
	torchHeadsOf(c, prefix+"multihead_attn", l.Cross)
	torchLinear(c, prefix+"linear1", l.FeedForward.In)
	torchLinear(c, prefix+"linear2", l.FeedForward.Out)
	torchNorm(c, prefix+"norm1", l.Norm1)
	torchNorm(c, prefix+"norm2", l.Norm2)
	torchNorm(c, prefix+"norm3", l.Norm3)
}

func torchHeadsOf(c torchCall, name string, l *nn.AttentionLayer) {
	in := []*nn.LinearLayer{l.Query, l.Key, l.Value}
	for i, w := range ops.Chunk(c.named(name+"__in_proj_weight"), 3, 0) {
		in[i].Weight = w
	}
	if b := c.named(name + "__in_proj_bias"); b != nil {
		for i, b := range ops.Chunk(b, 3, 0) {
			in[i].Bias = b
		}
	}
	torchLinear(c, name+"__out_proj", l.Output)
}

func torchLinear(c torchCall, name string, l *nn.LinearLayer) {
	l.Weight, l.Bias = c.named(name+"__weight"), c.named(name+"__bias")
}

func torchNorm(c torchCall, name string, l *nn.LayerNormLayer) {
	l.Weight, l.Bias = c.named(name+"__weight"), c.named(name+"__bias")
}
