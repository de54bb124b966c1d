"""Cases with inputs, outputs and gradients, and the files that keep them.

A file holds one case a line. Floating-point inputs are multiples of 1/64, exact in float32 and short in decimal; outputs and
gradients are PyTorch's, in float64 ("d") and float32 ("f"). A gradient is that of the sum of all floating-point outputs, each
element j (row-major) weighted by cotangent(j).
"""
import json
import math
import random

import torch

STEP = 64


def cotangent(n):
    return [((7 * j + 3) % 11 - 5) / 4 for j in range(n)]


class Draw:
    """Inputs of one case: the same for the same name."""

    def __init__(self, name):
        self.r = random.Random(name)

    def tensor(self, ints, shape):
        return torch.tensor(ints, dtype=torch.float64).reshape(shape) / STEP

    def normal(self, *shape, scale=1.0):
        n = math.prod(shape)
        return self.tensor([round(scale * sum(self.r.randint(-64, 64) for _ in range(3))) for _ in range(n)], shape)

    def between(self, low, high, *shape):
        return self.tensor([self.r.randint(round(low * STEP), round(high * STEP)) for _ in range(math.prod(shape))], shape)

    def spread(self, *shape, gap=7):
        """No ties, and none at or next to 0."""
        n = math.prod(shape)
        places = list(range(n))
        self.r.shuffle(places)
        return self.tensor([(p - n // 2) * gap + (gap + 1) // 2 for p in places], shape)

    def ints(self, low, high, *shape):
        return torch.tensor([self.r.randrange(low, high) for _ in range(math.prod(shape))], dtype=torch.int64).reshape(shape)

    def bools(self, *shape, p=0.5):
        return torch.tensor([self.r.random() < p for _ in range(math.prod(shape))], dtype=torch.bool).reshape(shape)


class Book:
    """The cases of one file."""

    def __init__(self, family):
        self.family, self.cases = family, []

    def draw(self, name):
        return Draw(f"{self.family}/{name}")

    def case(self, op, name, f, inputs, grad=True, by_name=False, **args):
        """f gets the tensors of inputs, in order or by name. args are the attributes as cahier calls them. grad is
        True for all floating-point inputs, or a list of names."""
        if any(c["op"] == op and c["name"] == name for c in self.cases):
            raise ValueError(f"{self.family}: two cases {op}/{name}")
        wanted = [k for k, v in inputs.items() if v.is_floating_point() and (grad is True or grad and k in grad)]
        runs = []
        for dtype in (torch.float64, torch.float32):
            leaf = {}
            for k, v in inputs.items():
                leaf[k] = v.to(dtype).clone() if v.is_floating_point() else v
                leaf[k].requires_grad_(k in wanted)
            out = f(**leaf) if by_name else f(*leaf.values())
            out = list(out) if isinstance(out, (tuple, list)) else [out]
            total = sum((y * torch.tensor(cotangent(y.numel()), dtype=dtype).reshape(y.shape)).sum() for y in out if y.is_floating_point() and y.requires_grad)
            grads = torch.autograd.grad(total, [leaf[k] for k in wanted], allow_unused=True) if wanted else []
            grads = [torch.zeros_like(leaf[k]) if g is None else g for k, g in zip(wanted, grads)]
            runs.append(([y.detach() for y in out], grads))
        (out64, grad64), (out32, grad32) = runs
        record = {"op": op, "name": name}
        if args:
            record["args"] = args
        record["in"] = {k: written_input(v) for k, v in inputs.items()}
        record["out"] = [written(a, b) for a, b in zip(out64, out32)]
        record["grad"] = {k: written(a, b) for k, a, b in zip(wanted, grad64, grad32)}
        self.cases.append(record)

    def text(self):
        head = json.dumps({"torch": torch.__version__.split("+")[0], "family": self.family})
        lines = [json.dumps(c, separators=(",", ":"), ensure_ascii=False) for c in self.cases]
        return head + "\n" + "\n".join(lines) + "\n"


def written_input(v):
    flat = v.detach().reshape(-1)
    if v.dtype == torch.bool:
        return {"s": list(v.shape), "b": [int(x) for x in flat.tolist()]}
    if v.dtype == torch.int64:
        return {"s": list(v.shape), "i": flat.tolist()}
    q = [x * STEP for x in flat.tolist()]
    if any(x != round(x) for x in q):
        raise ValueError("an input is no multiple of 1/64")
    return {"s": list(v.shape), "q": [round(x) for x in q]}


def written(a, b):
    if not a.is_floating_point():
        return written_input(a)
    return {"s": list(a.shape), "d": [number(x, 14) for x in a.reshape(-1).tolist()], "f": [number(x, 8) for x in b.reshape(-1).tolist()]}


def number(x, digits):
    """A number that JSON writes with so many digits; not-a-number and infinities as text."""
    if math.isnan(x):
        return "nan"
    if math.isinf(x):
        return "inf" if x > 0 else "-inf"
    x = float(f"{x:.{digits}g}")
    return int(x) if x == int(x) and abs(x) < 1e9 else x
