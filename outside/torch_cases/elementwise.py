"""Functions of single elements, activations, arithmetic with broadcasting, softmax, reductions."""
import torch
import torch.nn.functional as F


def fill(book):
    functions(book)
    activations(book)
    arithmetic(book)
    reductions(book)
    shapes(book)


def functions(book):
    for op, low, high, f in [
        ("exp", -3, 3, torch.exp), ("log", 0.1, 4, torch.log), ("sqrt", 0.1, 4, torch.sqrt), ("square", -3, 3, torch.square),
        ("sin", -6, 6, torch.sin), ("cos", -6, 6, torch.cos), ("tan", -1.4, 1.4, torch.tan), ("asin", -0.9, 0.9, torch.asin),
        ("acos", -0.9, 0.9, torch.acos), ("atan", -4, 4, torch.atan), ("sinh", -3, 3, torch.sinh), ("cosh", -3, 3, torch.cosh),
        ("tanh", -3, 3, torch.tanh), ("asinh", -4, 4, torch.asinh), ("acosh", 1.1, 5, torch.acosh), ("atanh", -0.9, 0.9, torch.atanh),
        ("erf", -2.5, 2.5, torch.erf), ("erfc", -2.5, 2.5, torch.erfc), ("erfinv", -0.9, 0.9, torch.erfinv), ("expm1", -2, 2, torch.expm1),
        ("log1p", -0.9, 3, torch.log1p), ("log2", 0.1, 4, torch.log2), ("log10", 0.1, 4, torch.log10), ("exp2", -3, 3, torch.exp2),
        ("rsqrt", 0.1, 4, torch.rsqrt), ("reciprocal", 0.2, 4, torch.reciprocal), ("abs", -3, 3, torch.abs), ("neg", -3, 3, torch.neg),
        ("lgamma", 0.2, 6, torch.lgamma), ("digamma", 0.2, 6, torch.digamma),
        ("sign", -3, 3, torch.sign), ("floor", -3, 3, torch.floor), ("ceil", -3, 3, torch.ceil), ("round", -3, 3, torch.round), ("trunc", -3, 3, torch.trunc),
    ]:
        x = book.draw(f"function/{op}").between(low, high, 12)
        book.case(op, "values", f, {"x": x}) if op not in ("abs", "sign") else book.case(op, "values", f, {"x": book.draw(op).spread(3, 4)})
    book.case("round", "halves", lambda x: torch.round(x), {"x": torch.tensor([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5], dtype=torch.float64)})
    x = book.draw("clamp").spread(3, 4, gap=23)
    book.case("clamp", "both", lambda x: torch.clamp(x, -1.0, 0.5), {"x": x}, low=-1.0, high=0.5)
    book.case("clamp", "low", lambda x: torch.clamp(x, min=0.25), {"x": x}, low=0.25)


def activations(book):
    for op, f, args in [
        ("relu", F.relu, {}), ("relu6", F.relu6, {}), ("leaky_relu", F.leaky_relu, {}), ("leaky_relu", lambda x: F.leaky_relu(x, 0.3), {"slope": 0.3}),
        ("elu", F.elu, {}), ("elu", lambda x: F.elu(x, 0.7), {"alpha": 0.7}), ("celu", F.celu, {}), ("celu", lambda x: F.celu(x, 0.5), {"alpha": 0.5}),
        ("selu", F.selu, {}), ("gelu", F.gelu, {}), ("gelu_tanh", lambda x: F.gelu(x, approximate="tanh"), {}), ("silu", F.silu, {}), ("mish", F.mish, {}),
        ("softplus", F.softplus, {}), ("softsign", F.softsign, {}), ("sigmoid", torch.sigmoid, {}), ("log_sigmoid", F.logsigmoid, {}),
        
        # PyTorch's own hardsigmoid and hardswish have a sixth of float32's precision in float64 too.
        ("hard_sigmoid", lambda x: F.relu6(x + 3) / 6, {}), ("hard_swish", lambda x: x * F.relu6(x + 3) / 6, {}),
        ("hard_tanh", F.hardtanh, {}), ("hard_shrink", F.hardshrink, {}),
        ("soft_shrink", F.softshrink, {}), ("tanh_shrink", F.tanhshrink, {}),
    ]:
        name = ", ".join(f"{k} = {v:g}" for k, v in args.items()) or "plain"
        x = book.draw(f"activation/{op}/{name}").spread(4, 5, gap=37)  # -5.8 to 5.8
        book.case(op, name, f, {"x": x}, **args)
    d = book.draw("prelu")
    x = d.spread(2, 3, 4, gap=9)
    book.case("prelu", "one weight", F.prelu, {"x": x, "weight": d.normal(1)})
    book.case("prelu", "weight of each channel", F.prelu, {"x": x, "weight": d.normal(3)})
    book.case("glu", "last axis", lambda x: F.glu(x, -1), {"x": d.normal(3, 4)}, axis=-1)
    book.case("glu", "axis 0", lambda x: F.glu(x, 0), {"x": d.normal(4, 3)}, axis=0)
    for axis in (-1, 0, 1):
        x = book.draw("softmax").normal(2, 3, 4, scale=2)
        book.case("softmax", f"axis {axis}", lambda x: F.softmax(x, axis), {"x": x}, axis=axis)
        book.case("log_softmax", f"axis {axis}", lambda x: F.log_softmax(x, axis), {"x": x}, axis=axis)
        book.case("softmin", f"axis {axis}", lambda x: F.softmin(x, axis), {"x": x}, axis=axis)
    x = book.draw("softmax/large").normal(2, 5, scale=300)
    book.case("softmax", "large", lambda x: F.softmax(x, 1), {"x": x}, axis=1)
    book.case("log_softmax", "large", lambda x: F.log_softmax(x, 1), {"x": x}, axis=1)


def arithmetic(book):
    for op, f in [("add", torch.add), ("sub", torch.sub), ("mul", torch.mul), ("div", torch.div), ("maximum", torch.maximum), ("minimum", torch.minimum)]:
        for name, a, b in [("same shape", (2, 3), (2, 3)), ("row", (2, 3), (3,)), ("outer", (3, 1), (1, 4)), ("scalar", (2, 2), ())]:
            d = book.draw(f"{op}/{name}")
            book.case(op, name, f, {"input": d.spread(*a), "other": d.between(0.5, 3, *b) + 1 / 64 if op == "div" else d.spread(*b, gap=13)})
    d = book.draw("pow")
    book.case("pow", "base and exponent", torch.pow, {"input": d.between(0.25, 3, 3, 4), "exponent": d.between(-2, 3, 4)})
    for op, f in [("atan2", torch.atan2), ("hypot", torch.hypot), ("remainder", torch.remainder), ("fmod", torch.fmod), ("logaddexp", torch.logaddexp), ("xlogy", torch.xlogy)]:
        d = book.draw(op)
        book.case(op, "broadcast", f, {"input": d.spread(3, 4) if op != "xlogy" else d.between(0.25, 3, 3, 4), "other": d.between(0.25, 3, 4)},
                  grad=["input"] if op in ("remainder", "fmod") else True)
    d = book.draw("where")
    book.case("where", "broadcast", lambda cond, a, b: torch.where(cond, a, b), {"cond": d.bools(3, 4), "a": d.normal(4), "b": d.normal(3, 1)})
    d = book.draw("lerp")
    book.case("lerp", "tensors", lambda a, b, w: torch.lerp(a, b, w), {"a": d.normal(3, 4), "b": d.normal(4), "w": d.between(0, 1, 3, 1)})


def reductions(book):
    for op, f in [("sum", torch.sum), ("mean", torch.mean), ("logsumexp", torch.logsumexp), ("max", torch.amax), ("min", torch.amin)]:
        for name, axes, keep in [("all", None, False), ("axis 1", [1], False), ("kept", [0, -1], True)]:
            x = book.draw(f"{op}/{name}").spread(2, 3, 4, gap=5)
            every = list(range(3)) if axes is None else axes
            book.case(op, name, lambda x: f(x, dim=every, keepdim=keep), {"x": x}, **({} if axes is None else {"axes": axes}), **({"keepdims": True} if keep else {}))
    for correction in (0, 1, 2):
        for name, axes in [("all", None), ("axes 0 and 2", [0, 2])]:
            x = book.draw(f"var/{name}").normal(2, 3, 4)
            ours = {"correction": correction, **({} if axes is None else {"axes": axes})}
            book.case("var", f"{name}, correction {correction}", lambda x: torch.var(x, dim=axes, correction=correction), {"x": x}, **ours)
            book.case("std", f"{name}, correction {correction}", lambda x: torch.std(x, dim=axes, correction=correction), {"x": x}, **ours)
    x = book.draw("prod").spread(2, 3, 2, gap=11)
    book.case("prod", "all", lambda x: torch.prod(x), {"x": x})
    book.case("prod", "axis 1", lambda x: torch.prod(x, 1), {"x": x}, axes=[1])
    zero = x.clone()
    zero[0, 1, 0] = 0
    book.case("prod", "one zero", lambda x: torch.prod(x, 1), {"x": zero}, axes=[1])
    zero[0, 2, 0] = 0
    book.case("prod", "two zeros", lambda x: torch.prod(x, 1), {"x": zero}, axes=[1])
    for axis in (0, 1, -1):
        x = book.draw("cumulative").spread(2, 3, 4, gap=5)
        book.case("cumsum", f"axis {axis}", lambda x: torch.cumsum(x, axis), {"x": x}, axis=axis)
        book.case("cumprod", f"axis {axis}", lambda x: torch.cumprod(x, axis), {"x": x}, axis=axis)
        book.case("cummax", f"axis {axis}", lambda x: torch.cummax(x, axis), {"x": x}, axis=axis)
        book.case("cummin", f"axis {axis}", lambda x: torch.cummin(x, axis), {"x": x}, axis=axis)
        book.case("logcumsumexp", f"axis {axis}", lambda x: torch.logcumsumexp(x, axis), {"x": x}, axis=axis)
    x = book.draw("cumprod/zero").spread(5, gap=9)
    x[2] = 0
    book.case("cumprod", "a zero", lambda x: torch.cumprod(x, 0), {"x": x}, axis=0)
    for axis in (0, 1):
        for op, f in [("argmax", torch.argmax), ("argmin", torch.argmin)]:
            book.case(op, f"axis {axis}", lambda x: f(x, axis), {"x": book.draw(f"{op}").spread(3, 4)}, grad=False, axis=axis)
    for name, p in [("1", 1.0), ("2", 2.0), ("3", 3.0), ("inf", float("inf")), ("0.5", 0.5)]:
        x = book.draw("norm").spread(3, 4)
        book.case("norm", f"p = {name}, axis 1", lambda x: torch.linalg.vector_norm(x, p, dim=1), {"x": x}, p=name, axes=[1])


def shapes(book):
    d = book.draw("order")
    x = d.spread(3, 5)
    for axis in (0, -1):
        for descending in (False, True):
            book.case("sort", f"axis {axis}" + (", descending" if descending else ""), lambda x: torch.sort(x, dim=axis, descending=descending, stable=True), {"x": x}, axis=axis, descending=descending)
        for largest in (True, False):
            book.case("topk", f"axis {axis}" + ("" if largest else ", smallest"), lambda x: torch.topk(x, 2, dim=axis, largest=largest), {"x": x}, axis=axis, k=2, largest=largest)
    ties = torch.tensor([3, 1, 3, 2, 1, 3], dtype=torch.float64)
    book.case("sort", "ties", lambda x: torch.sort(x, stable=True), {"x": ties}, axis=-1, descending=False)
    book.case("sort", "ties, descending", lambda x: torch.sort(x, stable=True, descending=True), {"x": ties}, axis=-1, descending=True)
    book.case("kthvalue", "third", lambda x: torch.kthvalue(x, 3, 1), {"x": x}, axis=1, k=3)
    book.case("quantile", "axis", lambda x: torch.quantile(x, 0.3, dim=0), {"x": x}, q=0.3, axes=[0])
    book.case("quantiles", "all", lambda x: torch.quantile(x, torch.tensor([0.1, 0.5, 0.9], dtype=x.dtype)), {"x": x}, q=[0.1, 0.5, 0.9])
    book.case("quantiles", "axis, kept", lambda x: torch.quantile(x, torch.tensor([0.25, 1], dtype=x.dtype), dim=1, keepdim=True), {"x": x}, q=[0.25, 1], axes=[1], keepdims=True)
    book.case("median", "odd", lambda x: torch.median(x, 1), {"x": x}, axis=1)
    x = d.normal(2, 3, 4)
    book.case("permute", "all axes", lambda x: x.permute(2, 0, 1), {"x": x}, axes=[2, 0, 1])
    book.case("reshape", "joined", lambda x: x.reshape(6, 4), {"x": x}, shape=[6, 4])
    book.case("flip", "two axes", lambda x: x.flip(0, 2), {"x": x}, axes=[0, 2])
    book.case("roll", "two axes", lambda x: x.roll((1, -2), (0, 2)), {"x": x}, shifts=[1, -2], axes=[0, 2])
    book.case("slice", "with a step", lambda x: x[:, :, 1:4:2], {"x": x}, axis=2, start=1, stop=4, step=2)
    book.case("split", "sizes", lambda x: torch.split(x, [1, 3], 2), {"x": x}, axis=2, sizes=[1, 3])
    book.case("broadcast_to", "leading and inner", lambda x: x.expand(3, 2, 4), {"x": d.normal(2, 1)}, shape=[3, 2, 4])
    book.case("concat", "three", lambda a, b, c: torch.cat([a, b, c], 1), {"a": d.normal(2, 1), "b": d.normal(2, 3), "c": d.normal(2, 2)}, axis=1)
    book.case("index_select", "repeated", lambda x, index: torch.index_select(x, 1, index), {"x": x, "index": torch.tensor([2, 0, 2, 2])}, axis=1)
    book.case("gather", "axis 1", lambda x, index: torch.gather(x, 1, index), {"x": d.normal(3, 4), "index": d.ints(0, 4, 3, 5)}, axis=1)
    book.case("scatter_add", "axis 0", lambda x, index: torch.zeros(4, 3, dtype=x.dtype).scatter_add(0, index, x), {"x": d.normal(5, 3), "index": d.ints(0, 4, 5, 3)}, axis=0, size=4)
    book.case("tril", "offset 1", lambda x: torch.tril(x, 1), {"x": x}, k=1)
    book.case("triu", "offset -1", lambda x: torch.triu(x, -1), {"x": x}, k=-1)
    book.case("pixel_shuffle", "2", lambda x: F.pixel_shuffle(x, 2), {"x": d.normal(1, 8, 2, 3)}, factor=2)
    book.case("pixel_unshuffle", "2", lambda x: F.pixel_unshuffle(x, 2), {"x": d.normal(1, 2, 4, 6)}, factor=2)
    book.case("unfold", "2d", lambda x: F.unfold(x, (2, 3), dilation=(2, 1), padding=(1, 0), stride=(1, 2)), {"x": d.normal(1, 2, 4, 5)}, size=[2, 3], dilation=[2, 1], pad=[1, 0], stride=[1, 2])
