# Print the units that are not active, and their state
# in: UNITS
probe() {
  for unit in $UNITS; do
    state=$(systemctl is-active "$unit.service" 2>/dev/null) || echo "$unit.service ${state:-unknown}"
  done
}
