# Build all packages of the platform
# in: SCRIPT SETTINGS VARIABLES PACKAGE FILES
# FILES are the files below PACKAGE that later steps need.
inputs() {
  [ -x "$SCRIPT" ] || { echo "$SCRIPT is missing or not executable" >&2; return 20; }
  (echo "$SCRIPT" && find "$SETTINGS" "$VARIABLES" -type f ! -name '*.xtask-*' -exec sha256sum {} + | sort -k 2) | sha256sum | cut -d ' ' -f 1
}
missing() {
  for file in $FILES; do [ -s "$PACKAGE/$file" ] || echo "no $PACKAGE/$file"; done
}
probe() {
  said=$(missing)
  [ -z "$said" ] || { echo "$said"; return 1; }
}
change() {
  "$SCRIPT"
  said=$(missing)
  [ -z "$said" ] || { echo "$said" >&2; return 21; }
}
