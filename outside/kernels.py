"""A kernel under test: started through its kernelspec, driven by Jupyter's own client.

Every script here talks to the kernel named by the environment variable KERNEL (default cahier). With KERNEL=python3 the
scripts run the same questions against ipykernel: the control. When the control fails, the fault is in the surroundings.
"""
import os
import signal
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from queue import Empty

import zmq
from jupyter_client import BlockingKernelClient
from jupyter_client.manager import KernelManager

NAME = os.environ.get("KERNEL", "cahier")
PYTHON = NAME == "python3"


def go_or_python(go, python):
    """The sample in the language of the kernel under test."""
    return python if PYTHON else go


@dataclass
class Result:
    """What one execute_request brought."""
    reply: dict | None = None  # content of execute_reply
    text: str = ""             # stdout
    err: str = ""              # stderr
    value: dict | None = None  # data of execute_result
    error: dict | None = None  # content of the error message
    displays: list = field(default_factory=list)
    kinds: list = field(default_factory=list)  # message types in order, without status
    streams: int = 0           # stream messages
    idle: float | None = None  # seconds from the request to idle; None: it never came

    @property
    def plain(self):
        return (self.value or {}).get("text/plain")

    @property
    def status(self):
        return (self.reply or {}).get("status")

    def brief(self):
        s = f"status={self.status} idle={self.idle}"
        if self.error:
            s += f" error={self.error['ename']}: {self.error['evalue'][:300]}"
        if self.plain:
            s += f" value={self.plain[:100]!r}"
        if self.text:
            s += f" stdout={self.text[:200]!r}"
        if self.err:
            s += f" stderr={self.err[:300]!r}"
        return s


class Kernel:
    """A started kernel with a blocking client; use it with `with`."""

    def __init__(self, name=NAME, env=None, cwd=None, log=subprocess.DEVNULL, **traits):
        # One context for all: a manager's own would wait at its end for messages to kernels that are gone.
        self.manager = KernelManager(kernel_name=name, context=zmq.Context.instance(), **traits)
        started = time.perf_counter()
        self.manager.start_kernel(stdout=log, stderr=log, env={**os.environ, **(env or {})}, cwd=cwd or os.getcwd())
        self.client = self.manager.client()
        self.client.start_channels()
        request = self.client.kernel_info()
        self.info = self.wait_reply(request, 60)["content"]
        self.ready = time.perf_counter() - started  # seconds from start to the first kernel_info_reply
        self.subscribe()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()

    @property
    def pid(self):
        return self.manager.provisioner.pid

    def subscribe(self):
        """Returns when this client certainly receives iopub."""
        for _ in range(50):
            request = self.client.kernel_info()
            end = time.time() + 1
            while time.time() < end:
                try:
                    m = self.client.get_iopub_msg(timeout=0.2)
                except Empty:
                    continue
                if m["parent_header"].get("msg_id") == request and m["content"].get("execution_state") == "idle":
                    self.wait_reply(request, 10)
                    self.drain()
                    return
        raise RuntimeError("nothing arrives on iopub")

    def drain(self):
        for get in (self.client.get_shell_msg, self.client.get_iopub_msg):
            while True:
                try:
                    get(timeout=0.05)
                except Empty:
                    break

    def wait_reply(self, request, timeout, channel="shell"):
        get = getattr(self.client, f"get_{channel}_msg")
        end = time.time() + timeout
        while True:
            left = end - time.time()
            if left <= 0:
                raise TimeoutError(f"no reply on {channel} within {timeout} s")
            try:
                m = get(timeout=min(left, 1))
            except Empty:
                if not self.manager.is_alive():
                    raise RuntimeError("the kernel has died")
                continue
            if m["parent_header"].get("msg_id") == request:
                return m

    def ask_control(self, kind="kernel_info_request", content=None, timeout=10):
        """Seconds until the answer to a request on control, and the answer."""
        m = self.client.session.msg(kind, content or {})
        t = time.perf_counter()
        self.client.control_channel.send(m)
        reply = self.wait_reply(m["header"]["msg_id"], timeout, "control")
        return time.perf_counter() - t, reply

    def send(self, code, **kw):
        return self.client.execute(code, **kw)

    def collect(self, request, timeout=60, started=None, interrupts=()):
        """Everything up to idle, and the reply. interrupts: seconds after which to interrupt."""
        started = started or time.perf_counter()
        r, text, err = Result(), [], []
        pending = list(interrupts)
        while time.perf_counter() - started < timeout:
            now = time.perf_counter() - started
            if pending and now >= pending[0]:
                pending.pop(0)
                self.manager.interrupt_kernel()
            try:
                m = self.client.get_iopub_msg(timeout=0.02 if pending else 0.5)
            except Empty:
                if not self.manager.is_alive():
                    raise RuntimeError("the kernel has died; so far " + r.brief())
                continue
            if m["parent_header"].get("msg_id") != request:
                continue
            kind, c = m["msg_type"], m["content"]
            if kind == "status":
                if c["execution_state"] == "idle":
                    r.idle = time.perf_counter() - started
                    break
                continue
            r.kinds.append(kind)
            if kind == "stream":
                (text if c["name"] == "stdout" else err).append(c["text"])
                r.streams += 1
            elif kind == "error":
                r.error = c
            elif kind == "execute_result":
                r.value = c["data"]
            elif kind in ("display_data", "update_display_data"):
                r.displays.append(c)
        r.text, r.err = "".join(text), "".join(err)
        if r.idle is None:
            raise TimeoutError(f"no idle within {timeout} s; so far {r.brief()}")
        r.reply = self.wait_reply(request, 5)["content"]
        return r

    def run(self, code, timeout=60, interrupts=(), **kw):
        t = time.perf_counter()
        return self.collect(self.send(code, **kw), timeout, t, interrupts)

    def processes(self):
        """Process ids of the kernel and all its descendants."""
        return tree(self.pid)

    def close(self):
        self.client.stop_channels()
        try:
            self.manager.shutdown_kernel(now=True)
        except Exception as e:  # it may be gone already, which some tests want
            print("shutdown:", e, file=sys.stderr)


def connect(path):
    """A client with a session and an identity of its own; manager.client() would share the manager's."""
    c = BlockingKernelClient(connection_file=path, context=zmq.Context.instance())
    c.load_connection_file()
    return c


def tree(root):
    children = {}
    for d in os.listdir("/proc"):
        if d.isdigit():
            try:
                parent = int(open(f"/proc/{d}/stat").read().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(d))
    out, todo = [], [root]
    while todo:
        p = todo.pop()
        out.append(p)
        todo += children.get(p, [])
    return out


def memory(pids):
    """Resident and proportional set size of the processes together, in MB."""
    rss = pss = 0.0
    for p in pids:
        try:
            for line in open(f"/proc/{p}/smaps_rollup"):
                if line.startswith("Rss:"):
                    rss += int(line.split()[1]) / 1024
                elif line.startswith("Pss:"):
                    pss += int(line.split()[1]) / 1024
        except OSError:
            pass
    return rss, pss


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def exists(pid):
    try:
        return open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def eventually(condition, timeout=5.0, pause=0.05):
    """Whether condition() becomes true within the time."""
    end = time.time() + timeout
    while time.time() < end:
        if condition():
            return True
        time.sleep(pause)
    return bool(condition())


class Report:
    """One line a check, and the exit code."""

    def __init__(self, title):
        self.title, self.passed, self.failed, self.skipped = title, 0, 0, 0
        print(f"--- {title} ({NAME})", flush=True)

    def check(self, name, function):
        """function returns a remark (or None) or raises; an AssertionError's text says what was wanted and got."""
        t = time.perf_counter()
        try:
            remark = function()
        except KeyboardInterrupt:
            raise
        except Exception as e:
            self.failed += 1
            what = str(e) or repr(e)
            if not isinstance(e, AssertionError):
                what = f"{type(e).__name__}: {what}"
            print(f"FAIL {name} ({time.perf_counter() - t:.1f} s): {what}", flush=True)
            return
        self.passed += 1
        print(f"ok   {name} ({time.perf_counter() - t:.1f} s)" + (f": {remark}" if remark else ""), flush=True)

    def skip(self, name, why):
        self.skipped += 1
        print(f"skip {name}: {why}", flush=True)

    def done(self):
        """The closing line; exits."""
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        print(f"{self.passed} passed, {self.failed} failed{skipped}", flush=True)
        sys.stdout.flush()
        os._exit(1 if self.failed or not self.passed else 0)  # a client thread may still hang in a dead kernel's sockets


def want(condition, message):
    if not condition:
        raise AssertionError(message)


def selected(names):
    """The names given on the command line, or all."""
    chosen = sys.argv[1:]
    for c in chosen:
        if c not in names:
            sys.exit(f"unknown: {c}; there are: {', '.join(names)}")
    return [n for n in names if not chosen or n in chosen]


def median(xs):
    return statistics.median(xs)


signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
