# Look whether every program of supervisor is in the state it should be in; stop them all
# in: WANTED ALLOWED
# WANTED is `running` or `stopped`. ALLOWED names programs that may also be stopped.
# XX.8: supervisorctl's own exit code is 0 when all run, 3 some do not, 4 there is no supervisor.
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
