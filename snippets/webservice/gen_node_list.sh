# Refresh the list of all nodes of the platform
# in: SCRIPT SETTINGS LIST
# LIST is the output file of the script, or empty if unknown. The mark is a hash of the script and the settings of
# the list. It does not count for another script, or if the list lacks a node.
inputs() {
  (echo "$SCRIPT" && cat "$SETTINGS"/*) | sha256sum | cut -d ' ' -f 1
}
probe() {
  [ -x "$SCRIPT" ] || { echo "$SCRIPT is missing or not executable" >&2; return 20; }
  [ "$(cat /var/lib/xtask/node-list 2>/dev/null)" = "$(inputs)" ] || { echo "not made from the present settings"; return 1; }
  [ -n "$LIST" ] || return 0
  [ -f "$LIST" ] || { echo "no $LIST"; return 1; }
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
