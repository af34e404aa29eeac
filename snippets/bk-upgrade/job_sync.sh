# Copy the new package of job to its hosts and to those of nginx; nothing of the old one changes
# with: vendor
# in: INSTALL_DIR ALLOW
change() {
  cd "$INSTALL_DIR" || return 20
  vendor_run 'bkcli sync job' ./bkcli sync job
}
