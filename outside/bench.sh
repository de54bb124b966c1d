#!/bin/bash
# bench.sh FOLDER [bench.py's arguments]: the table for BENCHMARKS.md.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "${1:?folder}"
DIR=$(cd "$1" && pwd)
shift
"$here/setup.sh" "$DIR"
"$here/build.sh" "$DIR"
. "$here/env.sh"
cd "$here"
exec python bench.py "$@" </dev/null
