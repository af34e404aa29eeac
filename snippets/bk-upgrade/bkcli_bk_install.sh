# Install a module with bk_install
# with: vendor
# in: INSTALL_DIR MODULE ALLOW RESET
# bk_install skips the lines `VERB MODULE` of .bk_install.step, and ends with 0. RESET are the modules whose lines are
# removed first.
change() {
  cd "$INSTALL_DIR" || return 20
  # shellcheck disable=SC2086 # words
  [ -z "$RESET" ] || vendor_forget .bk_install.step $RESET
  vendor_run "bk_install $MODULE" ./bk_install "$MODULE" || return 1
  # Without any work nothing can become healthy.
  vendor_skipped >&2 || return 0
  echo "bk_install has skipped everything, but $MODULE is not healthy: run this step with --reset-steps" >&2
  return 1
}
