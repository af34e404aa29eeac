# Bring the deploy scripts of 6.1 back from their copy
# with: marker
# in: COPY TO ASIDE
# The scripts of 6.2 stay at ASIDE. The marker of their installation gets another name: it is the name of the upgrade.
probe() {
  for name in install install.begun; do
    if marker "bk-upgrade/$name" >/dev/null; then echo "$TO: that of $COPY; the scripts of 6.2 go to $ASIDE"; return 1; fi
  done
  [ -d "$TO" ] || { echo "$TO: that of $COPY"; return 1; }
}

change() {
  part=$TO.restoring
  rm -rf "$part"
  cp -a "$COPY/." "$part" || { rm -rf "$part"; return 21; }
  diff -r --no-dereference "$COPY" "$part" >&2 || { echo "$part is no whole copy of $COPY" >&2; rm -rf "$part"; return 21; }
  sync
  if [ -e "$TO" ]; then
    [ ! -e "$ASIDE" ] || { echo "$ASIDE is there already" >&2; return 20; }
    mv -T "$TO" "$ASIDE"
  fi
  mv -T "$part" "$TO"
  for name in install install.begun; do
    [ ! -f "$(marker_file "bk-upgrade/$name")" ] || mv -f "$(marker_file "bk-upgrade/$name")" "$(marker_file bk-upgrade/restored-install)"
  done
}
