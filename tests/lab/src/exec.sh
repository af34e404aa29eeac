# Runs shell text on a host. Arguments: seconds, the text, and the words of nsenter that lead to a shell there.
# shellcheck shell=sh
# A host that goes down stops and ends all its processes, and waits 90 s for each of which it does not learn the end. So
# this shell and nsenter stay outside (-F), and the text becomes a child of the first process: the one between ends at once.
seconds=$1 text=$2
shift 2
exec 4>&1
code=$(
  # shellcheck disable=SC2016 # for the shell on the host
  nsenter -F "$@" '( (timeout -k 5 "$1" sh -c "$2" 3>&-; echo $? >&3) 3>&1 >&4 4>&- & )' sh "$seconds" "$text"
)
# Without a word the host has gone down meanwhile.
exit "${code:-255}"
