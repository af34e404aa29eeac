# Install packages on a node, from firstbox
# in: SCRIPT NODE PACKAGES
change() {
  "$SCRIPT" "$NODE" "$PACKAGES"
}
