#!/bin/bash
# build.sh FOLDER: builds cahier and installs its kernelspec into FOLDER, where the other scripts find it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mkdir -p "${1:?folder}" && cd "$1" && pwd)
cd "$here/.."
CGO_ENABLED=0 go build -o "$dir/bin/cahier" .
"$dir/bin/cahier" install --prefix "$dir/prefix"
