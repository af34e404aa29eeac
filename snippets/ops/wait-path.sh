# Whether a path exists.
# in: THING
probe() {
  [ -e "$THING" ] || return 1
}
