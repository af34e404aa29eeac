# Check that the upgrader has run
# with: marker
# in: MARKER LINE
probe() {
  [ "$(marker "$MARKER" || :)" = "$LINE" ] || { echo "it has not run for: $LINE"; return 1; }
}
