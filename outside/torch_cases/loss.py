"""Losses with their options, and connectionist temporal classification."""
import torch
import torch.nn.functional as F


def fill(book):
    pairs(book)
    classes(book)
    ctc(book)


def pairs(book):
    for how in ("mean", "sum", "none"):
        d = book.draw(f"pair/{how}")
        x, t = d.spread(3, 4, gap=17), d.between(-2, 2, 3, 4)
        for op, f, args in [
            ("mse", F.mse_loss, {}), ("l1", F.l1_loss, {}),
            ("huber", F.huber_loss, {}), ("huber", lambda x, t, reduction: F.huber_loss(x, t, delta=0.4, reduction=reduction), {"delta": 0.4}),
            ("smooth_l1", F.smooth_l1_loss, {}), ("smooth_l1", lambda x, t, reduction: F.smooth_l1_loss(x, t, beta=0.4, reduction=reduction), {"beta": 0.4}),
        ]:
            name = ", ".join([how] + [f"{k} = {v:g}" for k, v in args.items()])
            book.case(op, name, lambda x, t: f(x, t, reduction=how), {"x": x, "t": t}, reduction=how, **args)
        p = d.between(0, 1, 3, 4)
        book.case("bce_with_logits", how, lambda x, p: F.binary_cross_entropy_with_logits(x, p, reduction=how), {"x": x, "p": p}, reduction=how)
        book.case("bce_with_logits", how + ", weights", lambda x, p, w, pw: F.binary_cross_entropy_with_logits(x, p, w, pos_weight=pw, reduction=how),
                  {"x": x, "p": p, "w": d.between(0, 2, 3, 4), "pw": d.between(0, 3, 4)}, grad=["x", "p"], reduction=how)
        book.case("bce", how, lambda x, p: F.binary_cross_entropy(x, p, reduction=how), {"x": d.between(0.1, 0.9, 3, 4), "p": p}, reduction=how)
        theirs = {"mean": "batchmean"}.get(how, how)
        logs = d.between(-3, -0.1, 3, 4)
        book.case("kl_divergence", how, lambda x, t: F.kl_div(x, t, reduction=theirs), {"x": logs, "t": d.between(0.05, 1, 3, 4)}, reduction=how)
        book.case("kl_divergence", how + ", logarithms", lambda x, t: F.kl_div(x, t, reduction=theirs, log_target=True), {"x": logs, "t": d.between(-2, 0, 3, 4)}, reduction=how, log_target=True)
        sign = d.bools(3, 4).to(torch.float64) * 2 - 1
        book.case("soft_margin", how, lambda x, t: F.soft_margin_loss(x, t, reduction=how), {"x": x, "t": sign}, grad=["x"], reduction=how)
        book.case("hinge_embedding", how, lambda x, t: F.hinge_embedding_loss(x, t, margin=1.5, reduction=how), {"x": x, "t": sign}, grad=["x"], reduction=how, margin=1.5)
        book.case("poisson_nll", how, lambda x, t: F.poisson_nll_loss(x, t, reduction=how), {"x": d.normal(3, 4), "t": d.between(0, 4, 3, 4)}, grad=["x"], reduction=how)
        book.case("gaussian_nll", how, lambda x, t, v: F.gaussian_nll_loss(x, t, v, reduction=how), {"x": x, "t": t, "v": d.between(0.2, 2, 3, 4)}, grad=["x", "v"], reduction=how)
        y = sign[:, 0]
        book.case("cosine_embedding", how, lambda a, b, t: F.cosine_embedding_loss(a, b, t, margin=0.1, reduction=how), {"a": d.normal(3, 4), "b": d.normal(3, 4), "t": y}, grad=["a", "b"], reduction=how, margin=0.1)
        book.case("margin_ranking", how, lambda a, b, t: F.margin_ranking_loss(a, b, t, margin=0.1, reduction=how), {"a": d.normal(3), "b": d.normal(3), "t": y}, grad=["a", "b"], reduction=how, margin=0.1)
        book.case("triplet", how, lambda a, p, n: F.triplet_margin_loss(a, p, n, margin=1.0, reduction=how), {"a": d.normal(3, 4), "p": d.normal(3, 4), "n": d.normal(3, 4)}, reduction=how, margin=1.0)


def classes(book):
    none = -100
    for how in ("mean", "sum", "none"):
        d = book.draw(f"classes/{how}")
        for shape, label in [((4, 3), "scores"), ((2, 3, 2, 2), "images")]:
            x = d.normal(*shape, scale=1.5)
            where = (shape[0], *shape[2:])
            t, w = d.ints(0, 3, *where), d.between(0.25, 2, 3)
            name = f"{label}, {how}"
            book.case("cross_entropy", name, lambda x, t: F.cross_entropy(x, t, reduction=how), {"x": x, "t": t}, reduction=how)
            book.case("cross_entropy", name + ", weights, smoothing, ignored", lambda x, t, w: F.cross_entropy(x, t, w, ignore_index=1, label_smoothing=0.2, reduction=how),
                      {"x": x, "t": t, "w": w}, grad=["x"], reduction=how, smoothing=0.2, ignore=[1])
            p = d.between(0.05, 1, *shape)
            book.case("cross_entropy", name + ", probabilities", lambda x, p, w: F.cross_entropy(x, p, w, label_smoothing=0.1, reduction=how),
                      {"x": x, "p": p, "w": w}, grad=["x", "p"], reduction=how, smoothing=0.1)
            t = t.clone()
            t.view(-1)[0] = none
            book.case("cross_entropy", name + ", -100 ignored", lambda x, t: F.cross_entropy(x, t, reduction=how), {"x": x, "t": t}, reduction=how, ignore=[none])
            book.case("nll", name + ", weights, ignored", lambda x, t, w: F.nll_loss(x, t, w, reduction=how), {"x": x, "t": t, "w": w}, grad=["x"], reduction=how, ignore=[none])
    d = book.draw("classes/one")
    book.case("cross_entropy", "one example", lambda x, t: F.cross_entropy(x, t), {"x": d.normal(3), "t": torch.tensor(2)})
    book.case("multi_margin", "mean", lambda x, t: F.multi_margin_loss(x, t), {"x": d.normal(4, 3), "t": d.ints(0, 3, 4)})


def ctc(book):
    d = book.draw("ctc")
    x = d.normal(6, 3, 4, scale=1.0)
    targets = torch.tensor([[1, 2, 2], [3, 1, 0], [2, 0, 0]])
    for how in ("none", "sum", "mean"):
        # log_softmax first: PyTorch's gradient by log-probabilities alone holds for normalised ones only.
        book.case("ctc", how, lambda x, targets, steps, lengths: F.ctc_loss(F.log_softmax(x, 2), targets, steps, lengths, reduction=how),
                  {"x": x, "targets": targets, "steps": torch.tensor([6, 5, 4]), "lengths": torch.tensor([3, 2, 1])}, reduction=how, blank=0)
    book.case("ctc", "blank 3, empty target", lambda x, targets, steps, lengths: F.ctc_loss(F.log_softmax(x, 2), targets, steps, lengths, blank=3, reduction="none"),
              {"x": x, "targets": torch.tensor([[1, 2, 1], [0, 0, 1], [0, 1, 2]]), "steps": torch.tensor([6, 6, 5]), "lengths": torch.tensor([3, 3, 0])}, reduction="none", blank=3)
    book.case("ctc", "no way, infinity is zero", lambda x, targets, steps, lengths: F.ctc_loss(F.log_softmax(x, 2), targets, steps, lengths, reduction="none", zero_infinity=True),
              {"x": x, "targets": torch.tensor([[1, 1, 1], [1, 2, 3], [1, 2, 0]]), "steps": torch.tensor([4, 6, 6]), "lengths": torch.tensor([3, 3, 2])}, reduction="none", blank=0, zero_infinity=True)
