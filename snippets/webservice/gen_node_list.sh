# Refresh the list of all nodes of the platform
# in: SCRIPT SETTINGS LIST
# LIST is the file that the script writes, or empty when nobody knows where it is. The mark says from which settings
# the list was made; it never counts when the script is another one or the list lacks a node.
inputs() {
  (echo "$SCRIPT" && cat "$SETTINGS"/*) | sha256sum | cut -d ' ' -f 1
}
probe() {
  [ -x "$SCRIPT" ] || { echo "there is no $SCRIPT, or it cannot be executed" >&2; return 20; }
  [ "$(cat /var/lib/xtask/node-list 2>/dev/null)" = "$(inputs)" ] || { echo "not made from the present settings"; return 1; }
  [ -n "$LIST" ] || return 0
  [ -f "$LIST" ] || { echo "there is no $LIST"; return 1; }
  for file in "$SETTINGS"/*; do
    address=$(sed -n 's/^mgmt_network_address="\(.*\)"/\1/p' "$file")
    grep -Fw -e "${file##*/}" "$LIST" | grep -Fqw -e "$address" || { echo "$LIST lacks ${file##*/} with $address"; return 1; }
  done
}
change() {
  mark=$(inputs)
  "$SCRIPT"
  (umask 022 && mkdir -p /var/lib/xtask)
  printf '%s\n' "$mark" >/var/lib/xtask/.node-list.new
  mv -f /var/lib/xtask/.node-list.new /var/lib/xtask/node-list
}
