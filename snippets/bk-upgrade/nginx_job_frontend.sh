# Install the pages of the job platform with the vendor's script
# in: SCRIPT PREFIX BACKUP PACKAGES URL WANTED
# The exit code of the script says nothing: version and address in the pages decide.
inputs() {
  echo "$WANTED $URL"
}
probe() {
  pages=$PREFIX/job/frontend
  [ -f "$pages/index.html" ] || { echo "no $pages/index.html"; return 1; }
  grep -qF -- "$URL" "$pages/index.html" || { echo "$pages/index.html does not name $URL"; return 1; }
  [ ! -f "$pages/VERSION" ] || [ "$(head -n 1 "$pages/VERSION")" = "$WANTED" ] || {
    echo "$pages has version $(head -n 1 "$pages/VERSION"), not $WANTED"
    return 1
  }
}
change() {
  [ -x "$SCRIPT" ] || { echo "no $SCRIPT: run sync-common first" >&2; return 20; }
  "$SCRIPT" -p "$PREFIX" -B "$BACKUP" -s "$PACKAGES/" -i "$URL" </dev/null
  said=$(probe) || { echo "$said" >&2; return 21; }
}
