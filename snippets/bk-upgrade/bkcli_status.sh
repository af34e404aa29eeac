# Print what is wrong with a module; nothing when it is healthy
# in: INSTALL_DIR MODULE
# The exit code of `bkcli status` is always 0: its output is what counts.
probe() {
  cd "$INSTALL_DIR" || return 20
  status=$(./bkcli status "$MODULE" 2>&1)
  check=$(./bkcli check "$MODULE" 2>&1) || check="$check
check: exit $?"
  [ -n "$status" ] || echo "bkcli status $MODULE printed nothing"
  printf '%s\n%s\n' "$status" "$check" |
    grep -iE '(^|[^a-z-])(failed|inactive|activating|deactivating|dead|not-found|unknown|exited|fatal|error|false|exit [0-9]+)([^a-z-]|$)' || true
}
