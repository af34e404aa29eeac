# List the existing ones of some paths: a line each, `there PATH` or `link PATH TARGET`.
# in: PATHS
probe() {
  for path in $PATHS; do
    if [ -L "$path" ]; then
      echo "link $path $(readlink "$path")"
    elif [ -e "$path" ]; then
      echo "there $path"
    fi
  done
}
