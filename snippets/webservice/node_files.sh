# Check that the backup of a node's files holds its logo and its configuration
# in: DEST
probe() {
  [ -n "$(find "$DEST/static" -type f 2>/dev/null | head -n 1)" ] || { echo "$DEST/static contains no file"; return 1; }
  [ -s "$DEST/local_config.yaml" ] || { echo "$DEST/local_config.yaml is missing or empty"; return 1; }
  [ -s "$DEST/rc.local" ] || { echo "$DEST/rc.local is missing or empty"; return 1; }
}
