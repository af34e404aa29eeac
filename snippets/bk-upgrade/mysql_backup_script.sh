# Dump the databases of BlueKing into a new file
# with: mysql
# in: CREDENTIALS IGNORE DIR
# DIR/NAME.sql is the dump, DIR/NAME.about says what it is. Both get their names when they are whole, and never over
# an older one. The first lines of the script set `name` and `release`, from its arguments.
change() {
  umask 077
  out=$DIR/${name:?}.sql about=$DIR/$name.about
  # Two dumps at once would take each other's parts for leftovers.
  locked 9<"$DIR"
}

locked() {
  flock -n 9 || { echo "another dump is being written in $DIR" >&2; return 20; }
  # The rest of a dump that was killed.
  rm -f "$DIR"/*.sql.part "$DIR"/*.about.part "$DIR"/*.errors
  for file in "$out" "$about"; do
    [ ! -e "$file" ] || { echo "$file is there already: a dump replaces no other one" >&2; return 20; }
  done
  # From here on the next run finds the name of this one.
  : >"$out.part"
  dump || {
    code=$?
    rm -f "$out.part" "$about.part" "$DIR/$name.errors"
    return "$code"
  }
}

dump() {
  { mysql_answers && { mysql_logs || { echo 'the server has no binary log'; false; }; } && mysql_room "$DIR"; } >&2 || return 20
  databases=$(mysql_databases) || return 20
  [ -n "$databases" ] || { echo 'there is no database to dump' >&2; return 20; }
  describe >"$about.part" || return 21
  set --
  while read -r database; do set -- "$@" "$database"; done <<LIST
$databases
LIST
  # With global transaction ids a dump of some databases could not be loaded into the same server.
  gtid=
  ! mysqldump "$CREDENTIALS" --help 2>/dev/null | grep -q -e --set-gtid-purged || gtid=--set-gtid-purged=OFF
  mysqldump "$CREDENTIALS" --skip-opt --create-options --default-character-set=utf8mb4 -R -E -q -e --single-transaction \
    --no-autocommit --master-data=2 --max-allowed-packet=1G --hex-blob $gtid -B -- "$@" >"$out.part" 2>"$DIR/$name.errors" || {
    code=$?
    cat "$DIR/$name.errors" >&2
    echo "mysqldump ended with $code" >&2
    return 21
  }
  # A warning can be a table that was left out.
  [ ! -s "$DIR/$name.errors" ] || { cat "$DIR/$name.errors" >&2; echo 'mysqldump has said something: the dump is not kept' >&2; return 21; }
  mysql_whole "$out.part" "$about.part" >&2 || return 21
  sync
  mv -n "$about.part" "$about"
  mv -n "$out.part" "$out"
  if [ -e "$out.part" ] || [ -e "$about.part" ]; then
    echo "$out came into being meanwhile: it stays" >&2
    return 20
  fi
  rm -f "$DIR/$name.errors"
  echo "$out: $(printf '%s\n' "$databases" | wc -l) databases, $(wc -c <"$out") bytes"
}

describe() {
  echo 'xtask-mysql-dump 1'
  echo "release ${release:-unknown}"
  echo "host $(hostname)"
  echo "server $(mysql_ask 'SELECT @@version')"
  echo "begun $(date +%s) $(date -u +%Y-%m-%dT%H:%M:%SZ)"
  echo "not-transactional $(mysql_ask "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_TYPE = 'BASE TABLE' AND ENGINE <> 'InnoDB' AND $(mysql_ours)")"
  echo 'note all tables are of the moment begun, but for those that are not transactional; a dump of MongoDB is of another moment'
  echo 'note not saved: redis, elasticsearch, influxdb, zookeeper, consul, /data/bkce'
  printf '%s\n' "$databases" | sed 's/^/database /'
  echo end
}
