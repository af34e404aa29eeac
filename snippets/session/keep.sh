# Holds shared connections open for the next invocation, until the time in a file has passed.
# $1 the file (seconds since the machine's start, then which start), $2 the numbers of the pipes to hold, between
# blanks. A clock that is set back must not hold them for as long as it was wrong.
# Whatever else we inherited is not ours to hold: somebody may wait for its end.
# shellcheck shell=sh
for fd in "/proc/$$/fd"/*; do
  fd=${fd##*/}
  case $fd:" $2 " in [0-2]:* | *" $fd "*) ;; *) eval "exec $fd>&-" ;; esac
done 2>/dev/null
while read -r until _ <"$1" && read -r now _ </proc/uptime && [ "${now%.*}" -lt "$until" ]; do sleep 1; done
