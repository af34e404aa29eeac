# Remove a file or a link; a tree is moved aside.
# in: THING ASIDE
# ASIDE is the name that it moves to, empty when it is removed.

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
    echo absent
  fi
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
