# Look for a backup of a former version
# in: DEST
# Its manifest is a list of sha256sum, without the identity that a proof needs.
probe() {
  [ -f "$DEST/.xtask-manifest" ] || return 1
  (cd "$DEST" && sha256sum -c --quiet --strict .xtask-manifest >/dev/null 2>&1) || return 1
}
