# Check that this node does not have an address; stop keepalived to release it
# in: ADDRESS
probe() {
  all=$(ip -o -4 addr show) || return 20
  ! printf '%s\n' "$all" | awk -v ip="$ADDRESS" '{ sub(/\/.*/, "", $4); if ($4 == ip) found = 1 } END { exit !found }' || { echo "$ADDRESS is here"; return 1; }
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
