# Run commands of bkcli for a module
# with: vendor
# in: INSTALL_DIR MODULE VERBS ALLOW
change() {
  cd "$INSTALL_DIR" || return 20
  for verb in $VERBS; do
    vendor_run "bkcli $verb $MODULE" ./bkcli "$verb" "$MODULE" || return 1
  done
}
