# Run a script once and leave a marker with its inputs.
# with: marker
# in: MARKERS NAME LINE PARTS CODES OUTDATED
# LINE is that of the marker. PARTS are the functions that come with it, each a script in a subshell: `script_inputs`
# prints the line of the marker, `script_probe` is a further question after the marker, `script_judge` reads the output
# and exits 0 for success. CODES are the exit codes of success. OUTDATED is the reason of a plan, or empty.

has() {
  case " $PARTS " in *" $1 "*) ;; *) return 1 ;; esac
}

# The line of the marker.
inputs() {
  read_inputs
  printf '%s\n' "$now"
}

read_inputs() {
  now=$LINE
  has inputs || return 0
  set +e
  now=$(script_inputs)
  code=$?
  set -e
  case $code in 0) ;; 1) return 20 ;; *) return "$code" ;; esac
  case $(printf '%s\n' "$now" | wc -l)$now in 1?*) ;; *)
    echo "$NAME: its inputs are not one line" >&2
    return 20
    ;;
  esac
}

# The marker names the present inputs, and the probe of the script agrees.
probe() {
  read_inputs
  [ "$(marker "$NAME" || :)" = "$now" ] || { why_not; return 1; }
  has probe || return 0
  set +e
  script_probe
  code=$?
  set -e
  return "$code"
}

why_not() {
  if [ -f "$(marker_file "$NAME")" ]; then
    why=$(marker_fault "$NAME") && why= || why="its marker $why"
  elif [ -f "$(marker_file "$NAME.begun")" ]; then
    why='it was started and did not finish'
  else
    why=
  fi
  [ -z "$why" ] || { echo "$NAME: $why"; return; }
  [ -z "$OUTDATED" ] || { echo "$OUTDATED"; return; }
  if [ -f "$(marker_file "$NAME")" ]; then why='ran with other inputs'; else why='has not run here'; fi
  echo "$NAME: $why"
}

change() {
  read_inputs
  marker_begin "$NAME" "$now"
  if has judge; then judged; else run; fi
  accepted
  marker_done "$NAME"
}

# Not in a condition: there a shell would continue after a failed command of the script.
run() {
  set +e
  script_change
  code=$?
  set -e
}

judged() {
  said=$(mktemp)
  trap 'rm -f "$said"; exit 143' HUP INT TERM
  run >"$said" 2>&1
  cat "$said"
  set +e
  script_judge <"$said"
  verdict=$?
  set -e
  rm -f "$said"
  [ "$verdict" = 0 ] || {
    echo "$NAME: its output does not count as success (exit $code, verdict $verdict)" >&2
    return 1
  }
}

accepted() {
  for good in $CODES; do
    [ "$code" != "$good" ] || return 0
  done
  [ "$CODES" = 0 ] || echo "$NAME: exit $code, accepted: $CODES" >&2
  # Success of the script, and none of the step: 0 is not among the codes.
  [ "$code" != 0 ] || code=1
  return "$code"
}

# Only removes the marker; the snippet of the script has its own undo.
undo() {
  marker_forget "$NAME"
}

undone() {
  for kind in "$NAME" "$NAME.begun"; do
    [ -f "$(marker_file "$kind")" ] || continue
    [ "$(marker "$kind" || :)" != "$LINE" ] || return 1
    echo "$NAME has run with other inputs since" >&2
    return 20
  done
}
