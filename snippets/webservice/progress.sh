# Print the marks of a node's launch, one word per line: `launched`, `present` (from the present settings), `installed`
# with: marker
# in: NODE SETTINGS
probe() {
  launch=$(marker "launched/$NODE") || return 0
  echo launched
  [ ! -f "$SETTINGS" ] || [ "$launch" != "$(sha256sum <"$SETTINGS" | cut -d ' ' -f 1)" ] || echo present
  [ "$(marker "installed/$NODE" || :)" != "$(marker_run "launched/$NODE")" ] || echo installed
}
