# Run a command in a container, with its files, once for each image
# in: CONTAINER COMMAND FILES TO
# COMMAND has one word per line. FILES is a directory of the host, or empty; TO its place in the container.
inputs() {
  image=$(docker inspect --type container --format '{{.Image}}' "$CONTAINER")
  files=-
  [ -z "$FILES" ] || files=$(cd "$FILES" && find . -type f -exec sha256sum {} + | sort -k 2 | sha256sum | cut -d ' ' -f 1)
  echo "$image $files"
}
change() {
  # The content: a copied directory would become a second one inside the first (X4.59).
  [ -z "$FILES" ] || {
    docker exec "$CONTAINER" mkdir -p "$TO" </dev/null
    docker cp "$FILES/." "$CONTAINER:$TO"
  }
  set -f
  IFS='
'
  # shellcheck disable=SC2086 # a word per line
  set -- $COMMAND
  docker exec "$CONTAINER" "$@" </dev/null
}
