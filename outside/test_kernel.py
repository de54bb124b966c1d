"""Jupyter's own kernel test suite with every sample filled in, and what it does not ask.

    KERNEL=cahier python -m unittest -v test_kernel
"""
import os
import subprocess
import tempfile
import time
import unittest
from queue import Empty

import jupyter_kernel_test as jkt

from kernels import NAME, PYTHON, Kernel, connect, descriptors, eventually, go_or_python

QUIET = dict(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Suite(jkt.KernelTests):
    """The public suite; its assertions are untouched. Only the pager is left out: a Go cell has none."""
    kernel_name = NAME

    language_name = go_or_python("go", "python")
    file_extension = go_or_python(".go", ".py")
    code_hello_world = go_or_python('fmt.Println("hello, world")', 'print("hello, world")')
    code_stderr = go_or_python('fmt.Fprintln(os.Stderr, "oops")', 'import sys; print("oops", file=sys.stderr)')
    code_generate_error = go_or_python('panic("boom")', 'raise ValueError("boom")')
    code_execute_result = go_or_python([
        {"code": "6*7", "result": "42"},
        {"code": "x := 3\nx * 2", "result": "6"},
        {"code": "[]int{1, 2, 3}", "result": "[1 2 3]"},
    ], [
        {"code": "6*7", "result": "42"},
        {"code": "x = 3\nx * 2", "result": "6"},
        {"code": "[1, 2, 3]", "result": "[1, 2, 3]"},
    ])
    code_display_data = go_or_python([
        {"code": 'display.Show(display.HTML("<b>hi</b>"))', "mime": "text/html"},
        {"code": 'display.Show(display.Markdown("**hi**"))', "mime": "text/markdown"},
        {"code": 'display.Show(display.SVG(`<svg xmlns="http://www.w3.org/2000/svg"/>`))', "mime": "image/svg+xml"},
        {"code": 'display.Show(display.Latex("$x^2$"))', "mime": "text/latex"},
        {"code": 'display.Show(display.JSON(map[string]int{"a": 1}))', "mime": "application/json"},
    ], [
        {"code": "from IPython.display import HTML, display; display(HTML('<b>hi</b>'))", "mime": "text/html"},
    ])
    completion_samples = go_or_python([
        {"text": "strings.ToUpp", "matches": {"ToUpper", "ToUpperSpecial"}},
        {"text": "math.SqrtP", "matches": {"SqrtPi", "SqrtPhi"}},
        {"text": "ops.Conv2", "matches": {"Conv2D"}},
    ], [{"text": "zi", "matches": {"zip"}}])
    complete_code_samples = go_or_python(
        ["1+1", 'import "fmt"', "func f() int {\n\treturn 1\n}", "x := []int{1,\n2,\n}", "// a comment", "", "%replay"],
        ["1", "print('hello, world')", "def f(x):\n  return x*2\n\n\n"])
    incomplete_code_samples = go_or_python(
        ["func f() int {", "x := []int{1,", "for i := 0; i < 3; i++ {\n", "s := `open", "x :=", "if true {\n\tx()\n} else {", "/* open"],
        ["print('''hello", "def f(x):\n  x*2"])
    invalid_code_samples = go_or_python(["func )(", "x := }", "import 3", "x = = 2", "1 2"], ["import = 7q"])
    code_inspect_sample = go_or_python("strings.ToUpper", "zip")
    code_history_pattern = "6*"
    # ipykernel 7.4 answers a range with session 0.
    supported_history_operations = go_or_python(("tail", "range", "search"), ("tail", "search"))
    code_clear_output = go_or_python("display.Clear(false)", "from IPython.display import clear_output; clear_output()")

    @classmethod
    def setUpClass(cls):
        # The suite's searches expect a history that holds nothing else.
        home = tempfile.TemporaryDirectory()
        cls.addClassCleanup(home.cleanup)
        env = {**os.environ, "XDG_DATA_HOME": home.name, "IPYTHONDIR": home.name}
        cls.km, cls.kc = jkt.start_new_kernel(kernel_name=cls.kernel_name, startup_timeout=60, env=env, **QUIET)


class Welcome(jkt.IopubWelcomeTests):
    kernel_name = NAME
    support_iopub_welcome = True

    @classmethod
    def setUpClass(cls):
        cls.km = jkt.KernelManager(kernel_name=cls.kernel_name)
        cls.km.start_kernel(**QUIET)
        cls.kc = cls.km.client()


class Base(unittest.TestCase):
    def setUp(self):
        self.k = Kernel()
        self.addCleanup(self.k.close)

    def after_error(self):
        if PYTHON:
            time.sleep(0.3)  # ipykernel aborts what reaches it right after an error


class Protocol(Base):
    """What the messages must be, beyond the suite. Each test has a kernel of its own."""

    def test_kernel_info_is_complete(self):
        for field in ("status", "protocol_version", "implementation", "implementation_version", "language_info", "banner", "help_links"):
            self.assertIn(field, self.k.info)
        for field in ("name", "version", "mimetype", "file_extension", "codemirror_mode", "pygments_lexer"):
            self.assertTrue(self.k.info["language_info"].get(field), field)
        self.assertEqual(self.k.info["status"], "ok")
        _, control = self.k.ask_control()
        if not PYTHON:  # whose banner has a new tip each time
            self.assertEqual(control["content"], self.k.info, "kernel_info on control says something else than on shell")

    def test_order_of_messages(self):
        code = go_or_python('fmt.Print("a")\ndisplay.Show(display.HTML("b"))\nfmt.Print("c")\nfmt.Fprint(os.Stderr, "d")\n6*7',
                            "import sys\nfrom IPython.display import display, HTML\nprint('a', flush=True)\ndisplay(HTML('b'))\nprint('c', flush=True)\nprint('d', file=sys.stderr, flush=True)\n6*7")
        r = self.k.run(code)
        self.assertEqual(r.kinds, ["execute_input", "stream", "display_data", "stream", "stream", "execute_result"], r.brief())
        self.assertEqual(r.status, "ok")

    def test_execution_count(self):
        counts = [self.k.run("1").reply["execution_count"] for _ in range(2)]
        silent = self.k.run("1", silent=True)
        unstored = self.k.run("1", store_history=False)
        last = self.k.run("1").reply["execution_count"]
        self.assertEqual(last, counts[-1] + 1, "silent and unstored cells must not count")
        self.assertEqual(counts, [counts[0], counts[0] + 1])
        self.assertEqual(silent.kinds, [], "a silent cell publishes nothing")
        self.assertIn("execute_input", unstored.kinds)

    def test_silent_cell_still_runs(self):
        self.k.run(go_or_python("kept := 7", "kept = 7"), silent=True)
        self.assertEqual(self.k.run("kept").plain, "7")

    def test_error_has_name_value_and_traceback(self):
        r = self.k.run(go_or_python('panic("boom")', "raise ValueError('boom')"))
        self.assertEqual(r.status, "error")
        for where in (r.reply, r.error):
            self.assertTrue(where["ename"])
            self.assertIn("boom", where["evalue"])
            self.assertIsInstance(where["traceback"], list)
            self.assertTrue(where["traceback"])
        self.assertEqual(r.kinds.count("error"), 1)

    def test_error_names_the_line(self):
        if PYTHON:
            self.skipTest("the sample is Go")
        r = self.k.run('a := 1\nb := 2\nundefinedName(a, b)')
        self.assertEqual(r.status, "error")
        said = r.error["evalue"] + "\n".join(r.error["traceback"])
        self.assertIn("undefinedName", said)
        self.assertRegex(said, r"\b3\b", "the line is 3")
        self.assertEqual(self.k.run("a").status, "error", "nothing of a cell that does not compile may be declared")

    def test_error_aborts_the_queue(self):
        code = go_or_python('time.Sleep(time.Second)\npanic("boom")', "import time; time.sleep(1); 1/0")
        ids = [self.k.send(c) for c in (code, "1", "2")]
        info = self.k.client.kernel_info()  # not an execute_request: it must be answered
        statuses = [self.k.wait_reply(i, 20)["content"]["status"] for i in ids]
        self.assertEqual(statuses, ["error", "aborted", "aborted"])
        self.assertEqual(self.k.wait_reply(info, 10)["content"]["status"], "ok")
        self.after_error()
        self.assertEqual(self.k.run("6*7").plain, "42", "what arrives later runs")

    def test_stop_on_error_false_goes_on(self):
        code = go_or_python('time.Sleep(time.Second)\npanic("boom")', "import time; time.sleep(1); 1/0")
        ids = [self.k.send(c, stop_on_error=False) for c in (code, "1")]
        self.assertEqual([self.k.wait_reply(i, 20)["content"]["status"] for i in ids], ["error", "ok"])

    def test_user_expressions(self):
        r = self.k.run(go_or_python("x := 20", "x = 20"), user_expressions={"good": "x + 1", "bad": "nothing"})
        good, bad = r.reply["user_expressions"]["good"], r.reply["user_expressions"]["bad"]
        self.assertEqual((good["status"], good["data"]["text/plain"]), ("ok", "21"))
        self.assertEqual(bad["status"], "error")
        self.assertTrue(bad["ename"])
        self.assertEqual(r.status, "ok")

    def test_interrupt_keeps_the_variables(self):
        self.k.run(go_or_python("kept := 99", "kept = 99"))
        r = self.k.run(go_or_python("for {\n}", "while True: pass"), interrupts=(1.0,), timeout=20)
        self.assertEqual(r.status, "error")
        self.after_error()
        self.assertEqual(self.k.run("kept").plain, "99")

    def test_interrupt_request_is_answered(self):
        request = self.k.send(go_or_python("for {\n}", "while True: pass"))
        time.sleep(1)
        if PYTHON:
            self.k.manager.interrupt_kernel()
        else:
            _, reply = self.k.ask_control("interrupt_request")
            self.assertEqual(reply["content"], {"status": "ok"})
        self.assertEqual(self.k.collect(request, 20).status, "error")

    def test_input(self):
        code = go_or_python('var name string\nfmt.Print("name? ")\nfmt.Scanln(&name)\nfmt.Println("got", name)',
                            "print('got', input('name? '))")
        request = self.k.send(code, allow_stdin=True)
        asked = self.k.client.get_stdin_msg(timeout=15)
        self.assertEqual(asked["msg_type"], "input_request")
        self.assertEqual(asked["content"]["password"], False)
        self.k.client.input("abc")
        self.assertIn("got abc", self.k.collect(request, 20).text)

    def test_input_of_several_lines_through_a_scanner(self):
        if PYTHON:
            self.skipTest("the sample is Go")
        request = self.k.send('s := bufio.NewScanner(os.Stdin)\nfor s.Scan() {\n\tfmt.Println("line", s.Text())\n}', allow_stdin=True)
        for line in ("one", "二", "\x04"):
            self.assertEqual(self.k.client.get_stdin_msg(timeout=15)["msg_type"], "input_request")
            self.k.client.input(line)
        self.assertEqual(self.k.collect(request, 20).text, "line one\nline 二\n")

    def test_input_is_interruptible(self):
        request = self.k.send(go_or_python("var s string\nfmt.Scanln(&s)", "input()"), allow_stdin=True)
        self.k.client.get_stdin_msg(timeout=15)
        self.k.manager.interrupt_kernel()
        self.assertEqual(self.k.collect(request, 20).status, "error")

    def test_input_not_allowed(self):
        r = self.k.run(go_or_python("var s string\n_, err := fmt.Scanln(&s)\nfmt.Println(err != nil)", "input()"), allow_stdin=False, timeout=20)
        if PYTHON:
            self.assertEqual(r.status, "error")
        else:
            self.assertTrue(r.text == "true\n" or r.status == "error", r.brief())

    def test_output_of_a_goroutine_keeps_its_cell(self):
        if PYTHON:
            self.skipTest("ipykernel credits it to the cell that runs")
        first = self.k.send(go_or_python('go func() { time.Sleep(time.Second); fmt.Println("late") }()',
                                         "import threading, time\nthreading.Thread(target=lambda: (time.sleep(1), print('late'))).start()"))
        self.k.collect(first, 10)
        self.k.run("1")
        end = time.time() + 5
        while time.time() < end:
            try:
                m = self.k.client.get_iopub_msg(timeout=0.2)
            except Empty:
                continue
            if m["msg_type"] == "stream" and "late" in m["content"]["text"]:
                self.assertEqual(m["parent_header"]["msg_id"], first)
                return
        self.fail("the output did not arrive")

    def ask(self, kind, content=None):
        m = self.k.client.session.msg(kind, content or {})
        self.k.client.shell_channel.send(m)
        return self.k.wait_reply(m["header"]["msg_id"], 10)

    def test_comm_info(self):
        reply = self.ask("comm_info_request")
        self.assertEqual(reply["content"]["status"], "ok")
        self.assertEqual(reply["content"]["comms"], {})

    def test_unknown_comm_target_is_closed(self):
        m = self.k.client.session.msg("comm_open", {"comm_id": "c1", "target_name": "nobody.knows", "data": {}})
        self.k.client.shell_channel.send(m)
        seen = []
        end = time.time() + 5
        while time.time() < end:
            try:
                got = self.k.client.get_iopub_msg(timeout=0.5)
            except Empty:
                continue
            if got["parent_header"].get("msg_id") == m["header"]["msg_id"]:
                seen.append((got["msg_type"], got["content"]))
                if got["content"].get("execution_state") == "idle":
                    break
        self.assertIn(("comm_close", "c1"), [(t, c.get("comm_id")) for t, c in seen])

    def test_unknown_request_leaves_the_kernel_alone(self):
        m = self.k.client.session.msg("no_such_request", {"a": 1})
        self.k.client.shell_channel.send(m)
        m = self.k.client.session.msg("no_such_request", {"a": 1})
        self.k.client.control_channel.send(m)
        self.assertEqual(self.k.run("6*7").plain, "42")

    def test_malformed_contents_leave_the_kernel_alone(self):
        for kind in ("execute_request", "complete_request", "inspect_request", "is_complete_request", "history_request", "comm_open", "comm_msg",
                     "comm_close", "comm_info_request"):
            for content in ({}, {"code": 5}, {"code": "x", "cursor_pos": -7}, {"code": "x", "cursor_pos": 1 << 40}, {"hist_access_type": "no"}, "[]", "null", '"text"',
                            '{"code": null}', "no JSON"):
                m = self.k.client.session.msg(kind, content)
                self.k.client.shell_channel.send(m)
        # Some of them are cells that fail, which would abort a cell that waits behind them.
        self.k.wait_reply(self.k.client.kernel_info(), 30)
        self.after_error()
        self.assertEqual(self.k.run("6*7", timeout=30).plain, "42")

    def test_wrong_signature_is_ignored(self):
        key = self.k.client.session.key
        for bad in (b"wrong", b""):
            self.k.client.session.key = bad
            self.k.client.kernel_info()
            self.k.client.session.key = key
        with self.assertRaises(Empty):
            self.k.client.get_shell_msg(timeout=0.5)
        self.assertEqual(self.k.run("6*7").plain, "42")

    def test_usage(self):
        if not PYTHON:
            _, reply = self.k.ask_control("usage_request")
            content = reply["content"].get("content", reply["content"])
            self.assertGreater(content["kernel_memory"], 1 << 20)
            self.assertIn("host_virtual_memory", content)

    def test_shutdown_replies_on_the_channel_it_came_from(self):
        _, reply = self.k.ask_control("shutdown_request", {"restart": False}, timeout=5)
        self.assertEqual(reply["msg_type"], "shutdown_reply")
        self.assertTrue(eventually(lambda: not self.k.manager.is_alive(), 5), "the kernel did not exit")

    def test_shutdown_while_a_cell_runs(self):
        self.k.send(go_or_python("for {\n}", "while True: pass"))
        time.sleep(1)
        if PYTHON:
            self.skipTest("ipykernel waits for the cell")
        _, reply = self.k.ask_control("shutdown_request", {"restart": False}, timeout=5)
        self.assertEqual(reply["content"], {"status": "ok", "restart": False})
        self.assertTrue(eventually(lambda: not self.k.manager.is_alive(), 5), "the kernel did not exit")

    def test_two_clients_share_one_kernel(self):
        other = connect(self.k.manager.connection_file)
        other.start_channels()
        self.addCleanup(other.stop_channels)
        self.k.run(go_or_python("shared := 5", "shared = 5"))
        other.wait_for_ready(timeout=10)
        self.assertEqual(other.execute_interactive("shared", timeout=10, output_hook=lambda m: None)["content"]["status"], "ok")

    def test_code_points_count(self):
        code = go_or_python('𝐚 := "é"\nstrings.ToUpp', 'a = "𝐚é"\nzi')
        m = self.ask("complete_request", {"code": code, "cursor_pos": len(code)})
        c = m["content"]
        self.assertEqual(code[c["cursor_start"]:c["cursor_end"]], go_or_python("ToUpp", "zi"))
        self.assertIn(go_or_python("ToUpper", "zip"), c["matches"])
        types = c["metadata"].get("_jupyter_types_experimental", [])
        self.assertEqual(len(types), len(c["matches"]))

    def test_history_outlives_the_kernel(self):
        mark = f"4{int(time.time() * 1000)}"
        self.k.run(mark)
        self.k.manager.shutdown_kernel()
        with Kernel() as again:
            reply = again.wait_reply(again.client.history(hist_access_type="search", pattern=f"*{mark}*", n=5), 10)
            self.assertIn(mark, [h[2] for h in reply["content"]["history"]])

    def test_unicode_comes_back(self):
        text = "好 é 𝐚 \\u0000"
        r = self.k.run(go_or_python(f'fmt.Println("{text}")', f'print("{text}")'))
        self.assertEqual(r.text, "好 é 𝐚 \0\n")

    def test_invalid_utf8_is_shown_not_fatal(self):
        r = self.k.run(go_or_python('os.Stdout.Write([]byte{255, 254, 65, 10})', "import os; os.write(1, bytes([255, 254, 65, 10]))"))
        self.assertEqual(r.status, "ok")
        if not PYTHON:
            self.assertIn("A\n", r.text)
        self.assertEqual(self.k.run("6*7").plain, "42")

    def test_idle_kernel_opens_nothing(self):
        self.k.run("1")
        before = descriptors(self.k.pid)
        for n in range(200):
            self.k.run(str(n))
        self.assertLessEqual(descriptors(self.k.pid), before + 2)


if __name__ == "__main__":
    unittest.main(verbosity=2)
