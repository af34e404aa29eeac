# Remove the host keys of some names from a known_hosts file
# in: FILE NAMES KEYS
# KEYS are the present keys of the node, one per line: a name with one of these stays.
# NAMES are separated by blanks, as ssh writes them: `webservice0`, `10.16.0.10`, `[10.16.0.10]:2222`.
# `ssh-keygen -R` fails without the file, and succeeds for an unknown name; -F is reliable (XX.8).
known() {
  found=
  set -f
  for name in $NAMES; do
    old=$({ ssh-keygen -F "$name" -f "$FILE" 2>/dev/null || :; } | awk '!/^#/ { print $2, $3 }' | grep -vxF -e "$KEYS") || :
    [ -z "$old" ] || found="$found $name"
  done
  set +f
}
probe() {
  [ -f "$FILE" ] || return 0
  known
  [ -z "$found" ] || { echo "$FILE has keys of:$found"; return 1; }
}
# One process for all names, under a lock: two processes on one file undo each other.
change() {
  (
    flock -w 60 9 || { echo "$FILE.xtask-lock is held by another process" >&2; return 21; }
    cp -p "$FILE" "$FILE.xtask-bak"
    known
    set -f
    for name in $found; do ssh-keygen -R "$name" -f "$FILE" >/dev/null 2>&1; done
  ) 9>>"$FILE.xtask-lock"
  rm -f "$FILE.xtask-lock" "$FILE.old"
}
undo() {
  [ -f "$FILE.xtask-bak" ] || { echo "no $FILE.xtask-bak" >&2; return 20; }
  mv -f "$FILE.xtask-bak" "$FILE"
}
