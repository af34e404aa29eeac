# Print the faults of a module; nothing if it is healthy
# in: INSTALL_DIR MODULES CHECK OTHERS
# MODULES are its names for `bkcli status`, CHECK that for `bkcli check`; empty when that does not know it. OTHERS are
# addresses where a unit may be missing. `bkcli status` always ends with 0: its output counts.
probe() {
  cd "$INSTALL_DIR" || return 20
  for module in $MODULES; do
    said=$(./bkcli status "$module" 2>&1 </dev/null) || said="$said
status: exit $?"
    [ -n "$said" ] || echo "bkcli status $module printed nothing"
    printf '%s\n' "$said" | bad
  done
  [ -n "$CHECK" ] || return 0
  said=$(./bkcli check "$CHECK" 2>&1 </dev/null) || said="$said
check: exit $?"
  [ -n "$said" ] || echo "bkcli check $CHECK printed nothing"
  printf '%s\n' "$said" | bad
}
# Lines with a bad word, after the host of their heading `[1] 02:33:11 [SUCCESS] 10.0.0.11`.
bad() {
  awk -v others=" $OTHERS " '
    /^\[[0-9]+\] .*\[(SUCCESS|FAILURE)\]/ { host = $4 ": "; ip = $4; if (/FAILURE/) print host "failed"; next }
    /not-found/ && index(others, " " ip " ") { next }
    tolower($0) ~ /(^|[^a-z-])(failed|inactive|activating|deactivating|dead|not-found|unknown|exited|fatal|error|false|exit [0-9]+)([^a-z-]|$)/ { print host $0 }
  '
}
