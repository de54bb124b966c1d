"""Load and leave-taking: stopped subscribers, large messages, many connections, many shutdowns, encrypted transport.

    load.py [CHECK...]
"""
import os
import select
import signal
import socket
import subprocess
import sys
import time

import zmq

from hostile import Target, greeting, ready
from kernels import PYTHON, Kernel, Report, eventually, go_or_python, median, selected, want

LINE = "x" * 1023
PRINT_20MB = go_or_python(f'line := strings.Repeat("x", 1023)\nfor i := 0; i < 20000; i++ {{\n\tfmt.Println(line)\n}}',
                          'import sys\nfor i in range(20000): sys.stdout.write("x" * 1023 + "\\n")')


def stopped_subscriber():
    """A subscriber that has been stopped costs the others nothing: all output arrives, control answers, time stays."""
    with Kernel() as k:
        def round_():
            r = k.run(PRINT_20MB, timeout=120)
            want(r.status == "ok", r.brief())
            want(r.text == (LINE + "\n") * 20000, f"{len(r.text):,} of 20,480,000 characters arrived, or not the same")
            return r.idle
        round_()
        without = [round_() for _ in range(3)]
        code = ("import zmq\ns = zmq.Context().socket(zmq.SUB)\ns.subscribe(b'')\ns.connect('tcp://%s:%d')\nprint(s.recv_multipart() and 'up', flush=True)\n"
                "while True: s.recv_multipart()" % (k.client.ip, k.client.iopub_port))
        stopped = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        try:
            time.sleep(0.5)
            for _ in range(50):
                k.run("1")
                if select.select([stopped.stdout], [], [], 0.1)[0]:
                    break
            want(stopped.stdout.readline() == "up\n", "the subscriber did not come up")
            os.kill(stopped.pid, signal.SIGSTOP)
            with_, control = [], []
            for _ in range(4):
                with_.append(round_())
                control += [k.ask_control()[0] for _ in range(5)]
        finally:
            os.kill(stopped.pid, signal.SIGKILL)
            stopped.wait()
            stopped.stdout.close()
        said = (f"20 MB without {', '.join('%.2f' % t for t in without)} s, beside a stopped one {', '.join('%.2f' % t for t in with_)} s, "
                f"control median {median(control) * 1e3:.1f} ms, worst {max(control) * 1e3:.1f} ms")
        want(max(with_) <= 2 * max(without) + 0.5, said)
        want(median(control) < 0.1, said)
        return said


def deaf_client():
    """A client that asks and never reads its replies costs the others nothing."""
    with Kernel() as k:
        s = zmq.Context.instance().socket(zmq.DEALER)
        s.linger, s.rcvhwm = 0, 1
        s.connect(f"tcp://{k.client.ip}:{k.client.shell_port}")
        session = k.client.session.clone()
        code = "x" * (1 << 20)
        for _ in range(100):
            session.send(s, "inspect_request", {"code": code, "cursor_pos": 5, "detail_level": 0})
        times = []
        for n in range(20):
            r = k.run(f"{n}", timeout=60)
            times.append(r.idle)
        s.close()
        return f"a cell beside it {median(times) * 1e3:.1f} ms"


def shutdowns():
    """Each of 200 shutdowns right after a cell delivers all its output, both idles and the shutdown_reply."""
    rounds = 20 if PYTHON else 200
    code = go_or_python('for i := 0; i < 500; i++ {\n\tfmt.Println(i, "----------------------------------------------------------------")\n}',
                        "for i in range(500): print(i, '-' * 64)")
    want_text = "".join(f"{i} {'-' * 64}\n" for i in range(500))
    bad = []
    for n in range(rounds):
        k = Kernel()
        request = k.send(code)
        k.wait_reply(request, 20)
        m = k.client.session.msg("shutdown_request", {"restart": n % 2 == 1})
        k.client.control_channel.send(m)
        down = m["header"]["msg_id"]
        missing = {"shutdown_reply on control", "idle of the cell", "idle of the shutdown", "shutdown_reply on iopub", "output", "exit"}
        text = ""
        try:
            reply = k.wait_reply(down, 5, "control")
            if reply["content"] == {"status": "ok", "restart": n % 2 == 1}:
                missing.discard("shutdown_reply on control")
        except Exception:
            pass
        end = time.time() + 3
        while time.time() < end and missing - {"exit", "output"}:
            try:
                got = k.client.get_iopub_msg(timeout=0.2)
            except Exception:
                continue
            parent, kind, c = got["parent_header"].get("msg_id"), got["msg_type"], got["content"]
            if parent == request and kind == "stream":
                text += c["text"]
            elif c.get("execution_state") == "idle":
                missing.discard({request: "idle of the cell", down: "idle of the shutdown"}.get(parent))
            elif kind == "shutdown_reply":
                missing.discard("shutdown_reply on iopub")
        if text == want_text:
            missing.discard("output")
        if eventually(lambda: k.manager.provisioner.process.poll() is not None, 5, 0.01):
            missing.discard("exit")
            if k.manager.provisioner.process.returncode != 0:
                missing.add(f"exit code 0 (it is {k.manager.provisioner.process.returncode})")
        k.client.stop_channels()
        if missing:
            bad.append((n, sorted(missing)))
            k.manager.shutdown_kernel(now=True)
        k.manager.cleanup_resources()
    want(not bad, f"{len(bad)} of {rounds} shutdowns lost something; the first: {bad[:3]}")
    return f"{rounds} of {rounds}"


def large_messages():
    """64 MB in, as code and as a buffer, and 64 MB out, printed and shown."""
    big = 64 << 20
    with Kernel() as k:
        r = k.run(go_or_python("6 * 7 // ", "6 * 7 # ") + "x" * big, timeout=120)
        want(r.plain == "42", "64 MB of code: " + r.brief())
        m = k.client.session.msg("comm_open", {"comm_id": "big", "target_name": "nobody.knows", "data": {}})
        k.client.session.send(k.client.shell_channel.socket, m, buffers=[bytes(big)])
        want(k.run("6*7", timeout=60).plain == "42", "after a comm_open with a buffer of 64 MB")
        k.run(go_or_python(f'big := strings.Repeat("y", {big})', f'big = "y" * {big}'))
        r = k.run(go_or_python("fmt.Print(big)", "import sys; n = sys.stdout.write(big)"), timeout=120)
        want(r.text == "y" * big, f"64 MB printed: {len(r.text):,} characters arrived")
        printed = r.idle
        kind = "application/octet-stream"  # a page of that size would be refused, since it would stop a browser
        if PYTHON:
            r = k.run(f'display({{"{kind}": big}}, raw=True)', timeout=120)
        else:
            r = k.run(f'display.Show(display.MIME(map[string]any{{"{kind}": big}}, nil))', timeout=120)
        got = len(r.displays[0]["data"].get(kind, "")) if r.displays else 0
        want(got == big, f"64 MB shown: {got:,} characters arrived; {r.brief()}")
        return f"printed in {printed:.2f} s, shown in {r.idle:.2f} s"


def connections():
    """1,000 honest connections and 1,000 broken ones come and go; descriptors, threads and memory return."""
    with Kernel() as k:
        t = Target(k.manager.connection_file, k.pid)
        before = t.state()
        for _ in range(10):  # 1,000 clients in ten waves
            crowd = []
            for n in range(100):
                s = t.attack(["shell", "control", "stdin", "iopub", "hb"][n % 5], greeting() + ready([b"DEALER", b"DEALER", b"DEALER", b"SUB", b"REQ"][n % 5]))
                crowd.append(s)
            open_ = t.state()
            for s in crowd:
                s.close()
        for _ in range(1000):
            s = socket.create_connection(t.address("shell"), 5)
            try:
                s.sendall(b"GET / HTTP/1.1\r\n\r\n" + b"x" * 64)
            except OSError:
                pass
            s.close()
        for _ in range(30):  # and whole clients that ask something
            c = t.connect()
            want(t.answers(c), "a client gets no answer")
            c.stop_channels()
        ok = eventually(lambda: t.state()[1] <= before[1] + 8 and t.state()[0] <= before[0] + 60, 15, 0.5)
        after = t.state()
        said = f"descriptors {before[1]}, with 100 open {open_[1]}, after {after[1]}; threads {before[2]}, {after[2]}; {before[0]:.0f} MB, {after[0]:.0f} MB"
        want(ok, said)
        k.drain()
        k.subscribe()
        want(k.run("6*7").plain == "42", "6*7 should be 42")
        return said


def killed_clients():
    """Clients killed in the middle of a message leave the kernel alone."""
    with Kernel() as k:
        for n in range(5):
            code = ("import zmq\ns = zmq.Context().socket(zmq.DEALER)\ns.connect('tcp://%s:%d')\nprint('up', flush=True)\n"
                    "s.send_multipart([b'x', bytes(200 << 20)])\nwhile True: s.recv()" % (k.client.ip, k.client.shell_port))
            p = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
            p.stdout.readline()
            time.sleep(0.05 + 0.05 * n)
            p.kill()
            p.wait()
            p.stdout.close()
        want(k.run("6*7").plain == "42", "6*7 should be 42")


def encrypted():
    """Encrypted transport as the kernel manager asks for it; a client without the key gets nothing."""
    with Kernel(transport_encryption="required") as k:
        info = k.client.get_connection_info()
        want(info.get("curve_publickey"), "the connection file has no curve_publickey: nothing was encrypted")
        want(k.run("6*7").plain == "42", "6*7 should be 42")
        r = k.run(go_or_python('fmt.Print(strings.Repeat("z", 16<<20))', "import sys; n = sys.stdout.write('z' * (16 << 20))"))
        want(r.text == "z" * (16 << 20), f"16 MB: {len(r.text):,} characters arrived")
        k.ask_control()
        request = k.send(go_or_python('var s string\nfmt.Scanln(&s)\nfmt.Println("got", s)', "print('got', input())"), allow_stdin=True)
        want(k.client.get_stdin_msg(timeout=10)["msg_type"] == "input_request", "no input_request")
        k.client.input("abc")
        want("got abc" in k.collect(request, 10).text, "the input did not arrive")
        k.client.hb_channel.unpause()
        time.sleep(1.5)
        want(k.client.hb_channel.is_beating(), "the heartbeat does not beat")
        plain = zmq.Context.instance().socket(zmq.DEALER)
        plain.linger = 0
        plain.connect(f"tcp://{k.client.ip}:{k.client.shell_port}")
        session = k.client.session.clone()
        session.send(plain, "kernel_info_request", {})
        want(not plain.poll(1500), "a client without the key was answered")
        plain.close()
        wrong = zmq.Context.instance().socket(zmq.DEALER)
        wrong.linger = 0
        wrong.curve_serverkey = zmq.curve_keypair()[0]
        wrong.curve_publickey, wrong.curve_secretkey = zmq.curve_keypair()
        wrong.connect(f"tcp://{k.client.ip}:{k.client.shell_port}")
        session.send(wrong, "kernel_info_request", {})
        want(not wrong.poll(1500), "a client with a wrong key was answered")
        wrong.close()
        want(k.run("6*7").plain == "42", "6*7 should be 42 afterwards")


def ipc():
    """Sockets in the file system instead of ports."""
    with Kernel(transport="ipc") as k:
        want(k.run("6*7").plain == "42", "6*7 should be 42")
        k.ask_control()


def only_loopback():
    """The kernel listens on 127.0.0.1 and nowhere else."""
    with Kernel() as k:
        inodes = set()
        for p in k.processes():
            for fd in os.listdir(f"/proc/{p}/fd"):
                try:
                    link = os.readlink(f"/proc/{p}/fd/{fd}")
                except OSError:
                    continue
                if link.startswith("socket:["):
                    inodes.add(link[8:-1])
        listening = []
        for table in ("tcp", "tcp6"):
            for line in open(f"/proc/net/{table}").read().splitlines()[1:]:
                f = line.split()
                if f[3] == "0A" and f[9] in inodes:
                    listening.append(f[1])
        want(listening, "no listening socket was found")
        want(all(a.startswith("0100007F:") for a in listening), f"listens on {listening}")
        return f"{len(listening)} sockets"


CHECKS = {
    "a stopped subscriber": stopped_subscriber,
    "a deaf client": deaf_client,
    "messages of 64 MB": large_messages,
    "1,000 connections": connections,
    "killed clients": killed_clients,
    "encrypted transport": encrypted,
    "ipc": ipc,
    "loopback only": only_loopback,
    "200 shutdowns": shutdowns,
}

if __name__ == "__main__":
    report = Report("load and leave-taking")
    for name in selected(CHECKS):
        if PYTHON and name == "ipc":
            report.skip(name, "the client's iopub is tried with a kernel that supports it")
            continue
        report.check(name, CHECKS[name])
    report.done()
