# Compare a directory of the old packages with its copy
# in: FROM TO
# Only names leave the host: some files are keys. Prints `restored` when the copy was made in this very tree, which then has a
# mark beside it: later changes of the copy are those of later steps. Then `absent`, or a line for each file of FROM that TO lacks or has in another
# form, and one for each further file of TO.
probe() {
  [ -d "$FROM" ] || {
    echo "there is no directory $FROM" >&2
    return 20
  }
  [ ! -f "$(mark)" ] || echo restored
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

# The packages of another unpacking come without it.
mark() { echo "${TO%/*}/.xtask-restored-${TO##*/}"; }

change() { (umask 022 && : >"$(mark)"); }

undo() { rm -f "$(mark)"; }

undone() { if [ -f "$(mark)" ]; then return 1; fi; }
