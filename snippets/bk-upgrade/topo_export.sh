# Write the files of an export
# in: DIR NAMES
# Standard input is the text of all files: a line `== NAME` before each.
probe() {
  for name in $NAMES; do
    [ -s "$DIR/$name" ] || {
      echo "no $DIR/$name"
      return 1
    }
  done
}
change() {
  umask 077
  mkdir -p "$DIR"
  awk -v dir="$DIR" '/^== / { file = dir "/" $2; printf "" >file; next } { print >file }'
}
undo() {
  for name in $NAMES; do rm -f "$DIR/$name"; done
  rmdir "$DIR" 2>/dev/null || :
}
undone() {
  for name in $NAMES; do [ ! -e "$DIR/$name" ] || return 1; done
}
