# Print the modules that the deploy scripts have installed on this host
# in: FILE
probe() {
  [ -f "$FILE" ] || {
    echo "there is no $FILE" >&2
    return 20
  }
  grep -v '^[[:space:]]*#' "$FILE" | grep '[^[:space:]]' || {
    echo "$FILE names no module" >&2
    return 20
  }
}
