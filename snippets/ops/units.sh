# Stop, start, enable, disable systemd units, one at a time.
# in: STOP DISABLE ENABLE START RESTART RELOAD PATHS
# Each has the units of that verb. PATHS are the files that a unit of RESTART or RELOAD must have read. The others
# continue after a failed unit.

# each VERB UNITS: continues after a failure and remembers it.
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

# Whether the units are in the state of the verbs.
# shellcheck disable=SC2086 # unit names are words
undone() {
  for unit in $STOP; do
    case $(systemctl is-active "$unit" 2>/dev/null) in active | activating | reloading) return 1 ;; esac
  done
  for unit in $START; do systemctl --quiet is-active "$unit" || return 1; done
  for unit in $DISABLE; do
    case $(systemctl is-enabled "$unit" 2>/dev/null) in enabled) return 1 ;; esac
  done
  for unit in $ENABLE; do systemctl --quiet is-enabled "$unit" || return 1; done
  for unit in $RESTART; do read_all "$unit" ActiveEnter || return 1; done
  for unit in $RELOAD; do read_all "$unit" StateChange || return 1; done
}

# Whether unit $1 has started (ActiveEnter) or at least reloaded (StateChange) after the last of PATHS was written.
read_all() {
  since=$(systemctl show -p "$2TimestampMonotonic" --value "$1")
  booted=$(sed -n 's/^btime //p' /proc/stat)
  for path in $PATHS; do
    [ ! -e "$path" ] || [ $(($(stat -L -c %Y "$path") - booted)) -le $((since / 1000000 + 1)) ] || return 1
  done
}
