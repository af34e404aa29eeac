# Runs shell text on a host. Arguments: the first process of the host, seconds, the text.
# shellcheck shell=sh
# A host that goes down stops and ends all its processes, and waits 90 s for each of which it does not learn the end. So
# this shell and nsenter stay outside (-F), and the text becomes a child of the first process: the one between ends at once.
exec 4>&1
code=$(
  # shellcheck disable=SC2016 # for the shell on the host
  nsenter -F -t "$1" -m -u -i -n -p -C -- env -i HOME=/root LC_ALL=C.UTF-8 \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    sh -c '( (timeout -k 5 "$1" sh -c "$2" 3>&-; echo $? >&3) 3>&1 >&4 4>&- & )' sh "$2" "$3"
)
# Without a word the host has gone down meanwhile.
exit "${code:-255}"
