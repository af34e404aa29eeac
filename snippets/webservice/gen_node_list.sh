# Refresh the list of all nodes of the platform
# in: SCRIPT SETTINGS LIST
# LIST is the output file of the script, or empty if unknown. A list that lacks a node does not count.
inputs() {
  [ -x "$SCRIPT" ] || { echo "$SCRIPT is missing or not executable" >&2; return 20; }
  (echo "$SCRIPT" && cat "$SETTINGS"/*) | sha256sum | cut -d ' ' -f 1
}
probe() {
  [ -n "$LIST" ] || return 0
  [ -f "$LIST" ] || { echo "no $LIST"; return 1; }
  for file in "$SETTINGS"/*; do
    address=$(sed -n 's/^mgmt_network_address="\(.*\)"/\1/p' "$file")
    grep -Fw -e "${file##*/}" "$LIST" | grep -Fqw -e "$address" || { echo "$LIST lacks ${file##*/} with $address"; return 1; }
  done
}
change() {
  "$SCRIPT"
}
