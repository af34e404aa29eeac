# Print what is remembered of a node's launch, a word a line: `launched`, `present` (from the settings as they are), `installed`
# in: NODE SETTINGS
probe() {
  mark=/var/lib/xtask/launched/$NODE
  [ -f "$mark" ] || return 0
  echo launched
  [ ! -f "$SETTINGS" ] || [ "$(cat "$mark")" != "$(sha256sum <"$SETTINGS" | cut -d ' ' -f 1)" ] || echo present
  [ "$(cat "/var/lib/xtask/installed/$NODE" 2>/dev/null)" != "$(cat "$mark") $(stat -c %Y "$mark")" ] || echo installed
}
