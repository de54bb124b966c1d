"""Recurrent networks: layers, directions, lengths, projections, first states."""
import torch
from torch import nn
from torch.func import functional_call
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

GATES = {"rnn": 1, "gru": 3, "lstm": 4}
KIND = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}


def fill(book):
    for op in KIND:
        add(book, op, "plain")
        add(book, op, "no bias, first state", bias=False, initial=True)
        add(book, op, "two layers", layers=2)
        add(book, op, "bidirectional", both=True, initial=True)
        add(book, op, "two layers, bidirectional, lengths", layers=2, both=True, lengths=[4, 2, 3], initial=True)
        add(book, op, "lengths", lengths=[1, 4, 2])
        add(book, op, "batch first", batch_first=True)
    add(book, "rnn", "relu", nonlinearity="relu")
    add(book, "lstm", "projection", proj=2, initial=True)
    add(book, "lstm", "projection, two layers, bidirectional, lengths", proj=2, layers=2, both=True, lengths=[3, 4, 1])


def add(book, op, name, layers=1, both=False, bias=True, initial=False, lengths=None, batch_first=False, proj=0, **options):
    d = book.draw(f"{op}/{name}")
    steps, batch, features, hidden = 4, 3, 2, 3
    if proj:
        options["proj_size"] = proj
    module = KIND[op](features, hidden, num_layers=layers, bidirectional=both, bias=bias, batch_first=batch_first, dtype=torch.float64, **options)
    ins = {"x": d.normal(*((batch, steps) if batch_first else (steps, batch)), features)}
    weights = {k: d.normal(*p.shape, scale=0.5) for k, p in module.named_parameters()}
    ins.update(weights)
    directions = 2 if both else 1
    if initial:
        ins["h0"] = d.normal(layers * directions, batch, proj or hidden)
        if op == "lstm":
            ins["c0"] = d.normal(layers * directions, batch, hidden)
    args = {"layers": layers}
    args.update({k: True for k, v in [("bidirectional", both), ("batch_first", batch_first)] if v})
    if lengths:
        ins["lengths"] = torch.tensor(lengths)
    if "nonlinearity" in options:
        args["activation"] = options["nonlinearity"]

    def f(x, h0=None, c0=None, lengths=None, **params):
        state = h0 if op != "lstm" or h0 is None else (h0, c0)
        if lengths is not None:
            x = pack_padded_sequence(x, lengths, batch_first=batch_first, enforce_sorted=False)
        y, last = functional_call(module, params, (x, state))
        if lengths is not None:
            y, _ = pad_packed_sequence(y, batch_first=batch_first, total_length=steps)
        return (y, *last) if op == "lstm" else (y, last)

    book.case(op, name, f, ins, by_name=True, **args)
