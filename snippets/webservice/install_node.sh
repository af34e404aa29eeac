# Install the platform on a node
# in: NODE SCRIPT
# The mark names the launch of the VM; a new VM has no installation. The node itself must answer by its name.
launch() {
  [ -f "/var/lib/xtask/launched/$NODE" ] || { echo "$NODE was not launched from here" >&2; return 20; }
  echo "$(cat "/var/lib/xtask/launched/$NODE") $(stat -c %Y "/var/lib/xtask/launched/$NODE")"
}
probe() {
  now=$(launch)
  [ "$(cat "/var/lib/xtask/installed/$NODE" 2>/dev/null)" = "$now" ] || { echo "$NODE is not installed since its launch"; return 1; }
  name=$(ssh -n -o BatchMode=yes -o ConnectTimeout=10 "$NODE" hostname 2>&1) || { echo "cannot log in to $NODE: $name"; return 1; }
  [ "$name" = "$NODE" ] || { echo "$NODE calls itself $name"; return 1; }
}
change() {
  now=$(launch)
  "$SCRIPT" "$NODE"
  (umask 022 && mkdir -p /var/lib/xtask/installed)
  printf '%s\n' "$now" >"/var/lib/xtask/installed/.$NODE.new"
  mv -f "/var/lib/xtask/installed/.$NODE.new" "/var/lib/xtask/installed/$NODE"
}
