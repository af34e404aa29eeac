# Print the faults of a module; nothing if it is healthy
# in: INSTALL_DIR MODULES CHECK MISSING GONE
# MODULES are its names for `bkcli status`, CHECK that for `bkcli check`; empty when that does not know it. MISSING are
# `ADDRESS/UNIT` of units that may be missing there. GONE is a removed environment that `bkcli check` enters: that failure
# does not count. `bkcli status` always ends with 0: its output counts.
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
  printf '%s\n' "$said" | without_gone | bad
}
# Without the lines of a check that did not find its environment; all lines, if it failed for another reason.
without_gone() {
  if [ -n "$GONE" ] && printf '%s\n' "$said" | grep -qF "Environment '$GONE' does not exist"; then
    grep -vF -e "Environment '$GONE' does not exist" -e './bin/manage.sh: No such file or directory' \
      -e 'Exited with error code 127' -e 'check: exit ' || :
  else
    cat
  fi
}
# Lines with a bad word, after the host of their heading `[1] 02:33:11 [SUCCESS] 10.0.0.11`.
bad() {
  awk -v missing=" $MISSING " '
    /^\[[0-9]+\] .*\[(SUCCESS|FAILURE)\]/ { host = $4 ": "; ip = $4; if (/FAILURE/) print host "failed"; next }
    /not-found/ && index(missing, " " ip "/" $1 " ") { next }
    tolower($0) ~ /(^|[^a-z-])(failed|inactive|activating|deactivating|dead|not-found|unknown|exited|fatal|error|false|exit [0-9]+)([^a-z-]|$)/ { print host $0 }
  '
}
