# Replace the deploy scripts with those of the package
# with: marker
# in: FROM TO EXCLUDES COPY UNPACKED
# FROM and TO end with a slash: rsync reads it. EXCLUDES are patterns, a line each. COPY is the backup of TO. UNPACKED has
# the mark of the package. Later steps change files of TO, so only a marker can tell that TO was replaced.
# Exit codes: 20 changed since, 21 rsync failed, 22 the source is not whole, 23 the backup lacks a file.
probe() {
  if done_before; then return 0; fi
  if ! [ -d "$FROM" ] || ! command -v rsync >/dev/null; then
    echo "$TO is not replaced"
    return 1
  fi
  said=$(differences "$FROM")
  printf '%s\n' "$said" | shown
  return 1
}

# Its package may be gone by now.
done_before() {
  was=$(marker bk-upgrade/install) || return 1
  [ ! -f "$UNPACKED/.xtask-package" ] || [ "$was" = "$(line)" ]
}

line() { echo "$(cat "$UNPACKED/.xtask-package") $TO"; }

# What rsync would do to TO, a line each: 11 letters, a blank and the path.
differences() {
  printf '%s\n' "$EXCLUDES" | rsync -a -n -8 --out-format='%i %n' --delete --exclude-from=- "$1" "$TO"
}

# The files among them, in words; deletions first.
shown() {
  awk -v to="$TO" '
    { path = substr($0, 13) }
    /^\*deleting/ { print "0 " to path ": deleted"; next }
    path ~ /\/$/ || /^\./ { next }
    /^.[fLS]\+/ { print "2 " to path ": new"; next }
    { print "1 " to path ": replaced" }' | sort | cut -c 3-
}

change() {
  for part in bkcli ../.xtask-package; do
    [ -e "$FROM$part" ] || {
      echo "$FROM has no $part: it is not whole, and its deletions would empty $TO" >&2
      return 22
    }
  done
  saved
  marker_begin bk-upgrade/install "$(line)"
  printf '%s\n' "$EXCLUDES" | rsync -a -8 --out-format='%i %n' --delete --exclude-from=- "$FROM" "$TO" || return 21
  left=$(differences "$FROM")
  [ -z "$left" ] || {
    printf '%s is still different\n%s\n' "$TO" "$left" >&2
    return 21
  }
  marker_done bk-upgrade/install
}

# Each file that goes away is in the backup, byte for byte.
saved() {
  all=$(differences "$FROM")
  missing=$(printf '%s\n' "$all" | awk '/^\*deleting/ || /^.[fL][^+]/ { print substr($0, 13) }' | while read -r path; do
    same "$path" || echo "$path"
  done)
  [ -z "$missing" ] || {
    printf '%s has not the present content of:\n%s\n' "$COPY" "$missing" >&2
    return 23
  }
}

same() {
  if [ -L "$TO$1" ]; then
    [ "$(readlink "$TO$1")" = "$(readlink "$COPY/$1")" ]
  elif [ -f "$TO$1" ]; then
    cmp -s "$TO$1" "$COPY/$1"
  else
    [ ! -d "$TO$1" ] || [ -d "$COPY/$1" ]
  fi
}

undo() {
  printf '%s\n' "$EXCLUDES" | rsync -a --delete --exclude-from=- "$COPY/" "$TO" || return 21
  marker_forget bk-upgrade/install
}

undone() {
  begun=$(marker_file bk-upgrade/install.begun)
  if ! marker bk-upgrade/install >/dev/null && [ ! -f "$begun" ]; then
    [ -n "$(differences "$COPY/")" ] || return 0
  elif [ -f "$begun" ] || { [ -d "$FROM" ] && [ -z "$(differences "$FROM")" ]; }; then
    return 1
  fi
  echo "$TO has changed since it was replaced" >&2
  return 20
}
