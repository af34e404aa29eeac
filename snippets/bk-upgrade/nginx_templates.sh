# Print the templates that differ from those of the package: `new NAME`, `differs NAME`, `extra NAME`
# in: SRC DEST
probe() {
  [ -d "$DEST" ] || { echo "no directory $DEST: does consul-template run here?" >&2; return 20; }
  found=
  for file in "$SRC"/*.conf; do
    [ -f "$file" ] || continue
    found=yes
    name=${file##*/}
    if [ ! -e "$DEST/$name" ]; then
      echo "new $name"
    elif ! cmp -s "$file" "$DEST/$name"; then
      echo "differs $name"
    fi
  done
  # With nothing to copy, everything there would look superfluous.
  [ -n "$found" ] || { echo "no *.conf in $SRC: run sync-common first" >&2; return 20; }
  for file in "$DEST"/*.conf; do
    [ -f "$file" ] && [ ! -e "$SRC/${file##*/}" ] && echo "extra ${file##*/}"
  done
  return 0
}
