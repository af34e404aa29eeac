# Launch a VM, and record its settings
# in: NODE LAUNCH SETTINGS
# The mark is the hash of its settings; its physical host shows whether it exists.
mark() {
  dir=/var/lib/xtask/launched
  want=$(sha256sum <"$SETTINGS" | cut -d ' ' -f 1)
}
probe() {
  mark
  [ -f "$dir/$NODE" ] && [ "$(cat "$dir/$NODE")" = "$want" ] || return 1
  address=$(sed -n 's/^mgmt_network_address="\(.*\)"/\1/p' "$SETTINGS")
  system=$(sed -n 's/^os_version="\([0-9]*\.[0-9]*\).*/\1/p' "$SETTINGS")
  # The guest is asked for its system if firstbox trusts its host key; until then the mark counts.
  found=$(timeout 10 ssh -n -o BatchMode=yes -o ConnectTimeout=5 "$address" 'sed -n "s/^VERSION_ID=//p" /etc/os-release' 2>/dev/null) || return 0
  case $found in '' | "\"$system\"" | "$system") ;; *)
    echo "the guest runs $found, not $system"
    return 1
    ;;
  esac
}
change() {
  mark
  mkdir -p "$dir"
  # An unfinished launch leaves this: the VM that then runs belongs to it.
  printf '%s\n' "$want" >"$dir/$NODE.begun"
  sync "$dir/$NODE.begun" 2>/dev/null || sync
  "$LAUNCH" -f "$NODE"
  # One move: a launch is started or finished, never both. The time of the mark is that of the end.
  touch "$dir/$NODE.begun"
  mv -f "$dir/$NODE.begun" "$dir/$NODE"
}
