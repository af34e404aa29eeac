#!/bin/sh
# Stand-in for /pitrix/install/launch_vms.sh [-f] NODE on the lab's firstbox. Behaviour: 000 L127-131 (the call), L63-102 (the
# settings it reads), L121-124 (NODE.img, NODE.xml, NODE.Done under /pitrix/kernels of the physical host).
#
# It works over ssh on the physical host that the settings name. With -f a VM of that name is destroyed there and built again,
# over any image of its name. The image holds the orders of the first boot, and has an identity of its own.
set -eu
force=
[ "${1:-}" != -f ] || { force=yes && shift; }
[ $# = 1 ] || { echo 'Usage: launch_vms.sh [-f] <node>' >&2 && exit 1; }
node=$1
mkdir -p /pitrix/log/launch_vms
say() { printf '%s %s\n' "$(date '+%F %T')" "$*" | tee -a "/pitrix/log/launch_vms/$(printf %s "$node" | tr / _).log"; }
fail() { say "ERROR: $*" >&2; exit 1; }
settings=/pitrix/conf/settings/$node
# `webservice0/1` of the document is two nodes, not a name; it has no settings file.
case $node in */*) fail "unknown node [$node]" ;; esac
[ -f "$settings" ] || fail "unknown node [$node]: no $settings"
setting() { sed -n "s/^$1=\"\\(.*\\)\"\$/\\1/p" "$settings" | tail -n 1; }
on() { ssh -o BatchMode=yes -o ConnectTimeout=10 "$host" "$@"; }
host=$(setting physical_host)
[ -n "$host" ] || fail "no physical_host in $settings"
[ -n "$(setting mgmt_network_mac_address)" ] || fail "no mgmt_network_mac_address in $settings"
if grep -q '{{' "$settings"; then fail "placeholder left in $settings"; fi
file=/pitrix/kernels/$node
if [ -z "$force" ] && on -n "test -f $file.Done"; then
  say "[$node] is done on [$host], skipped"
  exit 0
fi
say "launching [$node] on [$host]"
on -n "rm -f $file.Done; if virsh domstate $node >/dev/null 2>&1; then virsh destroy $node; virsh undefine $node; fi" >/dev/null 2>&1 || fail "cannot work on [$host]"
# As the first part of a disk: it takes its room.
{
  echo "id=$(cat /proc/sys/kernel/random/uuid)"
  for key in hostname os_name os_version mgmt_network_address mgmt_network_mac_address; do echo "$key=$(setting "$key")"; done
  head -c 262144 /dev/zero
} | on "cat >$file.img"
on "cat >$file.xml" <<XML
<domain type='kvm'>
  <name>$node</name>
  <vcpu>$(setting cpu_cores)</vcpu>
  <memory unit='MB'>$(setting memory_size)</memory>
  <source file='$file.img'/>
  <interface type='bridge'>
    <source bridge='$(setting physical_host_network_interface)'/>
    <mac address='$(setting mgmt_network_mac_address)'/>
  </interface>
</domain>
XML
on -n "virsh define $file.xml && virsh start $node && virsh autostart $node && : >$file.Done" >/dev/null || fail "cannot start [$node] on [$host]"
say "[$node] is running on [$host]"
