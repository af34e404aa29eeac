# Install the platform on a node
# with: marker
# in: NODE SCRIPT
# It depends on the launch of the VM: a new VM has no installation. The node itself must answer by its name.
inputs() {
  marker_run "launched/$NODE" || { echo "$NODE was not launched from here" >&2; return 20; }
}
probe() {
  name=$(ssh -n -o BatchMode=yes -o ConnectTimeout=10 "$NODE" hostname 2>&1) || { echo "cannot log in to $NODE: $name"; return 1; }
  [ "$name" = "$NODE" ] || { echo "$NODE calls itself $name"; return 1; }
}
change() {
  "$SCRIPT" "$NODE"
}
