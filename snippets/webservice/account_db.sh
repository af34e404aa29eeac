# Print the rows of a table of the account database that have an id: id, tab, secret
# in: KIND SERVER PORT USERNAME DATABASE TABLE IDCOLUMN SECRETCOLUMN ID
# The password is on standard input only; the id has letters and digits only.
query() {
  echo "SELECT $IDCOLUMN, $SECRETCOLUMN FROM $TABLE WHERE $IDCOLUMN = '$ID'"
}
probe() {
  case $KIND in
    mysql)
      client=$(command -v mariadb || command -v mysql) || { echo "neither mariadb nor mysql is installed to query the database" >&2; return 20; }
      { printf '[client]\npassword="' && sed 's/[\\"]/\\&/g' | tr -d '\n' && printf '"\n'; } |
        "$client" --defaults-extra-file=/dev/stdin --host="$SERVER" --port="${PORT:-3306}" --user="$USERNAME" --batch --skip-column-names --connect-timeout=10 --execute="$(query)" "$DATABASE"
      ;;
    postgres)
      command -v psql >/dev/null || { echo "no psql is installed to query the database" >&2; return 20; }
      # libpq reads a password only from a regular file.
      umask 077
      pass=$(mktemp)
      trap 'rm -f "$pass"; exit 143' HUP INT TERM
      { printf '*:*:*:*:' && sed 's/[\\:]/\\&/g' | tr -d '\n' && echo; } >"$pass"
      code=0
      PGPASSFILE=$pass PGCONNECT_TIMEOUT=10 psql -X -A -t -F "$(printf '\t')" -h "$SERVER" -p "${PORT:-5432}" -U "$USERNAME" -w -c "$(query)" "$DATABASE" || code=$?
      rm -f "$pass"
      return "$code"
      ;;
  esac
}
