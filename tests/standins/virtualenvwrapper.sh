# shellcheck shell=bash
# Stand-in for virtualenvwrapper.sh: rmvirtualenv, workon, lsvirtualenv as functions of a login shell. Behaviour:
# 004 L182-185. /etc/profile.d/bk-virtualenvwrapper.sh loads it, so a plain `sh -c` does not know the functions.
#
# As with the older releases on such hosts, rmvirtualenv fails at the first name that does not exist and leaves the
# names after it alone (release 4.8.4 only warns).
export WORKON_HOME=${WORKON_HOME:-${STANDIN_ROOT:-}/data/bkce/.envs}
# shellcheck source=tests/standins/lib.sh
. "${STANDIN_LIB:-/usr/lib/standins}/lib.sh"

rmvirtualenv() {
  standin_called rmvirtualenv "$@" || return
  [ $# -gt 0 ] || { echo 'Please specify an environment.' >&2; return 1; }
  for env_name in "$@"; do
    echo "Removing $env_name..."
    if [ ! -d "$WORKON_HOME/$env_name" ]; then
      echo "Did not find environment $WORKON_HOME/$env_name to remove." >&2
      return 1
    fi
    if [ "${VIRTUAL_ENV:-}" = "$WORKON_HOME/$env_name" ]; then
      echo "ERROR: You cannot remove the active environment ('$env_name')." >&2
      return 1
    fi
    rm -rf "${WORKON_HOME:?}/$env_name"
  done
}

lsvirtualenv() {
  for env_dir in "$WORKON_HOME"/*/; do
    [ ! -d "$env_dir" ] || basename "$env_dir"
  done
}

workon() {
  [ $# -gt 0 ] || { lsvirtualenv; return; }
  if [ ! -d "$WORKON_HOME/$1" ]; then
    echo "ERROR: Environment '$1' does not exist. Create it with 'mkvirtualenv $1'." >&2
    return 1
  fi
  # shellcheck source=/dev/null
  . "$WORKON_HOME/$1/bin/activate"
}
