# Undefine a VM; its image and its definition stay as files
# in: NODE XML
probe() {
  ! virsh list --all --name | grep -qxF "$NODE" || { echo "$NODE is defined"; return 1; }
}
change() {
  [ -s "$XML" ] || { echo "no $XML to define it from again" >&2; return 20; }
  virsh undefine "$NODE"
}
undo() {
  virsh define "$XML"
}
