#!/bin/bash
# setup.sh FOLDER: fills FOLDER with what judges the kernel: a Python environment, a browser driver. Installs a browser and
# fonts as Debian packages when they are missing and may be. Does nothing when everything is there already.
#   CHROMIUM   the browser to use; default: chromium or chromium-browser or google-chrome on PATH
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mkdir -p "${1:?folder}" && cd "$1" && pwd)
. "$here/retry.sh"

browser() { command -v "${CHROMIUM:-}" chromium chromium-browser google-chrome 2>/dev/null | head -1; }

need=()
[ -n "$(browser)" ] || need+=(chromium)
command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh family)" ] || need+=(fontconfig fonts-noto-cjk fonts-dejavu-core)
command -v python3 >/dev/null && python3 -c 'import venv, ensurepip' 2>/dev/null || need+=(python3 python3-venv)
command -v node >/dev/null || need+=(nodejs)
command -v npm >/dev/null || need+=(npm)
if [ ${#need[@]} -gt 0 ]; then
  echo "installing ${need[*]}"
  apt_install "${need[@]}"
fi

want=$(cat "$here/requirements.txt" "$here/package.json" | sha256sum)
if [ "$(cat "$dir/installed" 2>/dev/null || true)" != "$want" ]; then
  rm -f "$dir/installed"
  echo "installing Jupyter and its clients"
  [ -x "$dir/venv/bin/python" ] || python3 -m venv "$dir/venv"
  retry "$dir/venv/bin/pip" install -q --disable-pip-version-check --no-input -r "$here/requirements.txt"
  echo "installing the browser driver"
  cp "$here/package.json" "$dir/package.json"
  (cd "$dir" && retry npm install --silent --no-audit --no-fund --ignore-scripts --no-package-lock)
  echo "$want" >"$dir/installed"
fi
browser >"$dir/browser"
[ -s "$dir/browser" ] || { echo "no Chromium: install one or set CHROMIUM" >&2; exit 1; }
echo "ready: $("$dir/venv/bin/jupyter" lab --version 2>/dev/null | sed 's/^/JupyterLab /'), $("$(cat "$dir/browser")" --version 2>/dev/null | head -1)"
