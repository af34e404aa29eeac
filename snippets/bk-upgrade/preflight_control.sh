# Print the faults of the control machine
# in: INSTALL_DIR SRC_DIR PATHS FROM
probe() {
  for path in $PATHS; do
    [ -d "$path" ] || echo "there is no directory $path"
  done
  for tool in bkcli load_env.sh install.config; do
    [ -f "$INSTALL_DIR/$tool" ] || echo "there is no $INSTALL_DIR/$tool"
  done
  if [ -s "$INSTALL_DIR/.controller_ip" ]; then
    addresses=$(ip -o -4 addr show | sed -n 's/.* inet \([0-9.]*\).*/\1/p')
    printf '%s\n' "$addresses" | grep -qxFf "$INSTALL_DIR/.controller_ip" ||
      echo "it is not the control machine: $INSTALL_DIR/.controller_ip says $(head -n 1 "$INSTALL_DIR/.controller_ip")"
  else
    echo "there is no $INSTALL_DIR/.controller_ip: is it the control machine?"
  fi
  if [ -s "$SRC_DIR/VERSION" ]; then
    version=$(head -n 1 "$SRC_DIR/VERSION")
    case $version in
      "$FROM" | "$FROM".*) ;;
      *) echo "$SRC_DIR/VERSION says $version: the upgrade begins with $FROM" ;;
    esac
  else
    echo "there is no version in $SRC_DIR/VERSION"
  fi
  [ ! -e "$SRC_DIR.bak" ] || echo "$SRC_DIR.bak is there already (X4.13): from an earlier upgrade? move it away"
}
