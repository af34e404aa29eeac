# Holds shared connections open for the next invocation, until the time in a file has passed.
# $1 the file (uptime in seconds, then the boot id), $2 the numbers of the pipes to hold, between blanks.
# The time is an uptime, because a clock may be set back.
# All other inherited descriptors are closed: somebody may wait for their end.
# shellcheck shell=sh
for fd in "/proc/$$/fd"/*; do
  fd=${fd##*/}
  case $fd:" $2 " in [0-2]:* | *" $fd "*) ;; *) eval "exec $fd>&-" ;; esac
done 2>/dev/null
while read -r until _ <"$1" && read -r now _ </proc/uptime && [ "${now%.*}" -lt "$until" ]; do sleep 1; done
