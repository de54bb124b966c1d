"""Medians of what a person waits for, of several kernels, interleaved: one round of each kernel after the other, again and again.

    bench.py [--rounds N] [--programs] [KERNEL...]   default: cahier and python3, and gophernotes and gonb where they are installed

With --programs it measures small loops instead, beside the same compiled by Go. Prints a Markdown table of medians with the ratio to ipykernel, and the cells that were run. Times on a busy machine mean
little; ratios of one run mean something.
"""
import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date

from jupyter_client.kernelspec import KernelSpecManager

from kernels import Kernel, memory

GONB, PYTHON = "gonb", "python3"


def go(body, imports="", kernel=""):
    if kernel == GONB:
        return "%%\n" + body  # it adds the imports
    return "".join(f'import "{i}"\n' for i in imports.split()) + body


def cells(kernel):
    """The same work in the language of each kernel."""
    if kernel == PYTHON:
        return dict(first='print("hi")', trivial="1+1", distinct="print({n})", declare="v{n} = {n}",
                    lines="for i in range(100000): print('line', i)", big="print('x' * 10_000_000)")
    plain = kernel == "cahier"  # the standard library needs no import there
    fmt, strings = ("", "") if plain else ("fmt", "fmt strings")
    return dict(first=go('fmt.Println("hi")', fmt, kernel), trivial="%%\n_ = 1+1" if kernel == GONB else "1+1",
                distinct=go("fmt.Println({n})", "", kernel), declare="var v{n} = {n}" if kernel == GONB else "v{n} := {n}",
                lines=go('for i := 0; i < 100000; i++ {\n\tfmt.Println("line", i)\n}', fmt, kernel),
                big=go('fmt.Println(strings.Repeat("x", 10000000))', strings, kernel))


LINES = "".join(f"line {i}\n" for i in range(100000))
MEASURES = [  # key, what, unit, digits
    ("cold", "start to kernel_info", "ms", 0),
    ("first", "first executed cell", "ms", 1),
    ("trivial", "a trivial cell", "ms", 2),
    ("distinct", "a cell not seen before", "ms", 2),
    ("lines", "100,000 lines", "s", 3),
    ("lines_messages", "… in stream messages", "", 0),
    ("lines_rate", "… stream messages a second", "", 1),
    ("big", "10 MB in one print", "s", 3),
    ("rss", "memory at start, resident, all processes", "MB", 1),
    ("pss", "… proportional", "MB", 1),
    ("growth", "memory growth a cell", "KB", 2),
]


def one_round(kernel, trivial, grow):
    c, r = cells(kernel), {}
    slow = kernel == GONB  # it compiles each cell
    with Kernel(kernel) as k:
        r["cold"] = k.ready * 1e3
        r["rss"], r["pss"] = memory(k.processes())
        r["first"] = k.run(c["first"]).idle * 1e3
        n = 20 if slow else trivial
        r["trivial"] = statistics.median(k.run(c["trivial"]).idle for _ in range(n)) * 1e3
        r["distinct"] = statistics.median(k.run(c["distinct"].format(n=i)).idle for i in range(10 if slow else 50)) * 1e3
    with Kernel(kernel) as k:
        k.run(c["first"])
        got = k.run(c["lines"], timeout=120)
        r["lines"], r["lines_messages"] = got.idle, got.streams
        r["lines_rate"] = got.streams / got.idle
        r["lost"] = len(LINES) - len(got.text) if got.text != LINES else 0
        got = k.run(c["big"], timeout=120)
        r["big"] = got.idle
        if got.text != "x" * 10_000_000 + "\n":
            r["lost"] += 10_000_001 - len(got.text)
    if grow and not slow:
        with Kernel(kernel) as k:
            for i in range(100):
                k.run(c["declare"].format(n=i))
            before = memory(k.processes())[0]
            for i in range(100, 100 + grow):
                k.run(c["declare"].format(n=i))
            r["growth"] = (memory(k.processes())[0] - before) * 1024 / grow
    return r


PROGRAMS = [  # what, Go: declaration and call, Python: the same, result
    ("fib(30), 1.3 million calls",
     "func fib(n int) int { if n < 2 { return n }; return fib(n-1) + fib(n-2) }", "fib(30)",
     "def fib(n): return n if n < 2 else fib(n-1) + fib(n-2)", "fib(30)", "832040"),
    ("5 million float additions, nested loop",
     "func floats() float64 { s := 0.0; for i := 0; i < 1000; i++ { for j := 0; j < 5000; j++ { s += float64(j) * 0.5 } }; return s }", "floats()",
     "def floats():\n    s = 0.0\n    for i in range(1000):\n        for j in range(5000): s += float(j) * 0.5\n    return s", "floats()", "6.24875e+09"),
    ("slice of a million, filled and summed",
     "func slice() int { a := make([]int, 1000000); for i := 0; i < len(a); i++ { a[i] = i }; s := 0; for _, v := range a { s += v }; return s }", "slice()",
     "def slice_():\n    a = [0] * 1000000\n    for i in range(len(a)): a[i] = i\n    s = 0\n    for v in a: s += v\n    return s", "slice_()", "499999500000"),
    ("a million map operations",
     "func maps_() int { m := map[int]int{}; for i := 0; i < 1000000; i++ { m[i%1000] += i }; return len(m) }", "maps_()",
     "def maps_():\n    m = {}\n    for i in range(1000000): m[i % 1000] = m.get(i % 1000, 0) + i\n    return len(m)", "maps_()", "1000"),
    ("a string of 20,000 by appending",
     'func text() int { s := ""; for i := 0; i < 20000; i++ { s += "x" }; return len(s) }', "text()",
     "def text():\n    s = ''\n    for i in range(20000): s += 'x'\n    return len(s)", "text()", "20000"),
]


TICK = 1 / os.sysconf("SC_CLK_TCK")


def processor(pids):
    """Seconds of processor time that the processes have used, all threads, in ticks of 10 ms."""
    total = 0
    for p in pids:
        try:
            total += sum(map(int, open(f"/proc/{p}/stat").read().rsplit(")", 1)[1].split()[11:13]))
        except OSError:
            pass
    return total * TICK


def compiled():
    """Seconds of each program as compiled by Go: the best of five runs in one process."""
    src = 'package main\n\nimport (\n\t"fmt"\n\t"time"\n)\n\n' + "\n".join(p[1] for p in PROGRAMS) + "\n\nvar sink any\n\nfunc main() {\n"
    for p in PROGRAMS:
        src += f"\tfmt.Println(best(func() {{ sink = {p[2]} }}))\n"
    src += ("}\n\nfunc best(f func()) float64 {\n\tb := time.Hour\n\tfor i := 0; i < 5; i++ {\n\t\tt := time.Now()\n\t\tf()\n"
            "\t\tb = min(b, time.Since(t))\n\t}\n\treturn b.Seconds()\n}\n")
    with tempfile.TemporaryDirectory() as d:
        open(os.path.join(d, "main.go"), "w").write(src)
        subprocess.run(["go", "build", "-o", "prog", "main.go"], cwd=d, check=True)
        return [float(x) for x in subprocess.run([os.path.join(d, "prog")], capture_output=True, text=True, check=True).stdout.split()]


def programs(names, rounds):
    """The table of small loops: processor time, medians, and ratios to ipykernel of the same round."""
    seconds = {k: [[] for _ in PROGRAMS] for k in [*names, "compiled Go"]}
    for n in range(rounds):
        for k in names:
            with Kernel(k) as kernel:
                for i, (what, decl, call, pydecl, pycall, want_) in enumerate(PROGRAMS):
                    if kernel.run(pydecl if k == PYTHON else decl, timeout=120).error:
                        continue
                    pids = kernel.processes()
                    before = processor(pids)
                    got = kernel.run(pycall if k == PYTHON else call, timeout=120)
                    used = processor(pids) - before
                    value = (got.plain or got.text or "").split()
                    if not value or float(value[0]) != float(want_):
                        print(f"{k}: {what}: {got.brief()}", file=sys.stderr)
                        continue
                    seconds[k][i].append(max(used, TICK))
            print(f"round {n + 1} of {rounds}: {k}", file=sys.stderr, flush=True)
        for i, t in enumerate(compiled()):
            seconds["compiled Go"][i].append(t)
    heading(rounds)
    kernels = list(seconds)
    head = ["milliseconds of processor time", *kernels] + [f"{k} / {PYTHON}" for k in names if k != PYTHON and PYTHON in names]
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for i, p in enumerate(PROGRAMS):
        row = [p[0]] + [f"{statistics.median(seconds[k][i]) * 1e3:,.1f}" if seconds[k][i] else "–" for k in kernels]
        for k in names:
            if k != PYTHON and PYTHON in names:
                pairs = [a / b for a, b in zip(seconds[k][i], seconds[PYTHON][i])]
                row.append(f"{statistics.median(pairs):.2f}" if pairs else "–")
        print("| " + " | ".join(row) + " |")


def heading(rounds):
    cpu = next((l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), platform.machine())
    print(f"{date.today()}, {rounds} interleaved rounds, medians; {os.cpu_count()} cores of {cpu}; load {os.getloadavg()[0]:.1f}; "
          f"{version('go', 'version')}; ipykernel {module('ipykernel')}, jupyter_client {module('jupyter_client')}\n")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--programs", action="store_true", help="small loops instead of what a person waits for")
    p.add_argument("--trivial", type=int, default=200, help="repetitions of the trivial cell in a round")
    p.add_argument("--grow", type=int, default=1000, help="cells for the growth of memory")
    p.add_argument("kernels", nargs="*")
    a = p.parse_args()
    found = KernelSpecManager().find_kernel_specs()
    names = a.kernels or [k for k in ("cahier", PYTHON, "gophernotes", GONB) if k in found]
    for k in names:
        if k not in found:
            sys.exit(f"no kernelspec {k}; there are: {', '.join(sorted(found))}")
    if a.programs:
        return programs([k for k in names if k != GONB], a.rounds)  # GoNB compiles: its column would be compiled Go's
    results = {k: [] for k in names}
    for n in range(a.rounds):
        for k in names:
            results[k].append(one_round(k, a.trivial, a.grow))
            print(f"round {n + 1} of {a.rounds}: {k}", file=sys.stderr, flush=True)

    median = {k: {m: statistics.median(x[m] for x in rs if m in x) for m, *_ in MEASURES if any(m in x for x in rs)} for k, rs in results.items()}
    heading(a.rounds)
    head = ["", *names] + ([f"{names[0]} / {PYTHON}"] if PYTHON in names and names[0] != PYTHON else [])
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for m, what, unit, digits in MEASURES:
        row = [f"{what}{', ' + unit if unit else ''}"]
        row += [f"{median[k][m]:,.{digits}f}" if m in median[k] else "–" for k in names]
        if len(head) > len(names) + 1:
            mine, theirs = median[names[0]].get(m), median[PYTHON].get(m)
            row.append(f"{mine / theirs:.3f}" if mine is not None and theirs and theirs > 0 else "–")
        print("| " + " | ".join(row) + " |")
    lost = {k: sum(x["lost"] for x in rs) for k, rs in results.items()}
    print("\nCharacters of output lost: " + ", ".join(f"{k} {n}" for k, n in lost.items()))
    if lost.get("cahier"):
        sys.exit("cahier lost output")


def version(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True).stdout.strip()
    except OSError:
        return "no " + command[0]


def module(name):
    from importlib.metadata import version as v
    return v(name)


if __name__ == "__main__":
    main()
