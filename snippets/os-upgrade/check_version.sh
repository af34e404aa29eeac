# Check that this kernel or a later one runs, and that the release contains a text
# in: KERNEL RELEASE RELEASE_FILE
probe() {
  now=$(uname -r)
  found=$(head -n 1 "$RELEASE_FILE" 2>/dev/null) || found="no $RELEASE_FILE"
  code=0
  last=$(printf '%s\n' "$KERNEL" "$now" | sort -V | tail -n 1)
  if [ "$last" != "$now" ]; then
    echo "kernel $now is older than $KERNEL"
    code=1
  fi
  case $found in
    *"$RELEASE"*) ;;
    *)
      echo "release: $found"
      code=1
      ;;
  esac
  return "$code"
}
