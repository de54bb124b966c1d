"""Makes the PyTorch vectors that package ops is compared with, or compares the committed ones with what PyTorch gives now.

  torch_vectors.py FOLDER            writes FOLDER/*.jsonl
  torch_vectors.py --check FOLDER    compares; exit 1 when anything differs
"""
import json
import pathlib
import sys
import time
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).with_name("torch_cases")))
warnings.filterwarnings("ignore", message=".*NumPy.*|.*zero-padded copy.*|.*not supported with oneDNN.*")
import torch  # noqa: E402

import attention, conv, elementwise, linear, loss, norm, optimisers, pool, recurrent, transformer, vectors  # noqa: E402,E401

FAMILIES = {m.__name__: m for m in (elementwise, conv, pool, norm, loss, recurrent, attention, linear, optimisers, transformer)}
# Other processors add in another order.
FLOAT64, FLOAT32 = 1e-11, 1e-5


def make(name):
    torch.manual_seed(0)
    book = vectors.Book(name)
    FAMILIES[name].fill(book)
    return book


def same(old, new, path=""):
    """None, or where two parts of a case differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        if old.keys() != new.keys():
            return f"{path}: has {sorted(new)}, the committed one {sorted(old)}"
        return next((e for k in old if (e := same(old[k], new[k], f"{path}.{k}"))), None)
    if isinstance(old, list) and path.endswith((".d", ".f")):
        limit = FLOAT64 if path.endswith(".d") else FLOAT32
        a, b = [float(x) for x in old], [float(x) for x in new]
        size = max([1.0] + [abs(x) for x in a if abs(x) < float("inf")])
        if len(a) != len(b) or any(not (abs(x - y) <= limit * size or x == y or x != x and y != y) for x, y in zip(a, b)):
            return f"{path}: {new}, the committed ones {old}"
        return None
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return next((e for i in range(len(old)) if (e := same(old[i], new[i], f"{path}[{i}]"))), None)
    return None if old == new else f"{path}: {new}, the committed one {old}"


def check(folder):
    passed = failed = 0
    for name in FAMILIES:
        old = (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()[1:]
        new = make(name).text().splitlines()[1:]
        if len(old) != len(new):
            print(f"{name}: {len(new)} cases, {len(old)} committed")
            failed += 1
        for a, b in zip(old, new):
            a, b = json.loads(a), json.loads(b)
            difference = same(a, b)
            passed, failed = (passed + 1, failed) if difference is None else (passed, failed + 1)
            if difference:
                print(f"{name}: {a['op']}/{a['name']}{difference}")
    print(f"PyTorch {torch.__version__.split('+')[0]}: {passed} passed, {failed} failed")
    return failed == 0


def main(args):
    torch.set_num_threads(1)
    if args and args[0] == "--check":
        return check(pathlib.Path(args[1]))
    folder = pathlib.Path(args[0])
    folder.mkdir(parents=True, exist_ok=True)
    for name in FAMILIES:
        start = time.time()
        book = make(name)
        text = book.text()
        temporary = folder / f".{name}.jsonl"
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(folder / f"{name}.jsonl")
        print(f"{name}: {len(book.cases)} cases, {len(text) // 1024} KiB, {time.time() - start:.1f} s")
    return True


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
