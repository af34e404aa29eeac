# Distribute the scripts, and register sets, templates and hosts
# in: INSTALL_DIR
change() {
  cd "$INSTALL_DIR" || return 20
  ./bkcli sync common
  ./bkcli initdata topo
}
