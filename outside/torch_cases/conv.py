"""Convolutions and transposed convolutions."""
import torch.nn.functional as F

CONV = [None, F.conv1d, F.conv2d, F.conv3d]
TRANSPOSED = [None, F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d]
SIZE = [None, [9], [6, 5], [4, 5, 4]]
KERNEL = [None, [3], [3, 2], [2, 3, 2]]
MODES = {"reflect": "reflect", "replicate": "replicate", "circular": "circular"}


def fill(book):
    for n in (1, 2, 3):
        plain(book, n)
        padded(book, n)
        transposed(book, n)


def plain(book, n):
    op, conv = f"conv{n}d", CONV[n]

    def add(name, channels, out, groups=1, bias=True, kernel=None, batch=2, **options):
        d = book.draw(f"{op}/{name}")
        ins = {"x": d.normal(batch, channels, *SIZE[n]), "w": d.normal(out, channels // groups, *(kernel or KERNEL[n]))}
        if bias:
            ins["b"] = d.normal(out)
        theirs, ours = dict(options), {k: v for k, v in options.items() if k != "padding"}
        if "padding" in options:
            ours["pad"] = [-1] if options["padding"] == "same" else options["padding"]
        if groups > 1:
            ours["groups"] = groups
        book.case(op, name, lambda x, w, b=None: conv(x, w, b, groups=groups, **theirs), ins, **ours)

    one = [1] * n
    add("plain", 2, 3, bias=False)
    add("bias", 1, 2, kernel=one)
    add("stride", 2, 2, stride=[2, 3, 1][:n])
    add("dilation", 2, 2, dilation=[2, 1, 2][:n])
    add("padding", 1, 2, padding=[2, 1, 0][:n])
    add("same", 1, 2, padding="same", dilation=[2, 1, 1][:n])
    add("groups", 4, 6, groups=2, batch=1)
    add("depthwise", 3, 3, groups=3, stride=[2] * n, padding=one)
    add("depthwise multiplied", 2, 4, groups=2, dilation=[2] * n, padding=[2] * n, batch=1)
    add("stride, dilation, padding, groups", 2, 2, groups=2, stride=[2, 1, 2][:n], dilation=[1, 2, 1][:n], padding=[1, 2, 1][:n])


def padded(book, n):
    """Padding that holds other than zeros, as nn.Conv2d(padding_mode=…) does it."""
    for mode in MODES:
        d = book.draw(f"conv{n}d/{mode}")
        pad = [2, 1, 1][:n]
        both = [p for p in reversed(pad) for _ in range(2)]

        def f(x, w, b):
            return CONV[n](F.pad(x, both, mode=mode), w, b, stride=[2, 1, 1][:n])
        book.case("conv_padded", f"{n}d {mode}", f, {"x": d.normal(1, 2, *SIZE[n]), "w": d.normal(2, 2, *KERNEL[n]), "b": d.normal(2)},
                  n=n, mode=mode, pad=pad, stride=[2, 1, 1][:n])


def transposed(book, n):
    op, conv = f"conv_transpose{n}d", TRANSPOSED[n]
    size = [None, [5], [3, 4], [3, 2, 3]][n]

    def add(name, channels, out, groups=1, bias=True, batch=2, **options):
        d = book.draw(f"{op}/{name}")
        ins = {"x": d.normal(batch, channels, *size), "w": d.normal(channels, out // groups, *KERNEL[n])}
        if bias:
            ins["b"] = d.normal(out)
        names = {"padding": "pad", "output_padding": "output_pad"}
        ours = {names.get(k, k): v for k, v in options.items()}
        if groups > 1:
            ours["groups"] = groups
        book.case(op, name, lambda x, w, b=None: conv(x, w, b, groups=groups, **options), ins, **ours)

    add("plain", 2, 3, bias=False, batch=1)
    add("stride", 2, 1, stride=[2, 3, 1][:n])
    add("padding", 2, 2, padding=[1, 1, 0][:n], batch=1)
    add("output padding", 1, 2, stride=[2, 3, 2][:n], padding=[1, 0, 1][:n], output_padding=[1, 2, 1][:n])
    add("groups", 4, 6, groups=2, batch=1)
    add("dilation, stride, groups", 2, 2, groups=2, stride=[2, 1, 2][:n], dilation=[2, 2, 1][:n], padding=[1, 1, 1][:n])
