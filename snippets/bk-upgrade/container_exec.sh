# Run a command in a container, with its files, once for each image
# in: CONTAINER COMMAND FILES TO
# COMMAND has one word per line. FILES is a directory of the host, or empty; TO its place in the container.
inputs() {
  image=$(docker inspect --type container --format '{{.Image}}' "$CONTAINER")
  files=-
  [ -z "$FILES" ] || files=$(cd "$FILES" && identities | sort | sha256sum | cut -d ' ' -f 1)
  echo "$image $files"
}
# The content of files up to 1 MiB; size and time of larger ones. Those are images of containers: the migration does not
# read them, and their content would be read at each look for minutes.
identities() {
  find . -type f -size -1048577c -exec sha256sum {} +
  find . -type f ! -size -1048577c -exec stat -c '%n %s %Y' {} +
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
