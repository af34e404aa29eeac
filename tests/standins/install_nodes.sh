#!/bin/sh
# Stand-in for /pitrix/install/install_nodes.sh NODE. Behaviour: 000 L133-136; from the vendor's public install guide: one
# component after the other (os, network, disk, post), logs below /pitrix/log/install_nodes.
#
# The node's VM must run on some physical host ($STANDIN_SHARED/virsh/*/NODE/state). The guest is $STANDIN_SHARED/guests/NODE:
# it gets the directories of the platform, an empty supervisor, and a file `installed`.
set -u
# shellcheck source=tests/standins/lib.sh
. "${STANDIN_LIB:-/usr/lib/standins}/lib.sh"
standin_called install_nodes.sh "$@" || exit

[ $# = 1 ] || { echo 'Usage: install_nodes.sh <node>' >&2 && exit 1; }
node=$1
case $node in */*) echo "ERROR: unknown node [$node]" >&2 && exit 1 ;; esac
[ -f "$STANDIN_ROOT/pitrix/conf/settings/$node" ] || { echo "ERROR: unknown node [$node]" >&2 && exit 1; }
grep -qsx running "$STANDIN_SHARED"/virsh/*/"$node/state" || { echo "ERROR: [$node] is not reachable" >&2 && exit 1; }
guest=$STANDIN_SHARED/guests/$node
logs=$STANDIN_ROOT/pitrix/log/install_nodes
mkdir -p "$guest/supervisor" "$guest/pitrix/conf" "$guest/pitrix/lib" "$logs"
for component in os network disk post; do
  echo "[$node] $component Done" | tee -a "$logs/$node.log"
done
: >"$guest/installed"
