# Print the release and the kernel
# in: RELEASE_FILE
probe() {
  [ -s "$RELEASE_FILE" ] || {
    echo "no $RELEASE_FILE" >&2
    return 20
  }
  head -n 1 "$RELEASE_FILE"
  uname -r
}
