# Unpack the archives of the products
# with: marker
# in: DIR JOBS
# JOBS archives at once; empty: one for each processor. Each archive has a marker of its own with its size, its time and
# what it holds at its top.
probe() {
  needed=0
  for archive in "$DIR"/*gz; do
    [ -f "$archive" ] || continue
    unpacked || { echo "$archive"; needed=1; }
  done
  return "$needed"
}

unpacked() {
  name=${archive##*/}
  line=$(marker "bk-upgrade/products/$name") || return 1
  key=$(stat -L -c '%s %Y' "$archive")
  case $line in "$key "*) ;; *) return 1 ;; esac
  for top in ${line#"$key "}; do [ -e "$DIR/$top" ] || return 1; done
}

change() {
  work=$DIR/.xtask-partial
  rm -rf "$work"
  mkdir "$work"
  jobs=${JOBS:-$(nproc)}
  while [ "$jobs" -gt 0 ]; do
    worker &
    jobs=$((jobs - 1))
  done
  wait
  cat "$work"/*/said 2>/dev/null || :
  failed=$(cat "$work"/*/failed 2>/dev/null || :)
  rm -rf "$work"
  [ -z "$failed" ] || {
    printf '%s\n' "$failed" >&2
    return 21
  }
}

# Takes one archive after the other; a directory is made by one worker only.
worker() {
  for archive in "$DIR"/*gz; do
    if ! [ -f "$archive" ] || unpacked; then continue; fi
    name=${archive##*/}
    mkdir "$work/$name" 2>/dev/null || continue
    code=0
    unpack "$work/$name" || code=$?
    [ "$code" = 0 ] || failure "$work/$name" >"$work/$name/failed"
  done
}

unpack() {
  key=$(stat -L -c '%s %Y' "$archive")
  tar -xzvf "$archive" -C "$DIR" >"$1/list" 2>"$1/errors" || return
  tops=$(sed 's|^\./||; s|/.*||' "$1/list" | grep . | sort -u | head -n 20 | tr '\n' ' ')
  [ -n "$tops" ] || { echo 'it holds nothing' >"$1/errors" && return 22; }
  echo "$name: ${tops% }" >"$1/said"
  marker_write "bk-upgrade/products/$name" "$key ${tops% }" 2>"$1/errors"
}

failure() {
  echo "$archive: exit $code"
  head -n 3 "$1/errors"
}
