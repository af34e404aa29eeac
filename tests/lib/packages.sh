# shellcheck shell=bash
# Installs Debian packages that are missing, without starting a service of theirs. Source it.
#
#   need_packages COMMAND=PACKAGE...   a command that is not found asks for its package
#   need_unpacked "PACKAGE..." DIR/FILE   packages of which only the files are needed: they go below DIR (/usr/sbin/…)

# Debian asks this program before it starts a service; 101 forbids it. One that stands there already is put back.
policy=/usr/sbin/policy-rc.d

guard_services() {
  # A killed run can have left our own answer in place of the one put aside.
  [ -e "$policy.before-tests" ] || [ ! -e "$policy" ] || mv "$policy" "$policy.before-tests"
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
}

release_services() {
  rm -f "$policy"
  [ ! -e "$policy.before-tests" ] || mv "$policy.before-tests" "$policy"
}

need_packages() {
  local pair missing=()
  for pair in "$@"; do
    PATH=$PATH:/usr/sbin:/sbin command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    {
      echo "missing here: ${missing[*]}"
      echo "install with: sudo apt-get install --no-install-recommends ${missing[*]}"
    } >&2
    return 1
  fi
  echo "installing ${missing[*]}"
  (
    trap release_services EXIT
    guard_services
    export DEBIAN_FRONTEND=noninteractive
    # A mirror may fail for a while: everything is tried again before it counts.
    for pause in 5 15 30 60 0; do
      if apt-get update -q -o Acquire::Retries=5 >/dev/null &&
        apt-get install -y -q --no-install-recommends -o Acquire::Retries=5 "${missing[@]}" >/dev/null </dev/null; then
        exit 0
      fi
      sleep "$pause"
    done
    exit 1
  )
}

need_unpacked() {
  [ ! -x "$2" ] || return 0
  local work dir=${2%/usr/*}
  echo "unpacking $1 below $dir"
  work=$(mktemp -d)
  # apt gives up root for a download, and must be able to write there.
  chmod 755 "$work"
  mkdir -p "$dir"
  # What was not fetched is missed below.
  # shellcheck disable=SC2086
  (cd "$work" && apt-get download -q -o Acquire::Retries=5 -o APT::Sandbox::User=root $1 >/dev/null) || true
  find "$work" -name '*.deb' -exec dpkg-deb -x {} "$dir" ';'
  rm -rf "$work"
  [ -x "$2" ]
}
