# Check that this node does not have an address; stop keepalived to release it
# in: ADDRESS
probe() {
  ! ip -o -4 addr show | awk -v ip="$ADDRESS" '{ sub(/\/.*/, "", $4); if ($4 == ip) found = 1 } END { exit !found }' || { echo "$ADDRESS is here"; return 1; }
}
change() {
  systemctl stop keepalived
}
undo() {
  systemctl start keepalived
}
undone() {
  ! systemctl is-active --quiet keepalived || return 0
  return 1
}
