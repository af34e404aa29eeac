# shellcheck shell=sh
# The shared part of every stand-in: the place of its state, its call log, and failing on demand.
#
# A stand-in takes the place of a command that cannot be had. It calls `standin_called NAME "$@"` first, which
#   - appends the arguments (and a fed standard input) to $STANDIN_STATE/log/NAME.log, so that a test can prove
#     that no secret was in argv and that a second run called nothing;
#   - fails as $STANDIN_STATE/fail/NAME says, when there is such a file:
#         code=1                     exit code (default 1)
#         message=Access denied      printed on stderr
#         only=bk-paas-esb.service   fail only when this is one of the arguments
#         hang=30                    sleep that many seconds first
#         once=yes                   forget the order after failing once
#
# STANDIN_ROOT    prefix of every path of the host, empty on a host of its own
# STANDIN_STATE   state of this host; default $STANDIN_ROOT/var/lib/standins
# STANDIN_SHARED  state that several hosts see, since a rehearsal host cannot reach another; default $STANDIN_STATE/shared
# STANDIN_HOST    name of this host; default `hostname -s`

STANDIN_ROOT=${STANDIN_ROOT:-}
STANDIN_STATE=${STANDIN_STATE:-$STANDIN_ROOT/var/lib/standins}
STANDIN_SHARED=${STANDIN_SHARED:-$STANDIN_STATE/shared}

standin_host() { printf '%s\n' "${STANDIN_HOST:-$(hostname -s 2>/dev/null || hostname)}"; }

standin_log() {
  [ -d "$STANDIN_STATE/log" ] || mkdir -p "$STANDIN_STATE/log"
  standin_log=$STANDIN_STATE/log/$1.log
  standin_line=$1
  shift
  for standin_word in "$@"; do standin_line="$standin_line '$standin_word'"; done
  printf '%s\n' "$standin_line" >>"$standin_log"
  # A pipe that nobody closes must not hang the stand-in: two seconds, 64 KiB.
  if [ -p /dev/stdin ] || [ -f /dev/stdin ]; then
    timeout 2 head -c 65536 2>/dev/null | sed 's/^/  stdin: /' >>"$standin_log"
  fi
}

# The order to fail, if it concerns these arguments; its code becomes the result.
standin_fail() {
  standin_order=$STANDIN_STATE/fail/$1
  [ -f "$standin_order" ] || return 0
  shift
  (
    code=1 message='' only='' hang=0 once=''
    while IFS='=' read -r key value; do
      case $key in
        code) code=$value ;;
        message) message=$value ;;
        only) only=$value ;;
        hang) hang=$value ;;
        once) once=$value ;;
      esac
    done <"$standin_order"
    if [ -n "$only" ]; then
      for word in "$@"; do [ "$word" != "$only" ] || only=''; done
      [ -z "$only" ] || exit 0
    fi
    [ -z "$once" ] || rm -f "$standin_order"
    sleep "$hang"
    [ -z "$message" ] || printf '%s\n' "$message" >&2
    exit "$code"
  )
}

standin_called() {
  standin_log "$@"
  standin_fail "$@"
}
