# Install a module with bk_install
# with: vendor
# in: INSTALL_DIR MODULE ALLOW RESET
# RESET are the modules whose lines `VERB MODULE` of .bk_install.step are removed first: bk_install skips what is listed
# there, and ends with 0.
change() {
  cd "$INSTALL_DIR" || return 20
  [ -z "$RESET" ] || [ ! -f .bk_install.step ] || reset_steps
  vendor_run "bk_install $MODULE" ./bk_install "$MODULE" || return 1
  # It has skipped some steps, and has worked on no host: so nothing can become healthy.
  skipped=$(printf '%s\n' "$vendor_said" | grep 'has been performed.*skip') || return 0
  ! printf '%s\n' "$vendor_said" | grep -q '^\[[0-9][0-9]*\] .*\[SUCCESS\]' || return 0
  printf '%s\n' "$skipped" >&2
  echo "bk_install has skipped everything, but $MODULE is not healthy: run this step with --reset-steps" >&2
  return 1
}
reset_steps() {
  awk -v reset=" $RESET " '!index(reset, " " $2 " ")' .bk_install.step >.bk_install.step.new
  # Into the file itself, so that its owner and mode stay.
  cat .bk_install.step.new >.bk_install.step
  rm -f .bk_install.step.new
}
