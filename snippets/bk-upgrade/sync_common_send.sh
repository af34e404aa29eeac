# Send the deploy scripts to all hosts with bkcli
# in: INSTALL_DIR
change() {
  cd "$INSTALL_DIR" || return 20
  ./bkcli sync common </dev/null
}
