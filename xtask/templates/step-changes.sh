# Make an empty file
# in: FILE
probe() {
  [ -e "$FILE" ] && return 0
  echo "make $FILE"
  return 1
}
change() {
  : >"$FILE"
}
undo() {
  rm -f "$FILE"
}
undone() {
  [ ! -e "$FILE" ]
}
