# Print every settings file of a directory, each line with the file's name and a tab before it
# in: DIR
probe() {
  [ -d "$DIR" ] || return 0
  for file in "$DIR"/*; do
    [ -f "$file" ] || continue
    printf '%s\t\n' "${file##*/}"
    awk -v node="${file##*/}" '{ print node "\t" $0 }' "$file"
  done
}
