"""The clients that people use without a browser: nbconvert, papermill, nbclient, jupyter console.

Each runs a small notebook and the gallery's first one; a failing cell must end each with an error that names it.
"""
import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time

import nbformat
import pexpect
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from kernels import NAME, PYTHON, Report, go_or_python, want

HERE = os.path.dirname(os.path.abspath(__file__))
GALLERY = os.path.join(HERE, "..", "notebooks", "gallery", "01-convolution.ipynb")

GOOD = [go_or_python('fmt.Println("hello", 6*7)', 'print("hello", 6*7)'), go_or_python("x := 20\nx + 1", "x = 20\nx + 1"),
        go_or_python('display.Show(display.HTML("<b>hi</b>"))', 'from IPython.display import HTML, display; display(HTML("<b>hi</b>"))'),
        go_or_python('fmt.Println("你好，世界")', 'print("你好，世界")')]
BAD = [GOOD[0], go_or_python('panic("boom")', 'raise ValueError("boom")'), go_or_python('fmt.Println("never")', 'print("never")')]


def notebook(folder, cells, name):
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells],
                                  metadata={"kernelspec": {"name": NAME, "display_name": NAME, "language": go_or_python("go", "python")}})
    path = os.path.join(folder, name)
    nbformat.write(nb, path)
    return path


def command(*args, timeout=120):
    p = subprocess.run([*args], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout)
    return p.returncode, p.stdout + p.stderr


def check_good(path):
    nb = nbformat.read(path, 4)
    nbformat.validate(nb)
    outputs = [c.outputs for c in nb.cells]
    want(outputs[0][0].text == "hello 42\n", f"first cell: {outputs[0]}")
    want(outputs[1][0].data["text/plain"] == "21", f"second cell: {outputs[1]}")
    want(outputs[2][0].data["text/html"] == "<b>hi</b>", f"third cell: {outputs[2]}")
    want(outputs[3][0].text == "你好，世界\n", f"fourth cell: {outputs[3]}")
    want([c.execution_count for c in nb.cells] == [1, 2, 3, 4], "execution counts")
    return nb


def check_gallery(path):
    nb = nbformat.read(path, 4)
    nbformat.validate(nb)
    code = [c for c in nb.cells if c.cell_type == "code"]
    want(code, "no code cells")
    for n, c in enumerate(code):
        want(c.execution_count == n + 1, f"cell {n + 1} was not executed")
        want(not any(o.output_type == "error" for o in c.outputs), f"cell {n + 1} failed")
    return f"{len(code)} cells"


def nbconvert(d):
    path = notebook(d, GOOD, "good.ipynb")
    code, said = command("jupyter", "nbconvert", "--to", "notebook", "--execute", "--output", "good-out.ipynb", path)
    want(code == 0, f"exit {code}: {said[-1500:]}")
    nb = check_good(os.path.join(d, "good-out.ipynb"))
    want(nb.metadata.language_info.name == go_or_python("go", "python"), "language_info was not copied")
    code, said = command("jupyter", "nbconvert", "--to", "html", os.path.join(d, "good-out.ipynb"))
    want(code == 0, f"to HTML: exit {code}: {said[-800:]}")
    html = open(os.path.join(d, "good-out.html"), encoding="utf-8").read()
    want('class="k' in html or 'class="n' in html, "the code in the HTML page is not highlighted")
    code, said = command("jupyter", "nbconvert", "--to", "script", os.path.join(d, "good-out.ipynb"))
    want(code == 0 and os.path.exists(os.path.join(d, "good-out" + go_or_python(".go", ".py"))), f"to a script: exit {code}: {said[-800:]}")


def nbconvert_error(d):
    path = notebook(d, BAD, "bad.ipynb")
    code, said = command("jupyter", "nbconvert", "--to", "notebook", "--execute", "--output", "bad-out.ipynb", path)
    want(code != 0, "a failing cell should give a non-zero exit code")
    want("boom" in said, f"the error should be shown: {said[-1500:]}")
    code, said = command("jupyter", "nbconvert", "--to", "notebook", "--execute", "--allow-errors", "--output", "bad-out.ipynb", path)
    want(code == 0, f"--allow-errors: exit {code}: {said[-800:]}")
    cells = nbformat.read(os.path.join(d, "bad-out.ipynb"), 4).cells
    want(cells[1].outputs[-1].output_type == "error" and cells[2].outputs[0].text == "never\n", "--allow-errors should go on after the error")


def nbconvert_timeout(d):
    path = notebook(d, [go_or_python("for {\n}", "while True: pass"), GOOD[0]], "slow.ipynb")
    t = time.time()
    code, said = command("jupyter", "nbconvert", "--to", "notebook", "--execute", "--ExecutePreprocessor.timeout=3", "--output", "slow-out.ipynb", path)
    want(code != 0, "a cell that takes too long should give a non-zero exit code")
    want("imeout" in said, said[-800:])
    want(time.time() - t < 25, f"it took {time.time() - t:.0f} s")


def papermill(d):
    path = notebook(d, GOOD, "good.ipynb")
    out = os.path.join(d, "paper.ipynb")
    code, said = command("papermill", "--no-progress-bar", path, out)
    want(code == 0, f"exit {code}: {said[-1500:]}")
    check_good(out)
    code, said = command("papermill", "--no-progress-bar", notebook(d, BAD, "bad.ipynb"), out)
    want(code != 0 and "boom" in said, f"a failing cell: exit {code}: {said[-800:]}")


def nbclient(d):
    path = notebook(d, GOOD, "good.ipynb")
    nb = nbformat.read(path, 4)
    NotebookClient(nb, timeout=60, kernel_name=NAME, resources={"metadata": {"path": d}}).execute()
    nbformat.write(nb, path)
    check_good(path)
    bad = nbformat.read(notebook(d, BAD, "bad.ipynb"), 4)
    try:
        NotebookClient(bad, timeout=60, kernel_name=NAME).execute()
    except CellExecutionError as e:
        want("boom" in str(e), str(e))
    else:
        raise AssertionError("a failing cell should raise")
    want(not bad.cells[2].outputs, "the cell after the failing one should not run")


def nbclient_many(d):
    """Four notebooks at once, each with a kernel of its own."""
    async def all_():
        nbs = [nbformat.read(notebook(d, GOOD, f"n{i}.ipynb"), 4) for i in range(4)]
        await asyncio.gather(*(NotebookClient(nb, timeout=120, kernel_name=NAME).async_execute() for nb in nbs))
        for i, nb in enumerate(nbs):
            nbformat.write(nb, os.path.join(d, f"n{i}.ipynb"))
            check_good(os.path.join(d, f"n{i}.ipynb"))
    asyncio.run(all_())


def gallery(d):
    out = os.path.join(d, "gallery.ipynb")
    t = time.time()
    code, said = command("jupyter", "nbconvert", "--to", "notebook", "--execute", "--output", out, GALLERY, timeout=400)
    want(code == 0, f"nbconvert: exit {code}: {said[-2500:]}")
    first = time.time() - t
    remark = check_gallery(out)
    code, said = command("papermill", "--no-progress-bar", "-k", NAME, "--cwd", os.path.dirname(GALLERY), GALLERY, out, timeout=400)
    want(code == 0, f"papermill: exit {code}: {said[-2500:]}")
    return f"{remark}, nbconvert {first:.1f} s"


ANSI = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[=>]|\x1b\][^\x07]*\x07")


def console(d):
    """Typing at jupyter console: a value, a cell of several lines, an error, completion, an input prompt, the end."""
    env = {**os.environ, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1", "NO_COLOR": "1"}
    c = pexpect.spawn(sys.executable, ["-m", "jupyter_console", "--kernel", NAME], env=env, encoding="utf-8", timeout=20, cwd=d, dimensions=(50, 120))
    try:
        said = []

        def expect(pattern):
            try:
                c.expect(pattern)
            except (pexpect.TIMEOUT, pexpect.EOF):
                raise AssertionError(f"waited for {pattern!r}; on the screen: {ANSI.sub('', c.before or '')[-600:]!r}")
            said.append(c.before + c.after)
        expect(r"In \[")
        c.send("6*7\r")
        expect(r"Out\[.*42")
        expect(r"In \[")
        if PYTHON:
            c.send("def f(n):\rreturn n+1\r\r")
        else:
            c.send("func f(n int) int {\rreturn n + 1\r}\r")
        time.sleep(1)
        c.send("f(70)\r")
        expect(r"Out\[.*71")
        c.send(go_or_python('panic("boom")\r', 'raise ValueError("boom")\r'))
        expect(r"boom[\s\S]*boom")
        expect(r"In \[")
        c.send(go_or_python("strings.ToUpp\t", "import textw\t"))
        expect(go_or_python("ToUpperSpecial", "textwrap"))
        c.send("\x03")
        time.sleep(0.5)
        c.send(go_or_python("var word string; fmt.Scanln(&word); fmt.Println(\"got\", word)\r", "print('got', input())\r"))
        time.sleep(1.5)
        c.send("abc\r")
        expect("got abc")
        expect(r"In \[")
        c.sendeof()
        i = c.expect([pexpect.EOF, r"exit \(\(?\[?y\]?"], timeout=10)
        if i == 1:
            c.send("y\r")
            c.expect(pexpect.EOF, timeout=10)
    finally:
        c.close(force=True)


CHECKS = {
    "nbconvert runs a notebook, makes HTML and a script": nbconvert,
    "nbconvert stops at an error and names it": nbconvert_error,
    "nbconvert gives up a cell that takes too long": nbconvert_timeout,
    "papermill": papermill,
    "nbclient": nbclient,
    "nbclient, four notebooks at once": nbclient_many,
    "jupyter console": console,
    "the first notebook of the gallery": gallery,
}

if __name__ == "__main__":
    report = Report("clients without a browser")
    chosen = sys.argv[1:]
    for name, function in CHECKS.items():
        if chosen and not any(c in name for c in chosen):
            continue
        if PYTHON and function is gallery:
            report.skip(name, "it is written in Go")
            continue
        with tempfile.TemporaryDirectory() as d:
            report.check(name, lambda: function(d))
    report.done()
