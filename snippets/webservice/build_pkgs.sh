# Build all packages of the platform
# in: SCRIPT SETTINGS VARIABLES PACKAGE FILES
# FILES are the files below PACKAGE that later steps need. The mark is a hash of settings, variables and keys.
inputs() {
  (echo "$SCRIPT" && find "$SETTINGS" "$VARIABLES" -type f ! -name '*.xtask-*' -exec sha256sum {} + | sort -k 2) | sha256sum | cut -d ' ' -f 1
}
missing() {
  for file in $FILES; do [ -s "$PACKAGE/$file" ] || echo "no $PACKAGE/$file"; done
}
probe() {
  [ -x "$SCRIPT" ] || { echo "$SCRIPT is missing or not executable" >&2; return 20; }
  [ "$(cat /var/lib/xtask/packages 2>/dev/null)" = "$(inputs)" ] || { echo "not built from the present settings and variables"; return 1; }
  said=$(missing)
  [ -z "$said" ] || { echo "$said"; return 1; }
}
change() {
  mark=$(inputs)
  "$SCRIPT"
  said=$(missing)
  [ -z "$said" ] || { echo "$said" >&2; return 21; }
  (umask 022 && mkdir -p /var/lib/xtask)
  printf '%s\n' "$mark" >/var/lib/xtask/.packages.new
  mv -f /var/lib/xtask/.packages.new /var/lib/xtask/packages
}
