# Remember that the VM that runs is the one of the present settings
# in: NODE SETTINGS
# Its address changed in the settings and on the node alike: it is not to be launched or installed anew.
want() {
  sha256sum <"$SETTINGS" | cut -d ' ' -f 1
}
installed() {
  echo "$(want) $(stat -c %Y "/var/lib/xtask/launched/$NODE")"
}
probe() {
  [ -f "/var/lib/xtask/launched/$NODE" ] || return 0
  [ "$(cat "/var/lib/xtask/launched/$NODE")" = "$(want)" ] || return 1
  [ ! -f "/var/lib/xtask/installed/$NODE" ] || [ "$(cat "/var/lib/xtask/installed/$NODE")" = "$(installed)" ] || return 1
}
change() {
  [ "$(cat "/var/lib/xtask/launched/$NODE")" = "$(want)" ] || want >"/var/lib/xtask/launched/$NODE"
  [ ! -f "/var/lib/xtask/installed/$NODE" ] || installed >"/var/lib/xtask/installed/$NODE"
}
