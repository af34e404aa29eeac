# Copy the new package of job to its hosts; nothing of the old one changes
# in: INSTALL_DIR
change() {
  cd "$INSTALL_DIR" || return 20
  ./bkcli sync job
}
