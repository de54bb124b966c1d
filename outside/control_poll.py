"""control_poll.py CONNECTION_FILE: asks kernel_info on control every 100 ms until its standard input closes, then prints the
times in seconds as JSON. A process of its own, so that what the main script does costs nothing here."""
import json
import queue
import sys
import threading
import time

from jupyter_client import BlockingKernelClient

client = BlockingKernelClient(connection_file=sys.argv[1])
client.load_connection_file()
client.start_channels(shell=False, iopub=False, stdin=False, hb=False, control=True)
over = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()


def ask():
    m = client.session.msg("kernel_info_request", {})
    t = time.perf_counter()
    client.control_channel.send(m)
    while client.get_control_msg(timeout=10)["parent_header"].get("msg_id") != m["header"]["msg_id"]:
        pass
    return time.perf_counter() - t


times, lost = [], None
try:
    ask()  # connects
    print("ready", flush=True)
    while not over.wait(0.1):
        times.append(ask())
except queue.Empty:
    lost = "no answer within 10 s"
print(json.dumps({"times": times, "lost": lost}), flush=True)
