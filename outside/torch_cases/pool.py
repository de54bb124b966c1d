"""Pooling: of windows, adaptive, of norms; padding; interpolation."""
import torch
import torch.nn.functional as F

SIZE = [None, [9], [6, 7], [5, 4, 5]]
MAX = [None, F.max_pool1d, F.max_pool2d, F.max_pool3d]
AVG = [None, F.avg_pool1d, F.avg_pool2d, F.avg_pool3d]
LP = [None, F.lp_pool1d, F.lp_pool2d, F.lp_pool3d]
ADAPTIVE_MAX = [None, F.adaptive_max_pool1d, F.adaptive_max_pool2d, F.adaptive_max_pool3d]
ADAPTIVE_AVG = [None, F.adaptive_avg_pool1d, F.adaptive_avg_pool2d, F.adaptive_avg_pool3d]
UNPOOL = [None, F.max_unpool1d, F.max_unpool2d, F.max_unpool3d]


def fill(book):
    for n in (1, 2, 3):
        windows(book, n)
        norms(book, n)
        adaptive(book, n)
    pad(book)
    interpolate(book)
    sampling(book)


def windows(book, n):
    size = [3, 2, 2][:n]
    for name, theirs, ours in [
        ("plain", {}, {}),
        ("stride", {"stride": [2, 1, 3][:n]}, {"stride": [2, 1, 3][:n]}),
        ("padding", {"stride": [2] * n, "padding": [1] * n}, {"stride": [2] * n, "pad": [1] * n}),
        ("rounded up", {"stride": [2, 3, 2][:n], "ceil_mode": True}, {"stride": [2, 3, 2][:n], "ceil": True}),
        ("dilation", {"stride": [1] * n, "dilation": [2, 1, 2][:n]}, {"stride": [1] * n, "dilation": [2, 1, 2][:n]}),
    ]:
        x = book.draw(f"max_pool{n}d/{name}").spread(1, 2, *SIZE[n])
        book.case(f"max_pool{n}d", name, lambda x: MAX[n](x, size, return_indices=True, **theirs), {"x": x}, size=size, **ours)
        if "dilation" in theirs:
            continue
        for count in (False, True):
            x = book.draw(f"avg_pool{n}d/{name}").normal(1, 2, *SIZE[n])
            book.case(f"avg_pool{n}d", name + (", padding counted" if count else ""), lambda x: AVG[n](x, size, count_include_pad=count, **theirs),
                      {"x": x}, size=size, **ours, **({"count_pad": True} if count else {}))
    d = book.draw(f"max_unpool{n}d")
    _, places = MAX[n](d.spread(1, 2, *SIZE[n]), size, return_indices=True)
    book.case("max_unpool", f"{n}d", lambda x, places: UNPOOL[n](x, places, size, output_size=SIZE[n]), {"x": d.normal(*places.shape), "places": places},
              n=n, size=SIZE[n])


def norms(book, n):
    size = [3, 2, 2][:n]
    for p in (1.0, 2.0, 3.0, 1.5):
        x = book.draw(f"lp_pool{n}d/{p}").between(0.25, 3, 1, 2, *SIZE[n])  # PyTorch takes no absolute values
        kernel = size[0] if n == 1 else size
        book.case(f"lp_pool{n}d", f"p = {p:g}", lambda x: LP[n](x, p, kernel), {"x": x}, p=p, size=size)
    x = book.draw(f"lp_pool{n}d/negative").spread(1, 2, *SIZE[n])
    # Not rounded up: PyTorch multiplies the sum of a partial window by how much of it is missing.
    book.case(f"lp_pool{n}d", "negative, stride", lambda x: LP[n](x, 2.0, 2, stride=1), {"x": x}, p=2.0, size=[2] * n, stride=[1] * n)


def adaptive(book, n):
    for name, out in [("smaller", [4, 3, 2][:n]), ("one", [1] * n), ("larger", [11, 7, 6][:n])]:
        if name == "larger" and n == 3:
            continue
        theirs = out[0] if n == 1 else out
        x = book.draw(f"adaptive/{n}/{name}").spread(1, 2, *SIZE[n])
        book.case(f"adaptive_max_pool{n}d", name, lambda x: ADAPTIVE_MAX[n](x, theirs, return_indices=True), {"x": x}, n=n, size=out)
        book.case(f"adaptive_avg_pool{n}d", name, lambda x: ADAPTIVE_AVG[n](x, theirs), {"x": x}, n=n, size=out)


def pad(book):
    for mode in ("constant", "reflect", "replicate", "circular"):
        for n in (1, 2, 3):
            d = book.draw(f"pad/{mode}/{n}")
            before, behind = [2, 1, 0][:n], [1, 2, 1][:n]
            both = [p for a in reversed(range(n)) for p in (before[a], behind[a])]
            value = {"value": 1.5} if mode == "constant" else {}
            book.case("pad_mode", f"{mode} {n}d", lambda x: F.pad(x, both, mode=mode, **value), {"x": d.normal(1, 2, *[5, 4, 3][:n])},
                      mode=mode, before=[0, 0] + before, behind=[0, 0] + behind, **value)


def interpolate(book):
    sizes = {1: [[11], [3]], 2: [[7, 9], [3, 2], [5, 6]], 3: [[5, 4, 2]]}
    for mode, axes in [("nearest", (1, 2, 3)), ("nearest-exact", (1, 2, 3)), ("linear", (1,)), ("bilinear", (2,)), ("trilinear", (3,)), ("bicubic", (2,)), ("area", (1, 2, 3))]:
        for n in axes:
            for out in sizes[n]:
                for corners in ((False, True) if "linear" in mode or mode == "bicubic" else (None,)):
                    x = book.draw(f"interpolate/{n}/{out}").normal(1, 2, *[5, 6, 3][:n])
                    name = f"{mode} {n}d to {'x'.join(map(str, out))}" + (", corners aligned" if corners else "")
                    book.case("interpolate", name, lambda x: F.interpolate(x, size=out, mode=mode, align_corners=corners), {"x": x},
                              n=n, size=out, mode=mode, corners=bool(corners))
    for mode in ("bilinear", "bicubic"):
        x = book.draw(f"interpolate/antialias/{mode}").normal(1, 1, 7, 8)
        book.case("interpolate", f"{mode} antialiased", lambda x: F.interpolate(x, size=[3, 4], mode=mode, antialias=True), {"x": x},
                  n=2, size=[3, 4], mode=mode, corners=False, antialias=True)
    for factor in (2.0, 1.5, 0.7):
        x = book.draw(f"interpolate/factor/{factor}").normal(1, 1, 4, 5)
        for mode in ("nearest", "bilinear", "bicubic"):
            book.case("interpolate", f"{mode} by {factor:g}", lambda x: F.interpolate(x, scale_factor=factor, mode=mode), {"x": x},
                      n=2, scale=factor, mode=mode, corners=False)


def sampling(book):
    for name, options in [("plain", {}), ("aligned corners", {"align_corners": True}), ("border", {"border": True}), ("border, aligned corners", {"border": True, "align_corners": True}),
                          ("nearest", {"nearest": True}), ("nearest, border", {"nearest": True, "border": True})]:
        d = book.draw(f"grid_sample/{name}")
        corners = options.get("align_corners", False)

        def f(x, grid):
            return F.grid_sample(x, grid, mode="nearest" if "nearest" in options else "bilinear", padding_mode="border" if "border" in options else "zeros", align_corners=corners)
        grid = d.between(-1.5, 1.5, 2, 2, 3, 2)
        book.case("grid_sample", name, f, {"x": d.normal(2, 2, 5, 7), "grid": grid}, **options)
    for corners in (False, True):
        d = book.draw(f"affine_grid/{corners}")
        book.case("affine_grid", "aligned corners" if corners else "plain", lambda theta: F.affine_grid(theta, [2, 1, 3, 4], align_corners=corners), {"theta": d.normal(2, 2, 3)}, height=3, width=4, align_corners=corners)
