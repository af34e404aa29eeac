#!/bin/sh
# Stand-in for /pitrix/bin/gen_mac.py, which prints a new MAC address at every call. Behaviour: 000 L58.
# It is a shell script; only the name is the original's.
set -u
# shellcheck source=tests/standins/lib.sh
. "${STANDIN_LIB:-/usr/lib/standins}/lib.sh"
standin_called gen_mac.py "$@" || exit
od -An -N3 -tx1 /dev/urandom | awk '{ printf "52:54:9e:%s:%s:%s\n", $1, $2, $3 }'
