# Look whether the backup of a node's files is whole, and seal it
# in: DEST
# The manifest is written last: without it the backup is none.
probe() {
  [ -f "$DEST/.xtask-manifest" ] || { echo "no backup in $DEST"; return 1; }
  (cd "$DEST" && sha256sum -c --quiet .xtask-manifest 2>&1) || return 1
}
change() {
  [ -n "$(find "$DEST/static" -type f 2>/dev/null | head -n 1)" ] || { echo "$DEST/static holds no file" >&2; return 21; }
  [ -s "$DEST/local_config.yaml" ] || { echo "$DEST/local_config.yaml is not there, or empty" >&2; return 21; }
  [ -s "$DEST/rc.local" ] || { echo "$DEST/rc.local is not there, or empty" >&2; return 21; }
  cd "$DEST" || return
  # What a transfer keeps to be taken back is no part of the backup.
  find . -type f ! -name '.xtask-manifest*' ! -path '*.xtask-before-*' -exec sha256sum {} + | sort -k 2 >.xtask-manifest.new
  sync
  mv -f .xtask-manifest.new .xtask-manifest
}
undo() {
  rm -f "$DEST/.xtask-manifest"
}
