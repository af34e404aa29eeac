# Trust the host keys of a node
# in: FILE KEYS
# KEYS are lines of known_hosts: `webservice0,10.16.0.12 ssh-ed25519 AAAA...`.
missing() {
  printf '%s\n' "$KEYS" | while read -r key; do
    [ -f "$FILE" ] && grep -qxF -e "$key" "$FILE" || printf '%s\n' "$key"
  done
}
probe() {
  left=$(missing)
  [ -z "$left" ] || { printf '%s\n' "$left"; return 1; }
}
change() {
  left=$(missing)
  (umask 077 && mkdir -p "$(dirname "$FILE")" && touch "$FILE")
  [ -z "$(tail -c 1 "$FILE")" ] || echo >>"$FILE"
  printf '%s\n' "$left" >>"$FILE"
}
undo() {
  left=$(grep -vxF -e "$KEYS" "$FILE") || :
  printf '%s' "${left:+$left
}" >"$FILE"
}
