# Boots one host. Arguments: image, the host's directory, its name, the bridge, the directory that hosts share, the
# cgroup of the lab. Runs in mount and network namespaces of its own: its mounts end with it.
# shellcheck shell=sh
set -eu
# Without a cgroup of its own, the systemd of one host would take the services of another for its own.
while read -r kind mount type options _; do
  case $type:$options in cgroup2:* | cgroup:*name=systemd*) ;; *) continue ;; esac
  : "$kind"
  mkdir -p "$mount/$6/$3"
  echo $$ >"$mount/$6/$3/cgroup.procs"
done </proc/self/mounts
# The cable of a host that was just killed may still hang there.
ip link delete "vb-$3" 2>/dev/null || true
# systemd-nspawn leaves directories here.
mkdir -p /run/systemd
mount -t tmpfs tmpfs /run/systemd
mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" "$2/root"
# No proof needs these: a boot is quicker without them. The password agents hold inotify instances; all hosts together get 128.
masks=''
for unit in systemd-ask-password-console.path systemd-ask-password-wall.path modprobe@configfs.service modprobe@dm_mod.service \
  modprobe@efi_pstore.service modprobe@fuse.service modprobe@loop.service modprobe@drm.service sys-kernel-debug.mount \
  sys-kernel-tracing.mount dev-hugepages.mount systemd-modules-load.service systemd-pstore.service logd.service \
  cryptsetup.target integritysetup.target veritysetup.target systemd-initctl.socket; do
  masks="$masks systemd.mask=$unit"
done
# 133 asks for a reboot, anything else is the end.
code=133
while [ "$code" = 133 ]; do
  code=0
  # shellcheck disable=SC2086 # one word a unit
  systemd-nspawn -q --register=no --keep-unit --capability=all --system-call-filter='@keyring bpf' \
    -M "$3" -D "$2/root" --network-bridge="$4" --bind="$5:/var/lib/standins/shared" --boot $masks </dev/null || code=$?
done
exit "$code"
