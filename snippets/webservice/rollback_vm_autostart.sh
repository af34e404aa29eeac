# Let a VM start with its physical host again, if it did before
# in: NODE MARK
probe() {
  [ ! -f "$MARK" ] || { echo "$NODE started with this host before"; return 1; }
}
change() {
  virsh autostart "$NODE"
  rm -f "$MARK"
}
undo() {
  : >"$MARK"
  virsh autostart "$NODE" --disable
}
