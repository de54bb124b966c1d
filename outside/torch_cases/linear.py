"""Products of matrices, sums over indices, and linear algebra."""
import torch
import torch.nn.functional as F


def fill(book):
    products(book)
    solving(book)
    decompositions(book)


def products(book):
    for name, a, b in [("matrices", (3, 4), (4, 2)), ("batch", (2, 3, 4), (2, 4, 2)), ("broadcast", (2, 1, 2, 3), (3, 3, 2)), ("matrix and batch", (2, 3), (2, 3, 2))]:
        d = book.draw(f"matmul/{name}")
        book.case("matmul", name, torch.matmul, {"input": d.normal(*a), "other": d.normal(*b)})
    d = book.draw("linear")
    book.case("linear", "bias", F.linear, {"input": d.normal(2, 3, 4), "weight": d.normal(5, 4), "bias": d.normal(5)})
    book.case("linear", "no bias", F.linear, {"input": d.normal(3, 4), "weight": d.normal(2, 4)})
    for spec, *shapes in [
        ("ij,jk->ik", (2, 3), (3, 4)), ("bij,bjk->bik", (2, 2, 3), (2, 3, 2)), ("ij->ji", (2, 3)), ("ij->", (2, 3)), ("ii->i", (3, 3)), ("ii", (3, 3)),
        ("i,j->ij", (3,), (4,)), ("bhtd,bhsd->bhts", (1, 2, 3, 2), (1, 2, 4, 2)), ("ij,jk,kl->il", (2, 3), (3, 2), (2, 4)), ("...ij,...jk->...ik", (2, 1, 2, 3), (3, 3, 2)),
        ("ij,ij->i", (3, 4), (3, 4)), ("bn,anm,bm->ba", (2, 3), (4, 3, 2), (2, 2)), ("ba,cd", (2, 3), (2, 2)), ("ijk->kij", (2, 3, 2)), ("iij->j", (2, 2, 3)),
    ]:
        d = book.draw(f"einsum/{spec}")
        ins = {f"x{i}": d.normal(*s) for i, s in enumerate(shapes)}
        book.case("einsum", spec, lambda **xs: torch.einsum(spec, *xs.values()), ins, by_name=True, spec=spec)
    d = book.draw("products")
    book.case("outer", "vectors", torch.outer, {"input": d.normal(3), "vec2": d.normal(4)})
    book.case("dot", "vectors", torch.dot, {"input": d.normal(4), "tensor": d.normal(4)})
    book.case("kron", "matrices", torch.kron, {"input": d.normal(2, 3), "other": d.normal(2, 2)})
    book.case("cross", "last axis", lambda a, b: torch.linalg.cross(a, b), {"a": d.normal(2, 3), "b": d.normal(2, 3)})
    book.case("trace", "square", torch.trace, {"input": d.normal(3, 3)})
    book.case("diagonal", "offset 1", lambda x: torch.diagonal(x, 1), {"x": d.normal(3, 4)}, k=1)
    book.case("diag_embed", "batch", lambda x: torch.diag_embed(x), {"x": d.normal(2, 3)})


def well(d, *shape):
    """A well-conditioned square matrix."""
    return d.normal(*shape, scale=0.3) + 2 * torch.eye(shape[-1], dtype=torch.float64)


def definite(x):
    return x @ x.mT + torch.eye(x.shape[-1], dtype=x.dtype)


def solving(book):
    for label, lead in [("one", ()), ("batch", (2,))]:
        d = book.draw(f"solving/{label}")
        a = well(d, *lead, 3, 3)
        book.case("inverse", label, torch.linalg.inv, {"A": a})
        book.case("solve", label, torch.linalg.solve, {"A": a, "B": d.normal(*lead, 3, 2)})
        book.case("det", label, torch.linalg.det, {"A": a})
        book.case("slogdet", label, lambda a: tuple(torch.linalg.slogdet(a)), {"a": a})
        book.case("cholesky", label, lambda x: torch.linalg.cholesky(definite(x)), {"x": d.normal(*lead, 3, 3)})
        for upper in (False, True):
            tri = torch.triu(a) if upper else torch.tril(a)
            book.case("solve_triangular", f"{label}, {'upper' if upper else 'lower'}", lambda a, b: torch.linalg.solve_triangular(a, b, upper=upper), {"a": tri, "b": d.normal(*lead, 3, 2)}, upper=upper)
        book.case("matrix_power", label, lambda a: torch.linalg.matrix_power(a, 3), {"a": a}, n=3)
        book.case("matrix_exp", label, torch.linalg.matrix_exp, {"A": d.normal(*lead, 3, 3, scale=0.5)})
        book.case("pinv", label, torch.linalg.pinv, {"A": d.normal(*lead, 4, 3)})
        book.case("lstsq", label, lambda a, b: torch.linalg.pinv(a) @ b, {"a": d.normal(*lead, 4, 3), "b": d.normal(*lead, 4, 2)})


def decompositions(book):
    """Of factors whose signs are free, what does not depend on them."""
    d = book.draw("decompositions")

    def qr(x):
        q, r = torch.linalg.qr(x)
        s = torch.sign(torch.diagonal(r, 0, -2, -1)).detach()
        return q * s.unsqueeze(-2), r * s.unsqueeze(-1)

    def eigh(x):
        w, v = torch.linalg.eigh((x + x.mT) / 2)
        return w, v[..., :1] @ v[..., :1].mT

    def svd(x):
        u, s, vh = torch.linalg.svd(x, full_matrices=False)
        return s, u[..., :1] @ vh[..., :1, :]

    book.case("qr", "tall", qr, {"x": d.normal(4, 3)})
    book.case("qr", "square, batch", qr, {"x": d.normal(2, 3, 3)})
    book.case("eigh", "one", eigh, {"x": d.normal(3, 3)})
    book.case("eigh", "batch", eigh, {"x": d.normal(2, 3, 3)})
    book.case("svd", "tall", svd, {"x": d.normal(4, 3)})
    book.case("svd", "wide, batch", svd, {"x": d.normal(2, 2, 3)})
    book.case("svdvals", "tall", torch.linalg.svdvals, {"A": d.normal(4, 3)})
    for p in ("fro", "nuc", 2, 1, float("inf")):
        book.case("matrix_norm", f"{p}", lambda x: torch.linalg.matrix_norm(x, p), {"x": d.normal(3, 4)}, p=str(p))
