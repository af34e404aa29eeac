# Check that every program of supervisor has the wanted state; stop them all
# in: WANTED ALLOWED
# WANTED is `running` or `stopped`. ALLOWED names programs that may also be stopped.
# supervisorctl ends with 0 if all run, 3 if some do not, 4 without a supervisor (XX.8).
probe() {
  code=0
  said=$(supervisorctl status) || code=$?
  case $code in
    0 | 3) ;;
    *) echo "supervisorctl: exit $code: $said"; return 1 ;;
  esac
  [ -n "$said" ] || { echo "supervisor has no program"; return 1; }
  wrong=$(printf '%s\n' "$said" | awk -v wanted="$WANTED" -v allowed=" $ALLOWED " '
    wanted == "running" && $2 == "RUNNING" { next }
    wanted == "stopped" && $2 ~ /^(STOPPED|EXITED|FATAL)$/ { next }
    wanted == "running" && $2 ~ /^(STOPPED|EXITED)$/ && index(allowed, " " $1 " ") { next }
    { print $1 " is " $2 }')
  [ -z "$wrong" ] || { echo "$wrong"; return 1; }
}
change() {
  supervisorctl stop all
}
undo() {
  supervisorctl start all
}
