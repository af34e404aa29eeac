#!/bin/sh
# Stand-in for /pitrix/install/launch_vms.sh [-f] NODE. Behaviour: 000 L127-131 (the call), L63-102 (the settings it
# reads), L121-124 (NODE.img, NODE.xml, NODE.Done under /pitrix/kernels of the physical host).
#
# The VM appears on the physical host that the settings name: as a running domain in $STANDIN_SHARED/virsh/HOST/NODE
# and as files in $STANDIN_SHARED/kernels/HOST (the host's /pitrix/kernels). The guest's system becomes
# $STANDIN_SHARED/guests/NODE/os-release, and the guest's disk, $STANDIN_SHARED/guests/NODE, a new one. With -f an existing VM is built again, even a running one; each build adds
# a line to $STANDIN_SHARED/virsh/HOST/NODE/builds.
set -u
# shellcheck source=tests/standins/lib.sh
. "${STANDIN_LIB:-/usr/lib/standins}/lib.sh"
standin_called launch_vms.sh "$@" || exit

logs=$STANDIN_ROOT/pitrix/log/launch_vms
mkdir -p "$logs"
force=''
[ "${1:-}" != -f ] || { force=yes && shift; }
[ $# = 1 ] || { echo 'Usage: launch_vms.sh [-f] <node>' >&2 && exit 1; }
node=$1
log=$logs/$(printf '%s' "$node" | tr / _).log
say() { printf '%s %s\n' "$(date '+%F %T')" "$*" | tee -a "$log"; }
fail() { say "ERROR: $*" >&2; exit 1; }

# `webservice0/1` of the document is two nodes, not a name; it has no settings file.
settings=$STANDIN_ROOT/pitrix/conf/settings/$node
case $node in */*) fail "unknown node [$node]" ;; esac
[ -f "$settings" ] || fail "unknown node [$node]: no $settings"
setting() { sed -n "s/^$1=\"\\(.*\\)\"\$/\\1/p" "$settings" | tail -n 1; }

host=$(setting physical_host)
[ -n "$host" ] || fail "no physical_host in $settings"
[ -n "$(setting mgmt_network_mac_address)" ] || fail "no mgmt_network_mac_address in $settings"
if grep -q '{{' "$settings"; then fail "placeholder left in $settings"; fi

domain=$STANDIN_SHARED/virsh/$host/$node
kernels=$STANDIN_SHARED/kernels/$host
guest=$STANDIN_SHARED/guests/$node
if [ -z "$force" ] && [ -f "$kernels/$node.Done" ]; then
  say "[$node] is done on [$host], skipped"
  exit 0
fi

say "launching [$node] on [$host]"
mkdir -p "$domain" "$kernels" "$guest"
cat >"$kernels/$node.xml" <<XML
<domain type='kvm'>
  <name>$node</name>
  <vcpu>$(setting cpu_cores)</vcpu>
  <memory unit='MB'>$(setting memory_size)</memory>
  <interface type='bridge'>
    <source bridge='$(setting physical_host_network_interface)'/>
    <mac address='$(setting mgmt_network_mac_address)'/>
  </interface>
</domain>
XML
date >>"$domain/builds"
cp "$kernels/$node.xml" "$domain/xml"
printf 'image of %s, build %s\n' "$node" "$(wc -l <"$domain/builds")" >"$kernels/$node.img"
version=$(setting os_version)
printf 'ID=ubuntu\nVERSION_ID="%s"\nVERSION_CODENAME=%s\n' "${version%.*}" "$(setting os_name)" >"$guest/os-release"
# A new disk: nothing of the platform is on it, and it has the address of the settings.
rm -rf "$guest/pitrix" "$guest/supervisor" "$guest/packages" "$guest/installed"
mkdir -p "$guest/pitrix" "$guest/etc/network" "$STANDIN_SHARED/interfaces"
address=$(setting mgmt_network_address)
printf 'auto eth0\niface eth0 inet static\n    address %s\n    netmask %s\n' "$address" "$(setting mgmt_network_netmask)" >"$guest/etc/network/interfaces"
"${STANDIN_LIB:-/usr/lib/standins}/vrrp" down "$node"
echo "eth0 device $address/24" >"$STANDIN_SHARED/interfaces/$node"
echo running >"$domain/state"
: >"$kernels/$node.Done"
say "[$node] is running on [$host]"
