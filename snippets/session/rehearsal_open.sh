# Opens a rehearsal host: takes the host's lock, then starts the namespaces. The lock is a file
# descriptor that only the host's first process keeps, so it ends with the host.
# argv: HOSTDIR LOCK OWNER NAME SCRIPT -- UNSHARE-OPTIONS... -- COMMAND...
dir=$1 lock=$2 owner=$3 name=$4 script=$5
shift 6
options=
while [ "$1" != -- ]; do
  options="$options $1"
  shift
done
shift
# Other inherited descriptors belong to the machine, perhaps a socket. Only bash can close a descriptor above 9.
for fd in "/proc/$$/fd"/*; do
  fd=${fd##*/}
  case $fd in
    [0-2]) ;;
    [3-9]) eval "exec $fd>&-" ;;
    *) [ -z "${BASH_VERSION:-}" ] || eval "exec $fd>&-" ;;
  esac
done
exec 9<>"$lock"
# The host of a run that was just killed needs a moment to go.
if ! flock -w 2 9; then
  echo "rehearsal host $name is in use by process $(cat "$lock")" >&2
  exit 7
fi
printf '%s\n' "$owner" >"$lock"
# The options are ours and hold no blanks.
# shellcheck disable=SC2086
exec unshare $options -- sh -c "$script" xtask-rehearsal "$dir" "$name" "$@"
