# Load the agent and plugin packages into the node management
# with: vendor
# in: INSTALL_DIR SRC_DIR PACKAGE ALLOW
# Agents are gse_client* and gse_proxy*, plugins are in gse_plugins/; with the version of the node management.
inputs() {
  cd "$SRC_DIR" || return 20
  find . -path './gse_plugins/*' -type f -o -path './gse_*' ! -path './gse_*/*' -type f -o -path "./$PACKAGE/VERSION" |
    sort | while read -r file; do sha256sum "$file"; done | sha256sum | cut -d ' ' -f 1
}
change() {
  cd "$INSTALL_DIR" || return 20
  vendor_run "bkcli initdata nodeman" ./bkcli initdata nodeman
}
