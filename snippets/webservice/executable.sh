# Make a file executable
# in: FILE
probe() {
  [ -x "$FILE" ] || { echo "$FILE: $(stat -c %a "$FILE" 2>/dev/null || echo not there), not executable"; return 1; }
}
change() {
  chmod a+x "$FILE"
}
undo() {
  chmod a-x "$FILE"
}
