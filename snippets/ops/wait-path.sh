# Whether a path is there.
# in: THING
probe() {
  [ -e "$THING" ] || return 1
}
