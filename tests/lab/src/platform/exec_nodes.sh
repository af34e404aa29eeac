#!/bin/sh
# Stand-in for /pitrix/upgrade/exec_nodes.sh [-f] NODES COMMAND on the lab's firstbox. Behaviour: 000 L139, L174-175, L181; from
# public copies: it fails only when a node's exit value is exactly 1, takes the command up to a `#`, and asks without -f.
set -u
if [ "${1:-}" = -f ]; then shift; else printf 'Are you sure to execute? [y/N] ' && exit 1; fi
[ $# = 2 ] || { echo 'Usage: exec_nodes.sh [-f] <nodes> <command>' >&2 && exit 1; }
nodes=$(printf '%s' "$1" | tr , ' ')
[ "$nodes" != all ] || nodes=$(cut -d ' ' -f 2 /pitrix/conf/node_list)
failed=
for node in $nodes; do
  printf 'exec [%s] on %s\n' "${2%%#*}" "$node"
  code=0
  ssh -n -o BatchMode=yes -o ConnectTimeout=10 "$node" "${2%%#*}" || code=$?
  [ "$code" != 1 ] || failed=yes
done
[ -z "$failed" ]
