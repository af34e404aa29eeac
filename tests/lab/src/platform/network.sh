#!/bin/sh
# The network of a VM or a physical host: MAC and address as /etc/network/interfaces has them, on a bridge where it names one.
# Behaviour: 000 L57-60.
set -eu
value() { awk -v key="$1" '$1 == key { print $NF; exit }' /etc/network/interfaces; }
address=$(value address) mac=$(value hwaddress) bridge=$(value bridge)
ip link set lo up
[ -z "$mac" ] || ip link set host0 address "$mac"
device=host0
if [ -n "$bridge" ]; then
  device=$bridge
  ip link add "$bridge" type bridge 2>/dev/null || ip link show "$bridge" >/dev/null
  ip link set host0 master "$bridge"
  ip link set "$bridge" up
fi
ip addr replace "${address%/*}/24" dev "$device"
ip link set host0 up
