# Judge the output of a command in a container by its line of success and its stack traces
# in: SUCCESS IGNORE
# IGNORE has patterns of a shell, one per line: a stack trace that matches one of them is allowed.
probe() {
  said=$(cat)
  # A failed migration also ends with exit code 0 (XX.9).
  printf '%s\n' "$said" | grep -qF -- "$SUCCESS" || { echo "missing in the output: $SUCCESS" >&2; return 1; }
  printf '%s\n' "$said" | traces | judge
}
# Each stack trace as one line, with the exceptions that it led to. Lines of the other stream can stand between them.
traces() {
  awk '
    function close_trace() { if (trace != "") print trace; trace = ""; done = 0 }
    /^Traceback \(most recent call last\):/ { if (done) close_trace(); trace = trace " " $0; done = 0; next }
    trace == "" { next }
    /^(During handling of|The above exception was)/ { trace = trace " " $0; done = 0; next }
    /^[ \t]/ { trace = trace " " $0; next }
    /^$/ { next }
    done { next }
    { trace = trace " " $0; done = 1 }
    END { close_trace() }
  '
}
judge() {
  set -f
  bad=0
  while IFS= read -r trace; do
    allowed "$trace" || {
      echo "a stack trace that is not allowed: $trace" >&2
      bad=1
    }
  done
  return "$bad"
}
allowed() {
  IFS='
'
  for pattern in $IGNORE; do
    # shellcheck disable=SC2254 # a pattern
    case $1 in *$pattern*) return 0 ;; esac
  done
  return 1
}
