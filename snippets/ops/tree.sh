# Copy a tree once: whole or not at all, never into an existing directory.
# in: SOURCE TARGETS TARGET HASH
# TARGETS are the names to try, with `//` between them: no path has that. HASH is that of the listing of the copy. Exit codes: 20 the target is in the way, 21 the copy is not
# whole, 22 no room.

# Name, kind, mode, link and content of everything below $1; owners only where cp can keep them.
listing() {
  owner=
  [ "$(id -u)" != 0 ] || owner=%u:%g
  (
    cd "$1" || exit
    find . -type f -exec sha256sum {} +
    find . -type l -exec sh -c 'for link; do printf "%s -> " "$link" && readlink "$link"; done' sh {} +
    find . ! -type l -exec stat -c "%n %f $owner" {} +
  ) | sort
}

there() { [ -e "$1" ] || [ -L "$1" ]; }

# Number of files, kilobytes and hash of SOURCE; then a line for each target, up to an equal one: `absent`, `equal` or
# `different`.
probe() {
  [ -d "$SOURCE" ] || {
    echo "there is no directory $SOURCE" >&2
    return 2
  }
  all=$(listing "$SOURCE")
  set -- "$(printf %s "$all" | sha256sum)"
  echo "$(find "$SOURCE/." ! -type d | wc -l) $(kilobytes "$SOURCE") ${1%% *}"
  rest=$TARGETS//
  while [ -n "$rest" ]; do
    state "${rest%%//*}"
    [ "$what" != equal ] || return 0
    rest=${rest#*//}
  done
}

state() {
  what=absent
  if there "$1"; then
    what=different
    if [ -d "$1" ] && [ ! -L "$1" ] && [ "$(listing "$1")" = "$all" ]; then what=equal; fi
  fi
  echo "$what"
}

kilobytes() { (cd "$1" && du -sk . | cut -f 1); }

change() {
  partial=$TARGET.partial
  # The rest of an interrupted run.
  rm -rf "$partial"
  free=$(df -Pk "${TARGET%/*}/" | awk 'END { print $4 }')
  [ "$free" -gt "$(kilobytes "$SOURCE")" ] || {
    echo "no room for a copy of $SOURCE: $free KiB free in ${TARGET%/*}/" >&2
    return 22
  }
  copy || {
    code=$?
    rm -rf "$partial"
    return "$code"
  }
}

copy() {
  # A link to the directory would be copied as a link.
  cp -a "$SOURCE/." "$partial" || return 21
  same "$partial" || {
    echo "the copy of $SOURCE is not whole, or $SOURCE changed meanwhile" >&2
    return 21
  }
  sync
  if there "$TARGET"; then
    echo "$TARGET is there already; nothing was copied over it" >&2
    return 20
  fi
  mv -T "$partial" "$TARGET"
}

same() {
  set -- "$(printf %s "$(listing "$1")" | sha256sum)"
  [ "${1%% *}" = "$HASH" ]
}

undo() {
  there "$TARGET" || return 0
  same "$TARGET" || {
    echo "$TARGET has changed since it was copied; it stays" >&2
    return 20
  }
  rm -rf "$TARGET"
}

undone() {
  there "$TARGET" || return 0
  if same "$TARGET"; then return 1; fi
  echo "$TARGET has changed since it was copied" >&2
  return 20
}
