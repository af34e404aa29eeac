# Check that there are archives
# in: DIR
probe() {
  for archive in "$DIR"/*gz; do
    [ ! -f "$archive" ] || return 0
  done
  echo "$DIR has no file *gz"
  return 1
}
