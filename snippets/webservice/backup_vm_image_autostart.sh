# Keep a VM from starting with its physical host
# in: NODE MARK
# MARK records that it did, for a rollback.
probe() {
  virsh list --all --name | grep -qxF "$NODE" || return 0
  now=$(virsh dominfo "$NODE" | sed -n 's/^Autostart: *//p')
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
