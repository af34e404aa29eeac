# Prove a backup, or write its manifest
# in: DIR NAMES MANIFEST THING CLUSTER CONTENT GONE DISKS
# NAMES are the files and directories of DIR that belong to it; `.`: all of DIR. MANIFEST has a line per file and is
# written last. CONTENT is a script that exits 0 when the content is good; may be empty. GONE are paths of this host that
# the step destroys, DISKS paths whose whole filesystem it destroys; both may be empty.

# Exit 0: the facts, a line each. Exit 1: the reasons why this is no backup; the first line is the kind of reason.
probe() {
  whole
  outside
  content
  facts
}

# Every file of the manifest is there, with its size and hash, and no other.
whole() {
  [ -d "$DIR" ] || no incomplete "there is no directory $DIR"
  [ -f "$MANIFEST" ] || no incomplete "there is no $MANIFEST: it is written last"
  text=$(cat "$MANIFEST") || no incomplete "$MANIFEST cannot be read"
  wanted=$(printf '%s\n' "$text" | grep -E '^(file|link) ') || no incomplete "$MANIFEST names no file"
  [ "$(printf '%s\n' "$text" | head -n 1)" = 'xtask-backup 1' ] || no incomplete "$MANIFEST is of another kind"
  [ "$(printf '%s\n' "$text" | tail -n 1)" = "end $(printf '%s\n' "$wanted" | wc -l | tr -d ' ')" ] || no incomplete "$MANIFEST is cut short"
  found=$(listing) || no incomplete "$found"
  [ "$found" = "$wanted" ] || no incomplete "$(differences)"
  why=$(hollow)
  [ -z "$why" ] || no incomplete "$why"
}

# Why the files of the listing are no backup, if they are none: a program that failed leaves an empty file.
hollow() {
  for name in $NAMES; do
    if [ -f "$DIR/$name" ] && [ ! -s "$DIR/$name" ]; then echo "$DIR/$name is empty" && return; fi
  done
  printf '%s\n' "$found" | awk '$1 == "file" { files++; bytes += $2 } END { if (files && !bytes) print "its files are all empty" }'
}

no() {
  printf '%s\n%s\n' "$1" "$2"
  exit 1
}

# A line per file: kind, size, hash, name. Reads every byte. On an error: the message.
listing() {
  cd "$DIR" 2>&1 || return
  set --
  for name in $NAMES; do
    [ "$name" = . ] || name=./$name
    set -- "$@" "$name"
  done
  # `find -H` follows only what it is called with: such a link stands for its file.
  skip='-type f ! -name *.xtask-manifest ! -name *.xtask-manifest.new ! -path *.xtask-before-*'
  set -f
  odd=$(find -H "$@" \( -name '*
*' -o -name "*$(printf '\r')*" -o -name '*\\*' \) 2>&1) || { unread "$odd"; return 1; }
  [ -z "$odd" ] || { printf 'a manifest cannot hold the name %s\n' "$odd"; return 1; }
  # shellcheck disable=SC2086 # words, without expansion
  sizes=$(find -H "$@" $skip -exec stat -L -c '%s %n' {} + 2>&1) || { unread "$sizes"; return 1; }
  # shellcheck disable=SC2086
  sums=$(find -H "$@" $skip -exec sha256sum {} + 2>&1) || { unread "$sums"; return 1; }
  # shellcheck disable=SC2016 # expanded by the inner shell
  links=$(find -H "$@" -type l ! -path '*.xtask-before-*' -exec sh -c 'for link; do printf "link %s -> %s\n" "$link" "$(readlink "$link")"; done' sh {} +) || return
  {
    printf '%s\n%s\n' "$sizes" "$sums" | awk '
      NF < 2 { next }
      { name = substr($0, index($0, " ./") + 1) }
      length($1) == 64 { print "file", size[name], $1, name; next }
      { size[name] = $1 }'
    [ -z "$links" ] || printf '%s\n' "$links"
  } | sort
}

# The messages among the lines of a listing.
unread() {
  printf '%s\n' "$1" | grep -Ev '^([0-9a-f]{64} |[0-9]+ \./)' | head -n 5
}

differences() {
  printf '%s\n\n%s\n' "$wanted" "$found" | awk '
    $0 == "" && !second { second = 1; next }
    { name = $0; sub(/^file [0-9]+ [0-9a-f]+ /, "", name); sub(/^link /, "", name) }
    !second { was[name] = $0; next }
    $0 == "" { next }
    !(name in was) { print name ": FAILED, not in the manifest"; next }
    was[name] != $0 {
      split(was[name], old, " ")
      split($0, new, " ")
      print name ": FAILED, " (old[2] != new[2] ? "it has " new[2] " bytes, not " old[2] : "its content differs")
    }
    { delete was[name] }
    END { for (name in was) print name ": FAILED, it is missing" }' | sort | head -n 20
}

# What the step destroys does not hold any of it.
outside() {
  [ -n "$GONE$DISKS" ] || return 0
  own=$(for name in $NAMES; do spots "$DIR/$name"; done)
  for path in $GONE; do
    gone=$(spots "$path")
    if overlap "$own" "$gone" ''; then no inside "$DIR is in $path, which goes away"; fi
  done
  for path in $DISKS; do
    gone=$(spots "$path")
    if overlap "$own" "$(printf '%s\n' "$gone" | head -n 1)" disk; then no inside "$DIR is on the filesystem of $path, which goes away"; fi
  done
}

# Where $1 really is: a line `DEVICE PATH-ON-IT`, one more for each mount below it, and those of the file behind a loop
# device. So a symbolic link or a bind mount hides nothing. Nothing for a path that does not exist.
spots() {
  real=$(readlink -f "$1") || return 0
  found_at=$(REAL=$real awk '
    function below(path, dir) { return path == dir || dir == "/" || index(path, dir "/") == 1 }
    function plain(text) { gsub(/\\040/, " ", text); gsub(/\\011/, "\t", text); gsub(/\\134/, "\\", text); return text }
    { at = plain($5); root = plain($4) }
    below(ENVIRON["REAL"], at) && length(at) >= longest {
      longest = length(at)
      rest = at == "/" ? ENVIRON["REAL"] : substr(ENVIRON["REAL"], length(at) + 1)
      own = $3 " " (root == "/" ? (rest == "" ? "/" : rest) : root (rest == "/" ? "" : rest))
      next
    }
    below(at, ENVIRON["REAL"]) { more = more "\n" $3 " " root }
    END { print own more }' /proc/self/mountinfo)
  printf '%s\n' "$found_at"
  for device in $(printf '%s\n' "$found_at" | cut -d ' ' -f 1 | sort -u); do
    [ ! -r "/sys/dev/block/$device/loop/backing_file" ] || (spots "$(cat "/sys/dev/block/$device/loop/backing_file")")
  done
}

# Whether one of the places $1 is in one of $2, or holds one; with `disk`, on the same device.
overlap() {
  printf '%s\n\n%s\n' "$1" "$2" | awk -v disk="$3" '
    function below(path, dir) { return path == dir || dir == "/" || index(path, dir "/") == 1 }
    $0 == "" { second = 1; next }
    { device = $1; path = substr($0, length($1) + 2) }
    !second { devices[++n] = device; paths[n] = path; next }
    { for (i = 1; i <= n; i++) if (devices[i] == device && (disk || below(paths[i], path) || below(path, paths[i]))) bad = 1 }
    END { exit !bad }'
}

content() {
  [ -n "$CONTENT" ] || return 0
  # Not in a condition: there a shell would continue after a failed command of the script.
  set +e
  said=$( (eval "$CONTENT") 2>&1)
  code=$?
  set -e
  [ "$code" = 0 ] || no damaged "$(printf '%s\n' "$said" | head -n 5)"
}

facts() {
  echo "manifest $(printf '%s\n' "$text" | sha256sum | cut -d ' ' -f 1)"
  printf '%s\n' "$text" | sed -n 2,4p
  printf 'now %s\n' "$(date +%s)"
  [ ! -r /etc/machine-id ] || printf 'machine %s\n' "$(cat /etc/machine-id)"
  printf '%s\n' "$wanted" | awk '$1 == "file" { bytes += $2; files++ } END { printf "files %d\nbytes %.0f\n", files, bytes }'
}

# The manifest comes last and whole, and only after the files are on disk.
change() {
  content >&2
  found=$(listing) || {
    printf '%s\n' "$found" >&2
    return 21
  }
  [ -n "$found" ] || {
    echo "there is no file to back up in $DIR" >&2
    return 21
  }
  why=$(hollow)
  [ -z "$why" ] || {
    echo "$why" >&2
    return 21
  }
  sync
  # Its hashes would confirm a guess of a password.
  umask 077
  text=$(printf 'xtask-backup 1\nthing %s\ncluster %s\nmade %s\n%s\nend %s\n' \
    "$THING" "$CLUSTER" "$(date +%s)" "$found" "$(printf '%s\n' "$found" | wc -l | tr -d ' ')")
  new=$MANIFEST.new
  { printf '%s\n' "$text" >"$new" && [ "$(cat "$new")" = "$text" ]; } || {
    rm -f "$new"
    echo "$MANIFEST cannot be written: is the disk full?" >&2
    return 21
  }
  sync "$new" 2>/dev/null || sync
  mv -f "$new" "$MANIFEST"
}

undo() {
  rm -f "$MANIFEST" "$MANIFEST.new"
}

undone() {
  if [ -e "$MANIFEST" ] || [ -e "$MANIFEST.new" ]; then return 1; fi
}
