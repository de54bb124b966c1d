"""A person's work in a real JupyterLab 4: starts a throw-away server on a free port of the loopback and the browser beside it.

    browser.py     MODULES (folder with node_modules), CHROMIUM, SHOTS (folder for the pictures) from the environment
"""
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

from kernels import NAME

here = os.path.dirname(os.path.abspath(__file__))
print(f"--- JupyterLab in Chromium ({NAME})", flush=True)
os.makedirs(os.environ["SHOTS"], exist_ok=True)
work, token = tempfile.mkdtemp(), secrets.token_hex(8)
log_path = os.path.join(os.environ["SHOTS"], "server.log")
code = 1
with open(log_path, "w") as log:
    runtime = os.path.join(work, "runtime")
    env = {**os.environ, "JUPYTER_RUNTIME_DIR": runtime, "JUPYTER_CONFIG_DIR": os.path.join(work, "config"),
           "JUPYTERLAB_WORKSPACES_DIR": os.path.join(work, "workspaces"), "JUPYTERLAB_SETTINGS_DIR": os.path.join(work, "settings")}
    os.makedirs(os.path.join(work, "notebooks"))
    settings = os.path.join(work, "settings", "@jupyterlab", "apputils-extension")
    os.makedirs(settings)
    with open(os.path.join(settings, "notification.jupyterlab-settings"), "w") as f:
        json.dump({"fetchNews": "false", "checkForUpdates": False}, f)
    settings = os.path.join(work, "settings", "@jupyter-widgets", "jupyterlab-manager")
    os.makedirs(settings)
    with open(os.path.join(settings, "plugin.jupyterlab-settings"), "w") as f:
        json.dump({"saveState": True}, f)
    server = subprocess.Popen([os.path.join(os.path.dirname(sys.executable), "jupyter-lab"), "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0", "--expose-app-in-browser",
                               f"--IdentityProvider.token={token}", "--ServerApp.disable_check_xsrf=True",
                               "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", f"--ServerApp.root_dir={work}/notebooks"],
                              stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env)
    try:
        base = None
        end = time.time() + 60
        while time.time() < end and base is None and server.poll() is None:
            time.sleep(0.2)
            for f in os.listdir(runtime) if os.path.isdir(runtime) else []:
                if f.startswith("jpserver-") and f.endswith(".json"):
                    try:
                        info = json.load(open(os.path.join(runtime, f)))
                        base = f"http://127.0.0.1:{info['port']}"
                        urllib.request.urlopen(f"{base}/api/status?token={token}", timeout=2).read()
                    except (OSError, ValueError):
                        base = None
        if base is None:
            print(f"FAIL the server did not come up; its log is {log_path}\n0 passed, 1 failed")
        else:
            code = subprocess.run(["node", os.path.join(here, "browser.mjs")], stdin=subprocess.DEVNULL, timeout=600,
                                  env={**os.environ, "BASE": base, "TOKEN": token, "KERNEL": NAME}).returncode
    except subprocess.TimeoutExpired:
        print("FAIL the browser did not end within 600 s\n0 passed, 1 failed")
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        shutil.rmtree(work, ignore_errors=True)
sys.exit(code)
