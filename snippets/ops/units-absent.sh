# Remove the files of systemd units, so that systemd no longer knows them.
# in: NAMES FILES

# shellcheck disable=SC2086 # unit names and their files are words
change() {
  failed=
  for unit in $NAMES; do
    case $(systemctl is-active "$unit" 2>/dev/null) in
      active | activating | deactivating | reloading) failed="$failed, $unit is still active" ;;
    esac
  done
  if [ -z "$failed" ]; then
    # A failed unit stays listed when only its file is removed.
    for unit in $NAMES; do systemctl reset-failed "$unit" 2>/dev/null || :; done
    for file in $FILES; do rm -f "$file" || failed="$failed, $file"; done
  fi
  # Also after a failure: systemd must not keep using removed files.
  systemctl daemon-reload || failed="$failed, daemon-reload"
  [ -z "$failed" ] || {
    echo "failed: ${failed#, }" >&2
    return 1
  }
}

# Their files are back: systemd reads them again.
undo() {
  systemctl daemon-reload
}
