# List the products of a directory with their versions
# in: DIR
# A line `NAME VERSION` for each directory with a VERSION.
probe() {
  for file in "$DIR"/*/VERSION; do
    [ -f "$file" ] || continue
    name=${file%/VERSION}
    echo "${name##*/} $(head -n 1 "$file")"
  done
}
