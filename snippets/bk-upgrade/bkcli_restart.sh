# Restart a module with bkcli
# in: INSTALL_DIR MODULE
change() {
  cd "$INSTALL_DIR" || return 20
  ./bkcli restart "$MODULE"
}
