# Keep a VM from starting with its physical host
# in: NODE MARK
# MARK records that it did, for a rollback.
probe() {
  names=$(virsh list --all --name) || return 20
  printf '%s\n' "$names" | grep -qxF "$NODE" || return 0
  about=$(virsh dominfo "$NODE") || return 20
  now=$(printf '%s\n' "$about" | sed -n 's/^Autostart: *//p')
  [ "$now" != enable ] || { echo "$NODE starts with this host"; return 1; }
}
change() {
  : >"$MARK"
  virsh autostart "$NODE" --disable
}
undo() {
  virsh autostart "$NODE"
  rm -f "$MARK"
}
