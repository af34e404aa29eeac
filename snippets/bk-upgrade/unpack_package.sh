# Unpack the package into a fresh directory
# in: TGZ SUM DEST WAS
# DEST/.xtask-package has the MD5 of the package, and comes with all the rest in one move: a directory with it is whole. WAS is
# `empty` when DEST was an empty directory before. Exit codes: 20 DEST is in the way, 21 no room, 22 not the wanted package.
probe() {
  [ "$(mark)" = "$SUM" ] || {
    echo "$TGZ -> $DEST"
    return 1
  }
}

mark() { cat "$DEST/.xtask-package" 2>/dev/null || :; }

change() {
  partial=$DEST.xtask-partial
  # The rest of an interrupted run. One that was cut after the last move has done everything.
  rm -rf "$partial"
  [ "$(mark)" != "$SUM" ] || return 0
  free=$(df -Pk "${DEST%/*}/" | awk 'END { print $4 }')
  wanted=$(($(stat -L -c %s "$TGZ") / 1024))
  [ "$free" -gt "$wanted" ] || {
    echo "no room for the content of $TGZ: $wanted KiB wanted, $free KiB free in ${DEST%/*}/" >&2
    return 21
  }
  (umask 022 && mkdir -p "$partial/tree")
  unpack || {
    code=$?
    rm -rf "$partial"
    return "$code"
  }
}

# The package is read once: its sum and its content come from the same bytes.
unpack() {
  mkfifo "$partial/pipe" || return 21
  md5sum <"$partial/pipe" >"$partial/sum" &
  summing=$!
  code=0
  tee "$partial/pipe" <"$TGZ" | (
    tar -xzf - -C "$partial/tree"
    code=$?
    # What tar has no use for belongs to the sum.
    cat >/dev/null
    exit "$code"
  ) || code=$?
  wait "$summing" || code=$?
  found=$(cut -d ' ' -f 1 "$partial/sum")
  # Without any room not even the sum could be written.
  [ -z "$found" ] || [ "$found" = "$SUM" ] || {
    printf '%s is another package\nexpected md5 %s\nfound    md5 %s\n' "$TGZ" "$SUM" "$found" >&2
    return 22
  }
  if [ "$code" != 0 ] || [ -z "$found" ]; then
    echo "tar could not unpack $TGZ: exit $code; $(df -Pk "$partial" | awk 'END { print $4 }') KiB are free" >&2
    return 21
  fi
  is_package && place
}

is_package() {
  for part in src/VERSION install/bkcli; do
    [ -s "$partial/tree/$part" ] || {
      echo "$TGZ has no $part: it is no package of BlueKing" >&2
      return 22
    }
  done
  version=$(head -n 1 "$partial/tree/src/VERSION")
  case $version in 6.2 | 6.2.*) ;; *)
    echo "$TGZ has BlueKing $version, not 6.2" >&2
    return 22
    ;;
  esac
}

place() {
  echo "$SUM" >"$partial/tree/.xtask-package" && sync || return 21
  # An empty directory is no obstacle; anything else is.
  [ ! -d "$DEST" ] || rmdir "$DEST" || return 20
  mv -T "$partial/tree" "$DEST" && rm -rf "$partial"
}

undo() {
  rm -rf "$DEST.xtask-partial"
  [ "$(mark)" != "$SUM" ] || rm -rf "$DEST"
  [ "$WAS" != empty ] || [ -d "$DEST" ] || (umask 022 && mkdir "$DEST")
}

undone() {
  [ ! -e "$DEST.xtask-partial" ] || return 1
  if [ ! -e "$DEST" ]; then
    [ "$WAS" = empty ] || return 0
    return 1
  fi
  [ -n "$(ls -A "$DEST")" ] || return 0
  if [ "$(mark)" = "$SUM" ] && [ -d "$DEST/src" ] && [ -d "$DEST/install" ]; then return 1; fi
  echo "$DEST is not what was unpacked: its content was moved or changed since" >&2
  return 20
}
