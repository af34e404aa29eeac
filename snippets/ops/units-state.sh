# Print the state of systemd units.
# in: NAMES PATHS FILES
# PATHS are files: the time of the newest one is printed too. FILES are paths: the existing ones are printed as in
# `ops/paths`.

# One block of properties per unit; an unknown unit has LoadState=not-found.
probe() {
  # shellcheck disable=SC2086 # unit names are words
  systemctl show -p Id,LoadState,ActiveState,UnitFileState,FragmentPath,ActiveEnterTimestampMonotonic,StateChangeTimestampMonotonic $NAMES
  echo
  if [ -n "$PATHS" ]; then
    # In seconds since start-up, as systemd counts.
    booted=$(sed -n 's/^btime //p' /proc/stat)
    newest=0
    for path in $PATHS; do
      [ -e "$path" ] || continue
      time=$(stat -L -c %Y "$path")
      [ "$time" -le "$newest" ] || newest=$time
    done
    echo "Newest=$((newest - booted))"
  fi
  for file in $FILES; do
    if [ -L "$file" ]; then
      echo "File=link $file $(readlink "$file")"
    elif [ -e "$file" ]; then
      echo "File=there $file"
    fi
  done
}
