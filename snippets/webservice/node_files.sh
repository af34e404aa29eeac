# Check that the backup of a node's files is complete
# in: DEST
# `change` seals it with the manifest, which is written last: a backup without it is incomplete.
probe() {
  [ -f "$DEST/.xtask-manifest" ] || { echo "no backup in $DEST"; return 1; }
  (cd "$DEST" && sha256sum -c --quiet .xtask-manifest 2>&1) || return 1
}
change() {
  [ -n "$(find "$DEST/static" -type f 2>/dev/null | head -n 1)" ] || { echo "$DEST/static contains no file" >&2; return 21; }
  [ -s "$DEST/local_config.yaml" ] || { echo "$DEST/local_config.yaml is missing or empty" >&2; return 21; }
  [ -s "$DEST/rc.local" ] || { echo "$DEST/rc.local is missing or empty" >&2; return 21; }
  cd "$DEST" || return
  # Its hashes would confirm a guess of a password.
  umask 077
  # The files that a transfer keeps for its undo are not part of the backup.
  find . -type f ! -name '.xtask-manifest*' ! -path '*.xtask-before-*' -exec sha256sum {} + | sort -k 2 >.xtask-manifest.new
  sync
  mv -f .xtask-manifest.new .xtask-manifest
}
undo() {
  rm -f "$DEST/.xtask-manifest"
}
