# Print the faults of a module; nothing if it is healthy
# in: INSTALL_DIR MODULE CHECK
# CHECK is empty for a module unknown to `bkcli check`. `bkcli status` always ends with 0: its output counts.
probe() {
  cd "$INSTALL_DIR" || return 20
  status=$(./bkcli status "$MODULE" 2>&1)
  [ -n "$status" ] || echo "bkcli status $MODULE printed nothing"
  printf '%s\n' "$status" | bad
  [ -n "$CHECK" ] || return 0
  check=$(./bkcli check "$MODULE" 2>&1) || check="$check
check: exit $?"
  [ -n "$check" ] || echo "bkcli check $MODULE printed nothing"
  printf '%s\n' "$check" | bad
}
# Lines with a bad word, after the host of their heading `[1] 02:33:11 [SUCCESS] 10.0.0.11`.
bad() {
  awk '
    /^\[[0-9]+\] .*\[(SUCCESS|FAILURE)\]/ { host = $NF ": "; if (/FAILURE/) print host "failed"; next }
    tolower($0) ~ /(^|[^a-z-])(failed|inactive|activating|deactivating|dead|not-found|unknown|exited|fatal|error|false|exit [0-9]+)([^a-z-]|$)/ { print host $0 }
  '
}
