# Remember that the VM that runs is the one of the present settings
# in: NODE SETTINGS WAS
# Its address changed in the settings and on the node alike: it is not to be launched or installed anew.
# WAS is what the mark of the launch said before: the settings with the temporary address.
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
# The settings may have stayed as they are: their list and packages are made. Then the marks stay too.
undone() {
  [ "$(want)" = "$WAS" ] || return 0
  [ -f "/var/lib/xtask/launched/$NODE" ] || return 0
  is_marked "$WAS"
}
undo() {
  [ "$(want)" != "$WAS" ] || mark "$WAS"
}
