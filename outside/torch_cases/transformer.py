"""Layers of the transformer: encoder and decoder, norms before and behind, masks, padding, stacks."""
import torch
from torch import nn
from torch.func import functional_call
from torch.nn.attention import SDPBackend, sdpa_kernel

EMBED, HEADS, HIDDEN = 4, 2, 6


def fill(book):
    with sdpa_kernel(SDPBackend.MATH):
        add(book, "encoder_layer", "plain")
        add(book, "encoder_layer", "norms first, gelu", norm_first=True, activation="gelu", eps=0.01)
        add(book, "encoder_layer", "no bias, causal", bias=False, causal=True)
        add(book, "encoder_layer", "padding", lengths=[3, 2])
        add(book, "encoder", "two layers, norms first", layers=2, norm_first=True)
        add(book, "decoder_layer", "plain")
        add(book, "decoder_layer", "norms first, padded memory", norm_first=True, memory_lengths=[4, 3])
        add(book, "decoder", "two layers, norms first, gelu", layers=2, norm_first=True, activation="gelu")


def add(book, kind, name, layers=0, norm_first=False, activation="relu", bias=True, eps=1e-5, causal=False, lengths=None, memory_lengths=None):
    d = book.draw(f"{kind}/{name}")
    decoder = kind.startswith("decoder")
    layer = (nn.TransformerDecoderLayer if decoder else nn.TransformerEncoderLayer)(
        EMBED, HEADS, HIDDEN, dropout=0, activation=activation, layer_norm_eps=eps, batch_first=True, norm_first=norm_first, bias=bias, dtype=torch.float64)
    if layers:
        norm = nn.LayerNorm(EMBED, eps=eps, dtype=torch.float64)
        layer = nn.TransformerDecoder(layer, layers, norm=norm) if decoder else nn.TransformerEncoder(layer, layers, norm=norm, enable_nested_tensor=False)
    ins = {"x": d.normal(2, 3, EMBED)}
    if decoder:
        ins["memory"] = d.normal(2, 4, EMBED)
    ins.update({k.replace(".", "__"): d.normal(*p.shape, scale=0.5) for k, p in layer.named_parameters()})
    weights = list(ins)
    args = {"heads": HEADS, "hidden": HIDDEN, "layers": layers, "norm_first": norm_first, "activation": activation, "bias": bias, "eps": eps, "causal": causal}
    for key, n in (("lengths", lengths), ("memory_lengths", memory_lengths)):
        if n:
            ins[key] = torch.tensor(n)
    later = torch.ones(3, 3, dtype=torch.bool).triu(1)  # true where attention is forbidden

    def padding(n, steps):
        return None if n is None else torch.arange(steps) >= n[:, None]

    def f(x, memory=None, lengths=None, memory_lengths=None, **params):
        params = {k.replace("__", "."): v for k, v in params.items()}
        if decoder:
            return functional_call(layer, params, (x, memory), {"tgt_mask": later, "memory_key_padding_mask": padding(memory_lengths, 4)})
        mask = {"mask" if layers else "src_mask": later if causal else None}
        return functional_call(layer, params, (x,), {**mask, "src_key_padding_mask": padding(lengths, 3)})

    book.case(f"transformer_{kind}", name, f, ins, grad=weights, by_name=True, **{k: v for k, v in args.items() if v})
