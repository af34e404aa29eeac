# Print the floating IP of the webservice nodes; nothing when there is none
# in: DIR STYLE ZONE
probe() {
  case $STYLE in
    key) [ ! -f "$DIR/variables.yaml" ] || sed -n "s/^webservice_floating_ip:[[:space:]]*[\"']\{0,1\}\([^\"'#[:space:]]*\).*/\1/p" "$DIR/variables.yaml" ;;
    file) [ ! -f "$DIR/webservice_floating_ip.$ZONE" ] || head -n 1 "$DIR/webservice_floating_ip.$ZONE" ;;
  esac
}
