#!/bin/bash
# peers.sh FOLDER: builds the other Go kernels for bench.py and installs their kernelspecs into FOLDER. A kernel that does not
# build is left out, with the reason.
set -u
here=$(cd "$(dirname "$0")" && pwd)
DIR=$(mkdir -p "${1:?folder}" && cd "$1" && pwd)
. "$here/retry.sh"
mkdir -p "$DIR/bin" "$DIR/prefix/share/jupyter/kernels"

spec() { # NAME DISPLAY ARGV-AS-JSON
  mkdir -p "$DIR/prefix/share/jupyter/kernels/$1"
  printf '{"argv": %s, "display_name": "%s", "language": "go"}\n' "$3" "$2" >"$DIR/prefix/share/jupyter/kernels/$1/kernel.json"
}

if GOBIN=$DIR/bin retry go install github.com/janpfeifer/gonb@v0.11.4 >"$DIR/gonb.log" 2>&1; then
  spec gonb GoNB "[\"$DIR/bin/gonb\", \"--kernel\", \"{connection_file}\", \"--logtostderr\"]"
  # It adds imports with goimports and completes with gopls; without goimports its cells do not compile.
  GOBIN=$DIR/bin retry go install golang.org/x/tools/cmd/goimports@v0.41.0 >>"$DIR/gonb.log" 2>&1 || echo "goimports does not build: see $DIR/gonb.log"
  GOBIN=$DIR/bin retry go install golang.org/x/tools/gopls@v0.21.1 >>"$DIR/gonb.log" 2>&1 || echo "gopls does not build: see $DIR/gonb.log"
  echo "gonb is installed"
else
  echo "gonb is left out, it does not build: $(tail -1 "$DIR/gonb.log")"
fi

# gophernotes pins an x/tools that does not compile with Go 1.25 and later; a module of our own raises it.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if (cd "$work" && go mod init peer && retry go get github.com/gopherdata/gophernotes@latest golang.org/x/tools@v0.24.1 &&
  retry go build -o "$DIR/bin/gophernotes" github.com/gopherdata/gophernotes) >"$DIR/gophernotes.log" 2>&1; then
  spec gophernotes gophernotes "[\"$DIR/bin/gophernotes\", \"{connection_file}\"]"
  echo "gophernotes is installed"
else
  echo "gophernotes is left out, it does not build: $(tail -1 "$DIR/gophernotes.log")"
fi
