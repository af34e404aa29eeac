# Record that the running VM belongs to the present settings
# with: marker
# in: NODE SETTINGS WAS
# Its address changed in the settings and on the node: no new launch or installation is needed.
# WAS is the earlier marker of the launch: the hash of the settings with the temporary address.
want() {
  sha256sum <"$SETTINGS" | cut -d ' ' -f 1
}
is_marked() {
  [ "$(marker "launched/$NODE" || :)" = "$1" ] || return 1
  [ ! -f "$(marker_file "installed/$NODE")" ] || [ "$(marker "installed/$NODE" || :)" = "$(marker_run "launched/$NODE")" ]
}
mark() {
  [ "$(marker "launched/$NODE" || :)" = "$1" ] || marker_write "launched/$NODE" "$1"
  [ ! -f "$(marker_file "installed/$NODE")" ] || marker_write "installed/$NODE" "$(marker_run "launched/$NODE")"
}
probe() {
  [ -f "$(marker_file "launched/$NODE")" ] || return 0
  is_marked "$(want)"
}
change() {
  mark "$(want)"
}
# The settings may stay, with their list and packages. Then the markers stay too.
undone() {
  [ "$(want)" = "$WAS" ] || return 0
  [ -f "$(marker_file "launched/$NODE")" ] || return 0
  is_marked "$WAS"
}
undo() {
  [ "$(want)" != "$WAS" ] || mark "$WAS"
}
