# Sourced by the other scripts: every download goes through retry.

# retry COMMAND...: runs it up to three times, waiting longer each time.
retry() {
  local n
  for n in 1 2 3; do
    "$@" && return 0
    [ "$n" = 3 ] || { echo "attempt $n of 3 failed: $*; trying again in $((n * 10)) s" >&2; sleep $((n * 10)); }
  done
  echo "failed three times: $*" >&2
  return 1
}

# apt_install PACKAGE...: installs Debian packages, or says what to install by hand.
apt_install() {
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "please install: $*" >&2
    return 1
  fi
  export DEBIAN_FRONTEND=noninteractive
  retry apt-get update -qq </dev/null >&2 &&
    retry apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null
}
