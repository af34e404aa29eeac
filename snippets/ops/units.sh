# Stop, start, enable, disable systemd units, one at a time.
# in: STOP DISABLE ENABLE START RESTART RELOAD
# Each names the units of that verb. A unit that refuses does not keep the others from their turn.

# each VERB UNITS: goes on after a failure and remembers it.
each() {
  verb=$1
  shift
  for unit; do
    systemctl "$verb" "$unit" || failed="$failed, $verb $unit"
  done
}

stopped() {
  for unit; do
    case $(systemctl is-active "$unit" 2>/dev/null) in
      active | activating | deactivating | reloading) failed="$failed, $unit is still active" ;;
    esac
  done
}

# shellcheck disable=SC2086 # unit names are words
change() {
  failed=
  each stop $STOP
  each disable $DISABLE
  stopped $STOP
  each enable $ENABLE
  each start $START
  each restart $RESTART
  each reload $RELOAD
  [ -z "$failed" ] || {
    echo "failed: ${failed#, }" >&2
    return 1
  }
}
