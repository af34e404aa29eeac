# Dump the databases of BlueKing
# in: SCRIPT DIR NAME RELEASE
# SCRIPT writes DIR/NAME.sql and DIR/NAME.about, and neither when one of them fails.
probe() {
  for file in "$DIR/$NAME.sql" "$DIR/$NAME.about"; do
    [ -f "$file" ] || { echo "$file: new"; return 1; }
  done
}
change() {
  sh "$SCRIPT" "$NAME" "$RELEASE"
}
# The manifest has gone before.
undo() {
  rm -f "$DIR/$NAME.sql" "$DIR/$NAME.about" "$DIR/$NAME.sql.part" "$DIR/$NAME.about.part" "$DIR/$NAME.errors"
}
undone() {
  for file in "$DIR/$NAME.sql" "$DIR/$NAME.about"; do
    [ ! -e "$file" ] || return 1
  done
}
