# Start a VM; define it from its file if needed
# in: NODE XML
probe() {
  all=$(virsh list --all) || return 20
  now=$(printf '%s\n' "$all" | awk -v name="$NODE" '$2 == name { print $3 }')
  [ "$now" = running ] || { echo "$NODE is ${now:-not defined}"; return 1; }
}
change() {
  names=$(virsh list --all --name) || return 20
  printf '%s\n' "$names" | grep -qxF "$NODE" || virsh define "$XML"
  virsh start "$NODE"
}
undo() {
  virsh destroy "$NODE"
}
