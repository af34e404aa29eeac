# Drop databases of MySQL that the dump does not have
# with: mysql
# in: CREDENTIALS NEW
# NEW are their names, a line each.
probe() {
  present=$(mysql_ask 'SHOW DATABASES') || return 20
  left=$(printf '%s\n' "$NEW" | while IFS= read -r name; do
    if printf '%s\n' "$present" | grep -qxF -e "$name"; then printf '%s: dropped\n' "$name"; fi
  done)
  [ -z "$left" ] || { printf '%s\n' "$left"; return 1; }
}

change() {
  printf '%s\n' "$NEW" | while IFS= read -r name; do
    mysql_ask "DROP DATABASE IF EXISTS $(mysql_quoted "$name")" || exit
  done || return 21
}
