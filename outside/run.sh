#!/bin/bash
# run.sh FOLDER [PART...]: judges cahier with Jupyter's own tools. FOLDER keeps what that needs (setup.sh).
# Parts: suite survival strangers load clients browser torch files; default: all. KERNEL=python3 asks ipykernel the same: the control.
# Exit 0 when every part passed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "${1:?folder}"
DIR=$(cd "$1" && pwd)
shift
export KERNEL=${KERNEL:-cahier}
"$here/setup.sh" "$DIR"
if [ "$KERNEL" = cahier ]; then "$here/build.sh" "$DIR"; fi
rm -rf "$DIR/home" # the history of an earlier run
. "$here/env.sh"
cd "$here"

part() { # set -e does not count in it, because it is asked whether it succeeds
  case $1 in
    suite)
      echo "--- the public suite and more ($KERNEL)"
      python -m unittest -v test_kernel 2>&1 | tee "$DIR/suite.log" || return
      if [ "$KERNEL" = cahier ]; then # only the pager may be left out
        ! grep -E "\.\.\. skipped|hist_access_type.*skipped" "$DIR/suite.log" | grep -v test_pager
      fi ;;
    survival) python survival.py ;;
    strangers) python hostile.py ;;
    load) python load.py ;;
    clients) python clients.py ;;
    browser) python browser.py ;;
    torch) # PyTorch makes the vectors of package ops anew
      ./torch_setup.sh "$DIR" &&
        "$DIR/torch/bin/python" torch_vectors.py --check ../ops/testdata/torch ;;
    files) python tensor_files.py --check ../ops/files/testdata ;; # NumPy, safetensors and Pillow make their files anew and read ours
    *) echo "unknown part $1; there are: suite survival strangers load clients browser torch files" >&2; return 2 ;;
  esac
}

set -o pipefail
if [ $# = 0 ]; then set -- suite clients browser survival strangers load torch files; fi
passed=0 bad=()
for p in "$@"; do
  start=$SECONDS
  if (part "$p" </dev/null); then passed=$((passed + 1)); else bad+=("$p"); fi
  echo "=== $p took $((SECONDS - start)) s"
done
[ ${#bad[@]} = 0 ] || echo "failed: ${bad[*]}"
echo "$passed passed, ${#bad[@]} failed"
[ ${#bad[@]} = 0 ]
