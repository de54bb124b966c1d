"""Attention, with masks and shared heads; multi-head attention; embeddings."""
import torch
import torch.nn.functional as F
from torch import nn
from torch.func import functional_call
from torch.nn.attention import SDPBackend, sdpa_kernel


def fill(book):
    with sdpa_kernel(SDPBackend.MATH):
        scaled(book)
        heads(book)
    d = book.draw("embedding")
    book.case("embedding", "repeated", lambda ids, table: F.embedding(ids, table), {"ids": d.ints(0, 5, 3, 4), "table": d.normal(5, 3)})
    book.case("embedding", "padding", lambda ids, table: F.embedding(ids, table, padding_idx=1), {"ids": d.ints(0, 3, 3, 4), "table": d.normal(3, 2)}, padding=[1])


def scaled(book):
    def add(name, q, k, v, mask=None, grad=True, theirs={}, **ours):
        d = book.draw(f"attention/{name}")
        ins = {"q": d.normal(*q), "k": d.normal(*k), "v": d.normal(*v)}
        if mask == "bool":
            allowed = d.bools(2, 1, q[2], k[2], p=0.6)
            allowed[..., 0] = True  # PyTorch gives NaN to a query without any key
            ins["mask"] = allowed
        elif mask == "added":
            ins["mask"] = d.normal(q[1], q[2], k[2])
        book.case("attention", name, lambda q, k, v, mask=None: F.scaled_dot_product_attention(q, k, v, attn_mask=mask, **theirs), ins, **ours)

    q, k, v = (2, 2, 3, 4), (2, 2, 5, 4), (2, 2, 5, 3)
    add("plain", q, k, v)
    add("scale", q, k, v, theirs={"scale": 0.3}, scale=0.3)
    add("mask", q, k, v, mask="bool")
    add("added mask", q, k, v, mask="added")
    add("causal", (1, 2, 4, 3), (1, 2, 4, 3), (1, 2, 4, 3), theirs={"is_causal": True}, causal=True)
    add("causal, more keys", (1, 1, 3, 2), (1, 1, 5, 2), (1, 1, 5, 2), theirs={"is_causal": True}, causal=True, upper_left=True)
    add("shared heads", (2, 4, 3, 2), (2, 2, 4, 2), (2, 2, 4, 3), theirs={"enable_gqa": True})
    add("one key head, causal", (1, 3, 3, 2), (1, 1, 3, 2), (1, 1, 3, 2), theirs={"enable_gqa": True, "is_causal": True}, causal=True)


def heads(book):
    def add(name, embed=4, count=2, bias=True, memory=None, mask=None, padding=False, out_bias=True):
        d = book.draw(f"multihead/{name}")
        module = nn.MultiheadAttention(embed, count, bias=bias, kdim=memory, vdim=memory, batch_first=True, dtype=torch.float64)
        ins = {"x": d.normal(2, 3, embed)}
        if memory:
            ins["memory"] = d.normal(2, 5, memory)
        ins.update({k: d.normal(*p.shape, scale=0.5) for k, p in module.named_parameters()})
        keys = 5 if memory else 3
        if mask == "bool":
            forbidden = d.bools(3, keys, p=0.4)
            forbidden[:, 0] = False
            ins["mask"] = forbidden
        elif mask == "added":
            ins["mask"] = d.normal(3, keys)
        if padding:
            ins["padding"] = torch.tensor([[i >= n for i in range(keys)] for n in (keys, keys - 1)])

        def f(x, memory=None, mask=None, padding=None, **params):
            m = x if memory is None else memory
            params = {k.replace("__", "."): v for k, v in params.items()}
            return functional_call(module, params, (x, m, m), {"attn_mask": mask, "key_padding_mask": padding, "need_weights": False})[0]
        book.case("multi_head_attention", name, f, {k.replace(".", "__"): v for k, v in ins.items()}, grad=[k.replace(".", "__") for k in ins if k != "mask"], by_name=True, heads=count)

    add("self-attention")
    add("four heads, no bias", embed=8, count=4, bias=False)
    add("cross attention", memory=3)
    add("mask", mask="bool")
    add("added mask", mask="added")
    add("padding", padding=True)
    add("cross attention, padding", memory=3, padding=True)
