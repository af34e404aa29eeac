# Launch a VM, and remember from which settings
# in: NODE LAUNCH SETTINGS
# The mark says what the VM was built from; whether it is there is asked on its physical host.
mark() {
  dir=/var/lib/xtask/launched
  want=$(sha256sum <"$SETTINGS" | cut -d ' ' -f 1)
}
probe() {
  mark
  [ -f "$dir/$NODE" ] && [ "$(cat "$dir/$NODE")" = "$want" ] || return 1
  address=$(sed -n 's/^mgmt_network_address="\(.*\)"/\1/p' "$SETTINGS")
  system=$(sed -n 's/^os_version="\([0-9]*\.[0-9]*\).*/\1/p' "$SETTINGS")
  # The guest tells its system when firstbox knows its host key already; until then the mark has to do.
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
  # A launch that is cut short leaves this: the VM that then runs is not somebody else's.
  printf '%s\n' "$want" >"$dir/$NODE.begun"
  sync "$dir/$NODE.begun" 2>/dev/null || sync
  "$LAUNCH" -f "$NODE"
  # In one move: a launch is begun or at its end, never both. The time of the mark is that of the end.
  touch "$dir/$NODE.begun"
  mv -f "$dir/$NODE.begun" "$dir/$NODE"
}
