#!/bin/sh
# Stand-in for /pitrix/upgrade/exec_nodes.sh [-f] NODES COMMAND. Behaviour: 000 L139, L174-175, L181; from public copies: it fails
# only when a node's exit value is exactly 1, takes the command up to a `#`, and asks without -f.
#
# A rehearsal host reaches no other, so it runs nothing; it logs, and answers as $STANDIN_STATE/exec_nodes.code says.
set -u
# shellcheck source=tests/standins/lib.sh
. "${STANDIN_LIB:-/usr/lib/standins}/lib.sh"
standin_called exec_nodes.sh "$@" || exit

if [ "${1:-}" = -f ]; then shift; else printf 'Are you sure to execute? [y/N] ' && exit 1; fi
[ $# = 2 ] || { echo 'Usage: exec_nodes.sh [-f] <nodes> <command>' >&2 && exit 1; }
printf 'exec [%s] on %s\n' "${2%%#*}" "$1"
[ "$(cat "$STANDIN_STATE/exec_nodes.code" 2>/dev/null || echo 0)" != 1 ]
