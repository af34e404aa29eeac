# Print the packages in a directory and their versions, a line each
# in: DIR
probe() {
  for file in "$DIR"/*/VERSION; do
    [ -f "$file" ] || continue
    package=${file%/VERSION}
    printf '%s %s\n' "${package##*/}" "$(head -n 1 "$file")"
  done
}
