# Start a VM; define it from its file if needed
# in: NODE XML
probe() {
  now=$(virsh list --all | awk -v name="$NODE" '$2 == name { print $3 }')
  [ "$now" = running ] || { echo "$NODE is ${now:-not defined}"; return 1; }
}
change() {
  virsh list --all --name | grep -qxF "$NODE" || virsh define "$XML"
  virsh start "$NODE"
}
undo() {
  virsh destroy "$NODE"
}
