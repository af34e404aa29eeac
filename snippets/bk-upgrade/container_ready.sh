# Check that a container runs and has the files of its module
# in: CONTAINER DIRECTORY FILES
# DIRECTORY is one in the container, FILES one of the host, or empty.
probe() {
  state=$(docker inspect --type container --format '{{.State.Status}}' "$CONTAINER" 2>&1) || {
    echo "no container $CONTAINER: $state"
    return 1
  }
  [ "$state" = running ] || { echo "container $CONTAINER is $state"; return 1; }
  docker exec "$CONTAINER" test -d "$DIRECTORY" </dev/null || { echo "no directory $DIRECTORY in container $CONTAINER"; return 1; }
  [ -z "$FILES" ] || [ -d "$FILES" ] || { echo "no directory $FILES"; return 1; }
}
