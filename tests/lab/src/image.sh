# Second half of the image: daemons, without starting one. Arguments: the tree, the packages.
# shellcheck shell=sh
set -eu
tree=$1
shift
mount -t proc proc "$tree/proc"
mount --bind /dev "$tree/dev"
cp /etc/resolv.conf "$tree/etc/resolv.conf"
printf '#!/bin/sh\nexit 101\n' >"$tree/usr/sbin/policy-rc.d"
chmod +x "$tree/usr/sbin/policy-rc.d"
# The tree is thrown away when this is interrupted: nothing needs to reach the disk early.
echo force-unsafe-io >"$tree/etc/dpkg/dpkg.cfg.d/lab"
printf 'path-exclude=/usr/share/doc/*\npath-exclude=/usr/share/man/*\npath-exclude=/usr/share/locale/*\n' >>"$tree/etc/dpkg/dpkg.cfg.d/lab"
# A mirror may fail for a while, or change between two looks: downloads are tried again, with a new list.
fetched=''
for pause in 5 15 30 60 0; do
  if chroot "$tree" apt-get install -y -q --no-install-recommends --download-only -o Acquire::Retries=5 "$@" </dev/null; then
    fetched=yes
    break
  fi
  sleep "$pause"
  chroot "$tree" apt-get update -q -o Acquire::Retries=5 </dev/null || true # the next try says what is wrong
done
[ -n "$fetched" ]
DEBIAN_FRONTEND=noninteractive chroot "$tree" apt-get install -y -q --no-install-recommends --no-download "$@" </dev/null
chroot "$tree" apt-get clean
rm -rf "$tree/usr/sbin/policy-rc.d" "$tree/var/lib/apt/lists"

# A role starts what it needs; nothing else runs on a host. An image has only some of these units.
off() { systemctl --root="$tree" disable --quiet "$@" 2>/dev/null || true; }
for unit in etcd keepalived nginx supervisor mariadb docker containerd pacemaker corosync pcsd pcsd-ruby rsync redis-server; do off "$unit.service"; done
off docker.socket
systemctl --root="$tree" mask --quiet systemd-timesyncd.service systemd-logind.service console-getty.service \
  getty.target apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer systemd-networkd.service \
  systemd-resolved.service e2scrub_reap.service

# Each host gets its own of these.
rm -f "$tree"/etc/ssh/ssh_host_* "$tree/etc/machine-id" "$tree/etc/hostname" "$tree/etc/resolv.conf"
mkdir -p "$tree/usr/lib/lab"
cat >"$tree/usr/lib/systemd/system/lab-network.service" <<'UNIT'
[Unit]
Description=Address of this host
DefaultDependencies=no
Before=network-pre.target ssh.service
Wants=network-pre.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'ip link set lo up; ip addr replace "$(cat /etc/lab-address)" dev host0; ip link set host0 up'

[Install]
WantedBy=multi-user.target
UNIT
systemctl --root="$tree" enable --quiet lab-network.service ssh.service
cat >"$tree/etc/ssh/sshd_config.d/lab.conf" <<'CONF'
PermitRootLogin prohibit-password
PasswordAuthentication no
UseDNS no
UsePAM no
MaxStartups 200
MaxSessions 100
CONF
umount "$tree/dev" "$tree/proc"
