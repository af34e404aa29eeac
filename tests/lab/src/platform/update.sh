#!/bin/sh
# Stand-in for /pitrix/upgrade/update.sh NODE PACKAGE,PACKAGE on the lab's firstbox. Behaviour: 000 L156-164; that a name may be
# a list of packages in /pitrix/upgrade/packages is from the vendor's public documents.
#
# apt of the node installs them from the repository of firstbox; the stock files of a package replace existing files.
# The half-done work of a node that went off is finished first, as dpkg wants it.
set -eu
[ "${1:-}" != -f ] || shift
[ $# = 2 ] || { echo 'Usage: update.sh <node> <packages>' >&2 && exit 1; }
node=$1
names=
for name in $(printf '%s' "$2" | tr , ' '); do
  list=/pitrix/upgrade/packages/$name
  if [ -f "$list" ]; then name=$(sed -n "s/^packages=(\(.*\));*$/\1/p" "$list" | tr -d "'\""); fi
  names="$names $name"
done
ssh -n -o BatchMode=yes -o ConnectTimeout=10 "$node" "dpkg --configure -a && apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y -o DPkg::Lock::Timeout=60 $names"
