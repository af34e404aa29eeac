# Write the versions of the packages into the version table
# in: INSTALL_DIR SRC_DIR MODULE TO
# MODULE: only this one; empty: all. The suite itself is `bksuite`, and its version is in SRC_DIR/VERSION.
probe() {
  [ -f "$INSTALL_DIR/tools.sh" ] || { echo "no tools.sh in $INSTALL_DIR" >&2; return 20; }
  [ -s "$SRC_DIR/VERSION" ] || { echo "no version in $SRC_DIR/VERSION" >&2; return 20; }
  suite=$(head -n 1 "$SRC_DIR/VERSION")
  case $suite in
    "$TO" | "$TO".*) ;;
    *) echo "$SRC_DIR/VERSION says $suite, not $TO: are these the new packages?" >&2; return 20 ;;
  esac
  rows=$(mysql --login-path=default-root -Nse 'select code, version from bksuite_common.production_info;') || return 21
  # A package without a row of its own is none that the table knows.
  said=$(
    [ -n "$MODULE" ] || printf '%s\n' "$rows" | grep -q '^bksuite	' || echo "bksuite: no row -> $suite"
    [ -z "$MODULE" ] || printf '%s\n' "$rows" | grep -q "^$MODULE	" || echo "$MODULE: no row"
    printf '%s\n' "$rows" | while read -r code version; do
      [ -n "$code" ] || continue
      [ -z "$MODULE" ] || [ "$code" = "$MODULE" ] || continue
      file=$SRC_DIR/$code/VERSION
      [ "$code" != bksuite ] || file=$SRC_DIR/VERSION
      [ -f "$file" ] || continue
      [ "$(head -n 1 "$file")" = "$version" ] || echo "$code: ${version:-none} -> $(head -n 1 "$file")"
    done
  )
  [ -z "$said" ] || { printf '%s\n' "$said"; return 1; }
}
change() {
  # shellcheck disable=SC2016 # expanded by bash
  bash -c 'cd "$1" && source ./tools.sh && if [ -n "$2" ]; then _update_common_info "$2"; else _update_common_info; fi' \
    xtask "$INSTALL_DIR" "$MODULE" </dev/null
}
