"""Normalisations."""
import torch
import torch.nn.functional as F


def fill(book):
    d = book.draw("norm")
    x = d.normal(2, 4, 3, 2)
    c, per = (lambda: d.normal(4)), (lambda *s: d.normal(*s))
    book.case("layer_norm", "last axis", lambda x: F.layer_norm(x, [2]), {"x": x})
    book.case("layer_norm", "two axes, weight, bias", lambda x, w, b: F.layer_norm(x, [3, 2], w, b), {"x": x, "w": per(3, 2), "b": per(3, 2)}, axes=2)
    book.case("layer_norm", "eps", lambda x, w, b: F.layer_norm(x, [5], w, b, eps=0.1), {"x": d.normal(3, 5), "w": per(5), "b": per(5)}, eps=0.1)
    book.case("rms_norm", "plain", lambda x: F.rms_norm(x, [5], eps=1e-5), {"x": d.normal(3, 5)})
    book.case("rms_norm", "two axes, weight", lambda x, w: F.rms_norm(x, [3, 2], w, eps=1e-3), {"x": x, "w": per(3, 2)}, axes=2, eps=1e-3)
    for groups in (1, 2, 4):
        book.case("group_norm", f"{groups} groups", lambda x, w, b: F.group_norm(x, groups, w, b), {"x": x, "w": c(), "b": c()}, groups=groups)
    book.case("group_norm", "eps, no weight", lambda x: F.group_norm(x, 2, eps=0.01), {"x": d.normal(3, 4, 5)}, groups=2, eps=0.01)
    book.case("instance_norm", "weight, bias", lambda x, w, b: F.instance_norm(x, weight=w, bias=b), {"x": x, "w": c(), "b": c()})
    book.case("instance_norm", "1d, eps", lambda x: F.instance_norm(x, eps=0.01), {"x": d.normal(2, 3, 5)}, eps=0.01)
    book.case("batch_norm", "weight, bias", lambda x, mean, var, w, b: F.batch_norm(x, mean, var, w, b), {"x": x, "mean": c(), "var": d.between(0.25, 2, 4), "w": c(), "b": c()}, grad=["x", "w", "b"])
    book.case("batch_norm", "plain, eps", lambda x, mean, var: F.batch_norm(x, mean, var, eps=0.01), {"x": d.normal(5, 4), "mean": c(), "var": d.between(0.25, 2, 4)}, grad=["x"], eps=0.01)
    book.case("batch_norm_train", "weight, bias", lambda x, w, b: F.batch_norm(x, None, None, w, b, training=True), {"x": x, "w": c(), "b": c()})

    def running(x, mean, var):
        m, v = mean.detach().clone(), var.detach().clone()
        y = F.batch_norm(x, m, v, training=True, momentum=0.3)
        # PyTorch keeps the variance times n/(n-1); this takes that away again.
        n = x.numel() // x.shape[1]
        return y, m, 0.7 * var.detach() + (v - 0.7 * var.detach()) * (n - 1) / n
    book.case("batch_norm_train", "running statistics", running, {"x": x, "mean": c(), "var": d.between(0.25, 2, 4)}, grad=["x"], momentum=0.3)
    book.case("local_response_norm", "size 3", lambda x: F.local_response_norm(x, 3, alpha=0.5, beta=0.75, k=1.5), {"x": d.normal(2, 5, 3)}, size=3, alpha=0.5, beta=0.75, k=1.5)
    book.case("local_response_norm", "size 4", lambda x: F.local_response_norm(x, 4, alpha=2), {"x": d.normal(1, 6, 2, 2)}, size=4, alpha=2)
    book.case("local_response_norm", "wider than the channels", lambda x: F.local_response_norm(x, 9, alpha=9, beta=0.5), {"x": d.normal(2, 3, 2)}, size=9, alpha=9, beta=0.5)
    book.case("normalize", "axis 1", lambda x: F.normalize(x, dim=1), {"x": d.normal(3, 4)}, axis=1)
    book.case("cosine_similarity", "axis 1", lambda a, b: F.cosine_similarity(a, b, dim=1), {"a": d.normal(3, 4), "b": d.normal(3, 4)}, axis=1)
