# Make a symbolic link where nothing is.
# in: LINK TARGET
change() {
  if [ -e "$LINK" ] || [ -L "$LINK" ]; then
    echo "$LINK is there already; it was left alone" >&2
    return 20
  fi
  ln -s "$TARGET" "$LINK"
}
