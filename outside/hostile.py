"""What a stranger who can reach the ports may send, all of it before any signature.

Each case opens a connection to one of the kernel's five sockets, sends bytes that no honest client sends, and leaves the
connection open. Asserted after each: the client from before and a new client get their answers. At the end: memory,
descriptors and threads are back where they were. One kernel takes all cases, one after the other.

    hostile.py               all cases, then five seconds of mutated bytes (SEED, SECONDS change that)
    CONNECTION_FILE=k.json   against a kernel that runs already
"""
import os
import random
import socket
import struct
import time

from kernels import PYTHON, Kernel, Report, connect, descriptors, eventually, memory, want

# ZMTP 3 by hand (RFC 23/ZMTP 3.0)


def prop(name, value, length=None):
    return bytes([len(name)]) + name + struct.pack(">I", len(value) if length is None else length) + value


def greeting(mechanism=b"NULL", major=3, minor=0, server=0):
    return b"\xff" + b"\0" * 7 + b"\x01\x7f" + bytes([major, minor]) + mechanism.ljust(20, b"\0") + bytes([server]) + b"\0" * 31


def command(name, body=b""):
    b = bytes([len(name)]) + name + body
    return (bytes([4, len(b)]) if len(b) < 256 else b"\x06" + struct.pack(">Q", len(b))) + b


def ready(kind, identity=b""):
    return command(b"READY", prop(b"Socket-Type", kind) + prop(b"Identity", identity))


def frame(b, more=0):
    return (bytes([more, len(b)]) if len(b) < 256 else bytes([2 | more]) + struct.pack(">Q", len(b))) + b


def announce(length, flags=2):
    """The header of a long frame; its body does not follow."""
    return bytes([flags]) + struct.pack(">Q", length)


HONEST = {"shell": b"DEALER", "control": b"DEALER", "stdin": b"DEALER", "iopub": b"SUB", "hb": b"REQ"}
ABSURD = [1 << 31, 1 << 32, 1 << 40, 1 << 47, 1 << 60, (1 << 63) - 1, 1 << 63, (1 << 64) - 1]


def cases(name):
    """(what, bytes) for one socket."""
    kind = HONEST[name]
    hello = greeting() + ready(kind)
    yield "nothing", b""
    yield "half a greeting", greeting()[:30]
    yield "a greeting and nothing more", greeting()
    yield "1 KB of random bytes", random.randbytes(1024)
    yield "HTTP", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 4
    yield "TLS", bytes.fromhex("16030100a5010000a10303") + random.randbytes(200)
    yield "1 MB of zeros", bytes(1 << 20)
    yield "1 MB of 0xff", b"\xff" * (1 << 20)
    for mechanism in (b"PLAIN", b"CURVE", b"GSSAPI", b"", b"\xff" * 20):
        yield f"mechanism {mechanism!r}", greeting(mechanism)
    for major, minor in ((0, 0), (1, 0), (2, 0), (3, 255), (255, 255)):
        yield f"version {major}.{minor}", greeting(major=major, minor=minor) + ready(kind)
    yield "says that it is the server", greeting(server=1) + ready(kind)
    yield "PLAIN with a password", greeting(b"PLAIN") + command(b"HELLO", b"\x04user\x04word")
    for what, body in {
        "no properties": b"", "a name without value": b"\x0bSocket-Type", "half a name": b"\x0bSocket", "an empty name": prop(b"", b"x"),
        "half a length": b"\x0bSocket-Type\x00\x00", "a value shorter than said": prop(b"Socket-Type", b"x", 100),
        "a value of 2^31-1 bytes": prop(b"Socket-Type", b"", (1 << 31) - 1), "a value of 2^32-1 bytes": prop(b"Socket-Type", b"", (1 << 32) - 1),
        "no socket type": prop(b"Identity", b"x"), "an empty socket type": prop(b"Socket-Type", b""),
        "two socket types": prop(b"Socket-Type", kind) + prop(b"Socket-Type", b"PUB"), "a name of 255 bytes": prop(b"n" * 255, b"x"),
        "1,000 properties": prop(b"Socket-Type", kind) + b"".join(prop(b"X%d" % i, b"y") for i in range(1000)),
        "an identity of 256 bytes": prop(b"Socket-Type", kind) + prop(b"Identity", b"i" * 256),
        "an identity of 100,000 bytes": prop(b"Socket-Type", kind) + prop(b"Identity", b"i" * 100000),
        "an identity that starts with zero": prop(b"Socket-Type", kind) + prop(b"Identity", b"\0\0\0\0\1"),
    }.items():
        yield f"READY with {what}", greeting() + command(b"READY", body)
    for other in (b"BOGUS", b"PUB", b"REP", b"PAIR", b"PUSH", b"STREAM", b"dealer", b"\xff\xfe", b"x" * 5000):
        yield f"socket type {other[:10]!r}", greeting() + ready(other)
    yield "READY twice", hello + ready(kind)
    yield "ERROR instead of READY", greeting() + command(b"ERROR", b"\x05wrong")
    yield "ERROR with a false length", greeting() + command(b"ERROR", b"\xffx")
    yield "an unknown command instead of READY", greeting() + command(b"FOO", b"bar")
    yield "a message instead of READY", greeting() + frame(b"hello")
    yield "a command of 0 bytes", greeting() + b"\x04\x00"
    yield "a command whose name is longer than it", greeting() + b"\x04\x03\xffab"
    for n in ABSURD:
        yield f"a frame of {n:.3g} bytes during the handshake", greeting() + announce(n, 6)
        yield f"a frame of {n:.3g} bytes", hello + announce(n)
        yield f"a command of {n:.3g} bytes", hello + announce(n, 6)
        yield f"{n:.3g} bytes announced, 1 MB sent", hello + announce(n) + bytes(1 << 20)
    yield "200,000 frames in one message", hello + b"\x01\x00" * 200_000 + b"\x00\x00"
    yield "200,000 frames and no end", hello + b"\x01\x00" * 200_000
    yield "50,000 messages without delimiter", hello + frame(b"x") * 50_000
    yield "50,000 empty messages", hello + b"\x00\x00" * 50_000
    for flags in (3, 5, 7, 8, 0x10, 0x40, 0x80, 0xff):
        yield f"frame flags {flags:#x}", hello + bytes([flags, 4]) + b"abcd" + bytes(8)
    yield "a command inside a message", hello + frame(b"a", 1) + command(b"PING", b"\0\0") + frame(b"b")
    yield "unknown commands after the handshake", hello + command(b"FOO", b"bar") * 100
    yield "a PING without a time to live", hello + command(b"PING")
    yield "a PING with 1,000 bytes of context", hello + command(b"PING", b"\0\0" + b"c" * 1000)
    yield "10,000 PINGs, no answer read", hello + command(b"PING", b"\0\0ctx") * 10_000
    yield "a PONG nobody asked for", hello + command(b"PONG", b"x")
    yield "only the delimiter", hello + frame(b"<IDS|MSG>")
    yield "a delimiter and a wrong signature", hello + frame(b"<IDS|MSG>", 1) + frame(b"0" * 64, 1) + frame(b"{}", 1) * 3 + frame(b"{}")
    yield "a delimiter and too few frames", hello + frame(b"<IDS|MSG>", 1) + frame(b"0" * 64, 1) + frame(b"{}")
    yield "no signature", hello + frame(b"<IDS|MSG>", 1) + frame(b"", 1) + frame(b'{"msg_type":"shutdown_request"}', 1) + frame(b"{}", 1) * 2 + frame(b"{}")
    if name == "iopub":
        yield "20,000 subscriptions", hello + b"".join(frame(b"\x01topic%d" % i) for i in range(20_000))
        yield "subscriptions by command", hello + command(b"SUBSCRIBE", b"") + command(b"CANCEL", b"")
        yield "a subscription to 1 MB", hello + frame(b"\x01" + b"t" * (1 << 20))
        yield "an end of what was not subscribed", hello + frame(b"\x00never") * 100
        yield "messages to a publisher", hello + frame(b"hello") * 100
    if name == "hb":
        yield "a heartbeat without its empty frame", hello + frame(b"ping") * 100
        yield "10,000 heartbeats at once", hello + (frame(b"", 1) + frame(b"ping")) * 10_000


class Target:
    """The kernel under attack, with the client from before."""

    def __init__(self, path, pid=None):
        self.path, self.pid = path, pid
        self.old = self.connect()
        want(self.answers(self.old, 60), "the kernel does not answer before the first case")

    def connect(self):
        c = connect(self.path)
        c.start_channels(hb=False)
        return c

    def answers(self, c, timeout=5):
        request = c.kernel_info()
        end = time.time() + timeout
        while time.time() < end:
            try:
                if c.get_shell_msg(timeout=max(0.01, end - time.time()))["parent_header"].get("msg_id") == request:
                    return True
            except Exception:
                return False
        return False

    def address(self, name):
        return self.old.ip, getattr(self.old, name + "_port")

    def attack(self, name, data):
        s = socket.create_connection(self.address(name), 5)
        s.settimeout(2)
        try:
            s.sendall(data)
        except OSError:
            pass  # the kernel may hang up
        return s

    def alive(self, what):
        want(self.answers(self.old), f"{what}: the client from before gets no answer")
        new = self.connect()
        try:
            want(self.answers(new), f"{what}: a new client gets no answer")
        finally:
            new.stop_channels()

    def state(self):
        pss = memory([self.pid])[0]
        return pss, descriptors(self.pid), len(os.listdir(f"/proc/{self.pid}/task"))


def attack_socket(t, name):
    n = 0
    for what, data in cases(name):
        s = t.attack(name, data)
        time.sleep(0.05)
        t.alive(what)
        s.close()
        n += 1
    return f"{n} cases"


def cut_everywhere(t):
    """An honest handshake with a message, cut off after each byte."""
    whole = greeting() + ready(b"DEALER", b"cut") + frame(b"<IDS|MSG>", 1) + frame(b"sig", 1) + frame(b"{}", 1) * 3 + frame(b"{}")
    for n in range(len(whole)):
        t.attack("shell", whole[:n]).close()
    t.alive("cut off")
    return f"{len(whole)} places"


def drip(t):
    """An honest handshake, one byte at a time, does not keep the others waiting."""
    s = socket.create_connection(t.address("shell"), 5)
    for b in (greeting() + ready(b"DEALER"))[:70]:
        try:
            s.sendall(bytes([b]))
        except OSError:
            break
        time.sleep(0.02)
    t.alive("dripping")
    s.close()


def silent_crowd(t):
    """300 connections that say nothing keep nobody out."""
    crowd = [t.attack("shell", b"") for _ in range(300)]
    want(t.answers(t.old, 10), "the client from before gets no answer")
    new = t.connect()
    ok = t.answers(new, 20)
    new.stop_channels()
    for s in crowd:
        s.close()
    want(ok, "a new client gets no answer within 20 s while 300 silent connections are open")


def mutate(t):
    seconds, seed = float(os.environ.get("SECONDS", "5")), int(os.environ.get("SEED", random.randrange(1 << 30)))
    rng = random.Random(seed)
    pool = [(name, data) for name in HONEST for _, data in cases(name) if len(data) < 20_000]
    end, n = time.time() + seconds, 0
    while time.time() < end:
        name, data = rng.choice(pool)
        b = bytearray(data or b"\xff")
        for _ in range(rng.randrange(1, 6)):
            at = rng.randrange(len(b))
            match rng.randrange(4):
                case 0: b[at] = rng.randrange(256)
                case 1: b[at:at] = rng.randbytes(rng.randrange(1, 9))
                case 2: del b[at:at + rng.randrange(1, 9)]
                case 3: b = b[:at + 1] + b[rng.randrange(len(b)):]
            if not b:
                b = bytearray(b"\0")
        try:
            t.attack(name, bytes(b)).close()
        except OSError as e:
            raise AssertionError(f"seed {seed}, input {n}: {e}")
        n += 1
        if n % 200 == 0:
            t.alive(f"seed {seed}, input {n}")
    t.alive(f"seed {seed}, after {n} inputs")
    return f"{n:,} inputs, seed {seed}"


def settle(t, before):
    def back():
        now = t.state()
        return now[0] <= before[0] + (400 if PYTHON else 100) and now[1] <= before[1] + 8
    ok = eventually(back, 20, 0.5)
    now = t.state()
    said = f"before {before[0]:.0f} MB, {before[1]} descriptors, {before[2]} threads; after {now[0]:.0f} MB, {now[1]}, {now[2]}"
    want(ok, said)
    return said


if __name__ == "__main__":
    report = Report("strangers at the ports")
    path = os.environ.get("CONNECTION_FILE")
    kernel = None if path else Kernel()
    target = Target(path or kernel.manager.connection_file, None if path else kernel.pid)
    before = None if path else target.state()
    for name in HONEST:
        report.check(f"hostile bytes on {name}", lambda: attack_socket(target, name))
    report.check("a handshake cut off after each byte", lambda: cut_everywhere(target))
    report.check("a handshake that drips", lambda: drip(target))
    report.check("300 silent connections", lambda: silent_crowd(target))
    report.check("mutated bytes", lambda: mutate(target))
    if before:
        report.check("memory and descriptors are given back", lambda: settle(target, before))
    if kernel:
        kernel.drain()  # a subscriber that has not read for long
        kernel.subscribe()
        report.check("cells still run", lambda: want(kernel.run("6*7").plain == "42", "6*7 should be 42"))
        kernel.close()
    report.done()
