# Print a new MAC address
# in: SCRIPT
probe() {
  said=$("$SCRIPT")
  # The last word that looks like one: the script may print more.
  mac=$(printf '%s\n' "$said" | tr -s '[:blank:]' '\n' | tr '[:upper:]' '[:lower:]' | grep -Ex '([0-9a-f]{2}:){5}[0-9a-f]{2}' | tail -n 1) || :
  [ -n "$mac" ] || { echo "$SCRIPT printed no MAC address: $said" >&2; return 20; }
  echo "$mac"
}
