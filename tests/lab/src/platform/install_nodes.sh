#!/bin/sh
# Stand-in for /pitrix/install/install_nodes.sh NODE on the lab's firstbox. Behaviour: 000 L133-136; from the vendor's public
# install guide: one component after the other (os, network, disk, post), logs below /pitrix/log/install_nodes, and the node
# is restarted in between.
#
# It works over ssh on the node, which firstbox knows by its name. The node gets the directories of the platform, the
# repository of firstbox, and supervisor and nginx.
set -eu
[ $# = 1 ] || { echo 'Usage: install_nodes.sh <node>' >&2 && exit 1; }
node=$1
case $node in */*) echo "ERROR: unknown node [$node]" >&2 && exit 1 ;; esac
[ -f "/pitrix/conf/settings/$node" ] || { echo "ERROR: unknown node [$node]" >&2 && exit 1; }
firstbox=$(sed -n 's/^firstbox_address="\(.*\)"$/\1/p' "/pitrix/conf/settings/$node")
mkdir -p /pitrix/log/install_nodes
on() { ssh -n -o BatchMode=yes -o ConnectTimeout=5 "$node" "$@"; }
boot() { on cat /proc/sys/kernel/random/boot_id 2>/dev/null || :; }
say() { echo "[$node] $*" | tee -a "/pitrix/log/install_nodes/$node.log"; }
before=$(boot)
[ -n "$before" ] || { echo "ERROR: [$node] is not reachable" >&2 && exit 1; }
on "mkdir -p /pitrix/conf /pitrix/lib && echo 'deb [trusted=yes] http://$firstbox/ ./' >/etc/apt/sources.list"
say os Done
on 'systemctl enable --quiet supervisor nginx'
say network Done
# The connection ends with the node. A daemon whose reload was cut off a moment ago may not find its logind.
on 'systemctl reboot || systemctl reboot --force' || :
for _ in $(seq 120); do
  now=$(boot)
  if [ -n "$now" ] && [ "$now" != "$before" ]; then break; fi
  sleep 0.5
done
if [ -z "$now" ] || [ "$now" = "$before" ]; then echo "ERROR: [$node] did not come back" >&2 && exit 1; fi
say disk Done
on 'systemctl is-active --quiet supervisor' || { echo "ERROR: [$node] has no supervisor" >&2 && exit 1; }
say post Done
