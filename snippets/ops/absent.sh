# Remove a file or a link; a tree is moved aside.
# in: THING ASIDE WAS
# ASIDE is the new name of a moved thing, empty when it is removed. WAS is the SHA-256 of a file to remove: a file
# with another one is left alone.

# `absent`, `link TARGET`, `file BYTES ASIDE` or `directory ASIDE`, with a free name to move aside to.
probe() {
  aside=$THING.xtask-removed
  number=0
  while [ -e "$aside" ] || [ -L "$aside" ]; do
    number=$((number + 1))
    aside=$THING.xtask-removed-$number
  done
  if [ -L "$THING" ]; then
    echo "link $(readlink "$THING")"
  elif [ -d "$THING" ]; then
    echo "directory $aside"
  elif [ -f "$THING" ]; then
    echo "file $(stat -c %s "$THING") $aside"
  elif [ -e "$THING" ]; then
    stat -c "$THING is a %F; it was left alone" "$THING" >&2
    return 2
  else
    gone "$THING" || return
    echo absent
  fi
}

# Absent only when stat says so; a permission or disk error is a failure.
gone() {
  case $(stat "$1" 2>&1) in *': No such file or directory' | *': Not a directory') return 0 ;; esac
  stat "$1" >&2
  return 2
}

free() {
  if [ -e "$1" ] || [ -L "$1" ]; then
    echo "$1 is there already; nothing was moved" >&2
    return 20
  fi
}

change() {
  if [ -n "$ASIDE" ]; then
    free "$ASIDE"
    mv -T "$THING" "$ASIDE"
  elif [ -n "$WAS" ] && [ "$(sha256sum <"$THING")" != "$WAS  -" ]; then
    echo "$THING is no longer the file that was read; it was left alone" >&2
    return 20
  else
    rm -f "$THING"
  fi
}

undo() {
  free "$THING"
  mv -T "$ASIDE" "$THING"
}

undone() {
  case $(there "$THING")$(there "$ASIDE") in
    yesno) return 0 ;;
    noyes) return 1 ;;
    nono) echo "$ASIDE is gone: $THING cannot be brought back" >&2 ;;
    *) echo "$THING is there again, and $ASIDE too" >&2 ;;
  esac
  return 20
}

there() {
  if [ -e "$1" ] || [ -L "$1" ]; then echo yes; else echo no; fi
}
