# shellcheck shell=bash
# Runs the parts of a script so that a signal to the script ends them as well. Source it.
#
#   run COMMAND...   as the command alone; it is a process group of its own, without the lock on descriptor 9
#
# A shell hears a signal only between two commands or while it waits, so each part runs behind it.
set -m
part=''

run() {
  "$@" 9<&- &
  part=$!
  wait "$part"
  part=''
}

stop() {
  trap '' INT TERM HUP
  if [ -n "$part" ]; then
    # One that has just ended by itself is no failure.
    kill -TERM -- "-$part" 2>/dev/null || true
    wait "$part" 2>/dev/null || true
  fi
  exit "$1"
}

trap 'stop 130' INT
trap 'stop 143' TERM HUP
