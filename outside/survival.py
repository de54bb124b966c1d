"""What a cell may do without ending the kernel.

Each case runs in a kernel of its own. Asserted for each: while the cell runs and after it, kernel_info on control is
answered within 100 ms; the cell ends, by itself or by at most two interrupts; its error names the cause; and the next cell,
sent as soon as the bad one is over, is done within 1 s with the right output. Figures are printed.

    survival.py [CASE...]
"""
import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

import zmq
from jupyter_client.manager import KernelManager

from kernels import NAME, PYTHON, Kernel, Report, exists, eventually, go_or_python, median, selected, want

CONTROL_LIMIT = 0.100
NEXT_LIMIT = 1.0

NEXT = go_or_python('fmt.Println("alive")\n6 * 7', 'print("alive")\n6 * 7')


@dataclass
class Case:
    go: str
    error: str | None = None       # what the error must say; None: the cell must not fail; "": either is right
    python: str | None = None      # the control's cell, where ipykernel survives
    interrupts: tuple = ()         # seconds after which the cell is interrupted
    forgets: bool = False          # the worker may be replaced: then the message must say so and %replay must restore
    output: object = None          # check(Result)
    env: dict | None = None
    timeout: float = 60


def exact(text):
    def check(r):
        want(r.text == text, f"{len(text):,} characters were printed, {len(r.text):,} arrived, or not the same")
    return check


CASES = {
    "panic in a goroutine": Case('go func() { panic("boom") }()\ntime.Sleep(2 * time.Second)', "boom", forgets=True),
    "nil map write in a goroutine": Case('go func() { var m map[string]int; m["a"] = 1 }()\ntime.Sleep(2 * time.Second)', "nil map", forgets=True),
    "infinite recursion": Case("func down(n int) int { return down(n+1) + 1 }\ndown(0)", "stack", forgets=True),
    "os.Exit(1)": Case("os.Exit(1)", r"exit.*\b1\b", forgets=True),
    "os.Exit(0)": Case("os.Exit(0)", r"exit.*\b0\b", forgets=True),
    "log.Fatal": Case('log.Fatal("bye")', r"exit|fatal", forgets=True,
                      output=lambda r: want("bye" in r.err, f"stderr should say bye, it is {r.err[:300]!r}")),
    "runtime.Goexit": Case("runtime.Goexit()", ""),
    "concurrent map writes": Case("""m := map[int]int{}
for w := 0; w < 8; w++ {
	go func() {
		for i := 0; i < 1000000; i++ {
			m[i%10] = i
		}
	}()
}
time.Sleep(3 * time.Second)""", "concurrent map", forgets=True),
    "allocation beyond the limit, in pieces": Case("""var kept [][]byte
for {
	b := make([]byte, 16<<20)
	for i := 0; i < len(b); i += 4096 {
		b[i] = 1
	}
	kept = append(kept, b)
}""", "memory", env={"CAHIER_MEMORY_LIMIT": "512MiB"}, forgets=True),
    "allocation beyond the limit, at once": Case("b := make([]byte, 1<<40)\nb[5] = 1", "memory|len out of range",
                                                env={"CAHIER_MEMORY_LIMIT": "512MiB"}),
    "allocation of many small things": Case("""type node struct{ next *node; pad [64]int }
var head *node
for {
	head = &node{next: head}
}""", "memory", env={"CAHIER_MEMORY_LIMIT": "512MiB"}, forgets=True, timeout=120),
    "SIGKILL of its own process": Case("syscall.Kill(os.Getpid(), syscall.SIGKILL)\ntime.Sleep(time.Second)", "SIGKILL", forgets=True),
    "SIGSEGV of its own process": Case("syscall.Kill(os.Getpid(), syscall.SIGSEGV)\ntime.Sleep(time.Second)", "segmentation|SIGSEGV", forgets=True),
    "closing descriptors 1 and 2": Case("syscall.Close(1)\nsyscall.Close(2)", ""),
    "closing os.Stdout and os.Stderr": Case("os.Stdout.Close()\nos.Stderr.Close()", ""),
    "closing every descriptor": Case("for fd := 0; fd < 256; fd++ {\n\tsyscall.Close(fd)\n}", ""),
    "for {}": Case("for {}", "(?i)interrupt", "while True: pass", (1.0, 4.0)),
    "for {} in a sort callback": Case("sort.Slice([]int{3, 1, 2}, func(i, j int) bool {\n\tfor {\n\t}\n})", "(?i)interrupt",
                                      "sorted([3, 1, 2], key=lambda x: [0 for _ in iter(int, 1)] and 1)", (1.0, 4.0)),
    "for {} in a goroutine": Case("go func() {\n\tfor {\n\t}\n}()", None),
    "two for {} in goroutines": Case("for i := 0; i < 2; i++ {\n\tgo func() {\n\t\tfor {\n\t\t}\n\t}()\n}", None),
    "deadlock on a channel": Case("ch := make(chan int)\n<-ch", "(?i)interrupt|deadlock", "import threading; threading.Event().wait()", (1.0, 4.0)),
    "deadlock on a mutex": Case("var mu sync.Mutex\nmu.Lock()\nmu.Lock()", "(?i)interrupt|deadlock", None, (1.0, 4.0)),
    "select {}": Case("select {}", "(?i)interrupt|deadlock", None, (1.0, 4.0)),
    "time.Sleep for an hour": Case("time.Sleep(time.Hour)", "(?i)interrupt", "import time; time.sleep(3600)", (1.0, 4.0)),
    "10 MB in one print": Case('fmt.Println(strings.Repeat("x", 10000000))', None, 'print("x" * 10000000)',
                               output=exact("x" * 10_000_000 + "\n")),
    "1,000,000 lines": Case('for i := 0; i < 1000000; i++ {\n\tfmt.Println("line", i)\n}', None,
                            "for i in range(1000000): print('line', i)", timeout=120,
                            output=exact("".join(f"line {i}\n" for i in range(1_000_000)))),
    "a crash in the middle of 100,000 lines": Case('for i := 0; i < 100000; i++ {\n\tfmt.Println("line", i)\n}\nos.Exit(3)', r"exit.*\b3\b", forgets=True,
                                                   output=exact("".join(f"line {i}\n" for i in range(100_000)))),
}


class Control:
    """Asks kernel_info on control every 100 ms, from a process of its own."""

    def __init__(self, kernel):
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "control_poll.py")
        self.process = subprocess.Popen([sys.executable, script, kernel.manager.connection_file],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        want(self.process.stdout.readline() == "ready\n", "kernel_info on control is not answered before the cell")

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.stdin.close()
        said = json.loads(self.process.stdout.readline())
        self.process.wait(15)
        self.process.stdout.close()
        self.times, self.lost = said["times"], said["lost"]


def survive(case):
    code = case.python if PYTHON else case.go
    with Kernel(env=case.env) as k:
        first = k.run(go_or_python("kept := 41", "kept = 41"))
        want(first.status == "ok", "the cell before: " + first.brief())
        with Control(k) as control:
            r = k.run(code, timeout=case.timeout, interrupts=case.interrupts)
            if PYTHON:
                time.sleep(0.3)  # ipykernel aborts what reaches it right after an error
            t = time.perf_counter()
            after = k.run(NEXT, timeout=20)
            took = time.perf_counter() - t
            time.sleep(0.5)  # a few more questions
            control.stop()
        figures = (f"cell {r.idle:.2f} s, next cell {took * 1e3:.0f} ms, control median {median(control.times) * 1e3:.1f} ms, "
                   f"worst {max(control.times) * 1e3:.1f} ms of {len(control.times)}")
        want(control.lost is None, f"control does not answer: {control.lost}")
        want(k.manager.is_alive(), "the kernel has ended")
        if case.error is None:
            want(r.status == "ok", "the cell should succeed: " + r.brief())
        elif case.error and not PYTHON:
            want(r.status == "error" and r.error, "the cell should fail: " + r.brief())
            said = r.error["ename"] + ": " + r.error["evalue"] + "\n" + "\n".join(r.error["traceback"])
            want(re.search(case.error, said), f"the error should say {case.error!r}; it says {said[:600]!r}")
        want(after.plain == "42" and after.text == "alive\n", f"the next cell should print alive and show 42: {after.brief()}; {figures}")
        if case.output:
            case.output(r)
        want(max(control.times) <= CONTROL_LIMIT, f"control answered too late: {figures}")
        want(took <= NEXT_LIMIT, f"the next cell came too late: {figures}")
        kept = k.run("kept")
        if case.forgets and kept.plain != "41":
            want("%replay" in said and "gone" in said, f"kept is gone; the error should say so and mention %replay; it says {said[:600]!r}")
            want(kept.status == "error", "kept should be unknown to the new worker: " + kept.brief())
            again = k.run("%replay", timeout=30)
            want(again.status == "ok", "%replay: " + again.brief())
            back = k.run("kept")
            want(back.plain == "41", "after %replay kept should be 41: " + back.brief())
        elif case.forgets:
            want("gone" not in said, f"kept is still there; the error says {said[:600]!r}")
        figures += ", variables " + ("kept" if kept.plain == "41" else "gone")
        remark = figures
        if r.error and not PYTHON:
            remark += f"\n       {r.error['ename']}: {r.error['evalue'][:160]}"
    return remark


def nothing_left():
    """After shutdown no process of the kernel is left, not even one that a cell started."""
    k = Kernel()
    k.run(go_or_python('exec.Command("sleep", "600").Start()', "import subprocess; p = subprocess.Popen(['sleep', '600'])"))
    before = k.processes()
    k.manager.shutdown_kernel()
    k.client.stop_channels()
    left = lambda: [p for p in before if exists(p)]
    want(eventually(lambda: not left(), 5), f"left behind: {left()}")
    return f"{len(before)} processes gone"


def killed_kernel():
    """When the kernel itself is killed its children end too."""
    k = Kernel()
    k.run(go_or_python("x := 1", "x = 1"))
    before = k.processes()
    k.manager.provisioner.process.kill()
    left = lambda: [p for p in before[1:] if exists(p)]
    ok = eventually(lambda: not left(), 5)
    still = left()
    k.client.stop_channels()
    k.manager.cleanup_resources()
    want(ok, f"left behind: {still}")
    return f"{len(before) - 1} children gone"


def idle_sigint():
    """SIGINT to an idle kernel is harmless, also to its whole process group."""
    with Kernel() as k:
        k.run(go_or_python("kept := 41", "kept = 41"))
        for _ in range(20):
            os.kill(k.pid, signal.SIGINT)
            os.killpg(os.getpgid(k.pid), signal.SIGINT)
            time.sleep(0.02)
        time.sleep(0.3)
        r = k.run("kept")
        want(r.plain == "41", r.brief())


def early_sigint():
    """SIGINT in the milliseconds after the start is harmless."""
    lost = 0
    for n in range(20):
        m = KernelManager(kernel_name=NAME, context=zmq.Context.instance())
        m.start_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.002 * n)
        os.killpg(os.getpgid(m.provisioner.pid), signal.SIGINT)
        c = m.client()
        c.start_channels()
        try:
            c.wait_for_ready(timeout=5)
        except Exception:
            lost += 1
        c.stop_channels()
        m.shutdown_kernel(now=True)
    want(lost == 0, f"{lost} of 20 kernels did not come up after a SIGINT within 0 to 40 ms of their start")


def restart():
    """A restart on the same ports gives an empty kernel that the same client reaches."""
    with Kernel() as k:
        k.run(go_or_python("kept := 41", "kept = 41"))
        for _ in range(3):
            k.manager.restart_kernel()
            k.wait_reply(k.client.kernel_info(), 20)
            k.subscribe()
            r = k.run("kept")
            want(r.status == "error", "kept should be gone: " + r.brief())
            if PYTHON:
                time.sleep(0.3)
            want(k.run("6*7").plain == "42", "6*7 should be 42")


EXTRA = {
    "no process is left after shutdown": nothing_left,
    "no process is left when the kernel is killed": killed_kernel,
    "SIGINT to the idle kernel": idle_sigint,
    "SIGINT to the starting kernel": early_sigint,
    "restart on the same ports": restart,
}

if __name__ == "__main__":
    report = Report("what a cell may do without ending the kernel")
    for name in selected([*CASES, *EXTRA]):
        if name in EXTRA:
            if PYTHON and name in ("SIGINT to the starting kernel", "no process is left after shutdown"):
                report.skip(name, "ipykernel does not promise it")
            else:
                report.check(name, EXTRA[name])
            continue
        case = CASES[name]
        if PYTHON and case.python is None:
            report.skip(name, "ipykernel has no such case, or does not survive it so")
        else:
            report.check(name, lambda: survive(case))
    report.done()
