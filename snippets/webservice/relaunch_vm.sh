# Launch a VM, and record its settings
# in: NODE LAUNCH SETTINGS
# The physical host shows whether the VM exists.
inputs() {
  sha256sum <"$SETTINGS" | cut -d ' ' -f 1
}
probe() {
  address=$(sed -n 's/^mgmt_network_address="\(.*\)"/\1/p' "$SETTINGS")
  system=$(sed -n 's/^os_version="\([0-9]*\.[0-9]*\).*/\1/p' "$SETTINGS")
  # The guest is asked for its system if firstbox trusts its host key; until then the marker counts.
  found=$(timeout 10 ssh -n -o BatchMode=yes -o ConnectTimeout=5 "$address" 'sed -n "s/^VERSION_ID=//p" /etc/os-release' 2>/dev/null) || return 0
  case $found in '' | "\"$system\"" | "$system") ;; *)
    echo "the guest runs $found, not $system"
    return 1
    ;;
  esac
}
# A VM that runs after an unfinished launch belongs to that launch.
change() {
  "$LAUNCH" -f "$NODE"
}
