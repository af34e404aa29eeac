# Compare a directory of the old packages with its copy
# with: marker
# in: FROM TO NAME
# Only names leave the host: some files are keys. Prints `restored` when the copy was made in this very directory: later
# changes of it are those of later steps. Then `absent`, or a line for each file of FROM that TO lacks or has in another
# form, and one for each further file of TO.
probe() {
  [ -d "$FROM" ] || {
    echo "there is no directory $FROM" >&2
    return 20
  }
  [ "$(marker "$NAME" || :)" != "$(line)" ] || echo restored
  if ! [ -e "$TO" ] && ! [ -L "$TO" ]; then
    echo absent
    return
  fi
  (cd "$FROM" && find . ! -type d) | sort | while read -r path; do
    if ! [ -e "$TO/$path" ] && ! [ -L "$TO/$path" ]; then
      echo "lacks ${path#./}"
    elif ! same "$path"; then
      echo "differs ${path#./}"
    fi
  done
  (cd "$TO" && find . ! -type d) | sort | while read -r path; do
    if ! [ -e "$FROM/$path" ] && ! [ -L "$FROM/$path" ]; then echo "more ${path#./}"; fi
  done
}

same() {
  if [ -L "$FROM/$1" ] || [ -L "$TO/$1" ]; then
    [ "$(readlink "$FROM/$1")" = "$(readlink "$TO/$1")" ]
  else
    cmp -s "$FROM/$1" "$TO/$1" && [ "$(stat -c %a "$FROM/$1")" = "$(stat -c %a "$TO/$1")" ]
  fi
}

# The packages of another unpacking are another directory.
line() { echo "$TO of $(stat -L -c %i "${TO%/*}/")"; }

change() { marker_write "$NAME" "$(line)"; }

undo() { marker_forget "$NAME"; }

undone() { if marker "$NAME" >/dev/null; then return 1; fi; }
