# Check that a container runs in the place of a removed environment
# in: ENVIRONMENT CONTAINER
probe() {
  [ ! -d "$ENVIRONMENT" ] || return 1
  # The health only where the image has a check of its own.
  state=$(docker inspect --type container --format '{{.State.Status}}{{with .State.Health}} {{.Status}}{{end}}' "$CONTAINER" 2>/dev/null) || return 1
  case $state in running | 'running healthy') ;; *) return 1 ;; esac
}
