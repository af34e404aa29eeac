# Distribute the scripts, and register sets, templates and hosts
# with: vendor
# in: INSTALL_DIR ALLOW ONLY_HOSTS
# ONLY_HOSTS is 1 when all sets are there: the tool cannot make its templates twice.
change() {
  cd "$INSTALL_DIR" || return 20
  vendor_run 'bkcli sync common' ./bkcli sync common || return 1
  vendor_run 'bkcli initdata topo' ./bkcli initdata topo ${ONLY_HOSTS:+"$ONLY_HOSTS"} || return 1
}
