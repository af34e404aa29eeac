# Undefine a VM; its image and its definition stay as files
# in: NODE XML
# The definition in libvirt may have more than the file that it came from.
probe() {
  names=$(virsh list --all --name) || return 20
  ! printf '%s\n' "$names" | grep -qxF "$NODE" || { echo "$NODE is defined"; return 1; }
}
change() {
  [ -s "$XML" ] || { echo "no $XML to restore its definition from" >&2; return 20; }
  virsh dumpxml "$NODE" >"$XML.xtask-bak"
  virsh undefine "$NODE"
}
undo() {
  virsh define "$XML.xtask-bak"
  rm -f "$XML.xtask-bak"
}
