# Dump MongoDB into a new directory
# with: mongodb
# in: SERVER ACCOUNT DIR NAME OPLOG RELEASE
# shellcheck disable=SC2153 # OPLOG and oplog are two things
# DIR/NAME is there when it is whole. OPLOG=yes: all of it is of one moment. Standard input is the password.
probe() {
  [ -f "$DIR/$NAME/about" ] || { echo "$DIR/$NAME: new"; return 1; }
}

change() {
  mongodb_password
  umask 077
  out=$DIR/$NAME part=$DIR/$NAME.part config=$DIR/.config.$$
  # Two dumps at once would take each other's parts for leftovers.
  locked 9<"$DIR"
}

locked() {
  flock -n 9 || { echo "another dump is being written in $DIR" >&2; return 20; }
  # The rest of a dump that was killed.
  rm -f "$DIR"/.config.*
  rm -rf "$DIR"/[0-9]*-[0-9]*.part "$part"
  [ ! -e "$out" ] || { echo "$out is there already: a dump replaces no other one" >&2; return 20; }
  mkdir "$part"
  trap 'rm -f "$config"; exit 143' HUP INT TERM
  set +e
  dump
  code=$?
  rm -f "$config"
  [ "$code" = 0 ] || rm -rf "$part"
  return "$code"
}

dump() {
  facts=$(mongodb_facts "$config") || return
  began="$(date +%s) $(date -u +%Y-%m-%dT%H:%M:%SZ)"
  printf 'password: "%s"\n' "$mongodb_word" >"$config" || return 21
  oplog='' replay=''
  if [ "$OPLOG" = yes ]; then oplog=--oplog replay=--oplogReplay; fi
  mongodump --config="$config" --host="${SERVER%:*}" --port="${SERVER##*:}" --username="$ACCOUNT" \
    --authenticationDatabase=admin $oplog --gzip --out="$part" 2>&1 || {
    code=$?
    echo "mongodump ended with $code" >&2
    return 21
  }
  describe >"$part/about" || return 21
  mongodb_whole "$part" >&2 || return 21
  mongorestore --config="$config" --host="${SERVER%:*}" --port="${SERVER##*:}" --username="$ACCOUNT" \
    --authenticationDatabase=admin $replay --gzip --dryRun --dir="$part" 2>&1 || {
    echo "mongorestore --dryRun cannot read the dump" >&2
    return 21
  }
  sync
  mv -n -T "$part" "$out"
  [ ! -e "$part" ] || { echo "$out came into being meanwhile: it stays" >&2; return 20; }
}

describe() {
  echo 'xtask-mongodb-dump 1'
  echo "release $RELEASE"
  echo "host $(hostname)"
  echo "begun $began"
  echo "oplog $OPLOG"
  if [ "$OPLOG" = yes ]; then
    echo "note all databases are of the end of the dump, $(date -u +%Y-%m-%dT%H:%M:%SZ); a dump of MySQL is of another moment"
  else
    echo 'note each collection is of the moment when it was read: without --oplog there is no one moment'
  fi
  echo 'note not saved: redis, elasticsearch, influxdb, zookeeper, consul, /data/bkce'
  mongodb_databases "$facts" | sed 's/^/database /'
  echo end
}

# The manifest has gone before.
undo() {
  rm -rf "${DIR:?}/${NAME:?}" "$DIR/$NAME.part"
}
undone() {
  [ ! -e "$DIR/$NAME" ]
}
