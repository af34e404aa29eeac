# Print what is known of some directories: a line for each
# in: DIRS THINGS
# DIRS are paths, a line each; THINGS are names below them. A line is: absent, empty, there or strange; the number of the
# filesystem; the version in its VERSION, or `-`; the THINGS that it has.
probe() {
  printf '%s\n' "$DIRS" | while read -r dir; do state "$dir"; done
}

state() {
  version=- has=''
  if [ -d "$1" ]; then
    held=$(ls -A "$1")
    if [ -n "$held" ]; then kind=there; else kind=empty; fi
    [ ! -f "$1/VERSION" ] || version=$(head -n 1 "$1/VERSION" | tr -d '[:space:]')
    for thing in $THINGS; do [ ! -e "$1/$thing" ] || has="$has $thing"; done
  elif [ -e "$1" ] || [ -L "$1" ]; then
    kind=strange
  else
    kind=absent
  fi
  above=$1
  while [ ! -d "${above:-/}" ]; do above=${above%/*}; done
  echo "$kind $(stat -L -c %d "${above:-/}") ${version:--}$has"
}
