"""Steps of optimisers on given gradients, schedules of learning rates, clipping of gradients."""
import torch
from torch import optim

STEPS = 6


def fill(book):
    steps(book)
    schedules(book)
    d = book.draw("clip")
    for p in (2.0, 1.0, float("inf")):
        a, b = d.normal(2, 3), d.normal(4)

        def clip(a, b):
            ps = [torch.zeros_like(a), torch.zeros_like(b)]
            ps[0].grad, ps[1].grad = a.clone(), b.clone()
            total = torch.nn.utils.clip_grad_norm_(ps, 1.5, norm_type=p)
            return ps[0].grad, ps[1].grad, total
        book.case("clip_norm", f"p = {p:g}", clip, {"a": a, "b": b}, grad=False, limit=1.5, p=str(p))


def steps(book):
    for op, kind, options in [
        ("sgd", optim.SGD, [{}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}, {"momentum": 0.8, "dampening": 0.1}, {"weight_decay": 0.1}, {"momentum": 0.9, "weight_decay": 0.1, "nesterov": True}, {"maximize": True}]),
        ("adam", optim.Adam, [{}, {"betas": [0.8, 0.95]}, {"eps": 1e-3}, {"weight_decay": 0.1}, {"amsgrad": True}]),
        ("adamw", optim.AdamW, [{}, {"weight_decay": 0.1}, {"betas": [0.8, 0.95], "amsgrad": True}]),
        ("rmsprop", optim.RMSprop, [{}, {"alpha": 0.9}, {"momentum": 0.5}, {"centered": True}, {"weight_decay": 0.1, "momentum": 0.5, "centered": True}]),
        ("adagrad", optim.Adagrad, [{}, {"lr_decay": 0.1}, {"weight_decay": 0.1}, {"initial_accumulator_value": 0.5}]),
        ("adadelta", optim.Adadelta, [{}, {"rho": 0.8, "weight_decay": 0.1}]),
        ("adamax", optim.Adamax, [{}, {"weight_decay": 0.1}]),
        ("nadam", optim.NAdam, [{}, {"weight_decay": 0.1}]),
        ("radam", optim.RAdam, [{}, {"weight_decay": 0.1}]),
    ]:
        for o in options + [{"b_lr": 0.02, "b_weight_decay": 0.3}]:
            d = book.draw(f"{op}/{o}")
            name = ", ".join(f"{k} = {v}" for k, v in o.items()) or "plain"
            ins = {"a": d.normal(2, 2), "b": d.normal(3), "da": d.normal(STEPS, 2, 2), "db": d.normal(STEPS, 3)}
            theirs = {k: tuple(v) if isinstance(v, list) else v for k, v in o.items() if not k.startswith("b_")}
            second = {"lr": o["b_lr"], "weight_decay": o["b_weight_decay"]} if "b_lr" in o else {}

            def f(a, b, da, db):
                a, b = a.clone().requires_grad_(), b.clone().requires_grad_()
                opt = kind([{"params": [a]}, {"params": [b], **second}], lr=0.05, foreach=False, **theirs)
                out = []
                for i in range(STEPS):
                    a.grad, b.grad = da[i].clone(), db[i].clone()
                    opt.step()
                    out.append((a.detach().clone(), b.detach().clone()))
                return torch.stack([x for x, _ in out]), torch.stack([y for _, y in out])
            book.case(op, name, f, ins, grad=False, lr=0.05, **o)


def schedules(book):
    def rates(make, n):
        def f():
            p = torch.nn.Parameter(torch.zeros(1))
            opt = optim.SGD([p], lr=0.1)
            s = make(opt)
            out = []
            for _ in range(n):
                out.append(float(opt.param_groups[0]["lr"]))
                opt.step()
                s.step()
            return torch.tensor(out, dtype=torch.float64)
        return f

    s = optim.lr_scheduler
    for op, name, make, n, args in [
        ("step", "every 3", lambda o: s.StepLR(o, 3, gamma=0.5), 10, {"size": 3, "gamma": 0.5}),
        ("multi_step", "at 2 and 5", lambda o: s.MultiStepLR(o, [2, 5], gamma=0.1), 8, {"milestones": [2, 5], "gamma": 0.1}),
        ("exponential", "0.9", lambda o: s.ExponentialLR(o, 0.9), 6, {"gamma": 0.9}),
        ("cosine", "8 steps", lambda o: s.CosineAnnealingLR(o, 8, eta_min=0.01), 9, {"steps": 8, "min": 0.01}),
        ("cosine", "8 steps to 0", lambda o: s.CosineAnnealingLR(o, 8), 9, {"steps": 8, "min": 0.0}),
        ("cosine_restarts", "3, twice as long", lambda o: s.CosineAnnealingWarmRestarts(o, 3, T_mult=2, eta_min=0.01), 12, {"steps": 3, "factor": 2, "min": 0.01}),
        ("linear", "from a quarter", lambda o: s.LinearLR(o, start_factor=0.25, total_iters=4), 7, {"start": 0.25, "end": 1.0, "steps": 4}),
        ("polynomial", "power 2", lambda o: s.PolynomialLR(o, total_iters=5, power=2.0), 7, {"steps": 5, "power": 2.0}),
        ("one_cycle", "10 steps", lambda o: s.OneCycleLR(o, 0.1, total_steps=10), 10, {"steps": 10, "max": 0.1}),
        ("warmup_cosine", "3 and 6", lambda o: s.SequentialLR(o, [s.LinearLR(o, start_factor=0.1, total_iters=3), s.CosineAnnealingLR(o, 6)], [3]), 9, {"warmup": 3, "steps": 6, "start": 0.1}),
    ]:
        book.case("schedule_" + op, name, rates(make, n), {}, grad=False, lr=0.1, count=n, **args)
