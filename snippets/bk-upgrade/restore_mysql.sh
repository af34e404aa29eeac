# Load the dump into MySQL, in place of the present databases
# with: mysql
# in: CREDENTIALS FILE ABOUT MANIFEST ATTEMPT
# ATTEMPT is the upgrade that is taken back: for another one the same dump is loaded again.
inputs() {
  [ -f "$MANIFEST" ] || { echo "there is no $MANIFEST" >&2; return 20; }
  echo "$ATTEMPT $(sha256sum <"$MANIFEST" | cut -d ' ' -f 1)"
}

change() {
  mysql_answers >&2 || return 20
  databases=$(sed -n 's/^database //p' "$ABOUT")
  [ -n "$databases" ] || { echo "$ABOUT names no database" >&2; return 20; }
  printf '%s\n' "$databases" | while read -r name; do
    mysql_ask "DROP DATABASE IF EXISTS $(mysql_quoted "$name")" || exit
  done || return 21
  mysql "$CREDENTIALS" --default-character-set=utf8mb4 --max-allowed-packet=1G <"$FILE" || return 21
  wrong=$(mysql_differences "$FILE" "$databases")
  [ -z "$wrong" ] || { printf '%s\n' "$wrong" >&2; return 21; }
  echo "$(printf '%s\n' "$databases" | wc -l) databases of $FILE are loaded"
}
