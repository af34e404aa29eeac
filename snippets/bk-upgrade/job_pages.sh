# Install the pages of the job platform with the vendor's script
# with: pages
# in: SCRIPT PREFIX BACKUP SOURCES URL
# SOURCES are the places of packages: the one with these pages is used. Standard input of `probe` is the list of the
# installed pages, that of `change` the list of the package. The script wants its directory for the old pages.
probe() {
  wanted=$(cat)
  now=$(pages_list "$PREFIX/job/frontend" 2>&1) || { printf '%s\n' "$now"; return 1; }
  [ "$now" != "$wanted" ] || return 0
  echo "other files in $PREFIX/job/frontend:"
  pages_differ "$now" "$wanted"
  return 1
}
change() {
  [ -x "$SCRIPT" ] || { echo "no $SCRIPT: run sync-common first" >&2; return 20; }
  list=$(cat)
  for source in $SOURCES; do
    [ "$(pages_list "$source/job/frontend" 2>/dev/null)" = "$list" ] || continue
    mkdir -p "$BACKUP" || return 20
    "$SCRIPT" -p "$PREFIX" -B "$BACKUP" -s "$source/" -i "$URL" </dev/null
    return
  done
  echo "no package of these pages below $SOURCES" >&2
  return 21
}
