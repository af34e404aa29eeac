# Print the checksums of the deploy scripts
# in: INSTALL_DIR
# Without hidden files, and without copies that are kept for undo.
probe() {
  cd "$INSTALL_DIR" || return 20
  find . -name '.?*' -prune -o -type f ! -name '*.xtask-*' -exec sha256sum {} + | sort -k 2
}
