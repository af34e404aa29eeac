# Record that the running VM belongs to the present settings
# in: NODE SETTINGS WAS
# Its address changed in the settings and on the node: no new launch or installation is needed.
# WAS is the earlier mark of the launch: the hash of the settings with the temporary address.
want() {
  sha256sum <"$SETTINGS" | cut -d ' ' -f 1
}
installed() {
  echo "$1 $(stat -c %Y "/var/lib/xtask/launched/$NODE")"
}
is_marked() {
  [ "$(cat "/var/lib/xtask/launched/$NODE")" = "$1" ] || return 1
  [ ! -f "/var/lib/xtask/installed/$NODE" ] || [ "$(cat "/var/lib/xtask/installed/$NODE")" = "$(installed "$1")" ]
}
mark() {
  [ "$(cat "/var/lib/xtask/launched/$NODE")" = "$1" ] || echo "$1" >"/var/lib/xtask/launched/$NODE"
  [ ! -f "/var/lib/xtask/installed/$NODE" ] || installed "$1" >"/var/lib/xtask/installed/$NODE"
}
probe() {
  [ -f "/var/lib/xtask/launched/$NODE" ] || return 0
  is_marked "$(want)"
}
change() {
  mark "$(want)"
}
# The settings may stay, with their list and packages. Then the marks stay too.
undone() {
  [ "$(want)" = "$WAS" ] || return 0
  [ -f "/var/lib/xtask/launched/$NODE" ] || return 0
  is_marked "$WAS"
}
undo() {
  [ "$(want)" != "$WAS" ] || mark "$WAS"
}
