# Look whether an interface of this node has an address; have keepalived give it away
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
