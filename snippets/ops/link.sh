# Make a symbolic link at a free path.
# in: LINK TARGET
change() {
  if [ -e "$LINK" ] || [ -L "$LINK" ]; then
    echo "$LINK is there already; it was left alone" >&2
    return 20
  fi
  ln -s -- "$TARGET" "$LINK"
}

undone() {
  if [ "$(readlink "$LINK")" = "$TARGET" ]; then return 0; fi
  if [ ! -e "$LINK" ] && [ ! -L "$LINK" ]; then return 1; fi
  echo "$LINK is something else now" >&2
  return 20
}
