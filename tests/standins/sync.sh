#!/usr/bin/env bash
# Stand-in for /data/install/sync.sh MODULE SOURCE DEST, which `bkcli sync` calls. Behaviour: the public deploy scripts: rsync
# to the hosts of a module; with PRSYNC_EXTRA_OPTS=--delete files that only a host has go away. A directory above DEST
# must be there, and the end is 0 whatever happens. The hosts of nginx share $STANDIN_SHARED/nginx as their root
# directory for packages and pages (tests/standins/placement).
set -u
# shellcheck source=tests/standins/lib.sh
. "${STANDIN_LIB:-/usr/lib/standins}/lib.sh"
standin_called sync.sh "$@" </dev/null || exit
[ $# = 3 ] || { echo "Usage: $0 MODULE SOURCE DEST" && exit 1; }
[ "$1" = nginx ] || { echo "the stand-in sends to nginx only" >&2 && exit 1; }
# shellcheck disable=SC2086 # words
rsync -a ${PRSYNC_EXTRA_OPTS:-} "$2" "$STANDIN_SHARED/nginx$3" 2>&1 || echo "[1] $(date +%T) [FAILURE] nginx Exited with error code 11"
exit 0
