# Makes a host of the lab one of a BlueKing 6.1: the old services are real units, which serve by sleeping. Arguments: the
# addresses of the control machine and of the three hosts. `readdress DIR...` is there.
# shellcheck shell=sh
set -eu
shared=/var/lib/standins/shared
readdress /data /etc/consul-template /etc/nginx /var/lib/standins/mongodb /var/lib/standins/mysql
rm -rf /data/install
ln -s "$shared/install/$(hostname)" /data/install
mkdir -p /data/bkce
[ ! -e "$shared/installed/$(hostname)" ] || ln -sfn "$shared/installed/$(hostname)" /data/bkce/.installed_module
# New units are links of the stand-ins into the shared directory; `arrive` makes files of them.
find /usr/lib/systemd/system /etc/systemd/system -type l -lname "$shared/*" -printf '%p %l\n' >/var/lib/standins/arrivals
while read -r link _; do rm "$link"; done </var/lib/standins/arrivals
# Commands of old services, unless they are there.
for unit in /usr/lib/systemd/system/bk-*.service; do
  [ -f "$unit" ] || continue
  program=$(sed -n 's/^ExecStart=\([^ ]*\).*/\1/p' "$unit" | head -n 1)
  mkdir -p "${program%/*}"
  printf '#!/bin/sh\nexec sleep infinity\n' >"$program"
  chmod 755 "$program"
done
# The unit of consul-template renders at its start and at each reload.
if [ -f /usr/local/bin/consul-template ]; then
  mv /usr/local/bin/consul-template /usr/lib/standins/consul-template
  cat >/usr/local/bin/consul-template <<'PROGRAM'
#!/bin/sh
trap : HUP
while :; do
  /usr/lib/standins/consul-template "$@" || exit
  sleep infinity &
  wait $! || kill $! 2>/dev/null
done
PROGRAM
  chmod 755 /usr/local/bin/consul-template
fi
# A unit of 6.2 is the client of a container; this daemon runs without one.
rm -f /usr/bin/docker
cat >/usr/bin/docker <<'PROGRAM'
#!/bin/sh
[ "$1" = start ] && exec sleep infinity
exec /usr/local/bin/docker "$@"
PROGRAM
chmod 755 /usr/bin/docker
mkdir -p /etc/systemd/system/docker.service.d
printf '[Service]\nType=simple\nExecStart=\nExecStart=/bin/sleep infinity\n[Unit]\nRequires=\nAfter=\n' >/etc/systemd/system/docker.service.d/lab.conf
systemctl daemon-reload
grep -l '^X-Standin-Initial=active enabled' /usr/lib/systemd/system/*.service | while read -r unit; do
  systemctl enable --quiet --now "${unit##*/}" </dev/null
done
