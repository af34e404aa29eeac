# Make a file executable
# in: FILE
probe() {
  [ -e "$FILE" ] || { echo absent; return 1; }
  [ -x "$FILE" ] || { echo "$FILE: mode $(stat -c %a "$FILE"), not executable"; return 1; }
}
change() {
  chmod a+x "$FILE"
}
undo() {
  chmod a-x "$FILE"
}
