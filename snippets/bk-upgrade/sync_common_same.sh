# Compare the deploy scripts with the checksums on standard input
# in: INSTALL_DIR
# Prints the first files that differ. Files that only this host has do not count.
probe() {
  cd "$INSTALL_DIR" || { echo "no directory $INSTALL_DIR"; return 1; }
  said=$(sha256sum -c 2>/dev/null | sed -n 's/^\.\/\(.*\): FAILED.*/\1/p')
  [ -n "$said" ] || return 0
  printf '%s\n' "$said" | sed -n '1,5p'
  count=$(printf '%s\n' "$said" | wc -l)
  [ "$count" -le 5 ] || echo "and $((count - 5)) more"
  return 1
}
