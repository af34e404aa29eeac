# Print the units that run a container: the new services
# in: UNITS
probe() {
  for unit in $UNITS; do
    ! systemctl cat "$unit" 2>/dev/null | grep -Eq '^Exec.*(docker|podman)' || echo "$unit"
  done
}
