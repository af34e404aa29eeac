# Print the old units and environments of a module on a host
# in: UNITS UNIT_DIR NAMES VENV_HOME REUSES
# REUSES is empty unless new units have the names of old ones: a unit that runs a container is a new one.
probe() {
  for unit in $UNITS; do
    state=$(systemctl is-active "$unit" 2>/dev/null || :)
    case $state in active | activating | reloading | deactivating) ;; *)
      [ -e "$UNIT_DIR/$unit" ] || continue
      state=${state:-inactive}
      ;;
    esac
    [ -z "$REUSES" ] || ! systemctl cat "$unit" 2>/dev/null | grep -Eq '^Exec.*(docker|podman)' || continue
    echo "$unit ($state)"
  done
  for name in $NAMES; do
    [ ! -d "$VENV_HOME/$name" ] || echo "$VENV_HOME/$name"
  done
}
