# Print the marks of a node's launch, one word per line: `launched`, `present` (from the present settings), `installed`
# in: NODE SETTINGS
probe() {
  mark=/var/lib/xtask/launched/$NODE
  [ -f "$mark" ] || return 0
  echo launched
  [ ! -f "$SETTINGS" ] || [ "$(cat "$mark")" != "$(sha256sum <"$SETTINGS" | cut -d ' ' -f 1)" ] || echo present
  [ "$(cat "/var/lib/xtask/installed/$NODE" 2>/dev/null)" != "$(cat "$mark") $(stat -c %Y "$mark")" ] || echo installed
}
