# Restore a backup of the settings
# in: DIR BACKUP ASIDE
probe() {
  [ -d "$BACKUP" ] || { echo "no backup $BACKUP" >&2; return 20; }
  diff -rq "$BACKUP" "$DIR" || return 1
}
change() {
  rm -rf "$DIR.xtask-partial"
  cp -a "$BACKUP/." "$DIR.xtask-partial"
  sync
  if [ -e "$DIR" ]; then
    [ ! -e "$ASIDE" ] || { echo "$ASIDE exists already" >&2; return 20; }
    mv -T "$DIR" "$ASIDE"
  fi
  mv -T "$DIR.xtask-partial" "$DIR"
}
undo() {
  [ -d "$ASIDE" ] || { echo "no $ASIDE" >&2; return 20; }
  rm -rf "$DIR"
  mv -T "$ASIDE" "$DIR"
}
undone() {
  [ -d "$ASIDE" ] || return 0
  if diff -rq "$BACKUP" "$DIR" >&2; then return 1; fi
  echo "$DIR has changed since it was restored from $BACKUP" >&2
  return 20
}
