# Run a script once and leave a marker with the hash of its inputs.
# in: FOLDER NAME HASH SCRIPT CODES JUDGE
# CODES are the exit codes of success. JUDGE is a script that reads the output and exits 0 for success; empty when
# the exit code is enough.

# `never`, or the hash of the inputs of the last run that succeeded.
probe() {
  if [ -f "$FOLDER/$NAME" ]; then cat "$FOLDER/$NAME"; else echo never; fi
}

change() {
  [ -d "$FOLDER" ] || (umask 022 && mkdir -p "$FOLDER")
  # An interrupted run does not count.
  rm -f "$FOLDER/$NAME"
  # Before the script: on a full or read-only disk nothing runs without a marker.
  new=$FOLDER/.$NAME.new
  echo "$HASH" >"$new"
  sync "$new" 2>/dev/null || sync
  if [ -n "$JUDGE" ]; then judged; else run; fi
  accepted || {
    code=$?
    rm -f "$new"
    return "$code"
  }
  mv -f "$new" "$FOLDER/$NAME"
}

# Not in a condition: there a shell would continue after a failed command of the script.
run() {
  set +e
  (eval "$SCRIPT")
  code=$?
  set -e
}

judged() {
  said=$(mktemp)
  trap 'rm -f "$said"; exit 143' HUP INT TERM
  run >"$said" 2>&1
  cat "$said"
  set +e
  (eval "$JUDGE") <"$said"
  verdict=$?
  set -e
  rm -f "$said"
  [ "$verdict" = 0 ] || {
    rm -f "$new"
    echo "$NAME: its output does not count as success (exit $code, verdict $verdict)" >&2
    return 1
  }
}

accepted() {
  for good in $CODES; do
    [ "$code" != "$good" ] || return 0
  done
  echo "$NAME: exit $code, accepted: $CODES" >&2
  return "$code"
}

# Only removes the marker; the snippet of the script has its own undo.
undo() {
  rm -f "$FOLDER/$NAME"
}

undone() {
  [ -f "$FOLDER/$NAME" ] || return 0
  [ "$(cat "$FOLDER/$NAME")" != "$HASH" ] || return 1
  echo "$NAME has run with other inputs since" >&2
  return 20
}
