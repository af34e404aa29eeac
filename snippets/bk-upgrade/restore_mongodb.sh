# Load the dump into MongoDB, in place of the present collections
# with: mongodb
# in: SERVER ACCOUNT FOLDER ATTEMPT OPLOG
# Standard input is the password. ATTEMPT as in restore_mysql. A collection that the dump does not have stays.
inputs() {
  [ -f "$FOLDER/.xtask-manifest" ] || { echo "there is no $FOLDER/.xtask-manifest" >&2; return 20; }
  echo "$ATTEMPT $(sha256sum <"$FOLDER/.xtask-manifest" | cut -d ' ' -f 1)"
}

change() {
  mongodb_password
  umask 077
  work=$(mktemp -d)
  trap 'rm -rf "$work"; exit 143' HUP INT TERM
  set +e
  load
  code=$?
  rm -rf "$work"
  return "$code"
}

load() {
  mongodb_whole "$FOLDER" >&2 || return 20
  printf 'password: "%s"\n' "$mongodb_word" >"$work/config" || return 21
  replay=''
  if [ "$OPLOG" = yes ]; then replay=--oplogReplay; fi
  mongorestore --config="$work/config" --host="${SERVER%:*}" --port="${SERVER##*:}" --username="$ACCOUNT" \
    --authenticationDatabase=admin --drop $replay --gzip --dir="$FOLDER" 2>&1 | tee "$work/said"
  # The exit code of mongorestore is that of tee here; its last line counts the failures.
  grep -qE '(^|[^0-9])0 document\(s\) failed to restore' "$work/said" || {
    echo 'mongorestore has not said that no document failed' >&2
    return 21
  }
  ! grep -q 'Failed: ' "$work/said" || return 21
}
