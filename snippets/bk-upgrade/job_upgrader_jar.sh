# Check that the upgrader of the new version is on this host
# in: JARS
probe() {
  for jar in $JARS; do
    [ ! -f "$jar" ] || return 0
  done
  echo "no jar of the upgrader: $JARS"
  return 1
}
