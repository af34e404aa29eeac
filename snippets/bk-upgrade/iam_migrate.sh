# Migrate the group data of the permission center
# with: marker
# in: PYTHON SCRIPT SERVER PORT DBUSER DATABASE MARKER WANT
# The password is on standard input. The vendor's script takes it as an argument only: python puts it into `sys.argv` when
# it runs already, so neither the list of processes nor the environment has it.
# WANT=migrated: `migrate` has run here. WANT=checked: the vendor's `check` agrees. WANT=both: first one, then the other.

vendor() {
  "$PYTHON" -B -c '
import runpy, sys
script, action, host, port, user, database = sys.argv[1:]
password = sys.stdin.buffer.read().decode()
sys.argv = [script, "-H", host, "-P", port, "-u", user, "--password=" + password, "-D", database, action]
runpy.run_path(script, run_name="__main__")
' "$SCRIPT" "$1" "$SERVER" "$PORT" "$DBUSER" "$DATABASE"
}

line() { echo "$DATABASE of $SERVER:$PORT"; }

probe() {
  if [ "$WANT" != checked ] && [ "$(marker "$MARKER" || :)" != "$(line)" ]; then
    echo "$DATABASE of $SERVER has not been migrated"
    return 1
  fi
  [ "$WANT" != migrated ] || return 0
  said=$(vendor check 2>&1) && code=0 || code=$?
  printf '%s\n' "$said" | judged check "$code" 'all data migrate completed'
}

change() {
  marker_begin "$MARKER" "$(line)"
  said=$(vendor migrate 2>&1) && code=0 || code=$?
  printf '%s\n' "$said"
  printf '%s\n' "$said" | judged migrate "$code" '' >&2
  marker_done "$MARKER"
}

# Prints why the output of an action is no success, and fails.
judged() {
  awk -v action="$1" -v code="$2" -v end="$3" '
    { last = $0 }
    end != "" && index($0, end) { seen = 1 }
    /(^|[^A-Za-z])(ERROR|CRITICAL|FATAL|Traceback)([^A-Za-z]|$)/ { print action ": " $0; bad = 1 }
    END {
      if (code != 0) { print action ": exit " code ": " last; bad = 1 }
      if (!bad && end != "" && !seen) { print action ": its output does not say \"" end "\""; bad = 1 }
      exit bad
    }'
}
