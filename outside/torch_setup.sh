#!/bin/bash
# torch_setup.sh FOLDER: installs PyTorch into FOLDER/torch, an environment of its own: some gigabytes that nothing else needs.
# Does nothing when it is there already.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mkdir -p "${1:?folder}" && cd "$1" && pwd)
. "$here/retry.sh"

python3 -c 'import venv, ensurepip' 2>/dev/null || apt_install python3 python3-venv
want=$(sha256sum <"$here/torch-requirements.txt")
if [ "$(cat "$dir/torch/installed" 2>/dev/null || true)" != "$want" ]; then
  rm -f "$dir/torch/installed"
  echo "installing PyTorch"
  [ -x "$dir/torch/bin/python" ] || python3 -m venv "$dir/torch"
  retry "$dir/torch/bin/pip" install -q --disable-pip-version-check --no-input --no-compile --no-cache-dir --no-deps -r "$here/torch-requirements.txt"
  echo "$want" >"$dir/torch/installed"
fi
